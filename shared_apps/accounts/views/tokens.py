"""API tokens of a person at one station, or at the network."""

from datetime import timedelta
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from shared_apps.accounts import selectors
from shared_apps.accounts.forms import TokenForm
from shared_apps.accounts.fresh import fresh_sign_in_required
from shared_apps.accounts.models import User
from shared_apps.accounts.services import tokens


@never_cache
@fresh_sign_in_required
def token_list(request: HttpRequest) -> HttpResponse:
    """List tokens, make one and show it once."""
    actor = _asker(request)
    form = TokenForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        _token, secret = tokens.create_token(
            user=cast("User", request.user),
            actor=actor,
            name=form.cleaned_data["name"],
            lifetime=timedelta(days=form.cleaned_data["days"]),
            now=clock.now(),
        )
        form = TokenForm()
    return render(
        request,
        "accounts/tokens.html",
        {
            "tokens": selectors.tokens_of(actor),
            "form": form,
            "secret": secret,
            "now": clock.now(),
        },
    )


@require_POST
@fresh_sign_in_required
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Make a token worthless."""
    actor = _asker(request)
    tokens.revoke_token(token_id=token_id, actor=actor, now=clock.now())
    messages.success(request, _("令牌已停用。"))
    return redirect("accounts:tokens" if actor.station else "accounts:network-tokens")


def _asker(request: HttpRequest) -> Actor:
    actor = cast("Actor", request.actor)  # type: ignore[attr-defined]
    if actor.station is None:
        actor.require("network.view")
    return actor
