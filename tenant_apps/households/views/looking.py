"""Look at files: the list, one file, its sheet of paper, a masked value."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from bangfu.kernel import clock
from bangfu.kernel.tenancy import current_station
from bangfu.ui.answers import as_revealed
from bangfu.ui.requests import actor_of, edge, late_page_of, member_of
from shared_apps.regions.selectors import region_labels
from tenant_apps.casework.selectors import clocks_of, timeline_of
from tenant_apps.households.drafts import MEMBER_FIELDS
from tenant_apps.households.flow import FILE_FLOW
from tenant_apps.households.forms import ExportForm, FileSearchForm, PaperForm
from tenant_apps.households.mapping import draft_of
from tenant_apps.households.models import EDITABLE_STATES, FileState
from tenant_apps.households.past import past_aid
from tenant_apps.households.presenting import sections_of, sum_of, values_of
from tenant_apps.households.rules import five_clears
from tenant_apps.households.selectors import (
    clear_rule,
    count_by_state,
    files_matching,
    get_file,
    members_of,
    missing_for,
    paper_slots,
    versions_of,
    visits_of,
)
from tenant_apps.households.services import reveal_field
from tenant_apps.households.tables import FileTable
from tenant_apps.households.views.life_panel import life_of
from tenant_apps.households.views.requests import last_search, remember_search, search_of
from tenant_apps.households.wording import action_label


@require_GET
def file_list(request: HttpRequest) -> HttpResponse:
    """Show the files that fit a search, with what can be done with them."""
    actor = actor_of(request)
    actor.require("file.view")
    remember_search(request)
    form = FileSearchForm(request.GET)
    found = files_matching(search_of(form)).only(*FileTable.READS)
    may_choose = actor.may("file.submit") or actor.may("document.print")
    page = late_page_of(request, found)
    table = FileTable(
        list(page.object_list),
        request=request,
        may_edit=actor.may("file.edit"),
        exclude=() if may_choose else ("select",),
    )
    table.show_page(page)
    context = {
        "form": form,
        "table": table,
        "counts": state_counts(form.cleaned_data.get("state", "")),
        "is_searched": any(form.cleaned_data.values()),
        "export_form": ExportForm(),
        "query": request.GET.urlencode(),
        "may_choose": may_choose,
        "may_edit": actor.may("file.edit"),
        "may_import": actor.may("import.run"),
        "may_submit": actor.may("file.submit"),
        "may_export": actor.may("file.export"),
        "may_reveal": actor.may("file.reveal"),
    }
    return render(request, "households/list.html", context)


def state_counts(chosen: str) -> list[dict[str, Any]]:
    """Give the states that have files, in the order of the flow, as quick filters."""
    counts = count_by_state()
    return [
        {"value": value, "label": label, "count": counts[value], "is_chosen": value == chosen}
        for value, label in FileState.choices
        if counts.get(value)
    ]


@require_GET
def detail(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Show one file with everything that belongs to it."""
    actor = actor_of(request)
    file = get_file(file_id, actor=actor)
    on = clock.today()
    members = members_of(file)
    draft = draft_of(file, members)
    subject = ("file", file.pk)
    regions = region_labels([one for one in (file.hukou_region, file.residence) if one], on=on)
    may_edit = file.is_editable and actor.may("file.edit")
    slots = paper_slots(file, draft, on=on)
    context = {
        "file": file,
        "sections": sections_of(draft),
        "regions": regions,
        "members": [values_of(one, MEMBER_FIELDS) for one in draft.members],
        "meter": five_clears(draft, clear_rule(station=current_station(), on=on)),
        "sum": sum_of(file.computation),
        "slots": slots,
        "lacking": [slot for slot in slots if not slot.papers],
        "paper_form": PaperForm(),
        "missing": missing_for(file, on=on) if file.state in EDITABLE_STATES else [],
        "visits": visits_of(file),
        "versions": versions_of(file)[:50],
        "timeline": timeline_of(subject, flow=FILE_FLOW, label=action_label),
        "clocks": clocks_of(subject),
        "actions": FILE_FLOW.actions_from(file.state, actor=actor),
        "may_edit": may_edit,
        "may_delete": may_edit and file.state == FileState.DRAFT and file.submitted_at is None,
        "may_reveal": actor.may("file.reveal"),
        "back_url": last_search(request, reverse("households:list")),
        "may_give_code": file.id_no is not None and actor.may("application.work"),
        "may_mark": not file.is_closed and actor.may("file.edit"),
        "past": past_aid(file, members),
        "life": life_of(file, actor=actor, on=on),
    }
    return render(request, "households/detail.html", context)


@require_POST
def reveal(request: HttpRequest, file_id: UUID, field: str) -> HttpResponse:
    """Answer one masked value in the open, for the reason that was given."""
    return as_revealed(
        lambda: reveal_field(
            file_id,
            field=field,
            reason=request.POST.get("reason", ""),
            member=member_of(request),
            **edge(request),
        )
    )
