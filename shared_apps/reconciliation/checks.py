"""The comparisons: each returns what differs at one station, and changes nothing."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from bangfu.kernel import clock
from bangfu.kernel.tenancy import StationRef, in_network, in_station
from bangfu.ui.templatetags.ui import yuan
from shared_apps.audit.auditor import (
    End,
    LedgerFinding,
    audit_ledger,
    ends_here,
    ends_that_differ,
)
from shared_apps.audit.services import verify
from shared_apps.exchange.models import Message, MessageState, Stream
from shared_apps.exchange.selectors import on_their_way
from shared_apps.reconciliation.kinds import kind_of_check
from shared_apps.reconciliation.models import BreakKind
from shared_apps.reconciliation.proofs import (
    differences_here,
    proof_of,
    proven_kinds,
    unlike_here,
)
from shared_apps.rollup.fold import CellDifference
from shared_apps.rollup.registry import indicator as indicator_of
from shared_apps.rollup.selectors import tree_differences_of
from shared_apps.rollup.services import Differences, recount_station
from tenants.selectors import refs_of

# Of many cells of one number, the page shows the first of them.
CELLS_SHOWN = 40
# Messages of a kind whose effect is looked for, the latest first, and how many bodies are read at once.
PROVEN = 2_000
PROVEN_AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One difference: where, what should be there, what is."""

    kind: BreakKind
    station_id: int
    owner_id: int
    key: str
    expected: str
    actual: str
    detail: Mapping[str, Any] = field(default_factory=dict)


def facts_against_files(station: StationRef) -> list[Found]:
    """Compare what a station's facts say with what its files give, one break for a number and month."""
    return found_in_facts(station, recount_station(station))


def found_in_facts(station: StationRef, differences: Differences) -> list[Found]:
    """Word the differences of a recount, one break for a number and month."""
    places: dict[tuple[str, str], list[CellDifference]] = defaultdict(list)
    households: dict[tuple[str, str], int] = defaultdict(int)
    for cell in differences.cells:
        places[cell.indicator, f"{cell.period:%Y-%m}"].append(cell)
    for member in differences.members:
        households[member.indicator, f"{member.period:%Y-%m}"] += 1
    return [
        _cells_differ(
            BreakKind.FACTS_VS_FILES,
            station.id,
            place,
            places.get(place, []),
            households=households.get(place, 0),
        )
        for place in sorted({*places, *households})
    ]


def children_against_parent(station: StationRef) -> list[Found]:
    """Compare the totals of a station with the sum of the stations below it."""
    places: dict[tuple[str, str], list[CellDifference]] = defaultdict(list)
    for cell in tree_differences_of(station):
        places[cell.indicator, f"{cell.period:%Y-%m}"].append(cell)
    return [
        _cells_differ(BreakKind.CHILDREN_VS_PARENT, station.id, place, cells)
        for place, cells in sorted(places.items())
    ]


def messages_against_effects(station: StationRef) -> list[Found]:
    """Find what the station sent that vanished, and what it received that left no effect."""
    return [*_lost_messages(station), *_messages_without_effect(station)]


def audit_chain_intact(station: StationRef) -> list[Found]:
    """Prove the audit chain of a station, row by row."""
    broken_at = verify(station)
    if broken_at is None:
        return []
    return [
        Found(
            kind=BreakKind.AUDIT_CHAIN,
            station_id=station.id,
            owner_id=station.parent_id or station.id,
            key=f"row:{broken_at}",
            expected=f"#{broken_at}",
            actual="",
            detail={"seq": broken_at},
        )
    ]


def sealed_against_present(station: StationRef) -> list[Found]:
    """Compare the sealed reports of a station with its files and facts, one break for what it was compared with."""
    with in_station(station):
        unlike = unlike_here()
    return [
        Found(
            kind=BreakKind.SEALED_REPORT,
            station_id=station.id,
            owner_id=station.id,
            key=one.key,
            expected=one.sealed,
            actual=one.found,
            detail={"place": one.place},
        )
        for one in unlike
    ]


def ledger_intact(station: StationRef) -> list[Found]:
    """Let the auditor look at all money of a station, one break for what was found where.

    The books, the bank, what was granted and paid, goods, cards; and each transfer against its other end. The station
    above works on it: whoever keeps the books does not judge them.
    """
    with in_station(station), connection.cursor() as cursor:
        findings = audit_ledger(cursor, station=station.id)
    # A transfer is a break where it was sent; the other station finds it, too, and leaves it.
    differ = [one for one in ends_that_differ(_both_ends(station)) if one[0].station == station.id]
    waiting = on_their_way([end.stream for end, _seen in differ], now=clock.now()) if differ else ()
    findings += [
        LedgerFinding(check=end.check, record=end.number, seen=seen, page=end.page)
        for end, seen in differ
        # What one end has said and the other not heard yet is no difference.
        if end.stream not in waiting
    ]
    return list(
        {one.key: one for one in (_found_in_ledger(station, one) for one in findings)}.values()
    )


def _both_ends(station: StationRef) -> list[End]:
    """Read the ends of a station's transfers, and at each partner the ends under the same keys."""
    with in_station(station), connection.cursor() as cursor:
        here = ends_here(cursor, station=station.id)
    keys = {end.key for end in here}
    ends = list(here)
    with in_network():
        partners = refs_of({end.partner for end in here} - {station.id})
    for partner in partners.values():
        with in_station(partner), connection.cursor() as cursor:
            ends += [end for end in ends_here(cursor, station=partner.id) if end.key in keys]
    return ends


def _found_in_ledger(station: StationRef, one: LedgerFinding) -> Found:
    expected, actual = one.expected, one.found
    detail: dict[str, Any] = {"check": one.check, "record": one.record}
    if one.page:
        detail |= {"page": one.page}
    if one.is_in_fen and _is_number(expected) and _is_number(actual):
        detail |= {"amount_fen": int(actual) - int(expected)}
        expected, actual = yuan(int(expected)), yuan(int(actual))
    return Found(
        kind=kind_of_check(one.check),
        station_id=station.id,
        owner_id=station.parent_id or station.id,
        key=f"{one.check}:{one.record}"[:200],
        expected=expected,
        actual=actual,
        detail=detail,
    )


def _is_number(text: str) -> bool:
    return text.removeprefix("-").isdigit()


def bank_against_books(station: StationRef) -> list[Found]:
    """Compare what the bank told with the books, one break for a line, an expectation, a voucher or a file."""
    return _differences(BreakKind.BANK, station)


def money_against_cases(station: StationRef) -> list[Found]:
    """Compare the books with the cases that were paid from them, as the apps of the cases look at it."""
    return _differences(BreakKind.MONEY, station)


def _differences(kind: BreakKind, station: StationRef) -> list[Found]:
    with in_station(station):
        differences = differences_here(kind)
    return [
        Found(
            kind=kind,
            station_id=station.id,
            owner_id=station.id,
            key=one.key,
            expected=one.expected,
            actual=one.actual,
            detail=one.detail,
        )
        for one in differences
    ]


def _lost_messages(station: StationRef) -> Iterable[Found]:
    with in_network():
        held = (
            Message.objects.filter(
                sender_id=OuterRef("sender_id"),
                recipient_id=OuterRef("recipient_id"),
                stream=OuterRef("name"),
            )
            .order_by()
            .values("stream")
            .annotate(number=Count("*"))
            .values("number")
        )
        streams = list(
            Stream.objects.filter(sender_id=station.id)
            .annotate(held=Coalesce(Subquery(held), 0))
            .exclude(held=F("last_seq"))
        )
        for stream in streams:
            present = set(
                Message.objects.filter(
                    sender_id=stream.sender_id,
                    recipient_id=stream.recipient_id,
                    stream=stream.name,
                ).values_list("seq", flat=True)
            )
            for seq in range(1, stream.last_seq + 1):
                if seq not in present:
                    yield Found(
                        kind=BreakKind.MESSAGE_UNAPPLIED,
                        station_id=station.id,
                        owner_id=station.id,
                        key=f"lost:{stream.pk}:{seq}",
                        expected=str(stream.last_seq),
                        actual=str(len(present)),
                        detail={
                            "stream": stream.name,
                            "recipient": stream.recipient_id,
                            "seq": seq,
                        },
                    )


def _messages_without_effect(station: StationRef) -> Iterable[Found]:
    for kind in proven_kinds():
        proof = proof_of(kind)
        if proof is None:
            continue
        for applied in _applied(station, kind):
            with in_station(station):
                without = proof(applied)
            for message in applied:
                if message.pk in without:
                    yield _without_effect(station, message)


def _applied(station: StationRef, kind: str) -> Iterable[list[Message]]:
    with in_network():
        keys = list(
            Message.objects.filter(recipient_id=station.id, kind=kind, state=MessageState.DONE)
            .order_by("-done_at")
            .values_list("pk", flat=True)[:PROVEN]
        )
    for start in range(0, len(keys), PROVEN_AT_ONCE):
        with in_network():
            found = Message.objects.in_bulk(keys[start : start + PROVEN_AT_ONCE])
        yield list(found.values())


def _without_effect(station: StationRef, message: Message) -> Found:
    return Found(
        kind=BreakKind.MESSAGE_UNAPPLIED,
        station_id=station.id,
        owner_id=station.id,
        key=f"effect:{message.pk}",
        expected=message.kind,
        actual="",
        detail={
            "message": str(message.pk),
            "kind": message.kind,
            "stream": message.stream,
            "sender": message.sender_id,
            "seq": message.seq,
        },
    )


def _cells_differ(
    kind: BreakKind,
    station_id: int,
    place: tuple[str, str],
    cells: Sequence[CellDifference],
    *,
    households: int = 0,
) -> Found:
    indicator, month = place
    by_value = indicator_of(indicator).measure == "value" and any(
        cell.expected_value != cell.actual_value for cell in cells
    )
    total = next((cell for cell in cells if not cell.dimension), cells[0] if cells else None)
    return Found(
        kind=kind,
        station_id=station_id,
        owner_id=station_id,
        key=f"{indicator}:{month}",
        expected=_number(total, expected=True, by_value=by_value),
        actual=_number(total, expected=False, by_value=by_value),
        detail={
            "indicator": indicator,
            "month": month,
            "households": households,
            "cell_count": len(cells),
            "cells": [
                {
                    "dimension": cell.dimension,
                    "key": cell.key,
                    "expected": cell.expected_value if by_value else cell.expected_n,
                    "actual": cell.actual_value if by_value else cell.actual_n,
                }
                for cell in cells[:CELLS_SHOWN]
            ],
        },
    )


def _number(cell: CellDifference | None, *, expected: bool, by_value: bool) -> str:
    if cell is None:
        return ""
    if expected:
        return str(cell.expected_value if by_value else cell.expected_n)
    return str(cell.actual_value if by_value else cell.actual_n)


Check = Callable[[StationRef], list[Found]]

CHECKS: Mapping[BreakKind, Check] = {
    BreakKind.FACTS_VS_FILES: facts_against_files,
    BreakKind.MESSAGE_UNAPPLIED: messages_against_effects,
    BreakKind.CHILDREN_VS_PARENT: children_against_parent,
    BreakKind.AUDIT_CHAIN: audit_chain_intact,
    BreakKind.SEALED_REPORT: sealed_against_present,
    BreakKind.LEDGER: ledger_intact,
    BreakKind.BANK: bank_against_books,
    BreakKind.MONEY: money_against_cases,
}
