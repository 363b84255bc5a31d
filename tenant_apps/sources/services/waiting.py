"""What transfers and donations expect at the own bank, and what follows when it was booked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, NotFound
from tenant_apps.funds.expectations import Booking, Expectation
from tenant_apps.funds.models import Journal, JournalKind
from tenant_apps.funds.rules import Somebody
from tenant_apps.sources import rules
from tenant_apps.sources.models import (
    Donation,
    DonationKind,
    DonationState,
    Side,
    Transfer,
    TransferState,
)
from tenant_apps.sources.selectors import donations_moved_on
from tenant_apps.sources.services.donating import (
    check_takes_back,
    receive_money,
    take_back_money,
)
from tenant_apps.sources.services.following import end_of, follow, note_pair
from tenant_apps.sources.services.unpairing import check_unpair, unpair

_CONFIRMED = (
    TransferState.CLOSED,
    TransferState.RECEIVED,
    TransferState.REPORTED,
    TransferState.SETTLED,
)


class Transfers:
    """Money sent to, or coming from, another station, and unused money that goes back."""

    def expected(self, *, on: date) -> Iterable[Expectation]:
        """Return what should leave or come for transfers."""
        del on
        instructed, announced = TransferState.INSTRUCTED, TransferState.ANNOUNCED
        for transfer in Transfer.objects.filter(state__in=[instructed, announced]).order_by("id"):
            is_in = transfer.state == announced
            yield _expectation("transfer", transfer, transfer.amount_fen, incoming=is_in)
        asked = Transfer.objects.filter(side=Side.IN, wanted_back_fen__gt=0, state__in=_CONFIRMED)
        for transfer in asked.order_by("id"):
            yield _expectation("transfer", transfer, transfer.wanted_back_fen, incoming=False)
        coming = Transfer.objects.filter(side=Side.OUT, heard_fen__gt=0, state__in=_CONFIRMED)
        for transfer in coming.order_by("id"):
            yield _expectation("transfer", transfer, transfer.heard_fen, incoming=True)

    @transaction.atomic
    def settle(
        self,
        ref: str,
        bookings: tuple[Booking, ...],
        *,
        maker: Somebody,
        actor: Actor,
        now: datetime,
    ) -> Journal:
        """Post what the bank booked of a transfer, and tell the other end.

        Raises:
            NotFound, IllegalMove: it is not expected any more, or not so much.
            BelowFloor: the books have not that much to pay.
        """
        transfer = _locked(ref)
        fen, on = _total(bookings), max(one.booked_on for one in bookings)
        serial = bookings[0].serial
        known = _posted(transfer, serial=serial)
        if known is not None:
            return known
        if transfer.side == Side.OUT:
            if transfer.state == TransferState.INSTRUCTED:
                return _sent(transfer, bookings, fen, on, maker=maker, actor=actor, now=now)
            outcome = rules.taken_back(end_of(transfer), fen)
            transfer.wanted_back_fen = 0
            note_pair(transfer, -fen, here=on, there=transfer.confirmed_on or on, now=now)
            return _followed(
                transfer, outcome, "given_back", on, serial, maker=maker, actor=actor, now=now
            )
        if transfer.state == TransferState.ANNOUNCED:
            outcome = rules.credited(end_of(transfer), fen)
            transfer.moved_serial = serial
            enter(transfer, on, maker=maker, actor=actor)
            return _followed(
                transfer, outcome, "received", on, "", maker=maker, actor=actor, now=now
            )
        if fen != transfer.wanted_back_fen:
            raise IllegalMove
        outcome = rules.gave_back(end_of(transfer), fen)
        transfer.wanted_back_fen = 0
        return _followed(
            transfer, outcome, "given_back", on, serial, maker=maker, actor=actor, now=now
        )

    def check_undo(self, ref: str, journal: Journal) -> None:
        """Return only if the pair may be taken back. Raises: as ``check_unpair``."""
        check_unpair(ref, journal)

    def undo(
        self,
        ref: str,
        journal: Journal,
        *,
        reason: str,
        maker: Somebody,
        actor: Actor,
        now: datetime,
    ) -> None:
        """Take back that the bank booked a transfer. Raises: as ``unpair``."""
        unpair(ref, journal, reason=reason, maker=maker, actor=actor, now=now)

    def ended(self, refs: Iterable[str]) -> Mapping[str, str]:
        """Return which of these transfers are not expected any more, and why."""
        return _ended(refs)


class TransfersBack:
    """Money on its way that the bank may give back: the same reference, as a credit."""

    def expected(self, *, on: date) -> Iterable[Expectation]:
        """Return what could bounce."""
        del on
        on_the_way = Transfer.objects.filter(
            side=Side.OUT, state__in=[TransferState.SENT, TransferState.MISMATCH]
        )
        for transfer in on_the_way.order_by("id"):
            fen = end_of(transfer).in_transit_fen
            if fen:
                yield _expectation("transfer_back", transfer, fen, incoming=True, certain=False)

    @transaction.atomic
    def settle(
        self,
        ref: str,
        bookings: tuple[Booking, ...],
        *,
        maker: Somebody,
        actor: Actor,
        now: datetime,
    ) -> Journal:
        """Post what the bank gave back, and tell the other end.

        Raises:
            NotFound, IllegalMove: nothing is on its way, or not so much.
        """
        transfer = _locked(ref)
        fen, on = _total(bookings), max(one.booked_on for one in bookings)
        serial = bookings[0].serial
        known = _posted(transfer, serial=serial)
        if known is not None:
            return known
        outcome = rules.bounced(end_of(transfer), fen)
        return _followed(
            transfer, outcome, "bounced", on, serial, maker=maker, actor=actor, now=now
        )


class Donations:
    """Money that was pledged."""

    def expected(self, *, on: date) -> Iterable[Expectation]:
        """Return what was pledged and has not come."""
        del on
        pledged = Donation.objects.filter(
            kind=DonationKind.CASH, state=DonationState.PLEDGED
        ).order_by("id")
        for donation in pledged:
            if donation.fund_id is None:
                # The database asks a fund of money.
                continue
            yield Expectation(
                kind="donation",
                ref=donation.number,
                amount_fen=donation.amount_fen,
                incoming=True,
                fund_id=donation.fund_id,
                counterparty=donation.donor,
                due_on=donation.pledged_on,
                # A pledge is no order to a bank: it may take months, or never come.
                certain=False,
            )

    @transaction.atomic
    def settle(
        self,
        ref: str,
        bookings: tuple[Booking, ...],
        *,
        maker: Somebody,
        actor: Actor,
        now: datetime,
    ) -> Journal:
        """Post a donation that came.

        Raises:
            NotFound, IllegalMove: it is not expected any more, or not so much.
        """
        return receive_money(
            ref,
            amount_fen=_total(bookings),
            on=max(one.booked_on for one in bookings),
            maker=maker,
            actor=actor,
            now=now,
        )

    def check_undo(self, ref: str, journal: Journal) -> None:
        """Return only if the pair may be taken back. Raises: as ``check_takes_back``."""
        check_takes_back(ref, journal)

    def undo(
        self,
        ref: str,
        journal: Journal,
        *,
        reason: str,
        maker: Somebody,
        actor: Actor,
        now: datetime,
    ) -> None:
        """Take back that a donation came. Raises: as ``take_back_money``."""
        take_back_money(ref, journal, reason=reason, maker=maker, actor=actor, now=now)

    def ended(self, refs: Iterable[str]) -> Mapping[str, str]:
        """Return which of these donations are not expected any more, and why."""
        return donations_moved_on(refs, since=DonationState.PLEDGED)


def _ended(refs: Iterable[str]) -> dict[str, str]:
    known = Transfer.objects.filter(number__in=[ref.upper() for ref in refs]).exclude(
        state__in=[TransferState.INSTRUCTED, TransferState.ANNOUNCED]
    )
    return {transfer.number.lower(): transfer.get_state_display() for transfer in known}


def enter(transfer: Transfer, on: date, *, maker: Somebody, actor: Actor) -> None:
    """Keep under whom the receiver's own bank line was entered, and the day. The caller saves."""
    transfer.planned_by_id, transfer.planned_by = maker.user_id, maker.name
    transfer.approved_by_id, transfer.approved_by = actor.user_id, actor.name
    transfer.moved_on = transfer.confirmed_on = on


def _sent(
    transfer: Transfer,
    bookings: tuple[Booking, ...],
    fen: int,
    on: date,
    *,
    maker: Somebody,
    actor: Actor,
    now: datetime,
) -> Journal:
    outcome = rules.debited(end_of(transfer), fen, counterparty=bookings[0].counterparty)
    transfer.moved_on, transfer.moved_serial = on, bookings[0].serial
    fund = transfer.fund
    return _with_voucher(
        follow(
            transfer,
            outcome,
            action="sent",
            on=on,
            maker=maker,
            actor=actor,
            now=now,
            says={
                "direction": transfer.direction,
                "source": transfer.source,
                "programmes": transfer.programmes,
                "fund_code": fund.code,
                "fund_name": fund.name,
                "year": transfer.year,
                "purpose": transfer.purpose,
                "payee": transfer.payee,
            },
        )
    )


def _followed(
    transfer: Transfer,
    outcome: rules.Outcome,
    action: str,
    on: date,
    serial: str,
    *,
    maker: Somebody,
    actor: Actor,
    now: datetime,
) -> Journal:
    return _with_voucher(
        follow(
            transfer,
            outcome,
            action=action,
            on=on,
            serial=serial,
            maker=maker,
            actor=actor,
            now=now,
        )
    )


def _with_voucher(journal: Journal | None) -> Journal:
    if journal is None:
        raise IllegalMove
    return journal


def _locked(ref: str) -> Transfer:
    transfer = (
        Transfer.objects.select_for_update(of=("self",))
        .select_related("fund")
        .filter(number=ref)
        .first()
    )
    if transfer is None:
        raise NotFound
    return transfer


def _posted(transfer: Transfer, *, serial: str) -> Journal | None:
    """The voucher of these very bookings, where they were settled before."""
    kinds, ref = [JournalKind.TRANSFER_BACK], f"{transfer.number}/{serial}"
    if serial == transfer.moved_serial:
        kinds, ref = [JournalKind.TRANSFER_SENT, JournalKind.TRANSFER_IN], transfer.number
    known = Journal.objects.filter(kind__in=kinds, reversed_by__isnull=True)
    return known.filter(Q(ref=ref) | Q(ref__startswith=f"{ref}#")).first()


def _total(bookings: tuple[Booking, ...]) -> int:
    return sum(abs(one.amount_fen) for one in bookings)


def _expectation(
    kind: str, transfer: Transfer, fen: int, *, incoming: bool, certain: bool = True
) -> Expectation:
    is_payee = transfer.side == Side.OUT and not incoming
    return Expectation(
        kind=kind,
        ref=transfer.number,
        amount_fen=fen,
        incoming=incoming,
        fund_id=transfer.fund_id,
        counterparty=transfer.payee if is_payee else transfer.partner_name,
        due_on=transfer.moved_on or clock.local_day(transfer.changed_at),
        certain=certain,
    )
