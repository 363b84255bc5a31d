"""How the ledger is shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel.errors import Text
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.funds.chart import CHART
from tenant_apps.funds.models import Account, Book, Entry, Fund
from tenant_apps.funds.rules import Leg, worded_account
from tenant_apps.funds.selectors import BalanceLine, FundStanding


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherLine:
    """One line of a voucher; of the two amounts, in fen, one is zero."""

    account: str
    fund: str
    debit: int
    credit: int
    book: Book
    account_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherBook:
    """The lines of a voucher in one book and their sums, in fen: debits and credits are equal, book by book."""

    book: Book
    lines: tuple[VoucherLine, ...]

    @property
    def name(self) -> Text:
        """What the book is called."""
        return self.book.label

    @property
    def debit(self) -> int:
        """The sum of the debits."""
        return sum(line.debit for line in self.lines)

    @property
    def credit(self) -> int:
        """The sum of the credits."""
        return sum(line.credit for line in self.lines)


def by_book(lines: Iterable[VoucherLine]) -> list[VoucherBook]:
    """Part the lines of a voucher into those of the cash book and those of the budget book.

    They are never added up together: the same money stands in both.
    """
    listed = list(lines)
    parts = [
        VoucherBook(book=book, lines=tuple(line for line in listed if line.book == book))
        for book in Book
    ]
    return [part for part in parts if part.lines]


def line_of_leg(leg: Leg, fund: Fund) -> VoucherLine:
    """Show one leg of a voucher that waits."""
    return VoucherLine(
        account=worded_account(leg.code),
        fund=fund.name,
        debit=max(leg.amount_fen, 0),
        credit=max(-leg.amount_fen, 0),
        book=CHART[leg.code].book,
    )


def line_of_entry(entry: Entry) -> VoucherLine:
    """Show one entry of a posted voucher."""
    return VoucherLine(
        account=worded_account(entry.account.code),
        fund=entry.account.fund.name,
        debit=max(entry.amount_fen, 0),
        credit=max(-entry.amount_fen, 0),
        book=Book(entry.account.book),
        account_id=entry.account_id,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """An account with its balance on the side where it grows, above zero as a rule."""

    id: UUID
    name: str
    book: str
    balance: int
    side: str


def account_rows(accounts: Iterable[Account]) -> list[AccountRow]:
    """Show accounts with their balances."""
    return [
        AccountRow(
            id=account.pk,
            name=worded_account(account.code),
            book=account.get_book_display(),
            balance=abs(account.balance_fen),
            side=side_of(account.balance_fen),
        )
        for account in accounts
    ]


def side_of(balance_fen: int) -> str:
    """Name the side on which a balance stands."""
    if not balance_fen:
        return _("平")
    return _("借") if balance_fen > 0 else _("贷")


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceRow:
    """One line of the trial balance as it is shown: amounts in fen above zero, with their sides."""

    account_id: UUID
    book: str
    name: str
    fund: str
    opening: int
    opening_side: str
    debit: int
    credit: int
    closing: int
    closing_side: str


def balance_rows(lines: Iterable[BalanceLine]) -> list[BalanceRow]:
    """Show a trial balance."""
    return [
        BalanceRow(
            account_id=line.account.pk,
            book=line.account.get_book_display(),
            name=worded_account(line.account.code),
            fund=line.account.fund.name,
            opening=abs(line.opening_fen),
            opening_side=side_of(line.opening_fen),
            debit=line.debit_fen,
            credit=line.credit_fen,
            closing=abs(line.closing_fen),
            closing_side=side_of(line.closing_fen),
        )
        for line in lines
    ]


def sum_of(lines: Iterable[BalanceLine]) -> dict[str, int]:
    """Add a trial balance up: both sides of each pair are equal, or the books are wrong."""
    listed = list(lines)
    return {
        "opening": sum(max(line.opening_fen, 0) for line in listed),
        "opening_credit": -sum(min(line.opening_fen, 0) for line in listed),
        "debit": sum(line.debit_fen for line in listed),
        "credit": sum(line.credit_fen for line in listed),
        "closing": sum(max(line.closing_fen, 0) for line in listed),
        "closing_credit": -sum(min(line.closing_fen, 0) for line in listed),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalRow:
    """Budget and final accounts of one fund, or of all, in fen. ``done`` is the share executed, in per cent."""

    fund: Fund | None
    source: str
    standing: FundStanding

    @property
    def done(self) -> int | None:
        """The part of the budget that was executed."""
        budget = self.standing.budget
        return round(100 * self.standing.executed / budget) if budget else None


def final_rows(standings: Sequence[FundStanding]) -> tuple[list[FinalRow], FinalRow]:
    """Show how funds stand, and all of them together."""
    rows = [
        FinalRow(
            fund=one.fund, source=CODE_LISTS["fund_source"].label(one.fund.source), standing=one
        )
        for one in standings
    ]
    amounts = {
        name: sum(getattr(one, name) for one in standings)
        for name in (
            "bank", "income", "spent", "paid_down", "surplus", "budget", "available", "reserved",
            "executed",
        )
    }  # fmt: skip
    return rows, FinalRow(fund=None, source="", standing=FundStanding(fund=Fund(), **amounts))


_ACTS = {
    "made": gettext_lazy("制单"),
    "checked": gettext_lazy("复核记账"),
    "returned": gettext_lazy("退回"),
    "withdrawn": gettext_lazy("制单人撤回"),
}


def act_label(action: str) -> Text:
    """Name an act on a voucher."""
    return _ACTS[action]
