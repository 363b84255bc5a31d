"""Whether what was granted could be granted: by the programmes and rules of its day, by enough people, once.

Nothing here is shared with the services: terms, caps and who counts for them are read from the rows of programmes and
rules by themselves. A version is taken as it was known on the day, and as its dates say now: only what neither allows
is found. What the station above agreed to is no finding. Source: domain NR20-NR23, docs/architecture/aid.md.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from shared_apps.audit.auditor.money import STOP, Cursor

CLAIM = "claim"

# check → (remedy, query)
GRANT_CHECKS: dict[str, tuple[str, str]] = {
    "need-met-twice": (CLAIM, """
        SELECT string_agg(a.number, ' ' ORDER BY a.number), count(*), 'aid/' || max(a.id::text) || '/'
        FROM aid_application a WHERE a.state IN @GRANTED_AID
        GROUP BY a.programme, a.cycle, a.household, a.member HAVING count(*) > 1"""),
    "aid-by-fewer-than-three-people": (STOP, """
        SELECT a.number, a.approved_by, @PAGE_AID FROM aid_application a WHERE a.state IN @GRANTED_AID
        AND (a.approved_by_id IS NULL OR a.approved_by_id = a.entered_by_id
        OR a.approved_by_id = a.reviewed_by_id OR a.entered_by_id = a.reviewed_by_id)"""),
    "batch-by-fewer-than-four-people": (STOP, """
        SELECT b.number, b.made_by || ' ' || b.checked_by || ' ' || b.audited_by || ' ' || b.approved_by, @PAGE_BATCH
        FROM payouts_batch b
        WHERE b.state IN ('approved', 'sent', 'partly_paid', 'paid', 'reconciled', 'closed')
        AND ((SELECT count(DISTINCT one) FROM unnest(ARRAY[b.made_by_id, b.checked_by_id,
            b.audited_by_id, b.approved_by_id]) AS one) < 4
        OR (b.state <> 'approved' AND b.sent_by_id IS NULL) OR b.sent_by_id = b.approved_by_id)"""),
}  # fmt: skip

NO_PROGRAMME = "aid-of-no-programme"
ONE_GRANT = "aid-above-cap-of-one-grant"
YEAR = "aid-above-cap-of-the-year"
TOTAL = "aid-above-cap-in-all"
TIMES = "aid-more-often-than-allowed"
WINDOW = "aid-outside-its-window"
OWN_LIMIT = "aid-above-own-limit"
CAPS_IN_FEN = (ONE_GRANT, YEAR, TOTAL, OWN_LIMIT)
CAP_CHECKS = (NO_PROGRAMME, *CAPS_IN_FEN, TIMES, WINDOW)

_GRANTS = """
    SELECT a.number, a.programme, a.aid, a.stage, a.amount_fen, a.self_paid_fen, a.is_urgent,
           a.household, a.member, a.submitted_on, a.approved_on, ARRAY(
               SELECT (v.counted->>'file_level') || ':' || (v.counted->>'tier')
               FROM households_version v WHERE v.file_id = a.file_id AND v.counted IS NOT NULL
               UNION SELECT f.file_level || ':' || f.tier FROM households_file f
               WHERE f.id = a.file_id AND f.tier <> ''),
           EXISTS (SELECT FROM casework_event e WHERE e.subject_kind = 'aid' AND e.subject_id = a.id
               AND e.action = 'agreed_above')
           AND coalesce((a.asked_above->-1->>'amount_fen')::bigint, a.amount_fen) >= a.amount_fen, a.id,
           a.loss_kind, a.loss_fen
    FROM aid_application a WHERE a.approved_on IS NOT NULL
    AND a.state IN ('approved', 'batched', 'paid', 'fed_back', 'closed') ORDER BY a.approved_on, a.id"""
_ROWS = """
    SELECT key, {value}, scope_path, version, valid_from, valid_to, former_end,
           (laid_down_at AT TIME ZONE 'Asia/Shanghai')::date FROM {table}
    WHERE withdrawn_at IS NULL AND (SELECT path FROM tenants_station WHERE id = %(station)s)
    LIKE scope_path || '%%'"""
_PROGRAMMES = _ROWS.format(
    table="programmes_programme", value="jsonb_build_object('aid', aid, 'terms', terms)"
)
_RULES = f"""{_ROWS.format(table="policies_policyrule", value="value")}
    AND key IN ('income.line', 'aid.living_months')"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What was granted, its page; ``standing`` are the levels and tiers its household ever had, as ``level:tier``."""

    number: str
    programme: str
    aid: str
    stage: str
    fen: int
    self_paid_fen: int | None
    is_urgent: bool
    household: bytes
    member: bytes
    submitted_on: date | None
    on: date
    standing: tuple[str, ...]
    is_agreed_above: bool
    page: str
    loss: str
    loss_fen: int | None

    @property
    def year(self) -> int:
        """The year whose caps it was judged by."""
        return (self.submitted_on or self.on).year


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One version of a programme or rule; ``until`` is the first day it held no more, ``laid_on`` when it was known."""

    value: Any
    scope: str
    version: int
    since: date
    until: date | None
    former_end: date | None
    laid_on: date | None


def caps_broken(cursor: Cursor, *, station: int) -> Iterator[tuple[str, Grant, str]]:
    """Find the grants that no version of their programme allowed: check, grant, what was seen.

    Reads every grant of the station in whose schema the cursor stands once, the earliest first.
    """
    cursor.execute("SELECT level, parent_id FROM tenants_station WHERE id = %s", [station])
    level, parent = cursor.fetchall()[0]
    cursor.execute(_PROGRAMMES, {"station": station})
    programmes = _Dated(_rows(cursor.fetchall()))
    cursor.execute(_RULES, {"station": station})
    rules = _Dated(_rows(cursor.fetchall()))
    cursor.execute(_GRANTS)
    of_household: dict[bytes, list[Grant]] = defaultdict(list)
    grants = [_grant(row) for row in cursor.fetchall()]
    for one in grants:
        of_household[one.household].append(one)
    for one in grants:
        breaks: list[dict[str, str]] = []
        for laid_by in _KNOWN:
            version = programmes.nearest(one.programme, one.on, laid_by)
            if version is None or version.value["aid"] != one.aid:
                continue
            terms = version.value["terms"]
            living = _living_limit(one, rules, laid_by) if terms.get("living_months") else None
            breaks.append(dict(_broken(one, terms, of_household[one.household], living)))
        if not breaks:
            yield NO_PROGRAMME, one, f"{one.programme} {one.on}"
            continue
        for check, seen in breaks[0].items():
            if all(check in said for said in breaks):
                yield check, one, seen
        # Nobody stands above the topmost station.
        most = None if parent is None else _own_limit(one, programmes, str(level))
        if most is not None and one.fen > most and not one.is_agreed_above:
            yield OWN_LIMIT, one, f"{one.fen} for {most}"


def _broken(
    grant: Grant, terms: Mapping[str, Any], all_of: Sequence[Grant], living_fen: int | None
) -> Iterator[tuple[str, str]]:
    others = [one for one in all_of if one is not grant]
    before = [one for one in others if one.on < grant.on]
    own = [*before, *(one for one in others if one.on == grant.on and one.year == grant.year)]
    own = _of_unit([one for one in own if one.programme == grant.programme], grant, terms)
    this_year = [one for one in own if one.on.year == grant.year]
    yield from _said(ONE_GRANT, grant.fen, _limits_of_one(grant, terms))
    yield from _said(TOTAL, grant.fen + _sum(own), [terms.get("total_fen")])
    # Other programmes of the same aid, where they share the cap; of the same day nobody knows the order.
    shared = [
        one
        for one in before
        if terms.get("year_cap_is_shared")
        and (one.aid, one.on.year) == (grant.aid, grant.year)
        and one.programme != grant.programme
    ]
    used = [*this_year, *_of_unit(shared, grant, terms)]
    stage = [one for one in this_year if one.on < grant.on]
    yield from _said(
        YEAR, grant.fen + _sum(stage), [terms.get("stage_caps_fen", {}).get(grant.stage)]
    )
    yield from _said(YEAR, grant.fen + _sum(this_year), [living_fen])
    yield from _said(YEAR, grant.fen + _sum(used), [terms.get("per_year_fen")])
    yield from _said(TIMES, 1 + len(this_year), [terms.get("times_per_year")])
    window, day = terms.get("window"), grant.submitted_on
    if window and day is not None:
        first, last = window
        at = f"{day:%m-%d}"
        if not (first <= at <= last if first <= last else at >= first or at <= last):
            yield WINDOW, f"{at} for {first} {last}"


def _limits_of_one(grant: Grant, terms: Mapping[str, Any]) -> Iterator[int | None]:
    yield terms.get("per_time_fen")
    yield terms.get("loss_caps_fen", {}).get(grant.loss)
    lost = terms.get("loss_shares", {}).get(grant.loss)
    if lost is not None:
        # What nobody said to be lost bounds to nothing.
        yield int((grant.loss_fen or 0) * Decimal(lost))
    if grant.is_urgent:
        yield terms.get("urgent_limit_fen", 0)
    shares: Mapping[str, str] = terms.get("self_paid_share") or {}
    tiers = {one.partition(":")[2] for one in grant.standing} - {"none"}
    # The tier may have changed since: only what no tier of the household allowed is above.
    if grant.self_paid_fen is not None and tiers and tiers <= shares.keys():
        share = max(Decimal(shares[tier]) for tier in tiers)
        yield int(grant.self_paid_fen * share)


def _living_limit(grant: Grant, rules: _Dated, laid_by: str) -> int | None:
    line = rules.nearest("income.line", grant.on, laid_by)
    tables = [row.value for row in rules.held("aid.living_months", grant.on, laid_by)]
    if line is None or not tables:
        return None
    # No place may allow more months than those above it.
    months = [
        min(int(table.get(level, {}).get(tier, 0)) for table in tables)
        for level, _colon, tier in (one.partition(":") for one in grant.standing)
    ]
    return int(line.value) * max(months) if months else None


def _own_limit(grant: Grant, programmes: _Dated, level: str) -> int | None:
    """Return up to what a station of a level grants by itself; None where it has no limit."""
    if grant.is_urgent:
        return None
    limits: list[int] = []
    for day in (grant.on, grant.submitted_on or grant.on):
        for laid_by in _KNOWN:
            version = programmes.nearest(grant.programme, day, laid_by)
            terms = version.value["terms"] if version is not None else {}
            limit = terms.get("own_limits_fen", {}).get(level)
            if limit is None:
                return None
            # What needs no meeting is granted without asking either.
            limits.append(max(limit, terms.get("meeting_above_fen", 0)))
    return max(limits)


# --- versions and their days ------------------------------------------------------------------------

# As the dates say now; with what was laid down up to the day; with what was laid down before it.
_KNOWN = ("now", "that day", "before")


class _Dated:
    """Rows with days, by key; what held on a day is looked up once."""

    def __init__(self, rows: Mapping[str, Sequence[_Row]]) -> None:
        self._rows = rows
        self._held: dict[tuple[str, date, str], list[_Row]] = {}

    def held(self, key: str, day: date, laid_by: str) -> list[_Row]:
        """Return what held on a day, the latest version of each scope."""
        asked = (key, day, laid_by)
        if asked not in self._held:
            self._held[asked] = _held(self._rows.get(key, ()), day, laid_by)
        return self._held[asked]

    def nearest(self, key: str, day: date, laid_by: str) -> _Row | None:
        """Return the version that held nearest to the station."""
        found = self.held(key, day, laid_by)
        return max(found, key=lambda row: (len(row.scope), row.version), default=None)


def _held(rows: Sequence[_Row], day: date, laid_by: str) -> list[_Row]:
    known = [row for row in rows if _is_known(row, day, laid_by)]
    latest: dict[str, _Row] = {}
    for row in sorted(known, key=lambda one: one.version):
        until = row.until
        for later in rows:
            if later.scope == row.scope and later.since == until and later not in known:
                until = later.former_end
        if row.since <= day and (until is None or day < until):
            latest[row.scope] = row
    return list(latest.values())


def _is_known(row: _Row, day: date, laid_by: str) -> bool:
    if laid_by == "now" or row.laid_on is None:
        return True
    return row.laid_on < day or (laid_by == "that day" and row.laid_on == day)


# --- small things -----------------------------------------------------------------------------------


def _said(check: str, fen: int, limits: Iterable[int | None]) -> Iterator[tuple[str, str]]:
    known = [limit for limit in limits if limit is not None]
    if known and fen > min(known):
        yield check, f"{fen} for {min(known)}"


def _of_unit(past: Sequence[Grant], grant: Grant, terms: Mapping[str, Any]) -> list[Grant]:
    if terms.get("unit", "household") == "household":
        return list(past)
    return [one for one in past if one.member == grant.member]


def _sum(grants: Iterable[Grant]) -> int:
    return sum(one.fen for one in grants)


def _rows(found: Iterable[Sequence[Any]]) -> dict[str, list[_Row]]:
    rows: dict[str, list[_Row]] = defaultdict(list)
    for key, value, scope, version, since, until, former_end, laid_on in found:
        rows[key].append(
            _Row(
                value=json.loads(value) if isinstance(value, str) else value, scope=scope,
                version=version, since=since, until=until, former_end=former_end, laid_on=laid_on,
            )
        )  # fmt: skip
    return rows


def _grant(row: Sequence[Any]) -> Grant:
    return Grant(
        number=row[0], programme=row[1], aid=row[2], stage=row[3], fen=row[4],
        self_paid_fen=row[5], is_urgent=row[6], household=bytes(row[7]), member=bytes(row[8]),
        submitted_on=row[9], on=row[10], standing=tuple(one for one in row[11] if one),
        is_agreed_above=row[12], page=f"aid/{row[13]}/", loss=row[14], loss_fen=row[15],
    )  # fmt: skip
