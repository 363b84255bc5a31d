"""Households that from now on count under another hash."""

from collections.abc import Collection, Mapping

from django.db import connection, transaction

from bangfu.kernel.tenancy import in_network
from shared_apps.rollup.fold.folding import lock_folder
from shared_apps.rollup.fold.statements import add_members

_MOVE = f"""
    WITH given AS (
        SELECT * FROM unnest(%(old)s::bytea[], %(new)s::bytea[]) AS g(old_hash, new_hash)
    ),
    moved AS (
        DELETE FROM rollup_member m USING given WHERE m.subject = given.old_hash
        RETURNING m.station_id, m.indicator, given.new_hash, m.period, m.dims, m.n, m.value
    )
    {
    add_members(
        "SELECT station_id, indicator AS i, new_hash AS s, period AS p, dims AS d, "
        "sum(n)::bigint AS n, sum(value)::bigint AS v FROM moved "
        "GROUP BY station_id, indicator, new_hash, period, dims"
    )
}
"""

_SHARE = """
    INSERT INTO rollup_shared (indicator, subject)
    SELECT indicator, subject FROM rollup_member WHERE subject = ANY(%(new)s)
    GROUP BY indicator, subject HAVING count(DISTINCT station_id) > 1
    ON CONFLICT DO NOTHING
"""


def move_members(moves: Mapping[bytes, bytes]) -> None:
    """Let what stands under each old hash stand under the new one; no sum changes.

    Holds the folder's lock until the transaction ends, so that no fold falls between an alias and this.
    """
    if not moves:
        return
    parameters = {"old": list(moves), "new": list(moves.values())}
    with in_network(), transaction.atomic(), connection.cursor() as cursor:
        lock_folder(cursor, wait=True)
        cursor.execute(_MOVE, parameters)
        cursor.execute(_SHARE, parameters)


def stations_counting(subjects: Collection[bytes]) -> list[int]:
    """Return the stations that count one of these households, by key."""
    with in_network(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT station_id FROM rollup_member WHERE subject = ANY(%s) ORDER BY 1",
            [list(subjects)],
        )
        return [row[0] for row in cursor.fetchall()]


def hashes_of(subjects: Collection[bytes]) -> list[bytes]:
    """Return these hashes and every other that counts under one of them."""
    with in_network(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT old_hash FROM register_alias WHERE removed_at IS NULL AND new_hash = ANY(%s)",
            [list(subjects)],
        )
        return [*subjects, *(bytes(row[0]) for row in cursor.fetchall())]
