"""Write the audit chains and prove them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from bangfu.kernel.actors import Actor
from bangfu.kernel.canonical import as_json, canonical_json
from bangfu.kernel.crypto import mask_id_no, sm3
from bangfu.kernel.tenancy import StationRef, in_network, in_station, station_in_force
from shared_apps.audit.models import NETWORK_CHAIN, AuditHead, AuditRow

ANCHOR_EVENT = "audit.anchored"
_ROWS_AT_ONCE = 500
_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was done, to be noted with others: the event, what it was done to, and what it says."""

    event: str
    subject: tuple[str, UUID | int | str]
    data: Mapping[str, Any]


def record(
    *,
    event: str,
    actor: Actor,
    subject: tuple[str, UUID | int | str],
    data: Mapping[str, Any] | None = None,
    now: datetime,
) -> AuditRow:
    """Note that ``actor`` did ``event`` to ``subject``, at the end of the chain of the realm in force.

    Call it after every other lock of the transaction: the chain stays locked until the commit, and no
    other writer of the same station gets past it. Other stations do not wait. Three statements.
    Identity numbers that somebody wrote into a reason are masked.

    Raises:
        FloatRefused: ``data`` holds a float.
    """
    return record_all([Deed(event, subject, data or {})], actor=actor, now=now)[0]


def record_all(deeds: Sequence[Deed], *, actor: Actor, now: datetime) -> list[AuditRow]:
    """Note many deeds at once, in their order: the same rows as ``record`` would write one by one.

    Three statements for as many as fit into one. No deeds, no statement.

    Raises:
        FloatRefused: the data of one holds a float.
    """
    if not deeds:
        return []
    station = station_in_force()
    chain = station.id if station else NETWORK_CHAIN
    rows = [
        AuditRow(
            chain=chain,
            at=now,
            event=deed.event,
            actor_id=actor.user_id,
            actor_name=actor.name,
            via=actor.via,
            subject_kind=deed.subject[0],
            subject_id=str(deed.subject[1]),
            data=_without_numbers(as_json(dict(deed.data))),
        )
        for deed in deeds
    ]
    # A part of the act it notes: whoever gives up the one gives up the other.
    with transaction.atomic(savepoint=False):
        head = _locked_head(chain)
        for row in rows:
            row.seq = head.count = head.count + 1
            row.prev = bytes(head.last_hash)
            row.hash = head.last_hash = chained_hash(row)
        AuditRow.objects.bulk_create(rows, batch_size=_ROWS_AT_ONCE)
        head.save(update_fields=["count", "last_hash"])
    return rows


def chained_hash(row: AuditRow) -> bytes:
    """Return SM3 over the hash before and everything the row says."""
    said = {
        "chain": row.chain,
        "seq": row.seq,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "event": row.event,
        "actor": [row.actor_id, row.actor_name, row.via],
        "subject": [row.subject_kind, row.subject_id],
        "data": row.data,
    }
    return sm3(bytes(row.prev) + canonical_json(said))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the proof of one chain found.

    ``first_broken`` is the number of the first row that was changed, moved, put in or is missing; None when
    the chain holds. ``why`` says what gave it away: ``order``, ``content``, ``head`` or ``anchor``.
    """

    rows: int
    last_hash: bytes
    anchors: int
    first_broken: int | None = None
    why: str = ""

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return self.first_broken is None


def examine(station: StationRef | None) -> Verdict:
    """Prove the chain of ``station`` (None: the network's own): rows, order, head, anchors above.

    A tail that was cut off together with the head is found by the last anchor above. Reads the whole chain,
    2,000 rows at a time.
    """
    chain = station.id if station else NETWORK_CHAIN
    with in_network():
        anchors = _anchors_of(station)
        head = AuditHead.objects.filter(chain=chain).first()
        rows = AuditRow.objects.filter(chain=chain).order_by("seq")
        return proved(
            rows.iterator(chunk_size=2000),
            count=head.count if head else 0,
            last_hash=bytes(head.last_hash) if head else bytes(32),
            anchors=anchors,
        )


def proved(
    rows: Iterable[AuditRow], *, count: int, last_hash: bytes, anchors: Mapping[int, str]
) -> Verdict:
    """Prove rows, in the order of their numbers, against their head and their anchors. No query."""
    seen, prev = 0, bytes(32)
    at_anchors: dict[int, bytes] = {}

    def broken(seq: int, why: str) -> Verdict:
        return Verdict(rows=seen, last_hash=prev, anchors=len(anchors), first_broken=seq, why=why)

    for row in rows:
        if row.seq != seen + 1 or bytes(row.prev) != prev:
            return broken(seen + 1, "order")
        if bytes(row.hash) != chained_hash(row):
            return broken(row.seq, "content")
        seen, prev = row.seq, bytes(row.hash)
        if seen in anchors:
            at_anchors[seen] = prev
    if (count, last_hash) != (seen, prev):
        return broken(seen + 1, "head")
    for seq, anchored in sorted(anchors.items()):
        if at_anchors.get(seq, b"").hex() != anchored:
            return broken(min(seq, seen + 1), "anchor")
    return Verdict(rows=seen, last_hash=prev, anchors=len(anchors))


def verify(station: StationRef | None) -> int | None:
    """Prove the chain of ``station``; None when it holds, else the number of its first broken row."""
    return examine(station).first_broken


def anchor(station: StationRef, parent: StationRef | None, *, now: datetime) -> bool:
    """Write how long the chain of ``station`` is, and its last hash, into the chain above it.

    That is the chain of its parent; of a station without one, the network's own. Does nothing, and says
    so, when the chain has not grown since the last anchor.
    """
    with in_network():
        head = AuditHead.objects.filter(chain=station.id).first()
    if head is None:
        return False
    subject = ("station", str(station.id))
    with in_station(parent) if parent else in_network(), transaction.atomic():
        last = (
            AuditRow.objects.filter(
                chain=parent.id if parent else NETWORK_CHAIN,
                event=ANCHOR_EVENT,
                subject_kind=subject[0],
                subject_id=subject[1],
            )
            .order_by("-seq")
            .first()
        )
        if last is not None and last.data["count"] >= head.count:
            return False
        record(
            event=ANCHOR_EVENT,
            actor=Actor.system("audit", station=parent),
            subject=subject,
            data={"count": head.count, "hash": bytes(head.last_hash).hex()},
            now=now,
        )
    return True


def _without_numbers(value: Any) -> Any:
    if isinstance(value, str):
        return _ID_NUMBER.sub(lambda found: mask_id_no(found[0]), value)
    if isinstance(value, dict):
        return {name: _without_numbers(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_without_numbers(part) for part in value]
    return value


def _locked_head(chain: int) -> AuditHead:
    head = AuditHead.objects.select_for_update().filter(chain=chain).first()
    if head is None:
        # Two first writers: one makes the row, both then wait for it in turn.
        AuditHead.objects.bulk_create([AuditHead(chain=chain)], ignore_conflicts=True)
        head = AuditHead.objects.select_for_update().get(chain=chain)
    return head


def _anchors_of(station: StationRef | None) -> dict[int, str]:
    if station is None:
        return {}
    rows = AuditRow.objects.filter(
        chain=station.parent_id or NETWORK_CHAIN,
        event=ANCHOR_EVENT,
        subject_kind="station",
        subject_id=str(station.id),
    )
    return {data["count"]: data["hash"] for data in rows.values_list("data", flat=True)}
