"""How the balance in the books and the balance at the bank come to agree (银行存款余额调节表), and every break."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Max, Q, Sum

from bangfu.kernel import clock
from bangfu.kernel.tenancy import current_station
from bangfu.ui.templatetags.ui import yuan
from shared_apps.bankfiles.models import (
    COUNTED,
    CRITICAL,
    BreakType,
    Line,
    LineState,
    StatementState,
)
from shared_apps.policies.selectors import rule_in_force
from shared_apps.reconciliation.proofs import Difference
from tenant_apps.banking.matching import NEAR_WORKING_DAYS
from tenant_apps.banking.selectors import (
    expectations,
    last_day,
    of_station,
    open_lines,
    working_days,
)
from tenant_apps.banking.vouchers import KIND as VOUCHER
from tenant_apps.banking.vouchers import first_day, unproven
from tenant_apps.banking.wishes import is_going_back, is_part
from tenant_apps.funds.chart import BANK
from tenant_apps.funds.models import Entry, Journal, JournalKind, Period

_TRANSFER = "transfer"
_BANK_LEG = Q(entries__account__code=BANK)
# Vouchers by people; the others come from lines and cannot be booked twice.
_BY_PEOPLE = (JournalKind.MANUAL, JournalKind.CORRECTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """One thing that stands on one side only: ``fen`` as the bank account sees it, in above zero."""

    on: date
    fen: int
    name: str
    number: str
    line: Line | None = None
    journal: Journal | None = None


@dataclass(slots=True, kw_only=True)
class Reconciliation:
    """Both balances on a day, what stands on one side only, and what nothing explains.

    ``bank_fen`` and ``book_fen`` with the open items of the other side are equal, unless ``left_fen`` says
    otherwise. ``opening_fen`` is by how much bank and books differed before the first statement.
    """

    on: date
    bank_fen: int
    book_fen: int
    opening_fen: int
    at_bank_only: list[OpenItem] = field(default_factory=list)
    in_books_only: list[OpenItem] = field(default_factory=list)

    @property
    def bank_in(self) -> list[OpenItem]:
        """What the bank received and the books have not."""
        return [one for one in self.at_bank_only if one.fen > 0]

    @property
    def bank_out(self) -> list[OpenItem]:
        """What the bank paid and the books have not."""
        return [one for one in self.at_bank_only if one.fen < 0]

    @property
    def book_in(self) -> list[OpenItem]:
        """What the books received and the bank has not."""
        return [one for one in self.in_books_only if one.fen > 0]

    @property
    def book_out(self) -> list[OpenItem]:
        """What the books paid and the bank has not."""
        return [one for one in self.in_books_only if one.fen < 0]

    @property
    def adjusted_book_fen(self) -> int:
        """The balance in the books with what only the bank has."""
        return self.book_fen + sum(one.fen for one in self.at_bank_only)

    @property
    def adjusted_bank_fen(self) -> int:
        """The balance at the bank with what only the books have."""
        return self.bank_fen + sum(one.fen for one in self.in_books_only)

    @property
    def left_fen(self) -> int:
        """What no open item explains; zero when bank and books agree."""
        return self.adjusted_bank_fen - self.adjusted_book_fen


def reconciliation(*, on: date | None = None) -> Reconciliation | None:
    """Set bank and books side by side on a day, the last that the bank told of unless given.

    None where there is no statement yet. Seven queries, whatever the number of lines.
    """
    last, first = last_day(), first_day()
    if last is None or first is None:
        return None
    day = max(min(on or last, last), first)
    result = Reconciliation(
        on=day,
        bank_fen=_at_bank(day),
        book_fen=_in_books(day),
        opening_fen=sum(_openings().values()) - _in_books_before(first),
    )
    later = Journal.objects.filter(effective_on__gt=day).values("pk")
    lines = Line.objects.filter(
        station_id=current_station().id, is_void=False, booked_on__lte=day
    ).order_by("booked_on", "number")
    missing = lines.filter(journal_id__isnull=True) | lines.filter(journal_id__in=later)
    result.at_bank_only = [
        OpenItem(
            on=line.booked_on,
            fen=line.amount_fen,
            name=line.counterparty or line.text,
            number=line.serial,
            line=line,
        )
        for line in missing.defer("other_account")
    ]
    result.in_books_only = [
        OpenItem(
            on=journal.effective_on,
            fen=int(journal.fen),  # type: ignore[attr-defined]
            name=journal.memo,
            number=str(journal),
            journal=journal,
        )
        for journal in _books_only(day)
    ]
    return result


def _books_only(day: date) -> Iterable[Journal]:
    """The journals that no line proves by that day; also those whose line the bank booked only later."""
    yield from unproven(on=day)
    late = Line.objects.filter(
        station_id=current_station().id,
        is_void=False,
        booked_on__gt=day,
        journal_id__isnull=False,
    ).values("journal_id")
    rows = Journal.objects.filter(effective_on__lte=day, pk__in=late)
    yield from rows.annotate(fen=Sum("entries__amount_fen", filter=_BANK_LEG)).order_by(
        "effective_on", "number"
    )


def _at_bank(day: date) -> int:
    """What the bank says all accounts of the station hold at the end of a day."""
    lines = Line.objects.filter(station_id=current_station().id, is_void=False)
    moved = lines.filter(booked_on__lte=day).aggregate(fen=Sum("amount_fen"))["fen"] or 0
    return moved + sum(_openings().values())


def _openings() -> dict[str, int]:
    """What each account held before its first statement."""
    rows = of_station().filter(state__in=COUNTED).exclude(first_on=None)
    # Of each account the first statement comes last, and stays.
    return dict(
        rows.order_by("-first_on", "-created_at").values_list("account_hash", "opening_fen")
    )


def _in_books(day: date) -> int:
    year = Period.objects.filter(month=0, year__lte=day.year).aggregate(year=Max("year"))["year"]
    rows = Entry.objects.filter(
        account__code=BANK, account__year=year, journal__effective_on__lte=day
    )
    return rows.aggregate(fen=Sum("amount_fen"))["fen"] or 0


def _in_books_before(first: date) -> int:
    """What the books held before the first statement; what took the books over counts, whatever its day."""
    rows = Entry.objects.filter(account__code=BANK, account__year=first.year)
    took_over = rows.filter(
        journal__kind=JournalKind.TAKEOVER, journal__effective_on__gte=first
    ).aggregate(fen=Sum("amount_fen"))["fen"]
    earlier = rows.filter(journal__effective_on__lt=first).aggregate(fen=Sum("amount_fen"))["fen"]
    return (earlier or 0) + (took_over or 0)


# --- breaks ---------------------------------------------------------------------------------------


def differences() -> list[Difference]:
    """Every break between the bank and the books of the station in force: B1 to B15, each with its place.

    Changes nothing; what is gone is no break any more.
    """
    return [*_of_files(), *_of_lines(), *_of_expectations(), *_of_vouchers(), *_of_balance()]


def _difference(
    break_type: str, key: str, *, place: str, fen: int, expected: str, actual: str, page: str
) -> Difference:
    return Difference(
        key=key,
        expected=expected,
        actual=actual,
        detail={
            "type": str(break_type),
            "place": place,
            "amount_fen": fen,
            "page": page,
            "critical": break_type in CRITICAL,
        },
    )


def _of_files() -> Iterable[Difference]:
    """Files that were refused, until one of the same station was taken in after them."""
    # Keys are made in the order of time.
    taken = of_station().filter(state__in=COUNTED).order_by("-pk").first()
    rows = of_station().filter(state=StatementState.REFUSED)
    if taken is not None:
        rows = rows.filter(pk__gt=taken.pk)
    for row in rows.order_by("pk"):
        yield _difference(
            row.note or BreakType.B11,
            f"statement:{row.pk}",
            place=row.filename,
            fen=0,
            expected="",
            actual=str(len(row.problems)),
            page=f"banking/statements/{row.pk}/",
        )


def _of_lines() -> Iterable[Difference]:
    rows = open_lines().filter(statement__state__in=[StatementState.POSTING, StatementState.DONE])
    for line in rows.exclude(state=LineState.PROPOSED, break_type=""):
        if is_going_back(line) or is_part(line):
            # Two people have said what it is; what is missing is looked for among what is expected.
            continue
        yield _difference(
            line.break_type,
            f"line:{line.pk}",
            place=f"{line.booked_on} {line.counterparty or line.serial} {yuan(line.amount_fen)}",
            fen=line.amount_fen,
            expected=line.note[:80],
            actual=yuan(line.amount_fen),
            page=f"banking/lines/{line.pk}/",
        )


def _aged_after(today: date) -> int:
    """After how many working days what only one side knows is not a matter of time any more."""
    return int(rule_in_force("clock.bank_aged", station=current_station(), on=today).value)


def _of_expectations() -> Iterable[Difference]:
    """What is expected and the bank told nothing of, though it told of its day."""
    told = last_day()
    if told is None:
        return
    today, days = clock.today(), working_days()
    allowed = _aged_after(today)
    proposed = set(
        open_lines().filter(state=LineState.PROPOSED).values_list("kind", "ref").distinct()
    )
    for one in expectations(on=today):
        if (
            one.kind == VOUCHER
            or not one.certain
            or one.due_on > told
            or (one.kind, one.ref) in proposed
        ):
            continue
        aged = days.between(one.due_on, today) > allowed
        from_above = one.incoming and one.kind == _TRANSFER
        break_type = BreakType.B3
        if aged:
            break_type = BreakType.B12 if from_above else BreakType.B4
        yield _difference(
            break_type,
            f"expected:{one.kind}:{one.ref}"[:200],
            place=f"{one.due_on} {one.counterparty or one.ref} {yuan(one.amount_fen)}",
            fen=one.amount_fen if one.incoming else -one.amount_fen,
            expected=yuan(one.amount_fen),
            actual="",
            page="banking/",
        )


def _of_vouchers() -> Iterable[Difference]:
    """Vouchers that no line proves; one that says what a line has proven already is booked twice."""
    told = last_day()
    if told is None:
        return
    today, days = clock.today(), working_days()
    allowed = _aged_after(today)
    rows = [row for row in unproven(on=told) if row.effective_on <= told]
    proven = _proven_amounts({int(row.fen) for row in rows}) if rows else {}  # type: ignore[attr-defined]
    for row in rows:
        fen = int(row.fen)  # type: ignore[attr-defined]
        twice = row.kind in _BY_PEOPLE and any(
            days.between(on, row.effective_on) <= NEAR_WORKING_DAYS for on in proven.get(fen, ())
        )
        aged = days.between(row.effective_on, today) > allowed
        break_type = BreakType.B4 if aged else BreakType.B3
        yield _difference(
            BreakType.B7 if twice else break_type,
            f"voucher:{row.pk}",
            place=f"{row.effective_on} {row} {row.memo} {yuan(fen)}"[:160],
            fen=fen,
            expected=yuan(fen),
            actual="",
            page=f"ledger/vouchers/{row.pk}/",
        )


def _proven_amounts(amounts: set[int]) -> dict[int, list[date]]:
    """Return the days on which lines of these amounts were settled otherwise than by a voucher."""
    lines = Line.objects.filter(
        station_id=current_station().id,
        is_void=False,
        journal_id__isnull=False,
        amount_fen__in=amounts,
    ).values_list("amount_fen", "booked_on")
    found: dict[int, list[date]] = {}
    for fen, on in lines:
        found.setdefault(fen, []).append(on)
    return found


def _of_balance() -> Iterable[Difference]:
    """Both balances, where no open item explains what is between them."""
    result = reconciliation()
    if result is not None and result.left_fen:
        yield _difference(
            BreakType.B15,
            "balance",
            place=str(result.on),
            fen=result.left_fen,
            expected=yuan(result.adjusted_book_fen),
            actual=yuan(result.adjusted_bank_fen),
            page="banking/reconciliation/",
        )
