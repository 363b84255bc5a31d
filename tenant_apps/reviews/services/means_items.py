"""The items of a means check as they come back: noted, and settled where they contradict the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, Problem
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from shared_apps.audit.services import record
from tenant_apps.casework.services import close_todos, open_todo, record_event, stop_clock
from tenant_apps.households.services.stepping import needed_reason
from tenant_apps.reviews.models import (
    AWAITED_CHECKS,
    MeansCheck,
    MeansItem,
    MeansKind,
    MeansResult,
    MeansState,
    MeansVerdict,
)
from tenant_apps.reviews.selectors import review_link
from tenant_apps.reviews.services.steps import locked, subject_of

_LONGEST_VALUE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAnswer:
    """What the outside unit says of one item; without ``result`` it agrees where it can be compared."""

    found: str
    result: str


@transaction.atomic
def record_answer(
    check_id: UUID,
    answers: Mapping[str, ItemAnswer],
    *,
    answered_on: date,
    actor: Actor,
    now: datetime,
) -> MeansCheck:
    """Keep what the outside unit found, whole or in part; what it says later replaces what it said.

    A conflict that was settled stays settled while the value found stays the same.

    Raises:
        NotPermitted, NotFound: the actor may not, or there is no such check.
        IllegalMove: it was not sent, or is over.
        InvalidInput: V322 a day to come or before the request, V323 a value too long or an unknown result.
    """
    actor.require("review.decide")
    check = _locked_check(check_id)
    if check.state not in AWAITED_CHECKS:
        raise IllegalMove
    problems = _answer_problems(check, answers, answered_on, on=clock.local_day(now))
    if problems:
        raise InvalidInput(problems)
    items = {item.kind: item for item in check.items.select_for_update().order_by("kind")}
    changed = [
        items[kind]
        for kind, answer in answers.items()
        if kind in items and _taken(items[kind], answer)
    ]
    if not changed:
        return check
    MeansItem.objects.bulk_update(
        changed, ["found", "result", "verdict", "verdict_reason", "settled_by", "settled_at"]
    )
    check.answered_on = answered_on
    _stand(check, actor=actor, now=now)
    _note(
        check,
        "check_answered",
        text=_counted(check),
        data={"kinds": sorted(item.kind for item in changed)},
        actor=actor,
        now=now,
    )
    return check


@transaction.atomic
def settle_item(
    check_id: UUID, item_id: UUID, *, verdict: str, reason: str, actor: Actor, now: datetime
) -> MeansItem:
    """Say what follows from a conflict between what was declared and what was found.

    Raises:
        NotPermitted, NotFound: the actor may not, or there is no such item.
        IllegalMove: the item is no conflict, or the check is over.
        InvalidInput: V310 no reason, V324 no verdict.
    """
    actor.require("review.decide")
    check = _locked_check(check_id)
    item = check.items.select_for_update().filter(pk=item_id).first()
    if item is None:
        raise NotFound
    if check.state not in AWAITED_CHECKS or item.result != MeansResult.CONFLICT:
        raise IllegalMove
    if verdict not in MeansVerdict.values:
        message = _("请选择核实结论。")
        raise InvalidInput([Problem(code="V324", field="verdict", message=message)])
    reason = needed_reason(reason)
    item.verdict, item.verdict_reason = verdict, reason
    item.settled_by, item.settled_at = actor.name, now
    item.save(update_fields=["verdict", "verdict_reason", "settled_by", "settled_at"])
    _stand(check, actor=actor, now=now)
    _note(
        check,
        "conflict_settled",
        text=f"{kept(MeansKind(item.kind).label)}：{kept(MeansVerdict(verdict).label)}。{reason}",
        data={"kind": item.kind, "verdict": verdict},
        actor=actor,
        now=now,
    )
    return item


def _locked_check(check_id: UUID) -> MeansCheck:
    check = MeansCheck.objects.filter(pk=check_id).first()
    if check is None:
        raise NotFound
    locked(check.review_id)
    return MeansCheck.objects.select_for_update().get(pk=check_id)


def _answer_problems(
    check: MeansCheck, answers: Mapping[str, ItemAnswer], answered_on: date, *, on: date
) -> list[Problem]:
    problems = []
    if not (check.sent_on or on) <= answered_on <= on:
        message = _("反馈日期应在发送之后、今天或之前。")
        problems.append(Problem(code="V322", field="answered_on", message=message))
    for kind, answer in answers.items():
        if len(answer.found) > _LONGEST_VALUE or answer.result not in MeansResult.values:
            message = _("“%(item)s”的核对结果过长，或结论不是相符、不符、无记录之一。") % {
                "item": MeansKind(kind).label
            }
            problems.append(Problem(code="V323", field=kind, message=message))
    return problems


def _taken(item: MeansItem, answer: ItemAnswer) -> bool:
    known = item.found.reveal() if item.found is not None else None
    if known == answer.found and item.result == answer.result:
        return False
    item.found, item.result = answer.found, answer.result
    item.verdict = item.verdict_reason = item.settled_by = ""
    item.settled_at = None
    return True


def _stand(check: MeansCheck, *, actor: Actor, now: datetime) -> None:
    """Bring the state of a check, its deadline and what waits in line with its items."""
    items = list(check.items.all())
    subject = subject_of(check.review)
    if any(not item.result for item in items):
        check.save(update_fields=["answered_on"])
        return
    unsettled = any(item.is_unsettled for item in items)
    check.state = MeansState.CONFLICT if unsettled else MeansState.ANSWERED
    check.save(update_fields=["state", "answered_on"])
    stop_clock(subject=subject, kind="means_check_answer", now=now)
    close_todos(subject=subject, actor=actor, now=now)
    open_todo(
        subject=subject,
        kind="review.conflict" if unsettled else "review.checked",
        capability="review.decide",
        title=gettext_noop("核实核对出入 %(number)s（%(home)s）")
        if unsettled
        else gettext_noop("办结经济状况核对 %(number)s（%(home)s）"),
        params={"number": check.review.file_no, "home": check.review.home_name},
        link=review_link(check.review_id),
        now=now,
    )


def _counted(check: MeansCheck) -> str:
    results = list(check.items.values_list("result", flat=True))
    words = gettext_lazy("%(number)s：已反馈 %(back)s/%(all)s 项，出入 %(conflicts)s 项。")
    return kept(words) % {
        "number": check.number,
        "back": sum(bool(one) for one in results),
        "all": len(results),
        "conflicts": results.count(MeansResult.CONFLICT),
    }


def _note(
    check: MeansCheck, action: str, *, text: str, data: dict[str, Any], actor: Actor, now: datetime
) -> None:
    subject = subject_of(check.review)
    record_event(subject=subject, action=action, comment=text, actor=actor, now=now)
    record(
        event=f"means.{action}",
        actor=actor,
        subject=subject,
        data={"check": check.number, "station": current_station().code} | data,
        now=now,
    )
