"""The end of a batch: compared with the bank and the books by a second person, summed up by name, put away."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotPermitted
from bangfu.ui.templatetags.ui import yuan
from tenant_apps.aid.models import PAID_STATES
from tenant_apps.funds.chart import AID
from tenant_apps.funds.models import Entry, JournalKind
from tenant_apps.payouts.errors import NotFinished, NotReconciled, SignedAlready
from tenant_apps.payouts.models import Batch, LineState
from tenant_apps.payouts.services.national import nationally_left, wait_for_entry
from tenant_apps.payouts.services.signing import bank_file
from tenant_apps.payouts.services.steps import advance, locked_batch, tell_step

_SPENDING = (JournalKind.PAYOUT_PAID, JournalKind.PAYOUT_RETURNED)


@transaction.atomic
def reconcile_batch(batch_id: UUID, *, actor: Actor, now: datetime) -> Batch:
    """The supervisor has the batch compared: file = lines = bank = applications = ledger, to the fen.

    Raises:
        NotPermitted, NotFound, IllegalMove: as their names say.
        SignedAlready: the actor handed it to the bank.
        NotReconciled: something differs, or is still open; it says what.
    """
    batch = locked_batch(batch_id)
    before = advance(batch, "reconcile", actor=actor)
    if actor.user_id is None:
        raise NotPermitted
    if actor.user_id in {batch.sent_by_id, batch.answered_by_id}:
        raise SignedAlready(number=batch.number, part=_("提交银行"))
    found = differences(batch)
    if found:
        raise NotReconciled(number=batch.number, why="；".join(found))
    batch.reconciled_by_id, batch.reconciled_by = actor.user_id, actor.name
    batch.reconciled_at = batch.changed_at = now
    batch.save(
        update_fields=[
            "state", "reconciled_by_id", "reconciled_by", "reconciled_at", "changed_at"
        ]
    )  # fmt: skip
    wait_for_entry(batch, now=now)
    tell_step(batch, "reconcile", before=before, actor=actor, now=now)
    return batch


@transaction.atomic
def close_batch(batch_id: UUID, *, actor: Actor, now: datetime) -> Batch:
    """Put a batch away: everybody signed, the summary by name was made, and it is entered in the national system.

    Raises:
        NotPermitted, NotFound, IllegalMove: as their names say.
        NotFinished: a receipt or the summary is missing, or the entry, which two people did not waive.
    """
    batch = locked_batch(batch_id)
    before = advance(batch, "close", actor=actor)
    unsigned = batch.lines.filter(state=LineState.PAID, receipt_kind="").count()
    if unsigned:
        raise NotFinished(
            number=batch.number, why=_("还有 %(count)s 笔没有签收。") % {"count": unsigned}
        )
    if batch.summary_at is None:
        raise NotFinished(number=batch.number, why=_("还没有导出实名制汇总表。"))
    left = nationally_left(batch)
    if left and not batch.is_waived:
        raise NotFinished(
            number=batch.number,
            why=_("还有 %(count)s 笔没有登记录入全国系统；确实不能录入的，先申请免于录入。")
            % {"count": left},
        )
    batch.closed_at = batch.changed_at = now
    batch.save(update_fields=["state", "closed_at", "changed_at"])
    tell_step(batch, "close", before=before, actor=actor, now=now)
    return batch


def differences(batch: Batch) -> list[str]:
    """Say in sentences what keeps a batch from being reconciled; nothing where all agrees.

    Raises:
        FileAltered: the kept file is not what was signed.
    """
    bank_file(batch)
    found = []
    lines = batch.lines.exclude(state=LineState.VOID)
    sums = {
        row["state"]: row["fen"]
        for row in lines.order_by().values("state").annotate(fen=Sum("amount_fen"))
    }
    for state, text in (
        (LineState.SENT, _("还有 %(fen)s 元没有银行结果")),
        (LineState.UNKNOWN, _("还有 %(fen)s 元结果不明")),
    ):
        if sums.get(state):
            found.append(text % {"fen": yuan(sums[state])})
    out = lines.filter(state__in=(LineState.FAILED, LineState.RETURNED), moved_on__isnull=False)
    missing = out.filter(back_on=None).aggregate(fen=Sum("amount_fen"))["fen"]
    if missing:
        found.append(_("还有 %(fen)s 元应退回而未到账") % {"fen": yuan(missing)})
    paid = sums.get(LineState.PAID, 0)
    for text, other in (
        (_("台账支出 %(other)s 元，成功发放 %(paid)s 元"), _posted(batch)),
        (_("申请已发放 %(other)s 元，成功发放 %(paid)s 元"), _aided(batch)),
    ):
        if other != paid:
            found.append(text % {"other": yuan(other), "paid": yuan(paid)})
    if sum(sums.values()) != batch.total_fen:
        found.append(
            _("明细合计 %(sum)s 元，封存总额 %(total)s 元")
            % {"sum": yuan(sum(sums.values())), "total": yuan(batch.total_fen)}
        )
    return found


def _posted(batch: Batch) -> int:
    fen = Entry.objects.filter(
        journal__kind__in=_SPENDING,
        journal__ref__startswith=batch.number,
        account__code__startswith=f"{AID}.",
    ).aggregate(fen=Sum("amount_fen"))["fen"]
    return fen or 0


def _aided(batch: Batch) -> int:
    fen = batch.lines.filter(state=LineState.PAID, application__state__in=PAID_STATES).aggregate(
        fen=Sum("application__amount_fen")
    )["fen"]
    return fen or 0
