"""Four people sign a batch: clerk, finance, supervisor, head; the same bytes, one after the other."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import sm3
from bangfu.kernel.errors import NotPermitted
from tenant_apps.payouts.errors import FileAltered, FileMissing, SignedAlready
from tenant_apps.payouts.flow import APPROVES, AUDITS, SENDS, SIGNS_NEXT
from tenant_apps.payouts.models import Batch, BatchState
from tenant_apps.payouts.services.giving_up import give_up
from tenant_apps.payouts.services.steps import advance, let_wait, locked_batch, tell_step


@transaction.atomic
def check_batch(batch_id: UUID, *, actor: Actor, now: datetime) -> Batch:
    """Finance has compared the batch with the approvals, the accounts and the fund.

    Raises:
        NotPermitted, NotFound, IllegalMove: as their names say.
        SignedAlready: the actor made it.
        FileAltered: the kept file is not what was frozen.
    """
    return _sign(
        batch_id, "check", part="checked", actor=actor, now=now, capability=AUDITS,
        title=gettext_noop("确认发放批次 %(number)s（%(title)s）"), clock_kind="payout_audit",
    )  # fmt: skip


@transaction.atomic
def audit_batch(batch_id: UUID, *, actor: Actor, now: datetime) -> Batch:
    """The supervisor agrees. Raises: as ``check_batch``."""
    return _sign(
        batch_id, "audit", part="audited", actor=actor, now=now, capability=APPROVES,
        title=gettext_noop("签批发放批次 %(number)s（%(title)s）"), clock_kind="payout_approve",
    )  # fmt: skip


@transaction.atomic
def approve_batch(batch_id: UUID, *, actor: Actor, now: datetime) -> Batch:
    """The head signs: the file may go to the bank. Raises: as ``check_batch``."""
    return _sign(
        batch_id, "approve", part="approved", actor=actor, now=now, capability=SENDS,
        title=gettext_noop("提交银行：发放批次 %(number)s（%(title)s）"), clock_kind="payout_send",
    )  # fmt: skip


@transaction.atomic
def return_batch(batch_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Batch:
    """Whoever signs next does not: the batch ends, its applications wait for a new one.

    Those of a large batch are given back by a worker: it is ``giving_up`` until then.

    Raises:
        NotPermitted, NotFound, IllegalMove: as their names say.
        InvalidInput: P11 no reason.
    """
    batch = locked_batch(batch_id)
    actor.require(SIGNS_NEXT.get(BatchState(batch.state), SENDS))
    return give_up(batch, "return", reason=reason, actor=actor, now=now)


@transaction.atomic
def void_batch(batch_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Batch:
    """Give a batch up that no bank knows of; its applications wait for a new one, as with ``return_batch``.

    Raises:
        NotPermitted, NotFound, IllegalMove: as their names say.
        InvalidInput: P11 no reason.
    """
    return give_up(locked_batch(batch_id), "void", reason=reason, actor=actor, now=now)


def bank_file(batch: Batch) -> bytes:
    """Return the bytes that were frozen and signed.

    Raises:
        FileMissing: the batch is not frozen.
        FileAltered: they are not the ones whose digest was signed.
    """
    if batch.file is None or batch.digest is None:
        raise FileMissing(number=batch.number)
    data: bytes = batch.file.reveal().encode("latin-1")
    if sm3(data) != bytes(batch.digest):
        raise FileAltered(number=batch.number)
    return data


def _sign(
    batch_id: UUID,
    action: str,
    *,
    part: str,
    actor: Actor,
    now: datetime,
    capability: str,
    title: str,
    clock_kind: str,
) -> Batch:
    batch = locked_batch(batch_id)
    before = advance(batch, action, actor=actor)
    check_signs_once(batch, actor)
    bank_file(batch)
    setattr(batch, f"{part}_by_id", actor.user_id)
    setattr(batch, f"{part}_by", actor.name)
    setattr(batch, f"{part}_at", now)
    batch.changed_at = now
    batch.save(update_fields=["state", f"{part}_by_id", f"{part}_by", f"{part}_at", "changed_at"])
    let_wait(batch, capability=capability, title=title, clock_kind=clock_kind, now=now)
    tell_step(batch, action, before=before, actor=actor, now=now)
    return batch


def check_signs_once(batch: Batch, actor: Actor) -> None:
    """Return only if the actor has not signed a batch in another part.

    Raises:
        SignedAlready: they have.
        NotPermitted: the actor is no person.
    """
    if actor.user_id is None:
        raise NotPermitted
    signed = {
        batch.made_by_id: BatchState.DRAFT,
        batch.checked_by_id: BatchState.CHECKED,
        batch.audited_by_id: BatchState.AUDITED,
        batch.approved_by_id: BatchState.APPROVED,
    }
    if actor.user_id in signed:
        raise SignedAlready(number=batch.number, part=_PARTS[signed[actor.user_id]])


_PARTS = {
    BatchState.DRAFT: gettext_noop("编制"),
    BatchState.CHECKED: gettext_noop("财务复核"),
    BatchState.AUDITED: gettext_noop("经审确认"),
    BatchState.APPROVED: gettext_noop("主席签批"),
}
