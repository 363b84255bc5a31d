"""The board: coverage, who has no helper, what is owed; and giving many a helper at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import DomainError
from bangfu.ui.requests import actor_of, late_page_of
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.pairing import services
from tenant_apps.pairing.models import RoundState
from tenant_apps.pairing.people import in_groups
from tenant_apps.pairing.selectors import (
    VIEWS,
    coverage,
    default_helper,
    done_of,
    files_without_helper,
    rounds_of,
)
from tenant_apps.pairing.views.requests import helper_choices, uuid_in, uuids_in

AS_WRITTEN = "written"


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Show how many households have a helper, those that have none, and the rounds that go on."""
    actor = actor_of(request)
    actor.require(VIEWS)
    on = clock.today()
    group = request.GET.get("group", "")
    lonely = files_without_helper()
    if group in CODE_LISTS["group"]:
        lonely = lonely.filter(in_groups([group]))
    covered = coverage(on=on)
    known = None if group in CODE_LISTS["group"] else covered.unpaired
    page = late_page_of(request, lonely, count=known)
    owner = default_helper()
    context = {
        "coverage": covered,
        "page": page,
        "rows": [
            {"file": file, "tier": CODE_LISTS["tier"].label(file.tier) if file.tier else "—"}
            for file in page.object_list
        ],
        "rounds": [
            {"round": one, "percent": done_of(one), "is_over": one.due_on < on}
            for one in rounds_of(actor).filter(state=RoundState.OPEN)[:6]
        ],
        "helpers": helper_choices(actor),
        "owner": str(owner.pk) if owner else "",
        "may_manage": actor.may("pairing.manage"),
        "group": group,
        "has_files": covered.on_file > 0,
    }
    return render(request, "pairing/board.html", context)


@require_POST
def assign(request: HttpRequest) -> HttpResponse:
    """Give the ticked households, or all that were listed, a helper."""
    actor = actor_of(request)
    chosen = request.POST.get("helper_id", "")
    if request.POST.get("every"):
        file_ids = list(files_without_helper().values_list("pk", flat=True))
    else:
        file_ids = uuids_in(request.POST.getlist("ids"))
    try:
        number = services.assign_many(
            file_ids,
            helper_id=None if chosen == AS_WRITTEN else uuid_in(chosen),
            actor=actor,
            now=clock.now(),
        )
    except DomainError as refusal:
        if refusal.http_status == 403:
            raise
        messages.error(request, str(refusal))
    else:
        left = len(file_ids) - number
        said = _("已为 %(number)s 户落实责任人。") % {"number": number}
        if left:
            said += _("%(left)s 户未办理：已有责任人，或档案中没有填写责任人。") % {"left": left}
        messages.success(request, said)
    return redirect("pairing:board")
