"""What must hold between the ledger, the bank, and what was paid: queries that return no row.

Nothing here is shared with the services: states, accounts and the way balances come to agree are said a second
time. Source: design of reliability §3 ("Invariants"), docs/architecture/banking.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

RESTORE, POST, STOP, BANK = "restore", "post", "stop", "bank"

MONEY_PARTS = {
    # Where the record is shown, below the address of its station.
    "@PAGE_VOUCHER": "'ledger/vouchers/' || j.id || '/'",
    "@PAGE_STATEMENT": "'banking/statements/' || s.id || '/'",
    "@PAGE_LINE": "'banking/lines/' || l.id || '/'",
    "@PAGE_BATCH": "'payouts/' || b.id || '/'",
    "@PAGE_AID": "'aid/' || a.id || '/'",
    "@PAGE_DONATION": "'sources/donations/' || d.id || '/'",
    # Statements that count, and the lines of them.
    "@COUNTED": "('reading', 'waiting', 'posting', 'done')",
    "@LINES": "(SELECT * FROM bankfiles_line WHERE station_id = %(station)s AND NOT is_void)",
    "@STATEMENTS": """(SELECT * FROM bankfiles_statement
        WHERE station_id = %(station)s AND state IN ('reading', 'waiting', 'posting', 'done'))""",
    # How every journal moved the bank account.
    "@AT_BANK": """(SELECT e.journal_id, sum(e.amount_fen) AS fen FROM funds_entry e
        JOIN funds_account a ON a.id = e.account_id WHERE a.code = '1001' GROUP BY 1)""",
    # What an account holds in the newest year that was opened.
    "@HELD": """(SELECT split_part(a.code, '.', 1) AS root, a.code, sum(a.balance_fen) AS fen
        FROM funds_account a WHERE a.year = (SELECT max(year) FROM funds_period) GROUP BY 1, 2)""",
    "@PAID_AID": "('paid', 'fed_back', 'closed')",
    "@GRANTED_AID": "('approved', 'batched', 'paid', 'fed_back', 'closed')",
    "@HOLDING": "('open', 'sent', 'unknown', 'paid')",
}

# check → (remedy, query)
MONEY_CHECKS: dict[str, tuple[str, str]] = {
    "bank-closes-otherwise": (BANK, """
        SELECT s.filename, s.opening_fen + coalesce(sum(l.amount_fen), 0) || ' for ' || s.closing_fen, @PAGE_STATEMENT
        FROM @STATEMENTS s LEFT JOIN @LINES l ON l.statement_id = s.id
        WHERE s.state <> 'reading' GROUP BY s.id, s.filename, s.opening_fen, s.closing_fen
        HAVING s.opening_fen + coalesce(sum(l.amount_fen), 0) <> s.closing_fen"""),
    "bank-statements-do-not-meet": (BANK, """
        SELECT filename, opening_fen || ' after ' || before, page FROM (
            SELECT s.filename, @PAGE_STATEMENT AS page, s.opening_fen, lag(s.closing_fen) OVER (
                PARTITION BY s.account_hash ORDER BY s.last_on, s.created_at, s.id) AS before
            FROM @STATEMENTS s WHERE s.state <> 'reading') AS chain WHERE opening_fen <> before"""),
    "bank-line-taken-twice": (BANK, """
        SELECT l.serial, count(*), 'banking/lines/' || max(l.id::text) || '/' FROM @LINES l
        GROUP BY l.account_hash, l.serial HAVING count(*) > 1"""),
    "bank-line-by-one-person": (STOP, """
        SELECT l.serial, coalesce(l.maker_name, '') || '/' || coalesce(l.checker_name, ''), @PAGE_LINE FROM @LINES l
        WHERE l.state IN ('matched', 'held') AND (l.maker_id IS NULL OR l.checker_id IS NULL
        OR l.maker_id = l.checker_id)"""),
    "bank-statement-by-one-person": (STOP, """
        SELECT s.filename, s.maker_name, @PAGE_STATEMENT FROM @STATEMENTS s WHERE s.state IN ('posting', 'done')
        AND (s.checker_id IS NULL OR s.maker_id = s.checker_id)"""),
    "bank-line-of-an-uncounted-statement": (BANK, """
        SELECT l.serial, s.state, @PAGE_LINE FROM @LINES l JOIN bankfiles_statement s ON s.id = l.statement_id
        WHERE s.state NOT IN @COUNTED"""),
    "bank-line-posted-otherwise": (POST, """
        SELECT string_agg(l.serial, ' '), sum(l.amount_fen) || ' for ' || coalesce(min(m.fen), 0),
            'banking/lines/' || min(l.id::text) || '/'
        FROM @LINES l LEFT JOIN @AT_BANK m ON m.journal_id = l.journal_id
        WHERE l.journal_id IS NOT NULL GROUP BY l.journal_id
        HAVING sum(l.amount_fen) <> coalesce(min(m.fen), 0)"""),
    "bank-line-settled-by-nothing": (STOP, """
        SELECT l.serial, l.state, @PAGE_LINE FROM @LINES l
        WHERE l.state IN ('matched', 'held') AND l.journal_id IS NULL"""),
    "bank-other-than-books": (BANK, """
        WITH days AS (SELECT min(first_on) AS first, max(last_on) AS last FROM @STATEMENTS s),
        opened AS (SELECT DISTINCT ON (s.account_hash) s.opening_fen FROM @STATEMENTS s
            WHERE s.first_on IS NOT NULL ORDER BY s.account_hash, s.first_on, s.created_at),
        bank AS (SELECT coalesce((SELECT sum(opening_fen) FROM opened), 0)
            + coalesce((SELECT sum(l.amount_fen) FROM @LINES l), 0) AS fen),
        books AS (SELECT coalesce(sum(e.amount_fen), 0) AS fen FROM days, funds_entry e
            JOIN funds_account a ON a.id = e.account_id JOIN funds_journal j ON j.id = e.journal_id
            WHERE a.code = '1001' AND j.effective_on <= days.last AND a.year =
            (SELECT max(year) FROM funds_period WHERE year <= extract(year FROM days.last))),
        only_bank AS (SELECT coalesce(sum(l.amount_fen), 0) AS fen FROM days, @LINES l
            LEFT JOIN funds_journal j ON j.id = l.journal_id
            WHERE j.id IS NULL OR j.effective_on > days.last),
        only_books AS (SELECT coalesce(sum(m.fen), 0) AS fen FROM days, funds_journal j
            JOIN @AT_BANK m ON m.journal_id = j.id
            WHERE j.effective_on BETWEEN days.first AND days.last
            AND j.kind NOT IN ('opening', 'takeover')
            AND NOT EXISTS (SELECT FROM @LINES l WHERE l.journal_id = j.id))
        SELECT days.last, bank.fen + only_books.fen || ' for ' || books.fen + only_bank.fen,
            'banking/reconciliation/'
        FROM days, bank, books, only_bank, only_books
        WHERE days.last IS NOT NULL AND bank.fen + only_books.fen <> books.fen + only_bank.fen"""),
    "item-paid-twice": (BANK, """
        SELECT application_id, count(*), 'aid/' || application_id || '/' FROM payouts_line WHERE state IN @HOLDING
        GROUP BY application_id HAVING count(*) > 1"""),
    "batch-other-than-lines": (STOP, """
        SELECT b.number, b.count || ' ' || b.total_fen || ' for ' || count(l.id) || ' '
            || coalesce(sum(l.amount_fen), 0), @PAGE_BATCH
        FROM payouts_batch b LEFT JOIN payouts_line l ON l.batch_id = b.id AND l.state <> 'void'
        WHERE b.state NOT IN ('preparing', 'draft', 'giving_up', 'void', 'returned') GROUP BY b.id
        HAVING b.count <> count(l.id) OR b.total_fen <> coalesce(sum(l.amount_fen), 0)"""),
    "paid-without-a-line": (STOP, """
        SELECT a.number, a.state, @PAGE_AID FROM aid_application a WHERE a.state IN @PAID_AID AND NOT EXISTS
        (SELECT FROM payouts_line l WHERE l.application_id = a.id AND l.state = 'paid')"""),
    "line-paid-otherwise": (STOP, """
        SELECT l.ref, l.amount_fen || ' ' || l.aid || ' for ' || a.amount_fen || ' ' || a.aid || ' ' || a.state,
            @PAGE_AID
        FROM payouts_line l JOIN aid_application a ON a.id = l.application_id WHERE l.state = 'paid'
        AND (a.state NOT IN @PAID_AID OR a.amount_fen <> l.amount_fen OR a.aid <> l.aid)"""),
    "held-other-than-approved": (POST, """
        SELECT number, held_fen || ' for ' || due_fen, page FROM (
            SELECT a.number, @PAGE_AID AS page, coalesce(held.fen, 0) AS held_fen,
                CASE WHEN a.state IN @GRANTED_AID THEN a.amount_fen ELSE 0 END AS due_fen
            FROM aid_application a LEFT JOIN (
                SELECT j.ref, sum(e.amount_fen) AS fen FROM funds_journal j
                JOIN funds_entry e ON e.journal_id = j.id JOIN funds_account c ON c.id = e.account_id
                WHERE c.code = '8002' AND j.kind IN ('reserve', 'release') GROUP BY 1
            ) AS held ON held.ref = 'aid:' || a.id
        ) AS budget WHERE held_fen <> due_fen"""),
    "spent-other-than-paid": (POST, """
        WITH spent AS (SELECT split_part(c.code, '.', 2) AS aid, sum(e.amount_fen) AS fen
            FROM funds_journal j JOIN funds_entry e ON e.journal_id = j.id
            JOIN funds_account c ON c.id = e.account_id
            LEFT JOIN funds_journal was ON was.id = j.reverses_id
            WHERE c.code LIKE '5001.%%' AND coalesce(was.kind, j.kind) IN ('payout_paid', 'payout_returned')
            GROUP BY 1),
        paid AS (SELECT aid, sum(amount_fen) AS fen FROM payouts_line WHERE state = 'paid' GROUP BY 1)
        SELECT aid, coalesce(spent.fen, 0) || ' for ' || coalesce(paid.fen, 0)
        FROM spent FULL JOIN paid USING (aid) WHERE coalesce(spent.fen, 0) <> coalesce(paid.fen, 0)"""),
    "payouts-in-transit-otherwise": (POST, """
        SELECT '1201', coalesce((SELECT sum(fen) FROM @HELD h WHERE code = '1201'), 0) || ' for ' || due.fen, 'payouts/'
        FROM (SELECT coalesce(sum(amount_fen), 0) AS fen FROM payouts_line
            WHERE moved_on IS NOT NULL AND state IN ('sent', 'unknown')) AS due
        WHERE coalesce((SELECT sum(fen) FROM @HELD h WHERE code = '1201'), 0) <> due.fen"""),
    "transfers-in-transit-otherwise": (POST, """
        SELECT '1101', coalesce((SELECT sum(fen) FROM @HELD h WHERE code = '1101'), 0) || ' for ' || due.fen,
            'sources/transfers/'
        FROM (SELECT coalesce(sum(moved_fen - back_fen - given_fen - confirmed_fen), 0) AS fen
            FROM sources_transfer WHERE side = 'out') AS due
        WHERE coalesce((SELECT sum(fen) FROM @HELD h WHERE code = '1101'), 0) <> due.fen"""),
    # A voucher names the donation and the line of the bank that paid it back: number/serial.
    "donation-returned-otherwise": (STOP, """
        WITH paid AS (SELECT split_part(j.ref, '/', 1) AS number, -sum(m.fen) AS fen
            FROM funds_journal j JOIN @AT_BANK m ON m.journal_id = j.id
            WHERE j.kind = 'donation_back'
            AND NOT EXISTS (SELECT FROM funds_journal back WHERE back.reverses_id = j.id) GROUP BY 1)
        SELECT coalesce(d.number, paid.number),
            coalesce(d.returned_fen, 0) || ' for ' || coalesce(paid.fen, 0), coalesce(@PAGE_DONATION, '')
        FROM (SELECT * FROM sources_donation WHERE kind = 'cash') AS d FULL JOIN paid USING (number)
        WHERE coalesce(d.returned_fen, 0) <> coalesce(paid.fen, 0)"""),
    "donation-returns-do-not-add-up": (STOP, """
        SELECT number, returned_fen || ' for ' || listed_fen, page FROM (
            SELECT d.number, d.returned_fen, @PAGE_DONATION AS page, coalesce((SELECT sum((one->>'fen')::bigint)
                FROM jsonb_array_elements(d.returns) AS one), 0) AS listed_fen
            FROM sources_donation d) AS given WHERE returned_fen <> listed_fen"""),
    # What is held for a return names the donation by its key, what the bank paid back by its number.
    "donation-held-otherwise": (POST, """
        WITH held AS (
            SELECT coalesce(d.number, split_part(split_part(o.ref, '#', 1), '/', 1)) AS number, sum(e.amount_fen) AS fen
            FROM funds_journal j JOIN funds_journal o ON o.id = coalesce(j.reverses_id, j.id)
            JOIN funds_entry e ON e.journal_id = j.id JOIN funds_account c ON c.id = e.account_id
            LEFT JOIN sources_donation d ON 'donation:' || d.id = split_part(o.ref, '#', 1)
            WHERE c.code = '8002' AND (o.kind = 'donation_back'
                OR o.kind IN ('reserve', 'release') AND o.ref LIKE 'donation:%%') GROUP BY 1),
        waits AS (SELECT d.number, @PAGE_DONATION AS page, coalesce((d.going_back->>'fen')::bigint, 0) AS fen
            FROM sources_donation d WHERE d.kind = 'cash' AND d.state = 'returning')
        SELECT number, coalesce(held.fen, 0) || ' for ' || coalesce(waits.fen, 0), coalesce(waits.page,
            (SELECT @PAGE_DONATION FROM sources_donation d WHERE d.number = held.number), '')
        FROM held FULL JOIN waits USING (number) WHERE coalesce(held.fen, 0) <> coalesce(waits.fen, 0)"""),
}  # fmt: skip

ENDS_DIFFER = "ends-of-a-transfer-differ"
GOODS_ENDS_DIFFER = "ends-of-a-goods-transfer-differ"


class Cursor(Protocol):
    """A cursor that stands in a station's schema."""

    def execute(self, query: Any, params: Any = None) -> Any:
        """Run one statement."""

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Give its rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One end of a transfer as its station keeps it; both ends have the same key.

    ``amount`` is what was sent, ``confirmed`` what this end knows to have come, also of what was given back since:
    fen of money, thousandths of the unit of goods. ``source`` is where the money is from, or what the goods are.
    """

    station: int
    key: str
    number: str
    side: str
    partner: int
    amount: int
    confirmed: int
    source: str
    is_goods: bool = False

    @property
    def check(self) -> str:
        """The check that finds it to differ from its other end."""
        return GOODS_ENDS_DIFFER if self.is_goods else ENDS_DIFFER

    @property
    def page(self) -> str:
        """Where its station shows it, below the address of the station; empty of goods, which lie in lots."""
        return "" if self.is_goods else f"sources/transfers/{self.key}/"

    @property
    def stream(self) -> str:
        """The stream of messages in which the two ends tell each other."""
        return f"{'goods' if self.is_goods else 'money'}:{self.key}"


_MONEY_ENDS = """
    SELECT id, number, side, partner_id, amount_fen, confirmed_fen + given_fen, source
    FROM sources_transfer ORDER BY id"""
_GOODS_ENDS = """
    SELECT m.transfer_id, l.name, 'out', m.transfer_station, m.quantity_milli, coalesce((
        SELECT sum(a.quantity_milli) FROM goods_movement a
        WHERE a.transfer_id = m.transfer_id AND a.kind = 'arrive'), 0), l.kind || ' ' || l.unit
    FROM goods_movement m JOIN goods_lot l ON l.id = m.lot_id WHERE m.kind = 'send'
    UNION ALL SELECT l.transfer_id, l.name, 'in', l.transfer_station, coalesce((
        SELECT sum(a.quantity_milli) FROM goods_movement a WHERE a.lot_id = l.id AND a.kind = 'announce'), 0),
        coalesce((SELECT sum(r.quantity_milli) FROM goods_movement r
        WHERE r.lot_id = l.id AND r.kind = 'receive'), 0), l.kind || ' ' || l.unit
    FROM goods_lot l WHERE l.transfer_id IS NOT NULL"""


def ends_here(cursor: Cursor, *, station: int) -> list[End]:
    """Read the ends of transfers, of money and of goods, of the station in whose schema the cursor stands."""
    found = []
    for query, is_goods in ((_MONEY_ENDS, False), (_GOODS_ENDS, True)):
        cursor.execute(query)
        found += [
            End(
                station=station, key=str(row[0]), number=row[1], side=row[2], partner=row[3],
                amount=int(row[4]), confirmed=int(row[5]), source=row[6], is_goods=is_goods,
            )
            for row in cursor.fetchall()
        ]  # fmt: skip
    return found


def ends_that_differ(ends: Iterable[End]) -> list[tuple[End, str]]:
    """Find, over all stations, the transfers whose two ends are not each other's, or do not say the same.

    Each is named by the end that sent, where there is one. An end whose message is still on its way has no other
    end yet: only what both have confirmed must be equal.
    """
    by_key: dict[tuple[bool, str], list[End]] = defaultdict(list)
    for end in ends:
        by_key[end.is_goods, end.key].append(end)
    return [
        (max(some, key=lambda end: end.side), seen)
        for some in by_key.values()
        if (seen := _difference(some))
    ]


def _difference(ends: Sequence[End]) -> str:
    if len(ends) == 1:
        lonely = ends[0]
        is_known = lonely.side == "in" or lonely.confirmed
        return f"{lonely.side} of {lonely.station} without its other end" if is_known else ""
    if len(ends) > 2 or {end.side for end in ends} != {"in", "out"}:
        return f"{len(ends)} ends"
    out, into = sorted(ends, key=lambda end: end.side, reverse=True)
    agreed = out.confirmed and into.confirmed
    seen = ""
    if (out.station, into.station) != (into.partner, out.partner):
        seen = f"{out.station} to {out.partner}, {into.station} from {into.partner}"
    elif out.source != into.source:
        seen = f"{into.source} for {out.source}"
    elif agreed and out.confirmed != into.confirmed:
        seen = f"{into.confirmed} for {out.confirmed}"
    elif out.is_goods and out.amount != into.amount:
        seen = f"{into.amount} for {out.amount}"
    return seen
