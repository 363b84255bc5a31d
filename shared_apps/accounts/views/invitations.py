"""Accepting an invitation: no account is needed to open the link."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from bangfu.kernel import clock
from bangfu.kernel.errors import InvalidInput
from shared_apps.accounts.errors import UsernameTaken
from shared_apps.accounts.forms import AcceptForm
from shared_apps.accounts.models import Invitation, User
from shared_apps.accounts.services import invitations
from shared_apps.accounts.views.account import sign_in_anew


@never_cache
@sensitive_post_parameters()
def accept(request: HttpRequest, key: UUID, secret: str) -> HttpResponse:
    """Let the invited person choose name and password, or join with the account they have."""
    now = clock.now()
    invitation = invitations.invitation_behind(key, secret, now=now)
    if request.method == "POST" and "join" in request.POST and request.user.is_authenticated:
        person = request.user
        invitations.accept_invitation(
            invitation=invitation, user=person, username="", password="", now=now
        )
        return _welcome(request, invitation)
    form = AcceptForm(
        request.POST or None, initial={"username": invitation.email.partition("@")[0]}
    )
    if request.method == "POST" and form.is_valid():
        new = _accepted_by_new_person(form, invitation)
        if new is not None:
            sign_in_anew(request, new)
            return _welcome(request, invitation)
    return render(
        request,
        "accounts/invitation.html",
        {"form": form, "invitation": invitation, "signed_in": request.user.is_authenticated},
    )


def _accepted_by_new_person(form: AcceptForm, invitation: Invitation) -> User | None:
    try:
        return invitations.accept_invitation(
            invitation=invitation,
            user=None,
            username=form.cleaned_data["username"],
            password=form.cleaned_data["new_password"],
            now=clock.now(),
        )
    except UsernameTaken as error:
        form.add_error("username", str(error))
    except InvalidInput as error:
        for problem in error.problems:
            form.add_error("new_password", str(problem.message))
    return None


def _welcome(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    messages.success(request, _("欢迎加入%(station)s。") % {"station": invitation.station.name})
    return redirect(f"/s/{invitation.station.code}/")
