"""What the facts say against what they should say, cell by cell."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Generic, TypeVar

from django.db import connection, transaction

from bangfu.kernel.tenancy import in_network
from shared_apps.rollup.fold.folding import lock_folder
from shared_apps.rollup.fold.statements import (
    add_members,
    add_to,
    cells_of,
    facts_of,
    up_the_tree,
)
from shared_apps.rollup.indicators import Dims, Fact

FrozenDims = tuple[tuple[str, str | tuple[str, ...]], ...]
# An indicator in a month; under it a cell by its dimension and key, a household by its hash and dimensions.
At = tuple[str, date]
CellKey = tuple[str, str]
MemberKey = tuple[bytes, FrozenDims]
Key = TypeVar("Key")
Sums = defaultdict[At, dict[Key, list[int]]]
# What should be and what is: number and value of each.
Numbers = tuple[int, int, int, int]
_NOTHING = [0, 0]

# What a station recorded so far, folded or still waiting, in one look: a fold in between changes nothing.
# A network may have many aliases: only those of the households in question are read.
_RECORDED = """
    WITH waiting AS (
        SELECT facts FROM rollup_delta
        WHERE role = (SELECT 't_' || schema_name FROM tenants_station WHERE id = %(station)s)
    )
    SELECT 'cell', indicator, period, dimension, key, NULL, n, value
    FROM rollup_leaf WHERE station_id = %(station)s AND indicator = ANY(%(codes)s)
    UNION ALL
    SELECT 'member', indicator, period, cell, NULL, subject, n, value
    FROM rollup_member WHERE station_id = %(station)s AND indicator = ANY(%(codes)s)
    UNION ALL
    SELECT 'waiting', NULL, NULL, facts::text, NULL, NULL, NULL, NULL FROM waiting
    UNION ALL
    SELECT 'alias', NULL, NULL, encode(new_hash, 'hex'), NULL, old_hash, NULL, NULL
    FROM register_alias WHERE removed_at IS NULL AND old_hash = ANY(ARRAY(
        SELECT decode(subject, 'hex') FROM unnest(string_to_array(%(subjects)s, ',')) AS subject
        UNION ALL SELECT decode(fact ->> 's', 'hex') FROM waiting, json_array_elements(facts) AS fact
    ))
"""

_CORRECT = f"""
    WITH given AS (SELECT %(station)s::bigint AS station_id, f.* FROM jsonb_to_recordset(%(cells)s)
        AS f(i text, dimension text, key text, p date, n bigint, v bigint)),
    leaf AS ({add_to("rollup_leaf", "station_id", "SELECT * FROM given")})
    {add_to("rollup_tree", "ancestor_id", up_the_tree("given"))}
"""

_CORRECT_TREE = f"""
    WITH given AS (SELECT %(station)s::bigint AS ancestor_id, f.* FROM jsonb_to_recordset(%(cells)s)
        AS f(i text, dimension text, key text, p date, n bigint, v bigint))
    {add_to("rollup_tree", "ancestor_id", "SELECT * FROM given")}
"""

_CORRECT_MEMBERS = f"""
    WITH given AS (SELECT %(station)s::bigint AS station_id, f.i, decode(f.s, 'hex') AS s, f.p, f.d, f.n, f.v
        FROM jsonb_to_recordset(%(members)s)
            AS f(i text, s text, p date, d jsonb, n bigint, v bigint))
    {add_members("SELECT * FROM given")}
"""

_SET_STOCKS = f"""
    WITH given AS (
        SELECT f.station_id, f.facts
        FROM jsonb_to_recordset(%(facts)s) AS f(station_id bigint, facts jsonb)
    ),
    given_fact AS MATERIALIZED ({facts_of("given")}),
    expected AS ({cells_of("given_fact")}),
    actual AS (
        SELECT station_id, indicator AS i, dimension, key,
               sum(n)::bigint AS n, sum(value)::bigint AS v
        FROM rollup_leaf
        WHERE station_id IN (SELECT station_id FROM given)
          AND indicator = ANY(%(codes)s) AND period <= %(month)s
        GROUP BY station_id, indicator, dimension, key
    ),
    cell AS MATERIALIZED (
        SELECT station_id, i, dimension, key, %(month)s::date AS p,
               coalesce(e.n, 0) - coalesce(a.n, 0) AS n, coalesce(e.v, 0) - coalesce(a.v, 0) AS v
        FROM expected e FULL JOIN actual a USING (station_id, i, dimension, key)
        WHERE (coalesce(e.n, 0), coalesce(e.v, 0)) <> (coalesce(a.n, 0), coalesce(a.v, 0))
    ),
    leaf AS ({add_to("rollup_leaf", "station_id", "SELECT * FROM cell")}),
    tree AS ({add_to("rollup_tree", "ancestor_id", up_the_tree("cell"))})
    SELECT count(*) FROM cell
"""

_TREE = """
    WITH expected AS (
        SELECT indicator AS i, dimension, key, period AS p,
               sum(n)::bigint AS n, sum(value)::bigint AS v
        FROM tenants_station s JOIN rollup_leaf ON station_id = s.id
        WHERE s.path LIKE %(below)s
        GROUP BY indicator, dimension, key, period
    )
    SELECT i, dimension, key, p,
           coalesce(e.n, 0), coalesce(e.v, 0), coalesce(t.n, 0), coalesce(t.v, 0)
    FROM expected e FULL JOIN (
        SELECT indicator AS i, dimension, key, period AS p, n, value AS v FROM rollup_tree
        WHERE ancestor_id = %(station)s
    ) t USING (i, dimension, key, p)
    WHERE (coalesce(e.n, 0), coalesce(e.v, 0)) <> (coalesce(t.n, 0), coalesce(t.v, 0))
    ORDER BY i, p, dimension, key
"""


@dataclass(frozen=True, slots=True)
class CellDifference:
    """One cell whose recorded number is not what its records give."""

    indicator: str
    dimension: str
    key: str
    period: date
    expected_n: int
    expected_value: int
    actual_n: int
    actual_value: int


@dataclass(frozen=True, slots=True)
class MemberDifference:
    """One household that stands behind a number without being there, or is missing from it."""

    indicator: str
    subject: bytes
    period: date
    dims: str
    expected_n: int
    expected_value: int
    actual_n: int
    actual_value: int


def differences(
    *, station_id: int, facts: Iterable[Fact], codes: Collection[str]
) -> tuple[list[CellDifference], list[MemberDifference]]:
    """Compare the facts of a station, waiting ones included, with ``facts``; one query."""
    asked = [fact for fact in facts if fact.indicator in codes]
    subjects = {fact.subject.hex() for fact in asked if fact.subject is not None}
    rows = _rows(
        _RECORDED, {"station": station_id, "codes": list(codes), "subjects": ",".join(subjects)}
    )
    aliases = {row[5]: bytes.fromhex(row[3]) for row in rows if row[0] == "alias"}
    expected, waiting = _Added(aliases), _Added(aliases)
    for fact in asked:
        expected.add(fact.indicator, fact.period, fact.dims, fact.n, fact.value, fact.subject)
    for row in rows:
        if row[0] == "waiting":
            _add_waiting(waiting, json.loads(row[3]), codes)
    cells = _Compared(expected.cells, waiting.cells)
    members = _Compared(expected.members, waiting.members)
    # What is recorded is looked at as it comes, each key once; written out, as a station has hundreds.
    for what, indicator, period, dimension, key, subject, n, value in rows:
        at = (indicator, period)
        if what == "cell":
            should = cells.expected[at].pop((dimension, key), _NOTHING)
            if should[0] != n or should[1] != value or cells.waiting:
                cells.differ(at, (dimension, key), should, (n, value))
        elif what == "member":
            member = (subject, _frozen_text(dimension))
            should = members.expected[at].pop(member, _NOTHING)
            if should[0] != n or should[1] != value or members.waiting:
                members.differ(at, member, should, (n, value))
    return (
        [
            CellDifference(indicator, dimension, key, period, *numbers)
            for (indicator, period), (dimension, key), numbers in cells.unequal()
        ],
        [
            MemberDifference(indicator, subject, period, json.dumps(dict(dims)), *numbers)
            for (indicator, period), (subject, dims), numbers in members.unequal()
        ],
    )


def tree_differences(*, station_id: int, path: str) -> list[CellDifference]:
    """Compare every total of a station with the sum of the leaves of its subtree; one statement."""
    rows = _rows(_TREE, {"station": station_id, "below": f"{path}%"})
    return [CellDifference(*row) for row in rows]


def correct_tree(*, station_id: int, differences: Sequence[CellDifference]) -> None:
    """Bring the totals of one station to the sum of the leaves below it, by adding the difference."""
    with in_network(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _CORRECT_TREE, {"station": station_id, "cells": json.dumps(_changes(differences))}
        )


def apply_differences(
    *,
    station_id: int,
    cells: Sequence[CellDifference],
    members: Sequence[MemberDifference],
) -> None:
    """Bring leaves, totals and members of a station to what was expected.

    Adds the difference instead of setting the number, so that a write which arrives meanwhile is kept.
    """
    wrong_cells = _changes(cells)
    wrong_members = [
        {
            "i": member.indicator,
            "s": member.subject.hex(),
            "p": member.period.isoformat(),
            "d": json.loads(member.dims),
            "n": member.expected_n - member.actual_n,
            "v": member.expected_value - member.actual_value,
        }
        for member in members
    ]
    with in_network(), transaction.atomic(), connection.cursor() as cursor:
        if wrong_cells:
            cursor.execute(_CORRECT, {"station": station_id, "cells": json.dumps(wrong_cells)})
        if wrong_members:
            cursor.execute(
                _CORRECT_MEMBERS, {"station": station_id, "members": json.dumps(wrong_members)}
            )


def set_stocks(
    *, facts: Mapping[int, Sequence[dict[str, Any]]], codes: Sequence[str], month: date
) -> int:
    """Bring the stocks of the stations to ``facts`` by a change in ``month``; return the cells changed.

    ``facts`` is by station; a station with an empty list has a stock of nothing.
    """
    given = [{"station_id": key, "facts": list(counted)} for key, counted in facts.items()]
    with in_network(), transaction.atomic(), connection.cursor() as cursor:
        lock_folder(cursor, wait=True)
        cursor.execute(
            _SET_STOCKS, {"facts": json.dumps(given), "codes": list(codes), "month": month}
        )
        return int(cursor.fetchone()[0])


class _Added:
    """Facts added up: by cell, and by household, each under the hash it counts under."""

    def __init__(self, aliases: Mapping[bytes, bytes]) -> None:
        self.aliases = aliases
        self.cells: Sums[CellKey] = defaultdict(dict)
        self.members: Sums[MemberKey] = defaultdict(dict)
        self.dims: Dims | None = None
        self.frozen: FrozenDims = ()
        self.keys: list[CellKey] = []

    def add(
        self, indicator: str, period: date, dims: Dims, n: int, value: int, subject: bytes | None
    ) -> None:
        if dims is not self.dims:
            # The stocks of a household come one after the other with the same dimensions.
            self.dims, self.frozen = dims, _frozen(dims)
            self.keys = [("", "")] + [
                (name, key)
                for name, given in dims.items()
                for key in ((given,) if isinstance(given, str) else given)
            ]
        at = (indicator, period)
        # Written out: a call for each of the thousands of cells of a station is a third of a recount.
        cells = self.cells[at]
        for cell in self.keys:
            known = cells.get(cell)
            if known is None:
                cells[cell] = [n, value]
            else:
                known[0] += n
                known[1] += value
        if subject is not None:
            members = self.members[at]
            member = (self.aliases.get(subject, subject), self.frozen)
            known = members.get(member)
            if known is None:
                members[member] = [n, value]
            else:
                known[0] += n
                known[1] += value


class _Compared(Generic[Key]):
    """What should be against what is recorded or waits; uses up the sums that it is given."""

    expected: Sums[Key]
    waiting: Sums[Key]

    def __init__(self, expected: Sums[Key], waiting: Sums[Key]) -> None:
        self.expected, self.waiting = expected, waiting
        self.found: list[tuple[At, Key, Numbers]] = []

    def differ(self, at: At, key: Key, should: Sequence[int], recorded: Sequence[int]) -> None:
        """Keep a number that is not what it should be, unless what waits makes it so."""
        more = self.waiting[at].pop(key, _NOTHING) if self.waiting else _NOTHING
        n, value = recorded[0] + more[0], recorded[1] + more[1]
        if should[0] != n or should[1] != value:
            self.found.append((at, key, (should[0], should[1], n, value)))

    def unequal(self) -> list[tuple[At, Key, Numbers]]:
        """Return what should be and what is, wherever they differ, and under what nothing is recorded."""
        for at in {*self.expected, *self.waiting}:
            expected, waiting = self.expected[at], self.waiting[at]
            for key in {*expected, *waiting}:
                should, is_ = expected.get(key, _NOTHING), waiting.get(key, _NOTHING)
                if should != is_:
                    self.found.append((at, key, (should[0], should[1], is_[0], is_[1])))
        return sorted(self.found, key=str)


def _add_waiting(sums: _Added, facts: Iterable[dict[str, Any]], codes: Collection[str]) -> None:
    for fact in facts:
        if fact["i"] in codes:
            subject = bytes.fromhex(fact["s"]) if "s" in fact else None
            period = date.fromisoformat(fact["p"])
            sums.add(fact["i"], period, fact["d"], fact["n"], fact["v"], subject)


def _frozen(dims: Dims) -> FrozenDims:
    flat = [
        (name, given if isinstance(given, str) else tuple(given)) for name, given in dims.items()
    ]
    flat.sort()
    return tuple(flat)


@lru_cache(maxsize=4096)
def _frozen_text(text: str) -> FrozenDims:
    return _frozen(json.loads(text))


def _changes(cells: Sequence[CellDifference]) -> list[dict[str, Any]]:
    return [
        {
            "i": cell.indicator,
            "dimension": cell.dimension,
            "key": cell.key,
            "p": cell.period.isoformat(),
            "n": cell.expected_n - cell.actual_n,
            "v": cell.expected_value - cell.actual_value,
        }
        for cell in cells
    ]


def _rows(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with in_network(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
