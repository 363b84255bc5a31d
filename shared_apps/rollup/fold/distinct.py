"""Households counted once, however many stations count them."""

from datetime import date
from typing import Any

from django.db import connection

from bangfu.kernel.tenancy import in_network

# Only a household that more than one station ever counted can be counted twice, so the sum less those
# is exact and costs nothing while there are few of them.
_COUNTED_TWICE = """
    SELECT coalesce(sum(total - most), 0)::bigint FROM (
        SELECT subject, sum(number) AS total, max(number) AS most FROM (
            SELECT m.subject, m.station_id,
                   CASE WHEN %(by_value)s THEN sum(m.value) ELSE sum(m.n) END AS number
            FROM rollup_shared h
            JOIN rollup_member m ON m.subject = h.subject AND m.indicator = h.indicator
            JOIN tenants_station s ON s.id = m.station_id AND s.path LIKE %(below)s
            WHERE h.indicator = %(indicator)s AND m.period BETWEEN %(first)s AND %(last)s
            GROUP BY m.subject, m.station_id HAVING sum(m.n) > 0
        ) AS at_station GROUP BY subject HAVING count(*) > 1
    ) AS twice
"""

_DISTINCT = """
    SELECT count(*) FROM (
        SELECT m.subject
        FROM tenants_station s JOIN rollup_member m ON m.station_id = s.id
        WHERE s.path LIKE %(below)s AND m.indicator = %(indicator)s
          AND m.period BETWEEN %(first)s AND %(last)s
        GROUP BY m.subject HAVING sum(m.n) > 0
    ) AS households
"""


def counted_twice(
    *, path: str, indicator: str, first: date, last: date, by_value: bool = False
) -> int:
    """Return by how much the sum over a subtree exceeds its households each counted once.

    Of a household that several stations count, the largest number is taken.
    """
    return _number(
        _COUNTED_TWICE,
        path=path,
        indicator=indicator,
        first=first,
        last=last,
        by_value=by_value,
    )


def distinct_subjects(*, path: str, indicator: str, first: date, last: date) -> int:
    """Return how many different households stand behind an indicator in a subtree."""
    return _number(_DISTINCT, path=path, indicator=indicator, first=first, last=last)


def _number(statement: str, *, path: str, **parameters: Any) -> int:
    with in_network(), connection.cursor() as cursor:
        cursor.execute(statement, {"below": f"{path}%", **parameters})
        return int(cursor.fetchone()[0])
