"""Fill in a report: draw it anew, enter what cannot be drawn, explain what does not hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, InvalidInput, Problem
from tenant_apps.reports.declarations import get_form
from tenant_apps.reports.drawing import drawn_here
from tenant_apps.reports.models import Report
from tenant_apps.reports.services.noting import LONGEST_TEXT, locked_report, note
from tenant_apps.reports.services.opening import put_in

GREATEST = 999_999_999


@transaction.atomic
def redraw(report_id: UUID, *, actor: Actor, now: datetime) -> Report:
    """Draw the numbers of a report anew from the facts of the station.

    Raises:
        NotPermitted, NotFound: as their names say.
        IllegalMove: it was sent and not returned.
    """
    report = _editable(report_id, actor=actor)
    put_in(report, drawn_here(get_form(report.form), report.months), now=now)
    report.save(update_fields=["drawn", "as_of", "changed_at"])
    note(report, "redraw", before=report.state, actor=actor, now=now)
    return report


@transaction.atomic
def enter(
    report_id: UUID,
    *,
    numbers: Mapping[str, str],
    sources: Mapping[str, str],
    actor: Actor,
    now: datetime,
) -> Report:
    """Enter the numbers that cannot be drawn, each with where it comes from; empty takes it back.

    Raises:
        NotPermitted, NotFound: as their names say.
        IllegalMove: the report was sent and not returned.
        InvalidInput: E910 a cell that is drawn, E911 no whole number, E912 without a source.
    """
    report = _editable(report_id, actor=actor)
    form = get_form(report.form)
    open_cells = {cell.key: cell for cell in form.entered}
    entered = dict(report.entered)
    problems: list[Problem] = []
    for key, typed in numbers.items():
        cell = open_cells.get(key)
        if cell is None:
            message = _("这一格由系统自动取数，不能填写。")
            problems.append(Problem(code="E910", field=key, message=message))
            continue
        text, why = typed.strip(), sources.get(key, "").strip()
        if not text:
            entered.pop(key, None)
        elif not (text.isascii() and text.isdecimal()) or int(text) > GREATEST:
            message = _("“%(cell)s”请填写不小于 0 的整数。") % {"cell": cell.title}
            problems.append(Problem(code="E911", field=key, message=message))
        elif not why or len(why) > LONGEST_TEXT:
            message = _("“%(cell)s”请说明数字来源，不超过 500 字。") % {"cell": cell.title}
            problems.append(Problem(code="E912", field=key, message=message))
        else:
            entered[key] = {"v": int(text), "why": why}
    if problems:
        raise InvalidInput(problems)
    report.entered = entered
    report.changed_at = now
    report.save(update_fields=["entered", "changed_at"])
    note(report, "enter", before=report.state, actor=actor, now=now, data={"cells": list(numbers)})
    return report


@transaction.atomic
def explain(report_id: UUID, *, rule: str, text: str, actor: Actor, now: datetime) -> Report:
    """Say why a rule that may be explained does not hold; an empty text takes it back.

    Raises:
        NotPermitted, NotFound: as their names say.
        IllegalMove: the report was sent and not returned.
        InvalidInput: E913 the explanation is too long.
    """
    report = _editable(report_id, actor=actor)
    words = text.strip()
    if len(words) > LONGEST_TEXT:
        problem = Problem(code="E913", field="text", message=_("说明请控制在 500 字以内。"))
        raise InvalidInput([problem])
    explained = {key: said for key, said in report.explained.items() if key != rule}
    report.explained = explained | ({rule: words} if words else {})
    report.changed_at = now
    report.save(update_fields=["explained", "changed_at"])
    note(
        report,
        "explain",
        before=report.state,
        text=words,
        actor=actor,
        now=now,
        data={"rule": rule},
    )
    return report


def _editable(report_id: UUID, *, actor: Actor) -> Report:
    actor.require("report.fill")
    report = locked_report(report_id)
    if not report.is_editable:
        raise IllegalMove
    return report
