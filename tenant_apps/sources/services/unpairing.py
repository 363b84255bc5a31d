"""Take the pair of a transfer with a line of the bank back, as long as the other end has not acted on it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, NotFound
from shared_apps.exchange.selectors import waits_here
from tenant_apps.funds.models import Journal, JournalKind
from tenant_apps.funds.rules import Somebody
from tenant_apps.sources import unpairing
from tenant_apps.sources.errors import ActedOn
from tenant_apps.sources.models import Side, Transfer
from tenant_apps.sources.rules import Outcome
from tenant_apps.sources.services.following import end_of, follow
from tenant_apps.sources.services.reversing import reverse_pair
from tenant_apps.sources.services.saying import stream_of

_ENTERED = {Side.OUT: JournalKind.TRANSFER_SENT, Side.IN: JournalKind.TRANSFER_IN}


def check_unpair(ref: str, journal: Journal) -> None:
    """Return only if the pair of a transfer under this voucher may be taken back now.

    Raises:
        NotFound: there is no such transfer.
        ActedOn: the other end has acted on it, or says so in a message on its way, or the money went on here.
    """
    transfer = Transfer.objects.filter(number=ref).first()
    if transfer is None:
        raise NotFound
    _outcome(transfer, journal)


@transaction.atomic
def unpair(
    ref: str, journal: Journal, *, reason: str, maker: Somebody, actor: Actor, now: datetime
) -> None:
    """Take back that a line of the bank was this transfer: it stands as before the line, and the other end is told.

    Raises:
        NotFound, ActedOn: as ``check_unpair``.
        BelowFloor: the money, or its budget, is used here already.
        Otherwise as ``reverse_journal``.
    """
    transfer = Transfer.objects.select_for_update().filter(number=ref).first()
    if transfer is None:
        raise NotFound
    outcome = _outcome(transfer, journal)
    reverse_pair(journal, reason=reason, maker=maker, actor=actor, now=now)
    transfer.moved_on, transfer.moved_serial = None, ""
    if transfer.side == Side.IN:
        # Under whom the line was entered: nobody has entered one any more.
        transfer.confirmed_on = None
        transfer.planned_by_id, transfer.planned_by = None, ""
        transfer.approved_by_id, transfer.approved_by = None, ""
    action = "unsent" if transfer.side == Side.OUT else "unreceived"
    follow(
        transfer, outcome, action=action, on=journal.effective_on, actor=actor, now=now,
        comment=reason,
    )  # fmt: skip


def _outcome(transfer: Transfer, journal: Journal) -> Outcome:
    if journal.kind != _ENTERED[Side(transfer.side)]:
        raise ActedOn(why=_("对方已按到账金额或退款登记，请由两端认领、确认实收或退还余款。"))
    if waits_here(stream_of(transfer)):
        raise ActedOn(why=_("对方对这笔拨款的答复正在送达，请稍后再看。"))
    if transfer.side == Side.IN and transfer.wanted_back_fen:
        raise ActedOn(why=_("对方已要求退还余款。"))
    undo = unpairing.unsent if transfer.side == Side.OUT else unpairing.unreceived
    try:
        return undo(end_of(transfer))
    except IllegalMove as refusal:
        raise ActedOn(
            why=_("这笔拨款现在是“%(state)s”，两端已在此基础上继续办理。")
            % {"state": transfer.get_state_display()}
        ) from refusal
