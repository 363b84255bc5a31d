"""Run the auditor over one station."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from shared_apps.audit.auditor.checks import CHECKS, filled
from shared_apps.audit.auditor.opening import Ring, Shut, canonical, sm3_of

Row = tuple[Any, ...]
_SHANGHAI = timezone(timedelta(hours=8))
_NETWORK_ROLE = "bangfu_network"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that should not be: which check found it, in which record, and what was seen."""

    check: str
    record: str
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The station that is audited."""

    station: int
    code: str
    schema: str
    now: datetime
    media: Path

    @property
    def parameters(self) -> dict[str, Any]:
        """What the queries are told."""
        return {
            "station": self.station,
            "code": self.code,
            "schema": self.schema,
            "now": self.now,
            "today": self.now.astimezone(_SHANGHAI).date(),
        }


def check_names() -> list[str]:
    """Name everything the auditor looks for."""
    return [*CHECKS, *(name for names, _check in _OPENED for name in names), *_FACTS.values()]


def audit_station(connection: psycopg.Connection[Row], place: Place, ring: Ring) -> list[Finding]:
    """Run every check over one station on a connection of the application's login; change nothing.

    Reads within the transaction the connection is in, under the station's role, then the network's.
    """
    with connection.cursor() as cursor:
        _enter(cursor, f"t_{place.schema}", place.schema)
        findings = []
        for name, query in CHECKS.items():
            cursor.execute(query, place.parameters)
            findings += [
                Finding(check=name, record=str(key), seen=str(seen))
                for key, seen in cursor.fetchall()
            ]
        for _names, check in _OPENED:
            findings += list(check(cursor, place, ring))
        expected = _expected_facts(cursor)
        subjects = _subjects_on_file(cursor)
        _enter(cursor, _NETWORK_ROLE, "public")
        findings += list(_facts(cursor, place, expected, subjects))
    return findings


def _enter(cursor: psycopg.Cursor[Row], role: str, schema: str) -> None:
    cursor.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
    cursor.execute(sql.SQL("SET LOCAL search_path = {}, public").format(sql.Identifier(schema)))


_SEALED = {
    "households_file": (
        "households.householdfile",
        ("id_no", "mobile", "other_phone", "address", "disease", "disability_cert", "card_no"),
    ),
    "households_member": ("households.householdmember", ("id_no", "mobile", "disease")),
}


def _sealed_values(cursor: psycopg.Cursor[Row], _place: Place, ring: Ring) -> Iterator[Finding]:
    for table, (model, columns) in _SEALED.items():
        card = "card_no_hash" if table == "households_file" else "NULL::bytea"
        cursor.execute(
            sql.SQL("SELECT id, id_no_hash, {}, birth, sex, {}, {} FROM {}").format(
                sql.SQL(card),
                sql.SQL("id_type" if table == "households_file" else "'resident'"),
                sql.SQL(", ").join(map(sql.Identifier, columns)),
                sql.Identifier(table),
            )
        )
        for key, id_hash, card_hash, birth, sex, id_type, *values in cursor.fetchall():
            opened: dict[str, str] = {}
            for column, value in zip(columns, values, strict=True):
                if value is None:
                    continue
                try:
                    opened[column] = ring.opened(bytes(value), f"{model}.{column}").decode()
                except Shut:
                    yield Finding(check="sealed-value-unreadable", record=str(key), seen=column)
            number = opened.get("id_no", "")
            if number and bytes(id_hash or b"") != ring.hashed(number, "id_no"):
                yield Finding(check="hash-other-than-number", record=str(key), seen=table)
            if id_hash is not None and "id_no" not in opened:
                yield Finding(check="hash-without-number", record=str(key), seen=table)
            account = opened.get("card_no", "")
            if account and bytes(card_hash or b"") != ring.hashed(account, "card_no"):
                yield Finding(check="hash-other-than-card", record=str(key), seen=table)
            if len(number) == 18 and id_type in {"", "resident"}:
                yield from _against_number(str(key), number, birth, sex)


def _against_number(key: str, number: str, birth: Any, sex: str) -> Iterator[Finding]:
    if birth is not None and f"{birth:%Y%m%d}" != number[6:14]:
        yield Finding(check="birthday-other-than-number", record=key, seen=str(birth))
    if sex in {"1", "2"} and (sex == "1") != (int(number[16]) % 2 == 1):
        yield Finding(check="sex-other-than-number", record=key, seen=sex)
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], weights, strict=True))
    if "10X98765432"[total % 11] != number[17].upper():
        yield Finding(check="check-digit-wrong", record=key, seen="id_no")


def _scans(cursor: psycopg.Cursor[Row], place: Place, ring: Ring) -> Iterator[Finding]:
    cursor.execute(
        "SELECT id, path, digest, size FROM casework_attachment WHERE removed_at IS NULL"
    )
    for key, path, digest, size in cursor.fetchall():
        file = place.media / path
        if not file.is_file():
            yield Finding(check="scan-missing-on-disk", record=str(key), seen=path)
            continue
        try:
            content = ring.opened(file.read_bytes(), f"casework.attachment.{key}")
        except Shut:
            yield Finding(check="scan-changed-on-disk", record=str(key), seen=path)
            continue
        if sm3_of(content) != bytes(digest) or len(content) != size:
            yield Finding(check="scan-other-than-digest", record=str(key), seen=path)


def _dossiers(cursor: psycopg.Cursor[Row], _place: Place, ring: Ring) -> Iterator[Finding]:
    cursor.execute("SELECT id, head_name, file_no, dossier FROM reviews_review")
    for key, name, file_no, dossier in cursor.fetchall():
        try:
            text = ring.opened(bytes(dossier), "reviews.review.dossier").decode()
        except Shut:
            yield Finding(check="dossier-unreadable", record=str(key), seen=file_no)
            continue
        snapshot = json.loads(text).get("snapshot", {}) if text.startswith("{") else {}
        if snapshot and snapshot.get("name") != name:
            yield Finding(check="dossier-of-another-name", record=str(key), seen=file_no)


def _messages(cursor: psycopg.Cursor[Row], place: Place, _ring: Ring) -> Iterator[Finding]:
    cursor.execute(
        "SELECT id, kind, body, digest FROM exchange_message WHERE sender_id = %s", [place.station]
    )
    for key, kind, body, digest in cursor.fetchall():
        if sm3_of(canonical(body)) != bytes(digest):
            yield Finding(check="message-other-than-digest", record=str(key), seen=kind)


def _chain(cursor: psycopg.Cursor[Row], place: Place, _ring: Ring) -> Iterator[Finding]:
    cursor.execute(
        "SELECT seq, at, event, actor_id, actor_name, via, subject_kind, subject_id, data, prev, hash "
        "FROM audit_row WHERE chain = %s ORDER BY seq",
        [place.station],
    )
    seen, prev = 0, bytes(32)
    for seq, at, event, actor_id, name, via, kind, key, data, before, stored in cursor.fetchall():
        said = {
            "chain": place.station,
            "seq": seq,
            "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
            "event": event,
            "actor": [actor_id, name, via],
            "subject": [kind, key],
            "data": data,
        }
        if seq != seen + 1 or bytes(before) != prev:
            yield Finding(check="chain-out-of-order", record=str(seq), seen=event)
            return
        if sm3_of(prev + canonical(said)) != bytes(stored):
            yield Finding(check="chain-row-changed", record=str(seq), seen=event)
            return
        seen, prev = seq, bytes(stored)
    cursor.execute("SELECT count, last_hash FROM audit_head WHERE chain = %s", [place.station])
    head = cursor.fetchone()
    if head is not None and (head[0], bytes(head[1])) != (seen, prev):
        yield Finding(check="chain-cut-off", record=str(seen), seen=str(head[0]))


_OPENED: tuple[
    tuple[tuple[str, ...], Callable[[psycopg.Cursor[Row], Place, Ring], Iterator[Finding]]], ...
] = (
    (
        (
            "sealed-value-unreadable",
            "hash-other-than-number",
            "hash-without-number",
            "hash-other-than-card",
            "birthday-other-than-number",
            "sex-other-than-number",
            "check-digit-wrong",
        ),
        _sealed_values,
    ),
    (("scan-missing-on-disk", "scan-changed-on-disk", "scan-other-than-digest"), _scans),
    (("dossier-unreadable", "dossier-of-another-name"), _dossiers),
    (("message-other-than-digest",), _messages),
    (("chain-out-of-order", "chain-row-changed", "chain-cut-off"), _chain),
)

_FACTS = {
    "FIL-01": "facts-other-than-files",
    "FIL-02": "facts-other-than-persons",
    "FIL-03": "facts-other-than-openings",
    "FIL-04": "facts-other-than-exits",
    "FIL-05": "facts-other-than-secured",
    "FIL-06": "facts-other-than-cancellations",
    "members": "counted-subjects-other-than-files",
}


_EXPECTED = filled("""
        WITH steps AS (
            SELECT state, event, counted, lag(counted) OVER mine AS before,
                   file_id NOT IN @RECEIVED_ELSEWHERE
                   AND row_number() OVER (PARTITION BY file_id ORDER BY number DESC) = 1 AS stands
            FROM households_version WINDOW mine AS (PARTITION BY file_id ORDER BY number)
        )
        SELECT count(*) FILTER (WHERE stands AND counted IS NOT NULL),
               coalesce(sum((counted->>'persons')::int) FILTER (WHERE stands), 0),
               count(*) FILTER (WHERE counted IS NOT NULL AND before IS NULL AND event <> 'moved_in'),
               count(*) FILTER (WHERE counted IS NULL AND before IS NOT NULL AND state = 'out'),
               count(*) FILTER (WHERE counted IS NULL AND before IS NOT NULL AND state = 'secured'),
               count(*) FILTER (WHERE counted IS NULL AND before IS NOT NULL AND state = 'cancelled')
        FROM steps""")
_SUBJECTS = filled("""
        SELECT counted->>'subject' FROM (SELECT DISTINCT ON (file_id) file_id, counted
        FROM households_version ORDER BY file_id, number DESC) last
        WHERE counted IS NOT NULL AND file_id NOT IN @RECEIVED_ELSEWHERE""")


def _expected_facts(cursor: psycopg.Cursor[Row]) -> dict[str, int]:
    cursor.execute(_EXPECTED)
    return dict(zip(list(_FACTS)[:6], cursor.fetchone() or (), strict=True))


def _subjects_on_file(cursor: psycopg.Cursor[Row]) -> set[str]:
    cursor.execute(_SUBJECTS)
    return {row[0] for row in cursor.fetchall()}


def _facts(
    cursor: psycopg.Cursor[Row], place: Place, expected: dict[str, int], subjects: set[str]
) -> Iterator[Finding]:
    cursor.execute(
        """
        SELECT indicator, sum(n), sum(value) FROM (
            SELECT indicator, n, value FROM rollup_leaf
            WHERE station_id = %(station)s AND dimension = ''
            UNION ALL
            SELECT fact->>'i', coalesce((fact->>'n')::bigint, 1), coalesce((fact->>'v')::bigint, 0)
            FROM rollup_delta, jsonb_array_elements(facts::jsonb) AS fact
            WHERE role = (SELECT 't_' || schema_name FROM tenants_station WHERE id = %(station)s)
        ) said GROUP BY indicator""",
        place.parameters,
    )
    told = {indicator: (int(n), int(value)) for indicator, n, value in cursor.fetchall()}
    for indicator, should in expected.items():
        n, value = told.get(indicator, (0, 0))
        found = value if indicator == "FIL-02" else n
        if found != should:
            yield Finding(check=_FACTS[indicator], record=indicator, seen=f"{found} for {should}")
    cursor.execute(
        """
        SELECT encode(subject, 'hex'), sum(n) FROM rollup_member WHERE station_id = %(station)s
        AND indicator = 'FIL-01' GROUP BY subject HAVING sum(n) <> 0""",
        place.parameters,
    )
    counted = {row[0] for row in cursor.fetchall()}
    cursor.execute(
        """
        SELECT fact->>'s', sum(coalesce((fact->>'n')::bigint, 1))
        FROM rollup_delta, jsonb_array_elements(facts::jsonb) AS fact
        WHERE role = (SELECT 't_' || schema_name FROM tenants_station WHERE id = %(station)s)
        AND fact->>'i' = 'FIL-01' GROUP BY 1""",
        place.parameters,
    )
    for subject, n in cursor.fetchall():
        (counted.add if n > 0 else counted.discard)(subject)
    for subject in sorted(counted ^ subjects):
        yield Finding(check=_FACTS["members"], record=subject, seen="FIL-01")
