"""Questions about the bank statements of the station in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import Lower

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import current_station, in_network
from shared_apps.bankfiles.models import COUNTED, Line, LineState, Statement, StatementState
from shared_apps.regions.selectors import calendar_in_force
from tenant_apps.banking.days import WorkingDays
from tenant_apps.banking.matching import Known, Seen, tokens_of
from tenant_apps.banking.reading import Before
from tenant_apps.banking.reading.values import plain
from tenant_apps.banking.wishes import is_part
from tenant_apps.funds.chart import UNIDENTIFIED
from tenant_apps.funds.expectations import Expectation, Remembering, waiting
from tenant_apps.funds.models import Account, Fund, Journal, Period
from tenant_apps.funds.selectors import is_open
from tenants.models import Station

VIEWS = "fund.view"
SUBJECT = "bank_line"
STATEMENT = "bank_statement"


# --- statements and lines -------------------------------------------------------------------------


def statements(*, actor: Actor) -> QuerySet[Statement]:
    """The statements of the station, newest first.

    Raises:
        NotPermitted: the actor may not see the ledger.
    """
    actor.require(VIEWS)
    return of_station().order_by("-created_at")


def of_station() -> QuerySet[Statement]:
    """Every statement of the station in force."""
    return Statement.objects.filter(station_id=current_station().id).defer("upload")


def get_statement(statement_id: UUID, *, actor: Actor) -> Statement:
    """One statement.

    Raises:
        NotFound: there is none here.
        NotPermitted: the actor may not see the ledger.
    """
    actor.require(VIEWS)
    found = of_station().filter(pk=statement_id).first()
    if found is None:
        raise NotFound
    return found


def lines_of(statement: Statement, *, state: str = "") -> QuerySet[Line]:
    """The lines of a statement in the order of the bank."""
    rows = statement.lines.order_by("number").defer("other_account")
    return rows.filter(state=state) if state else rows


def line_counts(statement: Statement) -> dict[str, int]:
    """How many lines of a statement stand where."""
    return dict(statement.lines.values_list("state").annotate(n=Count("id")).order_by())


def open_lines() -> QuerySet[Line]:
    """The lines of all statements that are not settled: breaks, money held, and pairs nobody has checked."""
    return (
        Line.objects.filter(
            station_id=current_station().id,
            is_void=False,
            state__in=[LineState.PROPOSED, LineState.HELD, LineState.BREAK],
        )
        .select_related("statement")
        .defer("other_account", "statement__upload")
        .order_by("booked_on", "number", "id")
    )


def open_lines_found(*, actor: Actor, break_type: str = "", words: str = "") -> QuerySet[Line]:
    """The lines that are open, of one type of break, and with words in the name or the number.

    Raises:
        NotPermitted: the actor may not see the ledger.
    """
    actor.require(VIEWS)
    rows = open_lines().filter(statement__state=StatementState.DONE)
    if break_type:
        rows = rows.filter(break_type=break_type)
    if words.strip():
        meant = words.strip()
        rows = rows.filter(
            Q(counterparty__icontains=meant) | Q(serial=meant) | Q(text__icontains=meant)
        )
    return rows


def receipts(*, actor: Actor) -> QuerySet[Line]:
    """The receipts that lie on 2101 until somebody says whose they are, oldest first.

    Raises:
        NotPermitted: the actor may not see the ledger.
    """
    actor.require(VIEWS)
    # Of what was posted and is to be taken back, nothing is a break.
    taken_back = Q(state=LineState.PROPOSED, break_type="")
    return open_lines().filter(journal_id__isnull=False, amount_fen__gt=0).exclude(taken_back)


def unidentified_fen() -> int:
    """How much lies on 2101 over all funds."""
    year = Period.objects.filter(month=0).aggregate(year=Max("year"))["year"]
    rows = Account.objects.filter(code=UNIDENTIFIED, year=year)
    return -(rows.aggregate(fen=Sum("balance_fen"))["fen"] or 0)


def count_waiting(actor: Actor) -> int:
    """How many statements, and lines of statements, of others wait for the actor to check them."""
    lines = Line.objects.filter(
        station_id=current_station().id,
        is_void=False,
        state=LineState.PROPOSED,
        statement__state=StatementState.DONE,
    )
    own = Q(maker_id=actor.user_id)
    waiting = of_station().filter(state=StatementState.WAITING)
    return waiting.exclude(own).count() + lines.exclude(own).count()


def get_line(line_id: UUID, *, actor: Actor) -> Line:
    """One line with its statement.

    Raises:
        NotFound: there is none here.
        NotPermitted: the actor may not see the ledger.
    """
    actor.require(VIEWS)
    found = (
        Line.objects.filter(pk=line_id, station_id=current_station().id)
        .select_related("statement")
        .defer("statement__upload")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def voucher_of(line: Line) -> Journal:
    """The voucher that proves a line.

    Raises:
        NotFound: it stands outside of the books.
    """
    if line.journal_id is None:
        raise NotFound
    return Journal.objects.get(pk=line.journal_id)


def line_door(line_id: UUID, actor: Actor) -> object:
    """Let casework serve a line to those who may see the ledger.

    Raises:
        NotFound, NotPermitted: they may not.
    """
    return get_line(line_id, actor=actor)


def statement_door(statement_id: UUID, actor: Actor) -> object:
    """Let casework serve a statement to those who may see the ledger.

    Raises:
        NotFound, NotPermitted: they may not.
    """
    return get_statement(statement_id, actor=actor)


def statements_at_work() -> list[tuple[int, UUID]]:
    """Station and key of every statement that a background job should be at, over the network."""
    with in_network():
        rows = Statement.objects.filter(state__in=[StatementState.READING, StatementState.POSTING])
        return list(rows.order_by("created_at").values_list("station_id", "pk"))


def stations_with_open_lines() -> list[int]:
    """Every station with lines that are neither settled nor waiting for a check, over the network."""
    with in_network():
        rows = Line.objects.filter(is_void=False, state__in=[LineState.HELD, LineState.BREAK])
        return sorted(set(rows.values_list("station_id", flat=True)))


def before(account_hash: str, *, but: UUID) -> Before | None:
    """Return what the last statement of an account closed with, if there is one."""
    last = (
        of_station()
        .filter(account_hash=account_hash, state__in=COUNTED)
        .exclude(pk=but)
        .exclude(last_on=None)
        .order_by("-last_on", "-created_at", "-pk")
        .first()
    )
    if last is None or last.last_on is None:
        return None
    return Before(last_on=last.last_on, closing_fen=last.closing_fen)


def serials_known(account_hash: str, serials: Iterable[str], *, but: UUID) -> Mapping[str, str]:
    """Return, of these serials of an account, those that came before, with the file they came in."""
    rows = (
        Line.objects.filter(
            station_id=current_station().id,
            account_hash=account_hash,
            is_void=False,
            serial__in=list(serials),
        )
        .exclude(statement_id=but)
        .values_list("serial", "statement__filename")
    )
    return dict(rows)


# --- what lines are matched with ------------------------------------------------------------------


def expectations(*, on: date) -> list[Expectation]:
    """Everything the station expects at its bank on a day, of all who wait."""
    return [one for kind in sorted(waiting()) for one in waiting()[kind].expected(on=on)]


def expectation_of(kind: str, ref: str, *, on: date) -> Expectation | None:
    """Return what is expected under a kind and a reference on a day, if it still is."""
    app = waiting().get(kind)
    found = app.expected(on=on) if app is not None else ()
    return next((one for one in found if one.ref == ref), None)


def parts_held(one: Expectation) -> list[Line]:
    """Return the receipts that are held as parts of an expectation whose rest has not come."""
    rows = open_lines().filter(state=LineState.HELD, kind=one.kind, ref=one.ref)
    return [line for line in rows if is_part(line)]


def parts_came(line: Line) -> dict[tuple[str, str], int]:
    """Return what is held as parts of expectations besides a line, in fen by kind and reference."""
    came: dict[tuple[str, str], int] = {}
    for one in open_lines().filter(state=LineState.HELD).exclude(ref="").exclude(pk=line.pk):
        if is_part(one):
            came[one.kind, one.ref] = came.get((one.kind, one.ref), 0) + one.amount_fen
    return came


def working_days() -> WorkingDays:
    """Count working days by the calendar in force."""
    return WorkingDays(calendar_in_force())


def seen(lines: Iterable[Line], statement: Statement) -> list[Seen]:
    """Show lines to the passes."""
    only = statement.fund_id if statement.only_this_fund else None
    return [
        Seen(
            key=line.pk,
            number=line.number,
            serial=line.serial,
            booked_on=line.booked_on,
            amount_fen=line.amount_fen,
            counterparty=line.counterparty,
            text=line.text,
            reference=line.reference,
            fund_id=only,
        )
        for line in lines
    ]


def known_besides(lines: Sequence[Seen], expected: Sequence[Expectation]) -> Known:
    """Return what is known of the references, names and days of lines. Five queries, whatever their number."""
    open_refs = {plain(one.ref) for one in expected}
    open_refs |= {plain(part.ref) for one in expected for part in one.parts}
    strange = {token for line in lines for token in tokens_of(line)} - open_refs
    days = {(line.booked_on.year, line.booked_on.month) for line in lines}
    codes = Fund.objects.filter(closed_on=None).values_list("code", "pk")
    return Known(
        settled=_settled(strange),
        ended={
            ref: str(why)
            for one in waiting().values()
            if isinstance(one, Remembering)
            for ref, why in one.ended(strange).items()
        },
        neighbours=_neighbours(),
        fund_codes={plain(code): key for code, key in codes},
        closed=frozenset(month for month in days if not is_open(date(month[0], month[1], 1))),
    )


def _settled(tokens: set[str]) -> dict[str, bool]:
    rows = Line.objects.filter(
        station_id=current_station().id, state=LineState.MATCHED, is_void=False
    ).exclude(ref="")
    found: dict[str, bool] = {}
    for column in ("ref", "part"):
        hits = (
            rows.annotate(token=Lower(column))
            .filter(token__in=list(tokens))
            .values_list("token", "amount_fen")
        )
        found |= {token: fen > 0 for token, fen in hits}
    return found


def _neighbours() -> frozenset[str]:
    here = current_station()
    near = Q(parent_id=here.id) | Q(pk=here.parent_id)
    return frozenset(
        plain(name) for name in Station.objects.filter(near).values_list("name", flat=True)
    )


def candidates(line: Line, *, on: date) -> list[Expectation]:
    """What a person may pair a line with: whatever goes the same way, the nearest amount first."""
    fen = abs(line.amount_fen)
    fitting = [one for one in expectations(on=on) if one.incoming == (line.amount_fen > 0)]
    return sorted(
        fitting,
        key=lambda one: (
            min([abs(one.amount_fen - fen), *(abs(part.amount_fen - fen) for part in one.parts)]),
            abs((one.due_on - line.booked_on).days),
            one.ref,
        ),
    )


def last_day() -> date | None:
    """Return the last day of which the bank has told."""
    rows = of_station().filter(state__in=COUNTED).exclude(last_on=None).order_by("-last_on")
    return rows.values_list("last_on", flat=True).first()
