"""The file goes to the bank: the signed bytes, by somebody other than who approved them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove
from shared_apps.audit.services import record
from tenant_apps.payouts.errors import FileMissing, SignedAlready
from tenant_apps.payouts.flow import SENDS
from tenant_apps.payouts.models import Batch, BatchState, Channel, LineState
from tenant_apps.payouts.services.signing import bank_file
from tenant_apps.payouts.services.steps import (
    advance,
    let_wait,
    locked_batch,
    subject_of,
    tell_step,
)

_MAY_BE_TAKEN = frozenset(
    {BatchState.APPROVED, BatchState.SENT, BatchState.PARTLY_PAID, BatchState.PAID}
)


@transaction.atomic
def take_bank_file(batch_id: UUID, *, actor: Actor, now: datetime) -> tuple[Batch, bytes]:
    """Return the file for the bank; that it was taken, with all its cards, is noted.

    Raises:
        NotPermitted, NotFound: as their names say.
        IllegalMove: it is not signed by all.
        FileMissing: everybody is paid in cash.
        FileAltered: the kept file is not what was signed.
    """
    actor.require(SENDS)
    batch = locked_batch(batch_id)
    if batch.state not in _MAY_BE_TAKEN:
        raise IllegalMove
    if batch.channel != Channel.BANK:
        raise FileMissing(number=batch.number)
    data = bank_file(batch)
    record(
        event="payout.file_taken",
        actor=actor,
        subject=subject_of(batch),
        data={
            "number": batch.number,
            "count": batch.count,
            "total_fen": batch.total_fen,
            "digest": bytes(batch.digest or b"").hex(),
        },
        now=now,
    )
    return batch, data


@transaction.atomic
def send_batch(batch_id: UUID, *, actor: Actor, now: datetime) -> Batch:
    """Note that the bank has the file, or that the cash was drawn; from now on only the bank moves its lines.

    Raises:
        NotPermitted, NotFound, IllegalMove: as their names say.
        SignedAlready: the actor approved it.
        FileAltered: the kept file is not what was signed.
    """
    batch = locked_batch(batch_id)
    before = advance(batch, "send", actor=actor)
    if actor.user_id == batch.approved_by_id:
        raise SignedAlready(number=batch.number, part=gettext_noop("主席签批"))
    bank_file(batch)
    batch.lines.filter(state=LineState.OPEN).update(state=LineState.SENT)
    batch.sent_by_id, batch.sent_by = actor.user_id, actor.name
    batch.sent_on, batch.changed_at = clock.local_day(now), now
    batch.save(update_fields=["state", "sent_by_id", "sent_by", "sent_on", "changed_at"])
    let_wait(
        batch, capability=SENDS,
        title=gettext_noop("等待银行结果：发放批次 %(number)s（%(title)s）"),
        clock_kind="payout_answer", now=now,
    )  # fmt: skip
    tell_step(batch, "send", before=before, actor=actor, now=now)
    return batch
