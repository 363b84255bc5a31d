"""Money that lay unidentified and turns out to be a transfer's."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.text import kept
from bangfu.ui.templatetags.ui import yuan
from tenant_apps.funds.chart import BANK, UNIDENTIFIED
from tenant_apps.funds.models import Journal, JournalKind
from tenant_apps.funds.rules import Leg, Somebody
from tenant_apps.funds.selectors import legs_of
from tenant_apps.funds.services import lock_open_years, post_journal
from tenant_apps.sources import rules
from tenant_apps.sources.errors import NotUnidentified
from tenant_apps.sources.models import Side, Transfer
from tenant_apps.sources.services.following import end_of, follow, note_pair
from tenant_apps.sources.services.waiting import enter


@transaction.atomic
def claim_for_transfer(
    transfer_id: UUID, receipt_id: UUID, *, maker: Somebody, actor: Actor, now: datetime
) -> Transfer:
    """Say that an unidentified receipt is an announced transfer: in full, or not so much, which is a difference.

    At the sender: that it is the money the other station said it gave back. ``maker`` proposed it, ``actor``
    confirms. The other end hears what came.

    Raises:
        NotPermitted, NotFound, SamePerson: as their names say.
        NotUnidentified: the voucher is no receipt that waits to be claimed.
        IllegalMove: the transfer is not awaited any more.
    """
    actor.require("fund.check")
    transfer = Transfer.objects.select_for_update().filter(pk=transfer_id).first()
    if transfer is None:
        raise NotFound
    receipt = _unidentified(receipt_id)
    leg = next(one for one in legs_of(receipt) if one.code == UNIDENTIFIED)
    fen = -leg.amount_fen
    if transfer.side == Side.OUT:
        return _found_back(transfer, receipt, leg, maker=maker, actor=actor, now=now)
    outcome = rules.found_unidentified(end_of(transfer), fen)
    _move(receipt, leg, transfer.fund_id, maker=maker, actor=actor, now=now)
    enter(transfer, receipt.effective_on, maker=maker, actor=actor)
    transfer.moved_serial = receipt.ref
    follow(
        transfer,
        outcome,
        action="received" if outcome.kind else "mismatch",
        on=receipt.effective_on,
        maker=maker,
        actor=actor,
        now=now,
        comment=kept(gettext_lazy("认领收款凭证 %(journal)s，%(amount)s 元"))
        % {"journal": str(receipt), "amount": yuan(fen)},
    )
    return transfer


def unidentified_receipts() -> list[Journal]:
    """Return the receipts nobody has claimed, oldest first. Two queries."""
    taken = Journal.objects.filter(
        kind__in=[JournalKind.CLAIM, JournalKind.BETWEEN], reversed_by__isnull=True
    )
    claimed = set()
    for ref in taken.values_list("ref", flat=True):
        # What a transfer claims is named by its number and the receipt; what was taken back and done again is counted.
        claimed |= {_name(ref), _name(ref.partition("/")[2])}
    receipts = Journal.objects.filter(
        kind=JournalKind.BANK_IN,
        entries__account__code=UNIDENTIFIED,
        reversed_by__isnull=True,
    )
    claimed |= set(
        Transfer.objects.filter(side=Side.IN)
        .exclude(moved_serial="")
        .values_list("moved_serial", flat=True)
    )
    rows = receipts.order_by("effective_on", "number")
    return [one for one in rows if not {one.ref, _name(one.ref)} & claimed]


def _name(ref: str) -> str:
    return ref.partition("#")[0]


def _unidentified(receipt_id: UUID) -> Journal:
    # One claim after the other.
    lock_open_years()
    receipt = next((one for one in unidentified_receipts() if one.pk == receipt_id), None)
    if receipt is None:
        raise NotUnidentified
    return receipt


def _found_back(
    transfer: Transfer, receipt: Journal, leg: Leg, *, maker: Somebody, actor: Actor, now: datetime
) -> Transfer:
    fen, on = -leg.amount_fen, receipt.effective_on
    outcome = rules.taken_back(end_of(transfer), fen, unidentified=True)
    _move(receipt, leg, transfer.fund_id, maker=maker, actor=actor, now=now)
    transfer.wanted_back_fen = 0
    note_pair(transfer, -fen, here=on, there=transfer.confirmed_on or on, now=now)
    follow(
        transfer,
        outcome,
        action="given_back",
        on=on,
        serial=receipt.ref,
        maker=maker,
        actor=actor,
        now=now,
    )
    return transfer


def _move(
    receipt: Journal, leg: Leg, fund_id: UUID, *, maker: Somebody, actor: Actor, now: datetime
) -> None:
    """Let unidentified money lie with the fund of the transfer it belongs to."""
    if leg.fund_id == fund_id:
        return
    fen = -leg.amount_fen
    post_journal(
        kind=JournalKind.BETWEEN,
        ref=receipt.ref,
        effective_on=receipt.effective_on,
        memo=kept(gettext_lazy("待认领收款转入对应资金：%(journal)s")) % {"journal": str(receipt)},
        legs=[
            Leg(code=UNIDENTIFIED, fund_id=leg.fund_id, amount_fen=fen),
            Leg(code=BANK, fund_id=leg.fund_id, amount_fen=-fen),
            Leg(code=BANK, fund_id=fund_id, amount_fen=fen),
            Leg(code=UNIDENTIFIED, fund_id=fund_id, amount_fen=-fen),
        ],
        maker=maker,
        actor=actor,
        now=now,
    )
