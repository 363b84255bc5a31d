"""All money of a station, audited: what must hold as queries that return no row, and the chain recomputed.

Nothing here is shared with the services: the codes and floors of the accounts, and what is hashed, are said
a second time. Each query runs on the station's schema and its own rows of the shared tables, and gives the
record and what is wrong with it. Source: docs/architecture/ledger.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Protocol

from shared_apps.audit.auditor.granting import (
    CAP_CHECKS,
    CAPS_IN_FEN,
    CLAIM,
    GRANT_CHECKS,
    caps_broken,
)
from shared_apps.audit.auditor.in_kind import COUNT, IN_KIND_CHECKS, IN_KIND_PARTS
from shared_apps.audit.auditor.money import (
    BANK,
    ENDS_DIFFER,
    GOODS_ENDS_DIFFER,
    MONEY_CHECKS,
    MONEY_PARTS,
    POST,
    RESTORE,
    STOP,
)
from shared_apps.audit.auditor.opening import canonical, sm3_of
from shared_apps.audit.auditor.published import PUBLISHED_CHECKS, RECOUNT

Row = tuple[Any, ...]


class Cursor(Protocol):
    """A cursor that stands in the station's schema."""

    def execute(self, query: Any, params: Any = None) -> Any:
        """Run one statement."""

    def fetchall(self) -> list[Row]:
        """Give its rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFinding:
    """One thing that should not be in a ledger, and what to do about it.

    ``page`` is where the record is shown, below the address of its station; empty where nothing shows it.
    """

    check: str
    record: str
    seen: str
    page: str = ""

    @property
    def found(self) -> str:
        """What there is, as far as an amount was compared with another."""
        return self.seen.partition(" for ")[0]

    @property
    def expected(self) -> str:
        """What there should be; empty where nothing was compared."""
        return self.seen.partition(" for ")[2]

    @property
    def is_in_fen(self) -> bool:
        """Whether what was compared are amounts of money."""
        return self.check in FEN_CHECKS

    @property
    def remedy(self) -> str:
        """What to do, in one sentence."""
        known = _CHECKS[self.check][0] if self.check in _CHECKS else _OTHER_REMEDIES.get(self.check)
        return REMEDIES[known or RESTORE]


REMEDIES: Mapping[str, str] = {
    RESTORE: "Rows were changed behind the triggers: stop postings of this station, compare with the last "
    "backup and the audit chain, restore the ledger.",
    POST: "Correct it by a reversing journal and a right one; two people decide.",
    STOP: "Find who wrote this past the services; withdraw that access first.",
    BANK: "Ask the bank for the statement and the receipts of these days, compare them line by line, "
    "then correct by journals of two people.",
    COUNT: "Let two people count the goods, compare with the audit chain, and correct by a count or an undoing.",
    CLAIM: "Compare with the programme of that day and the minutes; claim back what was too much, or have the "
    "station above decide.",
    RECOUNT: "Let the reconciliation of the station run and heal the number from the records.",
}

FEN_CHECKS = frozenset(
    {
        "balance-other-than-entries", "opening-other-than-closing", "bank-closes-otherwise",
        "bank-line-posted-otherwise", "bank-other-than-books", "held-other-than-approved",
        "settlement-other-than-entries", "spent-other-than-paid",
        "payouts-in-transit-otherwise", "transfers-in-transit-otherwise", "goods-valued-otherwise",
        "card-balance-other-than-entries", "card-shares-other-than-the-whole",
        "card-shares-other-than-agreed", "card-entry-moves-otherwise",
        "card-reversal-other-than-mirror", "settlement-posted-otherwise",
        "donation-returned-otherwise", "donation-returns-do-not-add-up",
        "donation-held-otherwise", ENDS_DIFFER, *CAPS_IN_FEN,
        *PUBLISHED_CHECKS,
    }
)  # fmt: skip

_OTHER_REMEDIES: Mapping[str, str] = {
    ENDS_DIFFER: BANK,
    GOODS_ENDS_DIFFER: COUNT,
    **dict.fromkeys(CAP_CHECKS, CLAIM),
    **dict.fromkeys(PUBLISHED_CHECKS, RECOUNT),
}

# code, book, floor, what it opens in the year after
_CHART = """
    (VALUES ('1001','cash',0,'1001'), ('1101','cash',0,'1101'), ('1201','cash',0,'1201'),
     ('1301','cash',NULL,'1301'), ('2001','cash',NULL,'2001'), ('2101','cash',NULL,'2101'),
     ('2901','cash',NULL,'2901'), ('3001','cash',NULL,'3001'), ('4001','cash',NULL,'3001'),
     ('4002','cash',NULL,'3001'), ('4003','cash',NULL,'3001'), ('4004','cash',NULL,'3001'),
     ('5001','cash',NULL,'3001'), ('5101','cash',NULL,'3001'), ('8000','budget',NULL,'8000'),
     ('8001','budget',0,'8001'), ('8002','budget',0,'8002'), ('8003','budget',NULL,'8000')
    ) AS chart (root, book, floor, successor)"""

_PARTS = (
    MONEY_PARTS
    | IN_KIND_PARTS
    | {
        "@CHART": _CHART,
        "@LEGS": """
        funds_entry e JOIN funds_account a ON a.id = e.account_id
        JOIN funds_journal j ON j.id = e.journal_id""",
        "@PAGE_ACCOUNT": "'ledger/accounts/' || a.id || '/'",
        "@NO": "j.year || '-' || lpad(j.number::text, 5, '0')",
    }
)

# check → (remedy, query)
_CHECKS: dict[str, tuple[str, str]] = {
    "journal-does-not-balance": (RESTORE, """
        SELECT @NO, a.book || ' ' || sum(e.amount_fen), @PAGE_VOUCHER FROM @LEGS
        GROUP BY j.id, a.book, a.fund_id HAVING sum(e.amount_fen) <> 0"""),
    "journal-lacks-legs": (RESTORE, """
        SELECT @NO, count(e.id) || ' of ' || j.legs, @PAGE_VOUCHER FROM funds_journal j
        LEFT JOIN funds_entry e ON e.journal_id = j.id
        GROUP BY j.id HAVING count(e.id) <> j.legs OR j.legs < 2"""),
    "entry-of-no-journal": (RESTORE, """
        SELECT e.id, e.amount_fen FROM funds_entry e
        WHERE NOT EXISTS (SELECT FROM funds_journal j WHERE j.id = e.journal_id)"""),
    "entry-of-no-account": (RESTORE, """
        SELECT e.id, e.amount_fen FROM funds_entry e
        WHERE NOT EXISTS (SELECT FROM funds_account a WHERE a.id = e.account_id)"""),
    "entry-in-account-of-another-year": (RESTORE, """
        SELECT @NO, a.year, @PAGE_VOUCHER FROM @LEGS WHERE a.year <> j.year"""),
    "entry-moves-nothing": (RESTORE, """
        SELECT @NO, e.line, @PAGE_VOUCHER FROM @LEGS WHERE e.amount_fen = 0"""),
    "balance-other-than-entries": (RESTORE, """
        SELECT a.year || ' ' || a.code, a.balance_fen || ' for ' || coalesce(sum(e.amount_fen), 0), @PAGE_ACCOUNT
        FROM funds_account a LEFT JOIN funds_entry e ON e.account_id = a.id
        GROUP BY a.id HAVING a.balance_fen <> coalesce(sum(e.amount_fen), 0)"""),
    "account-below-floor": (RESTORE, """
        SELECT a.year || ' ' || a.code, a.balance_fen, @PAGE_ACCOUNT FROM funds_account a
        JOIN @CHART ON root = split_part(a.code, '.', 1) WHERE a.balance_fen < floor"""),
    "floor-other-than-chart": (STOP, """
        SELECT a.year || ' ' || a.code, coalesce(a.floor_fen::text, 'none'), @PAGE_ACCOUNT FROM funds_account a
        JOIN @CHART ON root = split_part(a.code, '.', 1) WHERE a.floor_fen IS DISTINCT FROM floor"""),
    "account-not-in-chart": (STOP, """
        SELECT a.year || ' ' || a.code, a.book, @PAGE_ACCOUNT FROM funds_account a LEFT JOIN @CHART
        ON root = split_part(a.code, '.', 1) AND chart.book = a.book
        AND (a.code = root) = (root <> '5001') WHERE root IS NULL"""),
    "numbers-with-a-gap": (RESTORE, """
        SELECT j.year, count(*) || ' up to ' || max(j.number) FROM funds_journal j GROUP BY j.year
        HAVING count(*) <> max(j.number) OR count(DISTINCT j.number) <> count(*)"""),
    "year-counts-otherwise": (RESTORE, """
        SELECT p.year, p.last_number FROM funds_period p WHERE p.month = 0 AND p.last_number <>
        (SELECT coalesce(max(number), 0) FROM funds_journal j WHERE j.year = p.year)"""),
    "journal-in-no-year": (RESTORE, """
        SELECT @NO, j.effective_on, @PAGE_VOUCHER FROM funds_journal j
        WHERE extract(year FROM j.effective_on) <> j.year OR NOT EXISTS
        (SELECT FROM funds_period p WHERE p.year = j.year AND p.month = 0)"""),
    "year-lacks-months": (RESTORE, """
        SELECT year, count(*) FROM funds_period GROUP BY year HAVING count(DISTINCT month) <> 13"""),
    "month-open-in-closed-year": (STOP, """
        SELECT p.year || '-' || p.month, p.state FROM funds_period p
        WHERE p.state <> 'closed' AND EXISTS (SELECT FROM funds_period n WHERE n.year > p.year)"""),
    "posted-after-closing": (STOP, """
        SELECT @NO, j.posted_at, @PAGE_VOUCHER FROM funds_journal j JOIN funds_period p
        ON p.year = j.year AND p.month = extract(month FROM j.effective_on)
        WHERE p.state = 'closed' AND j.posted_at > p.closed_at"""),
    "maker-is-checker": (STOP, """
        SELECT @NO, j.maker_name, @PAGE_VOUCHER FROM funds_journal j WHERE j.maker_id = j.checker_id"""),
    "event-posted-twice": (POST, """
        SELECT kind || ' ' || ref, count(*), 'ledger/vouchers/' || max(id::text) || '/'
        FROM funds_journal GROUP BY kind, ref HAVING count(*) > 1"""),
    "reversed-twice": (POST, """
        SELECT reverses_id, count(*), 'ledger/vouchers/' || reverses_id || '/'
        FROM funds_journal WHERE reverses_id IS NOT NULL GROUP BY reverses_id HAVING count(*) > 1"""),
    "reversal-other-than-mirror": (POST, """
        SELECT @NO, a.code, @PAGE_VOUCHER FROM funds_journal j
        JOIN funds_entry e ON e.journal_id IN (j.id, j.reverses_id)
        JOIN funds_account a ON a.id = e.account_id WHERE j.reverses_id IS NOT NULL
        GROUP BY j.id, a.book, a.code, a.fund_id HAVING sum(e.amount_fen) <> 0"""),
    "reversal-of-a-reversal": (POST, """
        SELECT @NO, j.ref, @PAGE_VOUCHER FROM funds_journal j JOIN funds_journal before ON before.id = j.reverses_id
        WHERE before.reverses_id IS NOT NULL"""),
    "opening-other-than-closing": (RESTORE, """
        WITH closed AS (
            SELECT a.year + 1 AS year, a.fund_id, successor AS code, sum(a.balance_fen) AS fen
            FROM funds_account a JOIN @CHART ON root = split_part(a.code, '.', 1)
            WHERE EXISTS (SELECT FROM funds_period p WHERE p.year = a.year + 1)
            GROUP BY 1, 2, 3 HAVING sum(a.balance_fen) <> 0
        ), opened AS (
            SELECT a.year, a.fund_id, a.code, sum(e.amount_fen) AS fen FROM @LEGS
            WHERE j.kind = 'opening' GROUP BY 1, 2, 3
        )
        SELECT year || ' ' || code, coalesce(opened.fen, 0) || ' for ' || coalesce(closed.fen, 0)
        FROM closed FULL JOIN opened USING (year, fund_id, code)
        WHERE opened.fen IS DISTINCT FROM closed.fen"""),
    "outside-purpose": (POST, """
        SELECT @NO, a.code, @PAGE_VOUCHER FROM @LEGS JOIN funds_fund f ON f.id = a.fund_id
        WHERE a.code LIKE '5001.%%' AND jsonb_array_length(f.programmes) > 0
        AND NOT f.programmes ? split_part(a.code, '.', 2)"""),
    "posting-not-audited": (STOP, """
        SELECT @NO, j.kind, @PAGE_VOUCHER FROM funds_journal j WHERE NOT EXISTS (SELECT FROM audit_row r
        WHERE r.chain = %(station)s AND r.event = 'ledger.posted' AND r.subject_id = j.id::text
        AND r.data->>'hash' = encode(j.hash, 'hex'))"""),
    "audited-posting-gone": (RESTORE, """
        SELECT r.data->>'number', r.subject_id FROM audit_row r
        WHERE r.chain = %(station)s AND r.event = 'ledger.posted' AND NOT EXISTS
        (SELECT FROM funds_journal j WHERE j.id::text = r.subject_id)"""),
} | MONEY_CHECKS | IN_KIND_CHECKS | GRANT_CHECKS  # fmt: skip
_CHAINED = ("chain-out-of-order", "journal-changed", "year-ends-otherwise")


def ledger_check_names() -> list[str]:
    """Name everything that is looked for in the money of stations."""
    return [*_CHECKS, *_OTHER_REMEDIES, *_CHAINED]


def audit_ledger(cursor: Cursor, *, station: int) -> list[LedgerFinding]:
    """Run every check over the ledger of the station in whose schema the cursor stands; change nothing.

    ``station`` is its key, by which its rows of the audit chain are found. Reads the journals once.
    """
    found = []
    for check, (_remedy, query) in _CHECKS.items():
        cursor.execute(_filled(query), {"station": station})
        found += [
            LedgerFinding(check=check, record=str(record), seen=str(seen), page="".join(page))
            for record, seen, *page in cursor.fetchall()
        ]
    found += [
        LedgerFinding(check=check, record=grant.number, seen=seen, page=grant.page)
        for check, grant, seen in caps_broken(cursor, station=station)
    ]
    return [*found, *_chain(cursor)]


def _filled(query: str) -> str:
    for name, part in _PARTS.items():
        query = query.replace(name, part)
    return query


def _chain(cursor: Cursor) -> Iterator[LedgerFinding]:
    cursor.execute("""
        SELECT j.id, j.year, j.number, j.kind, j.ref, j.effective_on, j.memo, j.maker_id,
               j.maker_name, j.checker_id, j.checker_name, j.posted_at, j.reverses_id, j.prev_hash,
               j.hash, (SELECT jsonb_agg(jsonb_build_array(e.line, a.code, f.code, e.amount_fen)
                        ORDER BY e.line) FROM funds_entry e
                        JOIN funds_account a ON a.id = e.account_id
                        JOIN funds_fund f ON f.id = a.fund_id WHERE e.journal_id = j.id)
        FROM funds_journal j ORDER BY j.year, j.number""")
    prev, ends = bytes(32), {}
    for row in cursor.fetchall():
        number, page = f"{row[1]}-{row[2]:05d}", f"ledger/vouchers/{row[0]}/"
        if bytes(row[13]) != prev:
            yield LedgerFinding(
                check="chain-out-of-order", record=number, seen=row[13].hex()[:16], page=page
            )
        if bytes(row[14]) != _hash_of(row):
            yield LedgerFinding(check="journal-changed", record=number, seen=row[6], page=page)
        prev = ends[row[1]] = bytes(row[14])
    cursor.execute("SELECT year, last_hash FROM funds_period WHERE month = 0 ORDER BY year")
    end = bytes(32)
    for year, last_hash in cursor.fetchall():
        end = ends.get(year, end)
        if bytes(last_hash) != end:
            yield LedgerFinding(
                check="year-ends-otherwise", record=str(year), seen=last_hash.hex()[:16]
            )


def _hash_of(row: Row) -> bytes:
    said = {
        "id": str(row[0]),
        "no": [row[1], row[2]],
        "event": [row[3], row[4]],
        "on": row[5].isoformat(),
        "memo": row[6],
        "maker": [row[7], row[8]],
        "checker": [row[9], row[10]],
        "at": row[11].astimezone(UTC).isoformat(timespec="microseconds"),
        "reverses": str(row[12] or ""),
        "entries": _as_list(row[15]),
    }
    return sm3_of(bytes(row[13]) + canonical(said))


def _as_list(entries: Any) -> Any:
    # One driver gives JSON as text, the other as a list.
    return (json.loads(entries) if isinstance(entries, str) else entries) or []
