"""What both ends of a look into a file are made of: the row locked, the stream, the audit."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from shared_apps.audit.services import record
from tenant_apps.privacy.models import LookRequest, Side
from tenant_apps.privacy.selectors import get_look_request

REQUESTED = "access.requested"
GRANTED = "access.granted"
REFUSED = "access.refused"
WITHDRAWN = "access.withdrawn"
LOOKED = "access.looked"


def locked_look(request_id: UUID, *, actor: Actor) -> LookRequest:
    """Lock and return a request the actor may see.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    get_look_request(request_id, actor=actor)
    row = LookRequest.objects.select_for_update().filter(pk=request_id).first()
    if row is None:
        raise NotFound
    return row


def audit_look(row: LookRequest, event: str, *, actor: Actor, now: datetime) -> None:
    """Write a step to the audit chain: at home under the file, so that the worker can see it."""
    file_id = row.file_id if row.side == Side.HOME else None
    record(
        event=event,
        actor=actor,
        subject=("file", file_id) if file_id else ("look", row.pk),
        data={
            "request": str(row.pk),
            "file_no": row.file_no,
            "station": row.other_name,
            "who": row.asked_by,
            "reason": row.reason,
        },
        now=now,
    )


def stream_of_look(request_id: UUID) -> str:
    """Return the stream in which the messages of one request keep their order."""
    return f"look:{request_id}"
