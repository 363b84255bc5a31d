"""Whether what is published is what was spent, paid and given: figures of the network against the books of a station.

Nothing here is shared with the services: what each figure adds up is said a second time, as sums over the records.
Source: design of reliability §3 ("Invariants": expense = paid items = published statistic).
"""

from __future__ import annotations

from shared_apps.audit.auditor.money import Cursor

RECOUNT = "recount"

# check → (the figure, what it adds up in the station's schema)
PUBLISHED_CHECKS: dict[str, tuple[str, str]] = {
    "published-other-than-spent": ("FUN-04", """
        SELECT coalesce(sum(e.amount_fen), 0) FROM funds_entry e
        JOIN funds_account a ON a.id = e.account_id JOIN funds_journal j ON j.id = e.journal_id
        WHERE a.code LIKE '5001.%%' AND j.kind <> 'opening'"""),
    # What the station brought along on paper counts as well.
    "published-other-than-paid": ("AID-03", """
        SELECT coalesce((SELECT sum(amount_fen) FROM payouts_line WHERE state = 'paid'), 0)
        + coalesce((SELECT sum(amount_fen) FROM paperbooks_pastrow
            WHERE station_id = %(station)s AND kind = 'aid'), 0)"""),
    "published-other-than-issued": ("AID-04", """
        SELECT coalesce((SELECT sum(CASE WHEN m.kind = 'undo' THEN -m.value_fen ELSE m.value_fen END)
            FROM goods_movement m LEFT JOIN goods_movement was ON was.id = m.follows_id
            WHERE m.kind = 'issue' OR (m.kind = 'undo' AND was.kind = 'issue')), 0)
        + coalesce((SELECT sum(goods_fen) FROM paperbooks_pastrow WHERE station_id = %(station)s
            AND kind IN ('aid', 'goods') AND dims->>'goods_kind' <> ''), 0)"""),
}  # fmt: skip


def sums_here(cursor: Cursor, *, station: int) -> dict[str, int]:
    """Add up what each figure should be, of the station in whose schema the cursor stands."""
    sums = {}
    for check, (_figure, query) in PUBLISHED_CHECKS.items():
        cursor.execute(query, {"station": station})
        sums[check] = int(cursor.fetchall()[0][0])
    return sums


def published_otherwise(
    cursor: Cursor, sums: dict[str, int], *, station: int
) -> list[tuple[str, str, str]]:
    """Find the figures of a station that are not what its records add up to: check, figure, what was seen.

    ``cursor`` stands in the network, where facts are kept; those not folded yet count as well.
    """
    cursor.execute(
        """
        SELECT indicator, sum(value) FROM (
            SELECT indicator, value FROM rollup_leaf
            WHERE station_id = %(station)s AND dimension = ''
            UNION ALL
            SELECT fact->>'i', coalesce((fact->>'v')::bigint, 0)
            FROM rollup_delta, jsonb_array_elements(facts::jsonb) AS fact
            WHERE role = (SELECT 't_' || schema_name FROM tenants_station WHERE id = %(station)s)
        ) said GROUP BY indicator""",
        {"station": station},
    )
    told = {figure: int(value) for figure, value in cursor.fetchall()}
    return [
        (check, figure, f"{told.get(figure, 0)} for {sums[check]}")
        for check, (figure, _query) in PUBLISHED_CHECKS.items()
        if told.get(figure, 0) != sums[check]
    ]
