"""What households were let off, and their cinema tickets."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import DomainError, InvalidInput
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, edge, key_in, page_of
from tenant_apps.benefits import services
from tenant_apps.benefits.forms import ReliefForm, fen
from tenant_apps.benefits.models import EntryKind
from tenant_apps.benefits.presenting import entry_rows
from tenant_apps.benefits.rules import PARTNERS_OF, TICKETS_A_YEAR
from tenant_apps.benefits.selectors import entries, partners
from tenant_apps.benefits.services import Relief
from tenant_apps.households.selectors import get_file, members_of

_KINDS = (EntryKind.RELIEF, EntryKind.TICKETS)


@require_GET
def relief_list(request: HttpRequest) -> HttpResponse:
    """Show the reliefs and tickets, newest first."""
    actor = actor_of(request)
    page = page_of(request, entries(actor=actor, kinds=_KINDS))
    context = {
        "page": page,
        "entries": entry_rows(list(page.object_list), actor=actor),
        "may_keep": actor.may("benefit.keep"),
    }
    return render(request, "benefits/reliefs.html", context)


@require_http_methods(["GET", "POST"])
def new_relief(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Note what a household was let off."""
    actor = actor_of(request)
    actor.require("benefit.keep")
    file = get_file(file_id, actor=actor)
    kinds = {kind for allowed in PARTNERS_OF.values() for kind in allowed}
    form = ReliefForm(
        request.POST or None,
        partners=[one for one in partners(actor=actor, is_active=True) if one.kind in kinds],
        file=file,
        members=members_of(file),
        initial={"granted_on": clock.today()},
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        relief = Relief(
            relief=said["relief"], amount_fen=fen(said["amount"]), bill_fen=fen(said["bill"]),
            granted_on=said["granted_on"],
            partner_id=key_in(said["partner"]), department=said["department"],
            member_id=key_in(said["person"]), stage=said["stage"], note=said["note"],
        )  # fmt: skip
        try:
            services.record_relief(file.pk, relief, **edge(request))
        except InvalidInput as refusal:
            form.take_problems(refusal)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已登记减免。"))
            return redirect("benefits:reliefs")
    return render(request, "benefits/new_relief.html", {"form": form, "file": file})


@require_POST
def tickets(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Give a household its tickets of the year."""
    actor = actor_of(request)
    actor.require("benefit.keep")
    file = get_file(file_id, actor=actor)
    act_and_tell(
        request,
        lambda: services.give_tickets(file.pk, quantity=TICKETS_A_YEAR, **edge(request)),
        label=_("发放电影票"),
    )
    return redirect("benefits:reliefs")
