"""Questions about the ledger of the station in force."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum, Window
from django.db.models.functions import Coalesce

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.reading import in_pages
from shared_apps.rollup.indicators import Fact
from tenant_apps.casework.models import Todo
from tenant_apps.funds.chart import AVAILABLE, BANK, CHART, INCOME, RESERVED, ChartAccount
from tenant_apps.funds.indicators import Posted, facts_of_entries
from tenant_apps.funds.models import (
    Account,
    Book,
    Entry,
    Fund,
    Journal,
    JournalKind,
    Period,
    PeriodState,
)
from tenant_apps.funds.rules import Leg

VIEWS = "fund.view"
SUBJECT = "voucher"
WAITS = "funds.check"


# --- journals -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalSearch:
    """What a person looks for in the list; empty means anything. Days are both included."""

    words: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None


def journals(search: JournalSearch, *, actor: Actor) -> QuerySet[Journal]:
    """The vouchers that fit, newest first, each with the ``total`` fen it is about (``rules.worth_fen``).

    Raises:
        NotPermitted: the actor may not see the ledger.
    """
    actor.require(VIEWS)
    rows = Journal.objects.all()
    if search.kind:
        rows = rows.filter(kind=search.kind)
    if search.since:
        rows = rows.filter(effective_on__gte=search.since)
    if search.until:
        rows = rows.filter(effective_on__lte=search.until)
    words = search.words.strip()
    if words:
        meant = Q(memo__icontains=words) | Q(ref=words)
        if words.isdecimal():
            meant |= Q(number=int(words))
        rows = rows.filter(meant)
    # Summed for each voucher that is shown, not for all of them at once.
    debits = Entry.objects.filter(journal=OuterRef("pk"), amount_fen__gt=0)
    in_cash = debits.filter(account__book=Book.CASH)
    total = Coalesce(*(Subquery(_summed(legs)) for legs in (in_cash, debits)))
    return rows.annotate(total=total).order_by("-effective_on", "-number")


def _summed(legs: QuerySet[Entry]) -> QuerySet[Entry, Any]:
    """The sum of the legs of one voucher, as one row; none where there are none."""
    return legs.order_by().values("journal").annotate(fen=Sum("amount_fen")).values("fen")


def get_journal(journal_id: UUID, *, actor: Actor) -> Journal:
    """One voucher with its entries, their accounts and funds, in order. Two queries.

    Raises:
        NotFound: there is none here.
        NotPermitted: the actor may not see the ledger.
    """
    actor.require(VIEWS)
    lines = Entry.objects.select_related("account__fund").order_by("line")
    found = (
        Journal.objects.select_related("reverses", "reversed_by")
        .prefetch_related(Prefetch("entries", queryset=lines))
        .filter(pk=journal_id)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def legs_of(journal: Journal) -> tuple[Leg, ...]:
    """The legs of a journal, in the order of its lines."""
    rows = Entry.objects.filter(journal_id=journal.pk).select_related("account").order_by("line")
    return tuple(
        Leg(code=row.account.code, fund_id=row.account.fund_id, amount_fen=row.amount_fen)
        for row in rows
    )


def voucher_door(voucher_id: UUID, actor: Actor) -> object:
    """Let casework serve a voucher, posted or waiting, to those who may see the ledger.

    Raises:
        NotFound, NotPermitted: they may not.
    """
    actor.require(VIEWS)
    if Journal.objects.filter(pk=voucher_id).exists():
        return voucher_id
    return waiting_voucher(voucher_id, actor=actor)


# --- vouchers that wait for a second person -------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A voucher somebody made and nobody has checked. It is kept with the to-do that waits for the check."""

    id: UUID
    kind: str
    effective_on: date
    memo: str
    legs: tuple[Leg, ...]
    user_id: int
    name: str
    made_at: datetime

    def as_text(self) -> str:
        """Return the draft as it is kept."""
        return json.dumps(
            {
                "kind": self.kind,
                "on": self.effective_on.isoformat(),
                "memo": self.memo,
                "legs": [[leg.code, str(leg.fund_id), leg.amount_fen] for leg in self.legs],
                "maker": [self.user_id, self.name],
            },
            ensure_ascii=False,
        )

    @classmethod
    def kept_in(cls, todo: Todo) -> Draft:
        """Read the draft that a to-do keeps."""
        said = json.loads(todo.params["draft"])
        return cls(
            id=todo.subject_id,
            kind=said["kind"],
            effective_on=date.fromisoformat(said["on"]),
            memo=said["memo"],
            legs=tuple(
                Leg(code=code, fund_id=UUID(fund), amount_fen=amount)
                for code, fund, amount in said["legs"]
            ),
            user_id=said["maker"][0],
            name=said["maker"][1],
            made_at=todo.opened_at,
        )


def waiting_vouchers(*, actor: Actor) -> list[Draft]:
    """The vouchers that wait for a second person, oldest first.

    Raises:
        NotPermitted: the actor may not see the ledger.
    """
    actor.require(VIEWS)
    return [Draft.kept_in(todo) for todo in waiting_todos().order_by("opened_at")]


def waiting_voucher(voucher_id: UUID, *, actor: Actor) -> Draft:
    """One voucher that waits.

    Raises:
        NotFound: there is none, or it was decided.
        NotPermitted: the actor may not see the ledger.
    """
    actor.require(VIEWS)
    todo = waiting_todos().filter(subject_id=voucher_id).first()
    if todo is None:
        raise NotFound
    return Draft.kept_in(todo)


def count_waiting(actor: Actor) -> int:
    """How many vouchers of others wait for the actor to check them."""
    return waiting_todos().exclude(not_for__contains=[actor.user_id]).count()


def waiting_todos() -> QuerySet[Todo]:
    """The to-dos that keep vouchers nobody has decided."""
    return Todo.objects.filter(subject_kind=SUBJECT, kind=WAITS, closed_at__isnull=True)


# --- funds, accounts, periods ---------------------------------------------------------------------


def funds(*, actor: Actor) -> QuerySet[Fund]:
    """Every fund, those in use first.

    Raises:
        NotPermitted: the actor may not see the ledger.
    """
    actor.require(VIEWS)
    return Fund.objects.order_by(F("closed_on").desc(nulls_first=True), "code")


def has_fund() -> bool:
    """Say whether the station ever had a fund. One query."""
    return Fund.objects.exists()


def get_fund(fund_id: UUID, *, actor: Actor) -> Fund:
    """One fund.

    Raises:
        NotFound: there is none here.
        NotPermitted: the actor may not see the ledger.
    """
    actor.require(VIEWS)
    found = Fund.objects.filter(pk=fund_id).first()
    if found is None:
        raise NotFound
    return found


def get_account(account_id: UUID, *, actor: Actor) -> Account:
    """One account, with its fund.

    Raises:
        NotFound: there is none here.
        NotPermitted: the actor may not see the ledger.
    """
    actor.require(VIEWS)
    found = Account.objects.select_related("fund").filter(pk=account_id).first()
    if found is None:
        raise NotFound
    return found


def entries_of(account: Account) -> QuerySet[Entry]:
    """The entries of an account in the order of their journals, each with the running ``balance``."""
    return (
        Entry.objects.filter(account=account)
        .select_related("journal")
        .annotate(
            balance=Window(
                Sum("amount_fen"),
                order_by=[F("journal__effective_on").asc(), F("journal__number").asc()],
            )
        )
        .order_by("journal__effective_on", "journal__number")
    )


def years() -> list[int]:
    """The years that were opened, newest first."""
    return list(Period.objects.filter(month=0).order_by("-year").values_list("year", flat=True))


def periods_of(year: int) -> QuerySet[Period]:
    """The twelve months of a year."""
    return Period.objects.filter(year=year, month__gte=1).order_by("month")


def is_open(on: date) -> bool:
    """Tell whether journals of a day can be posted."""
    return (
        Period.objects.filter(year=on.year, month__in=(0, on.month), state=PeriodState.OPEN).count()
        == 2
    )


def facts_of_ledger() -> Iterable[Fact]:
    """Derive every fact of the station's ledger anew from its entries."""
    rows = Entry.objects.values_list(
        "pk",
        "journal__effective_on",
        "journal__kind",
        "account__code",
        "account__fund__source",
        "amount_fen",
    )
    return facts_of_entries(
        Posted(on=on, kind=kind, code=code, source=source, amount_fen=amount)
        for _pk, on, kind, code, source, amount in in_pages(rows)
    )


# --- statements -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceLine:
    """One account of the trial balance. ``opening`` and ``closing`` are signed, a debit above zero."""

    account: Account
    chart: ChartAccount
    opening_fen: int
    debit_fen: int
    credit_fen: int

    @property
    def closing_fen(self) -> int:
        """The balance at the end."""
        return self.opening_fen + self.debit_fen - self.credit_fen


def trial_balance(
    year: int, *, until: date, actor: Actor, fund: Fund | None = None, book: str = Book.CASH
) -> list[BalanceLine]:
    """Every account of a book and year up to a day: what it opened with, debits, credits.

    Opening is what was carried from the year before, or taken over. Two queries.

    Raises:
        NotPermitted: the actor may not see the ledger.
    """
    actor.require(VIEWS)
    accounts = Account.objects.filter(year=year, book=book).select_related("fund")
    if fund is not None:
        accounts = accounts.filter(fund=fund)
    opens = Q(journal__kind__in=(JournalKind.OPENING, JournalKind.TAKEOVER))
    sums = {
        row["account_id"]: row
        for row in Entry.objects.filter(
            account__in=accounts.values("pk"), journal__effective_on__lte=until
        )
        .values("account_id")
        .annotate(
            opened=Sum("amount_fen", filter=opens, default=0),
            debit=Sum("amount_fen", filter=~opens & Q(amount_fen__gt=0), default=0),
            credit=Sum("amount_fen", filter=~opens & Q(amount_fen__lt=0), default=0),
        )
    }
    return [
        BalanceLine(
            account=account,
            chart=CHART[account.code],
            opening_fen=sums[account.pk]["opened"],
            debit_fen=sums[account.pk]["debit"],
            credit_fen=-sums[account.pk]["credit"],
        )
        for account in accounts.order_by("fund__code", "code")
        if account.pk in sums
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class FundStanding:
    """How a fund stands in a year, in fen; income and spending above zero."""

    fund: Fund
    bank: int = 0
    income: int = 0
    spent: int = 0
    paid_down: int = 0
    surplus: int = 0
    budget: int = 0
    available: int = 0
    reserved: int = 0
    executed: int = 0


def standings(chosen: Sequence[Fund], *, year: int) -> list[FundStanding]:
    """How each of these funds stands in a year. One query."""
    balances: dict[UUID, dict[str, int]] = {fund.pk: {} for fund in chosen}
    rows = Account.objects.filter(year=year, fund__in=[fund.pk for fund in chosen])
    for fund_id, code, balance in rows.values_list("fund_id", "code", "balance_fen"):
        balances[fund_id][code] = balance
    return [_standing(fund, balances[fund.pk]) for fund in chosen]


def _standing(fund: Fund, balance: dict[str, int]) -> FundStanding:
    result = {
        code: fen
        for code, fen in balance.items()
        if CHART[code].carries_to == "surplus" or code == "3001"
    }
    return FundStanding(
        fund=fund,
        bank=balance.get(BANK, 0),
        income=-sum(balance.get(code, 0) for code in INCOME),
        spent=sum(fen for code, fen in balance.items() if CHART[code].programme),
        paid_down=balance.get("5101", 0),
        surplus=-sum(result.values()),
        budget=-balance.get("8000", 0),
        available=balance.get(AVAILABLE, 0),
        reserved=balance.get(RESERVED, 0),
        executed=balance.get("8003", 0),
    )
