"""The means check as a task of an outside unit: asked for, answered item by item, settled, concluded.

Source: domain §3.2 发起核对 to 不符合, §3.17, NR33.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, IllegalMove
from bangfu.kernel.text import kept
from tenant_apps.households.dossiers import draft_in
from tenant_apps.households.services.stepping import needed_reason
from tenant_apps.reviews.means import declared_values
from tenant_apps.reviews.models import (
    OPEN_CHECKS,
    MeansCheck,
    MeansItem,
    MeansState,
    MeansVerdict,
    Review,
)
from tenant_apps.reviews.selectors import check_of, dossier_of
from tenant_apps.reviews.services.steps import advance, decided, locked


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


def _open_check(review: Review) -> MeansCheck:
    check = check_of(review.pk)
    if check is None or not check.is_open:
        raise IllegalMove
    return MeansCheck.objects.select_for_update().get(pk=check.pk)


def _settled(
    check: MeansCheck, *, fits: bool, conclusion: str, actor: Actor, now: datetime
) -> None:
    check.state, check.fits, check.conclusion = MeansState.SETTLED, fits, conclusion
    check.settled_on, check.settled_by = clock.local_day(now), actor.name
    check.save(update_fields=["state", "fits", "conclusion", "settled_on", "settled_by"])
