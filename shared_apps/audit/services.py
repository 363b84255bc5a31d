"""Write the audit chains and prove them."""

import re
from collections.abc import Mapping
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
_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")


@transaction.atomic
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
    station = station_in_force()
    chain = station.id if station else NETWORK_CHAIN
    row = AuditRow(
        chain=chain,
        at=now,
        event=event,
        actor_id=actor.user_id,
        actor_name=actor.name,
        via=actor.via,
        subject_kind=subject[0],
        subject_id=str(subject[1]),
        data=_without_numbers(as_json(dict(data or {}))),
    )
    head = _locked_head(chain)
    row.seq = head.count + 1
    row.prev = bytes(head.last_hash)
    row.hash = chained_hash(row)
    row.save(force_insert=True)
    head.count = row.seq
    head.last_hash = row.hash
    head.save(update_fields=["count", "last_hash"])
    return row


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


def verify(station: StationRef | None) -> int | None:
    """Prove the chain of ``station`` (None: the network's own); None when it holds.

    Otherwise the number of the first row that was changed, moved, put in or is missing. A tail that was
    cut off together with the head is found by the last anchor in the parent's chain. Reads the whole
    chain, 2,000 rows at a time.
    """
    chain = station.id if station else NETWORK_CHAIN
    with in_network():
        expected, prev = 1, bytes(32)
        hashes_at_anchors: dict[int, bytes] = {}
        anchors = _anchors_of(station)
        rows = AuditRow.objects.filter(chain=chain).order_by("seq")
        for row in rows.iterator(chunk_size=2000):
            if row.seq != expected or bytes(row.prev) != prev:
                return expected
            if bytes(row.hash) != chained_hash(row):
                return row.seq
            prev = bytes(row.hash)
            if expected in anchors:
                hashes_at_anchors[expected] = prev
            expected += 1
        head = AuditHead.objects.filter(chain=chain).first()
        count, last = (head.count, bytes(head.last_hash)) if head else (0, bytes(32))
    if (count, last) != (expected - 1, prev):
        return expected
    for seq, anchored in sorted(anchors.items()):
        if hashes_at_anchors.get(seq, b"").hex() != anchored:
            return min(seq, expected)
    return None


def anchor(station: StationRef, parent: StationRef, *, now: datetime) -> bool:
    """Write how long the chain of ``station`` is, and its last hash, into the chain of its parent.

    Does nothing, and says so, when the chain has not grown since the last anchor.
    """
    with in_network():
        head = AuditHead.objects.filter(chain=station.id).first()
    if head is None:
        return False
    subject = ("station", str(station.id))
    with in_station(parent), transaction.atomic():
        last = (
            AuditRow.objects.filter(
                chain=parent.id,
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
    if station is None or station.parent_id is None:
        return {}
    rows = AuditRow.objects.filter(
        chain=station.parent_id,
        event=ANCHOR_EVENT,
        subject_kind="station",
        subject_id=str(station.id),
    )
    return {data["count"]: data["hash"] for data in rows.values_list("data", flat=True)}
