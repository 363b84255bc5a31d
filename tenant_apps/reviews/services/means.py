"""The means check as a task of an outside unit: asked for, answered item by item, settled, concluded.

Source: domain §3.2 发起核对 to 不符合, §3.17, NR33.
"""

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
from bangfu.kernel.errors import DomainError, IllegalMove, InvalidInput, NotFound, Problem
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from shared_apps.audit.services import record
from tenant_apps.casework.services import close_todos, open_todo, record_event, stop_clock
from tenant_apps.households.dossiers import draft_in
from tenant_apps.households.services.stepping import needed_reason
from tenant_apps.reviews.means import declared_values
from tenant_apps.reviews.models import (
    AWAITED_CHECKS,
    OPEN_CHECKS,
    MeansCheck,
    MeansItem,
    MeansKind,
    MeansResult,
    MeansState,
    MeansVerdict,
    Review,
)
from tenant_apps.reviews.selectors import check_of, dossier_of, review_link
from tenant_apps.reviews.services.steps import advance, decided, locked, subject_of

_LONGEST_VALUE = 500


class NotAuthorised(DomainError):
    """Nobody is looked up without a dated authorisation of the household."""

    code = "not-authorised"
    message = gettext_lazy("档案没有已签署日期的核对授权书，不能发起核对；请退回补签。")


class CheckIsOpen(DomainError):
    """A request about this household is under way."""

    code = "check-is-open"
    message = gettext_lazy("这户已有一份未办结的核对，不能重复发起。")


class ItemsMissing(DomainError):
    """The outside unit has not answered every item."""

    code = "items-missing"
    message = gettext_lazy("还有 %(count)s 项没有反馈，不能认定核对符合。")


class ConflictUnsettled(DomainError):
    """What was found disagrees with what was declared, and nobody said what follows."""

    code = "conflict-unsettled"
    message = gettext_lazy("还有 %(count)s 项出入没有核实处理，不能认定核对符合。")


class ConflictMaterial(DomainError):
    """A conflict was found to count against the household."""

    code = "conflict-material"
    message = gettext_lazy("有 %(count)s 项出入经核实影响认定，只能退回更正或不予建档。")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAnswer:
    """What the outside unit says of one item; without ``result`` it agrees where it can be compared."""

    found: str
    result: str


@transaction.atomic
def request_check(review_id: UUID, *, opinion: str = "", actor: Actor, now: datetime) -> MeansCheck:
    """Have an outside unit look up a household; the request goes out with the next list.

    Raises:
        NotPermitted, NotFound, IllegalMove, OwnEntry: as for any step.
        NotAuthorised: there is no authorisation, or it is dated ahead.
        CheckIsOpen: one is under way.
    """
    review = locked(review_id)
    if review.checks.filter(state__in=OPEN_CHECKS).exists():
        raise CheckIsOpen
    before = advance(review, "request_check", actor=actor)
    draft = draft_in(dossier_of(review)["snapshot"])
    if draft.authorised_on is None or draft.authorised_on > clock.local_day(now):
        raise NotAuthorised
    check = MeansCheck.objects.create(
        review=review,
        number=_number(review),
        authorised_on=draft.authorised_on,
        prepared_at=now,
        asked_by=actor.name,
    )
    MeansItem.objects.bulk_create(
        [
            MeansItem(check_of=check, kind=kind, declared=declared)
            for kind, declared in declared_values(draft).items()
        ]
    )
    text = opinion.strip() or kept(gettext_lazy("发起经济状况核对 %(number)s。")) % {
        "number": check.number
    }
    decided(review, "request_check", before=before, text=text, actor=actor, now=now)
    return check


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


@transaction.atomic
def conclude_check(review_id: UUID, *, opinion: str = "", actor: Actor, now: datetime) -> Review:
    """Find that the means check fits: the file goes on to its public notice.

    Raises:
        NotPermitted, NotFound, IllegalMove, OwnEntry: as for any step.
        ItemsMissing, ConflictUnsettled, ConflictMaterial: it cannot be said yet, or not at all.
    """
    review = locked(review_id)
    before = advance(review, "conclude_check", actor=actor)
    check = _open_check(review)
    items = list(check.items.all())
    for error, found in (
        (ItemsMissing, [one for one in items if not one.result]),
        (ConflictUnsettled, [one for one in items if one.is_unsettled]),
        (ConflictMaterial, [one for one in items if one.verdict == MeansVerdict.MATERIAL]),
    ):
        if found:
            raise error(count=len(found))
    text = opinion.strip() or kept(gettext_lazy("经济状况核对符合。"))
    _settled(check, fits=True, conclusion=text, actor=actor, now=now)
    review.means_checked_on = check.answered_on
    return decided(
        review,
        "conclude_check",
        before=before,
        text=text,
        on=check.answered_on,
        actor=actor,
        now=now,
    )


@transaction.atomic
def recall_check(review_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Review:
    """Take a request back: the file is reviewed again as before it.

    Raises:
        NotPermitted, NotFound, IllegalMove, OwnEntry: as for any step.
        InvalidInput: no reason is given.
    """
    review = locked(review_id)
    before = advance(review, "recall_check", actor=actor)
    reason = needed_reason(reason)
    drop_check(review, now=now)
    return decided(review, "recall_check", before=before, text=reason, actor=actor, now=now)


def keep_offline_check(
    review: Review,
    *,
    fits: bool,
    checked_on: date,
    unit: str,
    document_no: str,
    conclusion: str,
    actor: Actor,
    now: datetime,
) -> MeansCheck:
    """Keep a result that came on paper: who checked, when, and the number of the document."""
    return MeansCheck.objects.create(
        review=review,
        number=_number(review),
        state=MeansState.SETTLED,
        is_offline=True,
        unit=unit.strip(),
        document_no=document_no.strip(),
        prepared_at=now,
        answered_on=checked_on,
        settled_on=clock.local_day(now),
        fits=fits,
        conclusion=conclusion,
        asked_by=actor.name,
        settled_by=actor.name,
    )


def refuse_by_check(review: Review, *, reason: str, actor: Actor, now: datetime) -> None:
    """Settle the open check of a review as not fitting, if there is one."""
    check = review.checks.filter(state__in=OPEN_CHECKS).first()
    if check is not None:
        _settled(check, fits=False, conclusion=reason, actor=actor, now=now)


def drop_check(review: Review, *, now: datetime) -> None:
    """Cancel the open check of a review, if there is one: what it asked is not asked any more."""
    review.checks.filter(state__in=OPEN_CHECKS).update(
        state=MeansState.CANCELLED, settled_on=clock.local_day(now)
    )


def note_overdue_checks(*, now: datetime) -> int:
    """Say of each request whose last day is over that its answer is late; safe to repeat.

    The deadline itself tells the parent (``casework``).
    """
    late: int = MeansCheck.objects.filter(
        state=MeansState.SENT, due_on__lt=clock.local_day(now)
    ).update(state=MeansState.OVERDUE)
    return late


def _number(review: Review) -> str:
    told = MeansCheck.objects.filter(review__file_id=review.file_id).count()
    return f"HD{review.file_no}-{told + 1}"


def _locked_check(check_id: UUID) -> MeansCheck:
    check = MeansCheck.objects.filter(pk=check_id).first()
    if check is None:
        raise NotFound
    locked(check.review_id)
    return MeansCheck.objects.select_for_update().get(pk=check_id)


def _open_check(review: Review) -> MeansCheck:
    check = check_of(review.pk)
    if check is None or not check.is_open:
        raise IllegalMove
    return MeansCheck.objects.select_for_update().get(pk=check.pk)


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


def _settled(
    check: MeansCheck, *, fits: bool, conclusion: str, actor: Actor, now: datetime
) -> None:
    check.state, check.fits, check.conclusion = MeansState.SETTLED, fits, conclusion
    check.settled_on, check.settled_by = clock.local_day(now), actor.name
    check.save(update_fields=["state", "fits", "conclusion", "settled_on", "settled_by"])
