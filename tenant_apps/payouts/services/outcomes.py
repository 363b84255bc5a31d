"""What became of lines, in the books and in the applications: one transaction, all or nothing.

1201 holds what left the account and reached nobody yet; 1301 what has to come back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from bangfu.kernel.actors import EVERYTHING, Actor
from bangfu.kernel.errors import NotPermitted
from bangfu.kernel.picking import PickedText
from bangfu.kernel.tenancy import current_station
from shared_apps.rollup.services import record_facts
from tenant_apps.aid.services.crowds import (
    Progress,
    nobody_looks,
    note_not_paid_many,
    note_paid_many,
    note_returned_many,
)
from tenant_apps.aid.services.stepping import locked_applications
from tenant_apps.funds.chart import AID, EXECUTED, PAYOUTS, RESERVED, RETURNED
from tenant_apps.funds.models import JournalKind
from tenant_apps.funds.rules import Leg, Somebody
from tenant_apps.funds.services import post_journal
from tenant_apps.payouts.bankfile import Change, Status
from tenant_apps.payouts.indicators import facts_of_lines
from tenant_apps.payouts.models import Batch, Line, LineState

AT_ONCE = 1000
NO_REASON = "银行未说明原因"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the station, as a batch remembers them."""

    user_id: int | None
    name: str


def approver_of(batch: Batch) -> Actor:
    """Return the head who signed a batch, as the one who answers for what the bank makes of it.

    Raises:
        NotPermitted: nobody signed.
    """
    if batch.approved_by_id is None:
        raise NotPermitted
    return Actor(
        user_id=batch.approved_by_id,
        name=batch.approved_by,
        station=current_station(),
        capabilities=frozenset({EVERYTHING}),
        via="system",
    )


def take_effect(
    batch: Batch,
    changes: Sequence[Change],
    lines: Mapping[str, Line],
    *,
    ref: str,
    on: date,
    maker: Somebody,
    actor: Actor,
    now: datetime,
    progress: Progress = nobody_looks,
) -> None:
    """Let what the bank said be so: post it, move the lines, tell the applications, write the facts.

    ``ref`` names what was said: telling it again posts nothing. ``maker`` brought it, ``actor`` signed the batch.
    Everything it takes is locked in the order applications, books, audit chain.

    Raises:
        DomainError: as ``post_journal`` and as aid; nothing is changed.
    """
    by_status: dict[Status, list[Line]] = defaultdict(list)
    for change in changes:
        line = lines[change.ref]
        line.reason = change.reason if change.status is not Status.PAID else ""
        line.bank_serial = change.serial or line.bank_serial
        by_status[change.status].append(line)
    locked_applications([lines[change.ref].application_id for change in changes])
    paid, failed = by_status[Status.PAID], by_status[Status.FAILED]
    returned = by_status[Status.RETURNED]
    _post(batch, paid, failed, returned, ref=ref, on=on, maker=maker, actor=actor, now=now)
    facts = [*facts_of_lines(paid, on=on), *facts_of_lines(returned, sign=-1)]
    for status, state in _STATES.items():
        _move(by_status[status], state, paid_on=on if status is Status.PAID else None)
    record_facts(facts, now=now)
    note_paid_many(
        {line.application_id: line.ref for line in paid}, on=on, actor=actor, now=now,
        progress=progress,
    )  # fmt: skip
    done = len(paid)
    for lines_of_state, note_many in ((failed, note_not_paid_many), (returned, note_returned_many)):
        for start in range(0, len(lines_of_state), AT_ONCE):
            some = lines_of_state[start : start + AT_ONCE]
            note_many(_reasons(some), actor=actor, now=now)
            done += len(some)
            progress(done)


_STATES = {
    Status.PAID: LineState.PAID,
    Status.FAILED: LineState.FAILED,
    Status.UNKNOWN: LineState.UNKNOWN,
    Status.RETURNED: LineState.RETURNED,
}


def _post(
    batch: Batch,
    paid: Sequence[Line],
    failed: Sequence[Line],
    returned: Sequence[Line],
    *,
    ref: str,
    on: date,
    maker: Somebody,
    actor: Actor,
    now: datetime,
) -> None:
    left = [line for line in failed if line.moved_on is not None]
    words = {"number": batch.number, "title": batch.title}
    for kind, memo, legs in (
        (
            JournalKind.PAYOUT_PAID,
            _("发放成功 %(number)s %(title)s"),
            {**_spent(paid), PAYOUTS: -_sum(paid), EXECUTED: _sum(paid), RESERVED: -_sum(paid)},
        ),
        (
            JournalKind.PAYOUT_FAILED,
            _("发放失败，款待退回 %(number)s %(title)s"),
            {RETURNED: _sum(left), PAYOUTS: -_sum(left)},
        ),
        (
            JournalKind.PAYOUT_RETURNED,
            _("银行退票，款待退回 %(number)s %(title)s"),
            {
                RETURNED: _sum(returned),
                **{code: -fen for code, fen in _spent(returned).items()},
                RESERVED: _sum(returned),
                EXECUTED: -_sum(returned),
            },
        ),
    ):
        moved = [
            Leg(code=code, fund_id=batch.fund_id, amount_fen=fen)
            for code, fen in legs.items()
            if fen
        ]
        if moved:
            post_journal(
                kind=kind, ref=ref, effective_on=on, memo=(memo % words)[:200], legs=moved,
                maker=maker, actor=actor, now=now,
            )  # fmt: skip


def _spent(lines: Iterable[Line]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for line in lines:
        sums[f"{AID}.{line.aid}"] += line.amount_fen
    return dict(sums)


def _sum(lines: Iterable[Line]) -> int:
    return sum(line.amount_fen for line in lines)


def _reasons(lines: Iterable[Line]) -> dict[UUID, str]:
    return {line.application_id: line.reason or NO_REASON for line in lines}


def _move(lines: Sequence[Line], state: LineState, *, paid_on: date | None) -> None:
    if not lines:
        return
    same: dict[str, object] = {"state": state, "receipt_kind": "", "receipt_on": None}
    if paid_on is not None:
        same["paid_on"] = paid_on
    for line in lines:
        for name, value in same.items():
            setattr(line, name, value)
    for start in range(0, len(lines), AT_ONCE):
        some = lines[start : start + AT_ONCE]
        Line.objects.filter(pk__in=[line.pk for line in some]).update(
            **same,
            reason=PickedText({line.ref: line.reason for line in some}, "ref"),
            bank_serial=PickedText({line.ref: line.bank_serial for line in some}, "ref"),
        )
