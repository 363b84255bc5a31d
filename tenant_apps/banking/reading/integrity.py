"""P0: whether a statement is whole. What is not whole is refused as a whole.

Source: design of reconciliation, reliability §3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from bangfu.ui.templatetags.ui import yuan
from tenant_apps.banking.reading.faults import MOST_FAULTS, Fault, StatementRefused
from tenant_apps.banking.reading.statement import ReadLine, ReadStatement

# Ten thousand billion yuan: what the ledger can hold with room to spare.
MOST_MOVED_FEN = 10**15


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What is known of an account from its last statement: the day and the balance it closed with."""

    last_on: date
    closing_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A statement that is whole: account, period and balances are all there."""

    account: str
    first_on: date
    last_on: date
    opening_fen: int
    closing_fen: int


def check_whole(statement: ReadStatement, *, today: date) -> Whole:
    """Return what a statement amounts to if opening + lines = closing, in every way the file says it.

    Rows that stand from the newest to the oldest, as some banks print them, are turned round in place.

    Raises:
        StatementRefused: with every fault of the file.
    """
    faults: list[Fault] = []
    if not statement.account:
        faults.append(Fault(code="no-account"))
    _turn_round(statement)
    _balances_from_rows(statement)
    faults += _running_faults(statement)
    faults += _serial_faults(statement)
    faults += _total_faults(statement)
    faults += _day_faults(statement, today=today)
    if statement.opening_fen is None or statement.closing_fen is None:
        faults.append(Fault(code="no-balances"))
        raise StatementRefused(faults)
    opening, closing = statement.opening_fen, statement.closing_fen
    moved = sum(line.amount_fen for line in statement.lines)
    if opening + moved != closing:
        faults.append(
            Fault(
                code="closing",
                values={
                    "opening": yuan(opening),
                    "moved": yuan(moved),
                    "sum": yuan(opening + moved),
                    "closing": yuan(closing),
                    "left": yuan(closing - opening - moved),
                },
            )
        )
    if faults:
        raise StatementRefused(faults)
    days = [line.booked_on for line in statement.lines]
    return Whole(
        account=statement.account,
        first_on=statement.first_on or min(days),
        # Who asks the bank for a whole month is told of the month to its end; nothing is known of days to come.
        last_on=min(statement.last_on, today) if statement.last_on else max(days),
        opening_fen=opening,
        closing_fen=closing,
    )


def check_follows(
    whole: Whole, lines: Sequence[ReadLine], *, before: Before | None, known: Mapping[str, str]
) -> None:
    """Return only if a statement follows the last one of its account.

    ``known`` gives, of the serials in its lines, those that came before, with the file they came in.

    Raises:
        StatementRefused: a serial is known, the period begins too early, or the balances do not meet.
    """
    faults = [
        Fault(
            code="serial-known",
            row=line.number,
            values={"serial": line.serial, "file": known[line.serial]},
        )
        for line in lines
        if line.serial in known
    ]
    if before is not None and whole.first_on < before.last_on:
        faults.append(
            Fault(
                code="overlap",
                values={"first": f"{whole.first_on}", "until": f"{before.last_on}"},
            )
        )
    if before is not None and whole.opening_fen != before.closing_fen:
        faults.append(
            Fault(
                code="chain",
                values={
                    "opening": yuan(whole.opening_fen),
                    "previous": yuan(before.closing_fen),
                    "until": f"{before.last_on}",
                },
            )
        )
    if faults:
        raise StatementRefused(faults)


def _turn_round(statement: ReadStatement) -> None:
    lines = statement.lines
    if len(lines) < 2:
        return
    falls = lines[0].booked_on > lines[-1].booked_on
    if falls or (lines[0].booked_on == lines[-1].booked_on and _runs(lines[::-1]) > _runs(lines)):
        lines.reverse()


def _runs(lines: list[ReadLine]) -> int:
    """How many rows have the balance that follows from the row before."""
    return sum(
        before.balance_fen is not None
        and after.balance_fen == before.balance_fen + after.amount_fen
        for before, after in pairwise(lines)
    )


def _balances_from_rows(statement: ReadStatement) -> None:
    first, last = statement.lines[0], statement.lines[-1]
    if statement.opening_fen is None and first.balance_fen is not None:
        statement.opening_fen = first.balance_fen - first.amount_fen
    if statement.closing_fen is None and last.balance_fen is not None:
        statement.closing_fen = last.balance_fen


def _running_faults(statement: ReadStatement) -> list[Fault]:
    faults = []
    balance = statement.opening_fen
    for line in statement.lines:
        if balance is not None and line.balance_fen is not None:
            due = balance + line.amount_fen
            if due != line.balance_fen:
                faults.append(
                    Fault(
                        code="running",
                        row=line.number,
                        values={"sum": yuan(due), "balance": yuan(line.balance_fen)},
                    )
                )
            balance = line.balance_fen
        elif balance is not None:
            balance += line.amount_fen
    return faults[:MOST_FAULTS]


def _serial_faults(statement: ReadStatement) -> list[Fault]:
    seen: dict[str, int] = {}
    faults = []
    for line in statement.lines:
        if line.serial in seen:
            faults.append(
                Fault(
                    code="serial-twice",
                    row=line.number,
                    values={"serial": line.serial, "other": seen[line.serial]},
                )
            )
        seen.setdefault(line.serial, line.number)
    return faults[:MOST_FAULTS]


def _total_faults(statement: ReadStatement) -> list[Fault]:
    faults = []
    found = len(statement.lines)
    if statement.said_count is not None and statement.said_count != found:
        faults.append(Fault(code="count", values={"said": statement.said_count, "found": found}))
    credit = sum(max(line.amount_fen, 0) for line in statement.lines)
    debit = sum(max(-line.amount_fen, 0) for line in statement.lines)
    if max(credit, debit) > MOST_MOVED_FEN:
        faults.append(Fault(code="beyond-measure"))
    for code, said, total in (
        ("total-credit", statement.said_credit_fen, credit),
        ("total-debit", statement.said_debit_fen, debit),
    ):
        if said is not None and said != total:
            faults.append(Fault(code=code, values={"said": yuan(said), "found": yuan(total)}))
    return faults


def _day_faults(statement: ReadStatement, *, today: date) -> list[Fault]:
    faults = []
    first, last = statement.first_on, statement.last_on
    for line in statement.lines:
        if line.booked_on > today:
            faults.append(
                Fault(code="future", row=line.number, values={"value": f"{line.booked_on}"})
            )
        elif (first and line.booked_on < first) or (last and line.booked_on > last):
            faults.append(
                Fault(
                    code="outside",
                    row=line.number,
                    values={
                        "value": f"{line.booked_on}",
                        "first": f"{first or ''}",
                        "last": f"{last or ''}",
                    },
                )
            )
    return faults[:MOST_FAULTS]
