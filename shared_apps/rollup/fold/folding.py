"""From appended deltas to totals: one folder at a time, each delta exactly once.

A fold takes deltas away and adds them to leaves, tree and members in one statement: a kill at any point
leaves either all of it done or nothing.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from bangfu.kernel.tenancy import in_network, send_with_next
from shared_apps.rollup.fold.statements import (
    add_members,
    add_to,
    cells_of,
    facts_of,
    members_of,
    up_the_tree,
)

# Any constant: it names the folder's lock in this database.
FOLDER_LOCK = 0x0F01D
BATCH = 20_000

_FOLD = f"""
    WITH gone AS (
        DELETE FROM rollup_delta WHERE ctid = ANY (ARRAY(SELECT ctid FROM rollup_delta LIMIT %s))
        RETURNING role, facts
    ),
    taken AS (
        SELECT s.id AS station_id, gone.facts
        FROM gone LEFT JOIN tenants_station s ON 't_' || s.schema_name = gone.role
    ),
    fact AS MATERIALIZED ({facts_of("taken")}),
    cell AS MATERIALIZED ({cells_of("fact")}),
    leaf AS ({add_to("rollup_leaf", "station_id", "SELECT * FROM cell")}),
    tree AS ({add_to("rollup_tree", "ancestor_id", up_the_tree("cell"))}),
    member AS ({add_members(members_of("fact"))}),
    shared AS (
        INSERT INTO rollup_shared (indicator, subject)
        SELECT i, s FROM (SELECT DISTINCT i, s, station_id FROM fact WHERE s IS NOT NULL) AS new
        GROUP BY i, s HAVING count(*) > 1
        UNION
        SELECT i, s FROM fact WHERE s IS NOT NULL AND EXISTS (
            SELECT FROM rollup_member m
            WHERE m.subject = fact.s AND m.indicator = fact.i AND m.station_id <> fact.station_id)
        ON CONFLICT DO NOTHING
    )
    SELECT count(*) FROM taken
"""

_REMEMBER = """
    INSERT INTO rollup_fold AS old (id, folded_at, folds, deltas) VALUES (1, %(at)s, 1, %(deltas)s)
    ON CONFLICT (id) DO UPDATE SET folded_at = greatest(old.folded_at, excluded.folded_at),
        folds = old.folds + 1, deltas = old.deltas + excluded.deltas
"""

_REBUILD_TREE = f"""
    WITH cell AS (
        SELECT station_id, indicator AS i, dimension, key, period AS p, n, value AS v
        FROM rollup_leaf
    )
    {add_to("rollup_tree", "ancestor_id", up_the_tree("cell"))}
"""


@dataclass(frozen=True, slots=True)
class Folded:
    """How many deltas a fold took; ``ran`` is False where another folder was at work."""

    deltas: int
    ran: bool = True


def append(*, facts: Sequence[dict[str, Any]], at: datetime) -> None:
    """Append the facts of one write; one statement that travels with the commit, one row, no lock."""
    send_with_next(
        "INSERT INTO rollup_delta (at, facts) VALUES (%s, %s)",
        [at.isoformat(), json.dumps(facts, separators=(",", ":"))],
    )


def fold(*, now: datetime, wait: bool = False, batch: int = BATCH) -> Folded:
    """Fold everything that waits, in batches that commit one by one.

    Runs nowhere twice at the same time: a second folder returns at once, or waits when told to.
    """
    total = 0
    while True:
        with in_network(), transaction.atomic(), connection.cursor() as cursor:
            if not lock_folder(cursor, wait=wait):
                return Folded(total, ran=False)
            cursor.execute(_FOLD, [batch])
            taken = int(cursor.fetchone()[0])
            cursor.execute(_REMEMBER, {"at": now, "deltas": taken})
        total += taken
        if taken < batch:
            return Folded(total)


def pending_deltas() -> int:
    """Return how many writes wait to be folded."""
    with in_network(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM rollup_delta")
        return int(cursor.fetchone()[0])


def lag_seconds(*, now: datetime) -> float:
    """Return the age of the oldest write that waits; zero when nothing does."""
    with in_network(), connection.cursor() as cursor:
        cursor.execute("SELECT min(at) FROM rollup_delta")
        oldest = cursor.fetchone()[0]
    return max(0.0, (now - oldest).total_seconds()) if oldest else 0.0


def rebuild_tree() -> int:
    """Make the ancestor table anew from the leaves, as after a station moved; return its rows."""
    with in_network(), transaction.atomic(), connection.cursor() as cursor:
        lock_folder(cursor, wait=True)
        cursor.execute("DELETE FROM rollup_tree")
        cursor.execute(_REBUILD_TREE)
        return int(cursor.rowcount)


def lock_folder(cursor: Any, *, wait: bool) -> bool:
    """Become the only folder until the transaction ends; False where another is one and ``wait`` is off."""
    if wait:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOLDER_LOCK])
        return True
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [FOLDER_LOCK])
    return bool(cursor.fetchone()[0])
