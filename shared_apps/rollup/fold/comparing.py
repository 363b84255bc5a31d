"""What the facts say against what they should say, cell by cell."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from bangfu.kernel.tenancy import in_network
from shared_apps.rollup.fold.folding import lock_folder
from shared_apps.rollup.fold.statements import (
    add_members,
    add_to,
    cells_of,
    facts_of,
    members_of,
    up_the_tree,
)

# Facts as recorded so far, what is folded and what still waits, against those given: the cells, and who
# stands behind them. One look, so that a fold in between changes nothing.
_COMPARE = f"""
    WITH waiting AS (SELECT station_id, facts FROM rollup_delta WHERE station_id = %(station)s),
    waiting_fact AS MATERIALIZED ({facts_of("waiting")}),
    given AS (SELECT %(station)s::bigint AS station_id, %(facts)s::jsonb AS facts),
    given_fact AS MATERIALIZED ({facts_of("given")}),
    cell AS (
        SELECT i, dimension, key, p, sum(n)::bigint AS n, sum(v)::bigint AS v FROM (
            SELECT indicator AS i, dimension, key, period AS p, n, value AS v FROM rollup_leaf
            WHERE station_id = %(station)s
            UNION ALL
            SELECT i, dimension, key, p, n, v FROM ({cells_of("waiting_fact")}) AS w
        ) AS both_of GROUP BY i, dimension, key, p
    ),
    expected_cell AS ({cells_of("given_fact")}),
    member AS (
        SELECT i, s, p, d, sum(n)::bigint AS n, sum(v)::bigint AS v FROM (
            SELECT indicator AS i, subject AS s, period AS p, dims AS d, n, value AS v
            FROM rollup_member WHERE station_id = %(station)s
            UNION ALL
            SELECT i, s, p, d, n, v FROM ({members_of("waiting_fact")}) AS w
        ) AS both_of GROUP BY i, s, p, d
    ),
    expected_member AS ({members_of("given_fact")})
    SELECT i, p, dimension, key, NULL AS s, NULL AS d,
           coalesce(e.n, 0), coalesce(e.v, 0), coalesce(a.n, 0), coalesce(a.v, 0)
    FROM expected_cell e FULL JOIN cell a USING (i, dimension, key, p)
    WHERE i = ANY(%(codes)s)
      AND (coalesce(e.n, 0), coalesce(e.v, 0)) <> (coalesce(a.n, 0), coalesce(a.v, 0))
    UNION ALL
    SELECT i, p, NULL, NULL, s, d,
           coalesce(e.n, 0), coalesce(e.v, 0), coalesce(a.n, 0), coalesce(a.v, 0)
    FROM expected_member e FULL JOIN member a USING (i, s, p, d)
    WHERE i = ANY(%(codes)s)
      AND (coalesce(e.n, 0), coalesce(e.v, 0)) <> (coalesce(a.n, 0), coalesce(a.v, 0))
    ORDER BY 1, 2, 3, 4, 5
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
    *, station_id: int, facts: Sequence[dict[str, Any]], codes: Sequence[str]
) -> tuple[list[CellDifference], list[MemberDifference]]:
    """Compare the facts of a station, waiting ones included, with ``facts``; one statement."""
    rows = _rows(
        _COMPARE,
        {
            "station": station_id,
            "facts": json.dumps(facts, separators=(",", ":")),
            "codes": list(codes),
        },
    )
    cells = [
        CellDifference(indicator, dimension, key, period, *numbers)
        for indicator, period, dimension, key, subject, _dims_of, *numbers in rows
        if subject is None
    ]
    members = [
        MemberDifference(
            indicator, bytes(subject), period, json.dumps(_dims(dims), sort_keys=True), *numbers
        )
        for indicator, period, _dimension, _key, subject, dims, *numbers in rows
        if subject is not None
    ]
    return cells, members


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


def _dims(raw: Any) -> Any:
    return json.loads(raw) if isinstance(raw, str) else raw


def _rows(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with in_network(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
