"""The passes P1 to P4: which line is which expectation, and what type of break a line is that is none.

Pure: lines, expectations and what is known besides go in, one verdict for each line comes out. Whatever could be
two things is a break (B14), never a guess. Every step looks up, none compares all with all, so that the time grows
with the number of lines. Source: design of reconciliation, reliability §3.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from shared_apps.bankfiles.models import BreakType
from tenant_apps.banking.days import WorkingDays
from tenant_apps.banking.reading.values import plain
from tenant_apps.funds.expectations import Expectation

NEAR_WORKING_DAYS = 3
_TOKEN = re.compile(r"[a-z0-9][a-z0-9_./:#-]*")
_SPLIT = re.compile(r"[:/#.]")
_RETURNED = re.compile("退票|退汇|退回|退款|冲正")
_IN_BULK = re.compile("代发|批量|代付|汇总")
# Kinds that wait for money to come back end so.
_BACK = "_back"
_SHORTEST_NAME = 4
_SHORTEST_TOKEN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A line of the bank as the passes see it. ``fund_id`` is the only fund its account serves, if it is one."""

    key: UUID
    number: int
    serial: str
    booked_on: date
    amount_fen: int
    counterparty: str = ""
    text: str = ""
    reference: str = ""
    fund_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known besides what is expected; references and names are ``plain``.

    ``settled`` gives the direction of what was settled under a reference, ``ended`` why something is not
    expected any more. ``neighbours`` are the stations above and below. ``closed`` are months (year, month)
    that take no journals.
    """

    settled: Mapping[str, bool] = field(default_factory=dict)
    ended: Mapping[str, str] = field(default_factory=dict)
    neighbours: frozenset[str] = frozenset()
    fund_codes: Mapping[str, UUID] = field(default_factory=dict)
    closed: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a line is: a pair, found by a ``rule``, or a break of some type; ``note`` says compared with what."""

    key: UUID
    rule: str = ""
    kind: str = ""
    ref: str = ""
    part: str = ""
    break_type: BreakType | None = None
    note: str = ""


# An expectation by its place in the list, and a part of it by its own; None is the whole.
Place = tuple[int, int | None]


def match(
    lines: Sequence[Seen], expected: Sequence[Expectation], known: Known, days: WorkingDays
) -> list[Verdict]:
    """Give one verdict for each line, in the order of the lines."""
    return _Passes(expected, known, days).over(lines)


class _Passes:
    """One run over lines and expectations."""

    def __init__(self, expected: Sequence[Expectation], known: Known, days: WorkingDays) -> None:
        self.expected = expected
        self.known = known
        self.days = days
        self.verdicts: dict[UUID, Verdict] = {}
        self.touched: set[int] = set()
        self.by_ref: dict[str, list[Place]] = defaultdict(list)
        self.by_amount: dict[tuple[bool, int], list[Place]] = defaultdict(list)
        for at, one in enumerate(expected):
            self.by_ref[plain(one.ref)].append((at, None))
            self.by_amount[one.incoming, one.amount_fen].append((at, None))
            for part_at, part in enumerate(one.parts):
                self.by_ref[plain(part.ref)].append((at, part_at))
                self.by_amount[one.incoming, part.amount_fen].append((at, part_at))

    def over(self, lines: Sequence[Seen]) -> list[Verdict]:
        in_order = sorted(lines, key=lambda line: (line.booked_on, line.number))
        rest = self._by_reference(in_order)
        self._by_content(rest)
        return [self.verdicts[line.key] for line in lines]

    # --- P1: our reference ------------------------------------------------------------------------

    def _by_reference(self, lines: Sequence[Seen]) -> list[Seen]:
        named: dict[int, list[tuple[Seen, int | None]]] = defaultdict(list)
        rest = []
        for line in lines:
            if (line.booked_on.year, line.booked_on.month) in self.known.closed:
                self._break(line, BreakType.B15)
                continue
            tokens = tokens_of(line)
            places = {place for token in tokens for place in self.by_ref.get(token, ())}
            # What may come back carries the reference of what went: the direction tells them apart.
            alike = {p for p in places if self.expected[p[0]].incoming == (line.amount_fen > 0)}
            places = alike or places
            at = {expectation for expectation, _part in places}
            if len(at) > 1:
                self._break(line, BreakType.B14, note=self._refs(at))
            elif at:
                part = self._part_named(line, places)
                if part is not _SEVERAL:
                    named[at.pop()].append((line, part))
            elif not self._is_known_otherwise(line, tokens):
                rest.append(line)
        for expectation, claims in named.items():
            self.touched.add(expectation)
            self._settle_claims(expectation, claims)
        return rest

    def _part_named(self, line: Seen, places: set[Place]) -> int | None:
        parts = [part for _at, part in places if part is not None]
        if len(parts) > 1:
            self._break(line, BreakType.B14, note=self._refs({at for at, _part in places}))
            return _SEVERAL
        return parts[0] if parts else None

    def _is_known_otherwise(self, line: Seen, tokens: set[str]) -> bool:
        """Break a line whose reference was settled before, or is not expected any more."""
        for token in tokens:
            if token in self.known.settled:
                same = self.known.settled[token] == (line.amount_fen > 0)
                self._break(line, BreakType.B6 if same else BreakType.B9, note=token)
                return True
            if token in self.known.ended:
                self._break(line, BreakType.B10, note=self.known.ended[token])
                return True
        return False

    def _settle_claims(self, at: int, claims: list[tuple[Seen, int | None]]) -> None:
        one = self.expected[at]
        whole: list[Seen] = []
        some: list[Seen] = []
        parts: dict[int, list[Seen]] = defaultdict(list)
        for line, part in claims:
            if self._contradicts(line, one, part):
                continue
            fen = abs(line.amount_fen)
            if part is None and fen == one.amount_fen:
                whole.append(line)
            elif part is None:
                some.append(line)
            elif fen == one.parts[part].amount_fen:
                parts[part].append(line)
            else:
                self._break(line, BreakType.B5, note=one.ref)
        some = self._as_parts(one, some, parts)
        if whole:
            self._pair(whole[0], one, rule="P1")
            for line in (*whole[1:], *some, *(line for many in parts.values() for line in many)):
                self._break(line, BreakType.B6, note=one.ref)
        else:
            self._settle_parts(one, parts, some)

    def _settle_parts(
        self, one: Expectation, parts: Mapping[int, list[Seen]], some: Sequence[Seen]
    ) -> None:
        """Pair the lines of single parts, or several lines that make up the whole together."""
        for part, many in parts.items():
            self._pair(many[0], one, rule="P4", part=one.parts[part].ref)
            for line in many[1:]:
                self._break(line, BreakType.B6, note=one.ref)
        adds_up = not parts and sum(abs(line.amount_fen) for line in some) == one.amount_fen
        for line in some:
            if adds_up:
                self._pair(line, one, rule="P4")
            else:
                self._break(line, BreakType.B5, note=one.ref)

    def _as_parts(
        self, one: Expectation, lines: list[Seen], parts: dict[int, list[Seen]]
    ) -> list[Seen]:
        """Find the part of a line that carries the reference of the whole; return those that are none."""
        if not one.parts or not lines:
            return lines
        of_payee: dict[tuple[str, int], list[int]] = defaultdict(list)
        for at, part in enumerate(one.parts):
            of_payee[plain(part.counterparty), part.amount_fen].append(at)
        left = []
        for line in lines:
            fitting = of_payee.get((plain(line.counterparty), abs(line.amount_fen)), [])
            if len(fitting) == 1:
                parts[fitting[0]].append(line)
            else:
                left.append(line)
        return left

    def _contradicts(self, line: Seen, one: Expectation, part: int | None) -> bool:
        """Break a line whose reference fits and whose direction, fund or payee does not."""
        if (line.amount_fen > 0) != one.incoming:
            self._break(line, BreakType.B10 if one.incoming else BreakType.B9, note=one.ref)
            return True
        if self._is_of_another_fund(line, one):
            self._break(line, BreakType.B8, note=one.ref)
            return True
        payee = one.counterparty if part is None else one.parts[part].counterparty
        whole_of_many = part is None and one.parts
        if not whole_of_many and not is_same_name(line.counterparty, payee):
            self._break(line, BreakType.B9, note=one.ref)
            return True
        return False

    def _is_of_another_fund(self, line: Seen, one: Expectation) -> bool:
        if line.fund_id is not None and line.fund_id != one.fund_id:
            return True
        codes = self.known.fund_codes
        said = {codes[token] for token in tokens_of(line) if token in codes}
        return bool(said) and one.fund_id not in said

    # --- P2, P3, P4: amount, payee and day --------------------------------------------------------

    def _by_content(self, lines: Sequence[Seen]) -> None:
        of_line: dict[UUID, list[Place]] = {}
        of_place: dict[Place, int] = defaultdict(int)
        of_fund: dict[UUID, list[Place]] = {}
        for line in lines:
            fitting = list(self._fitting(line))
            of_line[line.key] = [
                place
                for place in fitting
                if not self._is_of_another_fund(line, self.expected[place[0]])
            ]
            of_fund[line.key] = fitting
            for place in of_line[line.key]:
                of_place[place] += 1
        whole = {at for (at, part), count in of_place.items() if part is None and count}
        for line in lines:
            places = of_line[line.key]
            if not places:
                self._unexpected(line, of_fund[line.key])
                continue
            at, part = places[0]
            clashes = part is not None and at in whole
            if len(places) > 1 or of_place[places[0]] > 1 or clashes:
                self._break(line, BreakType.B14, note=self._refs({at for at, _part in places}))
                continue
            one = self.expected[at]
            if part is not None:
                self._pair(line, one, rule="P4", part=one.parts[part].ref)
            else:
                self._pair(line, one, rule="P2" if one.parts else "P3")

    def _fitting(self, line: Seen) -> Iterator[Place]:
        """Give what a line without reference fits by amount, direction, payee and day."""
        name = plain(line.counterparty)
        in_bulk = not name or _IN_BULK.search(line.text) or _IN_BULK.search(line.counterparty)
        for at, part in self.by_amount.get((line.amount_fen > 0, abs(line.amount_fen)), ()):
            one = self.expected[at]
            if at in self.touched or not self._is_near(line, one):
                continue
            if _is_return(line) and not one.kind.endswith(_BACK):
                continue
            payee = plain(one.counterparty if part is None else one.parts[part].counterparty)
            is_total = part is None and bool(one.parts) and bool(in_bulk)
            if is_total or (name and payee == name):
                yield at, part

    def _is_near(self, line: Seen, one: Expectation) -> bool:
        return self.days.between(line.booked_on, one.due_on) <= NEAR_WORKING_DAYS

    def _unexpected(self, line: Seen, of_another_fund: Sequence[Place]) -> None:
        if of_another_fund:
            self._break(line, BreakType.B8, note=self._refs({at for at, _part in of_another_fund}))
        elif line.amount_fen < 0:
            self._break(line, BreakType.B2)
        elif _is_return(line):
            self._break(line, BreakType.B9)
        elif plain(line.counterparty) in self.known.neighbours:
            self._break(line, BreakType.B13)
        else:
            self._break(line, BreakType.B1)

    # --- verdicts ---------------------------------------------------------------------------------

    def _pair(self, line: Seen, one: Expectation, *, rule: str, part: str = "") -> None:
        self.verdicts[line.key] = Verdict(
            key=line.key, rule=rule, kind=one.kind, ref=one.ref, part=part
        )

    def _break(self, line: Seen, break_type: BreakType, *, note: str = "") -> None:
        self.verdicts[line.key] = Verdict(key=line.key, break_type=break_type, note=note[:200])

    def _refs(self, places: Iterable[int]) -> str:
        return "、".join(sorted(self.expected[at].ref for at in places)[:5])


_SEVERAL = -1


def _is_return(line: Seen) -> bool:
    """Tell whether the bank says that money came back: only what waits for that may be meant."""
    return line.amount_fen > 0 and _RETURNED.search(line.text) is not None


def tokens_of(line: Seen) -> set[str]:
    """Return what in a line may be a reference: words of letters and digits, whole and in pieces."""
    tokens = {plain(line.reference), plain(line.serial)}
    for token in _TOKEN.findall(f"{line.reference} {line.text}".casefold()):
        bare = token.rstrip("._-/:#")
        tokens.add(bare)
        tokens.update(_SPLIT.split(bare))
    return {token for token in tokens if len(token) >= _SHORTEST_TOKEN}


def is_same_name(one: str, other: str) -> bool:
    """Tell whether two names may be one: equal, hidden in part by the bank, or the longer with an addition.

    A name that is not given contradicts nothing.
    """
    left, right = plain(one), plain(other)
    if not left or not right or left == right:
        return True
    if "*" in left or "*" in right:
        return len(left) == len(right) and all(
            a == b or "*" in {a, b} for a, b in zip(left, right, strict=True)
        )
    shorter, longer = sorted((left, right), key=len)
    return len(shorter) >= _SHORTEST_NAME and longer.startswith(shorter)
