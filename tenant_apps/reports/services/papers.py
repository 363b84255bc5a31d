"""Enter the paper reports of units that are not on the network yet.

Only totals are known of them: they stand in the sum, marked as not de-duplicated.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, Problem
from tenant_apps.reports.declarations import Form, get_form
from tenant_apps.reports.models import Received, ReceivedState, Report
from tenant_apps.reports.rules import findings_of
from tenant_apps.reports.services.filling import GREATEST
from tenant_apps.reports.services.noting import locked_report, note, seal

LONGEST_NAME = 120


@transaction.atomic
def enter_paper(
    report_id: UUID, *, name: str, numbers: Mapping[str, str], actor: Actor, now: datetime
) -> Received:
    """Enter what a unit reported on paper, as totals of the form; entering it again takes its place.

    Empty cells count as nothing. The rules of the form have to hold here too.

    Raises:
        NotPermitted, NotFound: as their names say.
        IllegalMove: the own report was sent and not returned.
        InvalidInput: E930 no name, E931 no whole number, E932 no number at all, or a rule that does not hold.
    """
    actor.require("report.fill")
    report = locked_report(report_id)
    if not report.is_editable:
        raise IllegalMove
    form = get_form(report.form)
    unit_name = name.strip()
    totals = _totals(form, unit_name, numbers)
    unit, _made = Received.objects.get_or_create(
        form=report.form,
        period=report.period,
        station_id=None,
        name=unit_name,
        defaults={"is_paper": True},
    )
    before = unit.state
    unit.latest = unit.counted = seal(
        unit.pk,
        {
            "form": form.code,
            "form_version": form.version,
            "period": report.period,
            "station": {"id": None, "code": "", "name": unit_name},
            "total": totals,
        },
        cause={"why": "paper", "text": ""},
        by=actor.name,
        now=now,
    )
    unit.state = ReceivedState.ACCEPTED
    unit.received_at = unit.decided_at = now
    unit.decided_by = actor.name
    unit.save()
    note(unit, "enter_paper", before=before, actor=actor, now=now, data={"total": totals})
    return unit


@transaction.atomic
def remove_paper(unit_id: UUID, *, actor: Actor, now: datetime) -> Report:
    """Take a paper report out of the sum; its versions are kept.

    Raises:
        NotPermitted, NotFound: as their names say.
        IllegalMove: the own report was sent and not returned.
    """
    actor.require("report.fill")
    place = Received.objects.filter(pk=unit_id, is_paper=True).values_list("form", "period").first()
    if place is None:
        raise NotFound
    report = Report.objects.select_for_update().get(form=place[0], period=place[1])
    if not report.is_editable:
        raise IllegalMove
    unit = Received.objects.select_for_update().get(pk=unit_id)
    note(unit, "remove_paper", before=unit.state, actor=actor, now=now)
    unit.delete()
    return report


def _totals(form: Form, name: str, numbers: Mapping[str, str]) -> dict[str, int]:
    problems: list[Problem] = []
    if not 0 < len(name) <= LONGEST_NAME:
        message = _("请填写单位名称，不超过 120 字。")
        problems.append(Problem(code="E930", field="name", message=message))
    totals: dict[str, int] = {}
    for key, cell in form.cells.items():
        typed = numbers.get(key, "").strip()
        if not typed:
            totals[key] = 0
        elif typed.isascii() and typed.isdecimal() and int(typed) <= GREATEST:
            totals[key] = int(typed)
        else:
            message = _("“%(cell)s”请填写不小于 0 的整数。") % {"cell": cell.title}
            problems.append(Problem(code="E931", field=key, message=message))
    if not problems and not any(totals.values()):
        message = _("请至少填写一个数字。")
        problems.append(Problem(code="E932", field="numbers", message=message))
    if not problems:
        problems = [
            Problem(code=finding.rule, field=finding.cells[0], message=finding.message)
            for finding in findings_of(form, totals)
            if not finding.may_be_explained
        ]
    if problems:
        raise InvalidInput(problems)
    return totals
