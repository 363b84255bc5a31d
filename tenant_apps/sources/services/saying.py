"""What an end of a transfer tells the other, kept with the transfer so that it can be said again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from shared_apps.exchange.services import post, post_lost_again
from tenant_apps.sources.models import Transfer

STREAM = "money"
RECALLED = "money.recalled"
REPORTED = "money.reported"
SETTLED = "money.settled"


def stream_of(transfer: Transfer) -> str:
    """Return the stream in which the messages of a transfer stay in order."""
    return f"{STREAM}:{transfer.pk}"


def say(transfer: Transfer, kind: str, body: Mapping[str, Any], *, on: date, now: datetime) -> None:
    """Tell the other end, and keep with the transfer what was said. The caller saves the transfer."""
    whole = {
        "transfer": str(transfer.pk),
        "number": transfer.number,
        "on": on.isoformat(),
        **body,
    }
    key = f"{transfer.pk}:{len(transfer.said) + 1}"
    transfer.said = [*transfer.said, [kind, key, whole]]
    post(
        kind=kind,
        recipient=transfer.partner_id,
        stream=stream_of(transfer),
        key=key,
        body=whole,
        now=now,
    )


def say_again(transfer: Transfer, *, now: datetime) -> bool:
    """Post everything this end said once more; what is on its way stays the same message."""
    for kind, key, body in transfer.said:
        post_lost_again(
            kind=kind,
            recipient=transfer.partner_id,
            stream=stream_of(transfer),
            key=key,
            body=body,
            now=now,
        )
    return bool(transfer.said)
