"""Donations that go back to their donors, as they are expected at the own bank."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from bangfu.kernel.actors import Actor
from tenant_apps.funds.expectations import Booking, Expectation
from tenant_apps.funds.models import Journal
from tenant_apps.funds.rules import Somebody
from tenant_apps.sources.models import Donation, DonationKind, DonationState
from tenant_apps.sources.selectors import donations_moved_on
from tenant_apps.sources.services.giving_back import check_unpay, pay_return, unpay_return


class DonationsBack:
    """Money that two people agreed to give back to its donor."""

    def expected(self, *, on: date) -> Iterable[Expectation]:
        """Return what is to leave the account for donors."""
        del on
        rows = Donation.objects.filter(kind=DonationKind.CASH, state=DonationState.RETURNING)
        for donation in rows.order_by("id"):
            if donation.fund_id is None:
                # The database asks a fund of money.
                continue
            yield Expectation(
                kind="donation_return",
                ref=donation.number,
                amount_fen=int(donation.going_back["fen"]),
                incoming=False,
                fund_id=donation.fund_id,
                counterparty=donation.donor,
                due_on=date.fromisoformat(donation.going_back["on"]),
            )

    def settle(
        self,
        ref: str,
        bookings: tuple[Booking, ...],
        *,
        maker: Somebody,
        actor: Actor,
        now: datetime,
    ) -> Journal:
        """Post what the bank paid back. Raises: as ``pay_return``."""
        return pay_return(
            ref,
            amount_fen=sum(abs(one.amount_fen) for one in bookings),
            serial=bookings[0].serial,
            on=max(one.booked_on for one in bookings),
            maker=maker,
            actor=actor,
            now=now,
        )

    def check_undo(self, ref: str, journal: Journal) -> None:
        """Return only if the pair may be taken back. Raises: as ``check_unpay``."""
        check_unpay(ref, journal)

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
        """Take back that the bank paid it. Raises: as ``unpay_return``."""
        unpay_return(ref, journal, reason=reason, maker=maker, actor=actor, now=now)

    def ended(self, refs: Iterable[str]) -> Mapping[str, str]:
        """Return which of these donations do not go back any more, and why."""
        return donations_moved_on(refs, since=DonationState.RETURNING)
