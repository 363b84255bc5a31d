"""Vouchers made by hand that moved the bank account: they wait for the line that proves them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError
from bangfu.kernel.tenancy import current_station
from shared_apps.bankfiles.models import COUNTED, Line, Statement
from tenant_apps.funds.chart import BANK
from tenant_apps.funds.expectations import Booking, Expectation
from tenant_apps.funds.models import Entry, Journal, JournalKind
from tenant_apps.funds.rules import Somebody

KIND = "voucher"
# What opens the books was at the bank before its first statement.
_OPENS = (JournalKind.OPENING, JournalKind.TAKEOVER)


class VoucherNotAlike(DomainError):
    """The bank booked another amount than the voucher, or a line proves it already."""

    code = "voucher-not-alike"
    message = _("凭证 %(journal)s 与银行流水金额不一致，或已由其他流水核对。")


def first_day() -> date | None:
    """Return the day from which the bank's word counts at this station: that of its first statement."""
    rows = Statement.objects.filter(station_id=current_station().id, state__in=COUNTED)
    return rows.order_by("first_on").values_list("first_on", flat=True).first()


def unproven(*, on: date) -> QuerySet[Journal]:
    """The journals up to a day that moved the bank account by ``fen`` and no line of the bank proves.

    A journal and its reversal take each other out. One query.
    """
    since = first_day()
    if since is None:
        return Journal.objects.none()
    proven = Line.objects.filter(
        station_id=current_station().id, is_void=False, journal_id__isnull=False
    ).values("journal_id")
    taken_back = Q(reversed_by__effective_on__lte=on) & ~Q(pk__in=proven)
    takes_back = Q(reverses__isnull=False) & ~Q(reverses_id__in=proven)
    return (
        Journal.objects.filter(effective_on__range=(since, on))
        .exclude(kind__in=_OPENS)
        .exclude(pk__in=proven)
        .exclude(taken_back)
        .exclude(takes_back)
        .annotate(
            fen=Sum("entries__amount_fen", filter=Q(entries__account__code=BANK)),
        )
        .exclude(Q(fen=0) | Q(fen__isnull=True))
        .order_by("effective_on", "number")
    )


class WaitingVouchers:
    """Waits, for the vouchers that are not proven, for lines of the same amount."""

    def expected(self, *, on: date) -> Iterable[Expectation]:
        """Return the vouchers that no line proves; none counts as more than its amount, day and number."""
        # A voucher may be made some days before the bank books.
        rows = list(unproven(on=on + timedelta(days=31)))
        funds = dict(
            Entry.objects.filter(journal__in=rows, account__code=BANK)
            .order_by("-line")
            .values_list("journal_id", "account__fund_id")
        )
        for journal in rows:
            fen = int(journal.fen)  # type: ignore[attr-defined]
            yield Expectation(
                kind=KIND,
                ref=str(journal),
                amount_fen=abs(fen),
                incoming=fen > 0,
                fund_id=funds[journal.pk],
                counterparty="",
                due_on=journal.effective_on,
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
        """Answer with the voucher itself: it is posted, the bank only proves it.

        Raises:
            VoucherNotAlike: the amounts differ, or it is proven.
        """
        del maker, actor
        year, _dash, number = ref.partition("-")
        journal = (
            unproven(on=now.date() + timedelta(days=31))
            .filter(year=int(year), number=int(number))
            .first()
        )
        booked = sum(one.amount_fen for one in bookings)
        if journal is None or abs(int(journal.fen)) != booked:  # type: ignore[attr-defined]
            raise VoucherNotAlike(journal=ref)
        return journal

    def check_undo(self, ref: str, journal: Journal) -> None:
        """Return always: what a voucher says does not depend on its line."""

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
        """Do nothing: the voucher stays, only no line proves it any more."""
