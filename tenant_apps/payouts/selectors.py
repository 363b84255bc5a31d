"""Questions about batches and their lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet, Sum

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.reading import in_pages
from shared_apps.rollup.indicators import Fact
from tenant_apps.aid.models import AidState, Application, PayeeState
from tenant_apps.payouts.flow import APPROVES, AUDITS, CHECKS, SENDS, VIEWS
from tenant_apps.payouts.indicators import facts_of_lines
from tenant_apps.payouts.models import Batch, BatchState, Line, LineState

PROGRESS_SECONDS = 3600
HELD = "held"
"""What keeps a return file that was taken in from being used."""
REFUSED, DROPPED = "refused", "dropped"
"""The kinds of return file that no line follows: one that could not be used, one that was withdrawn."""
# What pages about a batch have no use for.
_LARGE = ("file", "answer", "wanted")
_SIGNING = {
    CHECKS: BatchState.FROZEN,
    AUDITS: BatchState.CHECKED,
    APPROVES: BatchState.AUDITED,
    SENDS: BatchState.APPROVED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSearch:
    """What to look for among batches: words in number or title, a state."""

    words: str = ""
    state: str = ""


def batches(search: BatchSearch, *, actor: Actor) -> QuerySet[Batch]:
    """Return the batches of the station in force, newest first.

    Raises:
        NotPermitted: the actor may not see payments.
    """
    actor.require(VIEWS)
    found = Batch.objects.select_related("fund").defer(*_LARGE).order_by("-id")
    if search.words:
        words = search.words.strip()
        found = found.filter(Q(number__icontains=words) | Q(title__icontains=words))
    if search.state:
        found = found.filter(state=search.state)
    return found


def get_batch(batch_id: UUID, *, actor: Actor) -> Batch:
    """Return one batch with its fund, without its files.

    Raises:
        NotPermitted, NotFound: as their names say.
    """
    actor.require(VIEWS)
    batch: Batch | None = (
        Batch.objects.select_related("fund").defer(*_LARGE).filter(pk=batch_id).first()
    )
    if batch is None:
        raise NotFound
    return batch


def lines_of(batch: Batch, *, state: str = "", words: str = "") -> QuerySet[Line]:
    """Return the lines of a batch in their order, those of one state where one is named."""
    found = batch.lines.select_related("application").order_by("serial")
    if state:
        found = found.filter(state=state)
    if words:
        found = found.filter(
            Q(payee_name__icontains=words)
            | Q(ref__icontains=words)
            | Q(application__number__icontains=words)
        )
    return found


def listed_lines(batch: Batch) -> QuerySet[Line]:
    """Return the lines of a batch that pay somebody, with their applications, in their order."""
    return (
        batch.lines.exclude(state=LineState.VOID).select_related("application").order_by("serial")
    )


def get_line(line_id: UUID, *, actor: Actor) -> Line:
    """Return one line with its batch and application.

    Raises:
        NotPermitted, NotFound: as their names say.
    """
    actor.require(VIEWS)
    line: Line | None = (
        Line.objects.select_related("batch", "application")
        .defer(*(f"batch__{name}" for name in _LARGE))
        .filter(pk=line_id)
        .first()
    )
    if line is None:
        raise NotFound
    return line


def batch_door(batch_id: UUID, actor: Actor) -> Batch:
    """Let casework show what belongs to a batch."""
    return get_batch(batch_id, actor=actor)


def line_door(line_id: UUID, actor: Actor) -> Line:
    """Let casework show the papers of a line."""
    return get_line(line_id, actor=actor)


@dataclass(frozen=True, slots=True, kw_only=True)
class StateSum:
    """How many lines of a batch are in a state, and what they add up to in fen."""

    state: LineState
    count: int
    fen: int


def sums_of(batch: Batch) -> list[StateSum]:
    """Return the lines of a batch by state, in the order of the states."""
    rows: Mapping[str, tuple[int, int]] = {
        row["state"]: (row["count"], row["fen"])
        for row in batch.lines.order_by()
        .values("state")
        .annotate(count=Count("pk"), fen=Sum("amount_fen"))
    }
    return [
        StateSum(state=state, count=rows[state][0], fen=rows[state][1])
        for state in LineState
        if state in rows
    ]


def unsigned_count(batch: Batch) -> int:
    """Return how many payments of a batch nobody signed for."""
    return batch.lines.filter(state=LineState.PAID, receipt_kind="").count()


def payable(*, actor: Actor) -> QuerySet[Application]:
    """Return the approved applications that wait to be paid, by fund, oldest first.

    What a batch that is being prepared will hold is not among them.

    Raises:
        NotPermitted: the actor may not see payments.
    """
    actor.require(VIEWS)
    found = (
        Application.objects.filter(state=AidState.APPROVED, payee_state=PayeeState.SOUND)
        .select_related("fund")
        .order_by("fund_id", "approved_on", "number")
    )
    taken = wanted_by_others()
    return found.exclude(pk__in=taken) if taken else found


def wanted_by_others() -> Mapping[UUID, str]:
    """Return which applications a batch that is being prepared will hold, with its number."""
    rows = Batch.objects.filter(state=BatchState.PREPARING).values_list("number", "wanted")
    return {UUID(key): number for number, keys in rows for key in keys}


def batches_being_prepared() -> Iterable[Batch]:
    """Return the batches that a worker has to put together."""
    return Batch.objects.filter(state=BatchState.PREPARING).only("pk", "number")


def batches_being_given_up() -> Iterable[Batch]:
    """Return the batches whose applications a worker has to give back."""
    return Batch.objects.filter(state=BatchState.GIVING_UP).only("pk", "number")


def open_count(batch: Batch) -> int:
    """Return how many lines of a batch nobody has paid or let go yet."""
    return batch.lines.filter(state=LineState.OPEN).count()


def count_to_sign(actor: Actor) -> int:
    """Return how many batches wait for the actor to sign, or to take to the bank."""
    states = [state for capability, state in _SIGNING.items() if actor.may(capability)]
    if not states:
        return 0
    mine = Q(made_by_id=actor.user_id) | Q(checked_by_id=actor.user_id)
    mine |= Q(audited_by_id=actor.user_id)
    waiting = Batch.objects.filter(state__in=states)
    return waiting.exclude(mine & ~Q(state=BatchState.APPROVED)).count()


def batches_at_work() -> Iterable[Batch]:
    """Return the batches whose return file waits and can be used."""
    waiting = Batch.objects.filter(waits=True).only("pk", "number", "waits", "answers")
    return [batch for batch in waiting if is_answer_due(batch)]


def taken_in(batch: Batch) -> dict[str, Any] | None:
    """Return what is kept of the last return file that was taken in and not refused; nothing before one came."""
    taken: list[dict[str, Any]] = [one for one in batch.answers if "counts" in one]
    return taken[-1] if taken else None


def is_answer_due(batch: Batch) -> bool:
    """Whether the return file that waits is used now: money was seen to leave, or it pays nobody."""
    taken = taken_in(batch)
    if not batch.waits or taken is None:
        return False
    return not taken["counts"]["paid"] or batch.lines.filter(moved_on__isnull=False).exists()


def held_by(batch: Batch) -> str:
    """Return what keeps the return file that waits from being used; empty where nothing does."""
    taken = taken_in(batch)
    return str(taken.get(HELD, "")) if batch.waits and taken is not None else ""


def facts_of_station() -> Iterable[Fact]:
    """Derive every fact of the station in force anew, from the lines that were paid."""
    paid = Line.objects.filter(state=LineState.PAID).only("aid", "paid_on", "is_proxy")
    for line in in_pages(paid):
        yield from facts_of_lines([line])


def note_progress(batch_id: UUID, done: int) -> None:
    """Say how many lines of a return file have been used; it is only for looking at."""
    cache.set(f"payouts.progress.{batch_id}", done, PROGRESS_SECONDS)


def progress_of(batch_id: UUID) -> int:
    """Return how many lines of a return file have been used so far."""
    return int(cache.get(f"payouts.progress.{batch_id}") or 0)
