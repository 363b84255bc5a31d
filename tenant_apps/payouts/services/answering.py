"""The bank's return file: refused whole, or kept until the money is seen to have left, and then used whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import blind_index, sm3
from bangfu.kernel.errors import DomainError, IllegalMove, NotPermitted
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from shared_apps.audit.services import record
from shared_apps.notifications.services import notify
from shared_apps.reconciliation.models import BreakKind
from shared_apps.reconciliation.services import reconcile_station
from tenant_apps.aid.services.crowds import Progress, nobody_looks
from tenant_apps.casework.services import record_event
from tenant_apps.payouts.bankfile import (
    Change,
    Expected,
    FileRefused,
    Reply,
    Status,
    judge,
    layout_of,
)
from tenant_apps.payouts.doorbell import ring_for
from tenant_apps.payouts.errors import AnswerWaits, FileMissing, SignedAlready
from tenant_apps.payouts.flow import SENDS
from tenant_apps.payouts.links import page_link
from tenant_apps.payouts.models import (
    WITH_BANK,
    Batch,
    BatchState,
    Channel,
    Line,
    LineState,
)
from tenant_apps.payouts.selectors import DROPPED, HELD, REFUSED, taken_in
from tenant_apps.payouts.services.outcomes import Person, approver_of, take_effect
from tenant_apps.payouts.services.preparing import check_reason
from tenant_apps.payouts.services.steps import (
    advance,
    end_waiting,
    let_wait,
    locked_batch,
    subject_of,
    tell_step,
)

ANSWERED = frozenset({*WITH_BANK, BatchState.RECONCILED, BatchState.CLOSED})
CRITICAL = frozenset({"B2", "B10"})
# A batch of so many lines is answered while somebody looks on; a larger one by a worker.
AT_ONCE = 200


def receive_answer(batch_id: UUID, data: bytes, *, actor: Actor, now: datetime) -> Batch:
    """Take a return file; it is used at once, or as soon as the bank's statement shows the money leave.

    The same file again changes nothing. One that is refused is noted with its type of break, and nothing of it is
    used: it is a break of the reconciliation until a good one follows.

    Raises:
        NotPermitted, NotFound, IllegalMove: as their names say.
        SignedAlready: the actor approved the batch.
        AnswerWaits: another file waits for the bank's statement.
        FileRefused: as ``bankfile``.
    """
    try:
        batch = _receive(batch_id, data, actor=actor, now=now)
    except FileRefused as refusal:
        _note_refusal(batch_id, data, refusal, actor=actor, now=now)
        _compare_with_bank(now=now)
        raise
    used = go_on(batch, now=now)
    if any(one["kind"] == REFUSED for one in used.answers):
        _compare_with_bank(now=now)
    return used


def go_on(batch: Batch, *, now: datetime) -> Batch:
    """Use a return file that waits: at once where the batch is small, by a worker where it is large."""
    if not batch.waits:
        return batch
    if batch.count <= AT_ONCE:
        return use_or_hold(batch.pk, now=now)
    transaction.on_commit(lambda: ring_for(batch))
    return batch


@transaction.atomic
def use_or_hold(batch_id: UUID, *, now: datetime, progress: Progress = nobody_looks) -> Batch:
    """Use a return file as ``use_answer`` does; what keeps it from being used stands beside it until it is.

    The file was taken in: a year that is not open yet is no reason to refuse it, nor the line of the bank's statement
    that shows the money leave. A sweep tries again.
    """
    try:
        with transaction.atomic():
            return use_answer(batch_id, now=now, progress=progress)
    except DomainError as refusal:
        batch = locked_batch(batch_id)
        taken = taken_in(batch)
        if batch.waits and taken is not None:
            batch.answers = [
                one | {HELD: kept(refusal)} if one is taken else one for one in batch.answers
            ]
            batch.save(update_fields=["answers"])
        return batch


@transaction.atomic
def use_answer(batch_id: UUID, *, now: datetime, progress: Progress = nobody_looks) -> Batch:
    """Let a return file that waits be so, if the bank's statement shows all it pays leave the account.

    Safe to be told again: what was used does not wait any more.

    Raises:
        DomainError: as ``take_effect``; nothing is changed.
    """
    batch = locked_batch(batch_id)
    if not batch.waits or batch.answer is None:
        return batch
    data = batch.answer.reveal().encode("latin-1")
    lines = _lines_of(batch)
    reply, changes = _judged(batch, data, lines)
    if _not_yet_moved(changes, lines):
        return batch
    digest = sm3(data).hex()
    maker = Person(user_id=batch.answered_by_id, name=batch.answered_by)
    actor = approver_of(batch)
    take_effect(
        batch, changes, lines, ref=f"{batch.number}:{digest[:32]}", on=clock.local_day(now),
        maker=maker, actor=actor, now=now, progress=progress,
    )  # fmt: skip
    batch.waits, batch.changed_at = False, now
    batch.answers = [
        {name: said for name, said in one.items() if name != HELD} | {"used": now.isoformat()}
        if one["digest"] == digest and one["kind"] != DROPPED
        else one
        for one in batch.answers
    ]
    settle_state(batch, now=now)
    batch.save(update_fields=["state", "waits", "answers", "changed_at"])
    _tell_used(batch, reply, changes, digest, now=now)
    return batch


def drop_answer(batch_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Batch:
    """Take back a return file that waits and was not used: it was the wrong one. Another can then be brought.

    The file stays noted, with who dropped it and why; nothing of it was booked.

    Raises:
        NotPermitted, NotFound: as their names say.
        IllegalMove: none waits; it was used, or dropped.
        SignedAlready: the actor approved the batch.
        InvalidInput: P11 no reason.
    """
    batch = _drop(batch_id, reason, actor=actor, now=now)
    # What was refused before it stands open again.
    _compare_with_bank(now=now)
    return batch


@transaction.atomic
def _drop(batch_id: UUID, reason: str, *, actor: Actor, now: datetime) -> Batch:
    actor.require(SENDS)
    batch = locked_batch(batch_id)
    taken = taken_in(batch)
    if not batch.waits or taken is None:
        raise IllegalMove
    check_reason(reason)
    if actor.user_id == batch.approved_by_id:
        raise SignedAlready(number=batch.number, part=gettext_noop("主席签批"))
    said = {name: value for name, value in taken.items() if name not in {HELD, "counts"}}
    dropped = said | {
        "kind": DROPPED,
        "why": reason.strip()[:300],
        "dropped_by": actor.name,
        "dropped_at": now.isoformat(),
    }
    batch.answers = [dropped if one is taken else one for one in batch.answers]
    batch.answer, batch.waits, batch.changed_at = None, False, now
    if taken_in(batch) is None:
        batch.answered_by_id, batch.answered_by = None, ""
    batch.save(
        update_fields=[
            "answer", "waits", "answered_by_id", "answered_by", "answers", "changed_at"
        ]
    )  # fmt: skip
    tell_step(
        batch, "drop_answer", before=batch.state, comment=reason, actor=actor, now=now,
        data={"file": taken["digest"]},
    )  # fmt: skip
    return batch


@transaction.atomic
def _receive(batch_id: UUID, data: bytes, *, actor: Actor, now: datetime) -> Batch:
    actor.require(SENDS)
    if actor.user_id is None:
        raise NotPermitted
    batch = locked_batch(batch_id)
    digest = sm3(data).hex()
    known = [
        one
        for one in batch.answers
        if one["digest"] == digest and one["kind"] not in {REFUSED, DROPPED}
    ]
    if known:
        _stand_last(batch, known)
        return batch
    if batch.state not in ANSWERED:
        raise IllegalMove
    if batch.channel != Channel.BANK:
        raise FileMissing(number=batch.number)
    if actor.user_id == batch.approved_by_id:
        raise SignedAlready(number=batch.number, part=gettext_noop("主席签批"))
    if batch.waits:
        raise AnswerWaits(number=batch.number)
    reply, changes = _judged(batch, data, _lines_of(batch))
    batch.answer, batch.waits = data.decode("latin-1"), True
    batch.answered_by_id, batch.answered_by, batch.changed_at = actor.user_id, actor.name, now
    batch.answers = [
        *batch.answers,
        {
            "digest": digest,
            "kind": "whole" if reply.is_whole else "more",
            "by": actor.name,
            "at": now.isoformat(),
            "counts": _counts(changes),
        },
    ]
    batch.save(
        update_fields=[
            "answer", "waits", "answered_by_id", "answered_by", "answers", "changed_at"
        ]
    )  # fmt: skip
    tell_step(
        batch, "answer", before=batch.state, actor=actor, now=now,
        data={"file": digest, "lines": len(reply.rows), "changes": len(changes)},
    )  # fmt: skip
    return batch


def _stand_last(batch: Batch, known: list[dict[str, Any]]) -> None:
    """Let a good file that is brought again follow what was refused after it."""
    others = [one for one in batch.answers if one not in known]
    if batch.answers[-1]["kind"] == REFUSED:
        batch.answers = [*others, *known]
        batch.save(update_fields=["answers"])


def _compare_with_bank(*, now: datetime) -> None:
    reconcile_station(current_station(), now=now, kinds=[BreakKind.BANK])


def _lines_of(batch: Batch) -> dict[str, Line]:
    lines = batch.lines.select_for_update().exclude(state=LineState.VOID).order_by("serial")
    return {line.ref: line for line in lines}


def _judged(batch: Batch, data: bytes, lines: Mapping[str, Line]) -> tuple[Reply, list[Change]]:
    reply = layout_of(batch.layout).read(data)
    sent = {
        ref: Expected(
            card=bytes(line.card_hash or b""), amount_fen=line.amount_fen, state=line.state
        )
        for ref, line in lines.items()
    }
    changes = judge(
        reply,
        number=batch.number,
        sent=sent,
        known_card=lambda card: blind_index(card, purpose="card_no"),
    )
    return reply, changes


def _not_yet_moved(changes: list[Change], lines: Mapping[str, Line]) -> bool:
    return any(
        change.status is Status.PAID and lines[change.ref].moved_on is None for change in changes
    )


def settle_state(batch: Batch, *, now: datetime) -> None:
    """Move a batch, unsaved, to where its lines are; let it wait where the bank still owes an answer."""
    states = set(batch.lines.exclude(state=LineState.VOID).values_list("state", flat=True))
    action = "pay" if states == {LineState.PAID} else "pay_partly"
    if batch.state in {BatchState.RECONCILED, BatchState.CLOSED}:
        action = "reopen"
        batch.reconciled_by_id, batch.reconciled_by, batch.reconciled_at = None, "", None
    advance(batch, action, actor=Actor.system("payouts"))
    if states & {LineState.SENT, LineState.UNKNOWN}:
        let_wait(
            batch, capability=SENDS,
            title=gettext_noop("向银行查询结果不明的付款：%(number)s（%(title)s）"),
            clock_kind="payout_answer", now=now,
        )  # fmt: skip
    else:
        end_waiting(batch, now=now)


def _counts(changes: list[Change]) -> dict[str, int]:
    counts = {status.value: 0 for status in Status}
    for change in changes:
        counts[change.status.value] += 1
    return counts


def _tell_used(
    batch: Batch, reply: Reply, changes: list[Change], digest: str, *, now: datetime
) -> None:
    counts = _counts(changes)
    tell_step(
        batch, "use_answer", before=batch.state, now=now,
        actor=Actor(user_id=batch.answered_by_id, name=batch.answered_by, via="system"),
        comment=kept(gettext_lazy("成功 %(paid)s 笔，失败 %(failed)s 笔，不明 %(unknown)s 笔，退票 %(returned)s 笔"))
        % counts,
        data={"file": digest, "lines": len(reply.rows), **counts},
    )  # fmt: skip


@transaction.atomic
def _note_refusal(
    batch_id: UUID, data: bytes, refusal: FileRefused, *, actor: Actor, now: datetime
) -> None:
    batch = locked_batch(batch_id)
    digest = sm3(data).hex()
    batch.answers = [
        *(one for one in batch.answers if one["digest"] != digest),
        {
            "digest": digest,
            "kind": REFUSED,
            "by": actor.name,
            "at": now.isoformat(),
            "break": refusal.kind,
            "line": refusal.line,
            "why": kept(refusal),
        },
    ]
    batch.save(update_fields=["answers"])
    record_event(
        subject=subject_of(batch),
        action="refuse_answer",
        from_state=batch.state,
        to_state=batch.state,
        comment=f"{refusal.kind} {kept(refusal)}",
        actor=actor,
        now=now,
    )
    if refusal.kind in CRITICAL:
        notify(
            station_id=current_station().id,
            capability=SENDS, kind="payout.break", title=gettext_noop("银行回盘文件有重大差异"),
            body=kept(refusal), link=page_link("batch", batch.pk), now=now,
        )  # fmt: skip
    record(
        event="payout.answer_refused",
        actor=actor,
        subject=subject_of(batch),
        data={"number": batch.number, "file": digest, "break": refusal.kind, "line": refusal.line},
        now=now,
    )
