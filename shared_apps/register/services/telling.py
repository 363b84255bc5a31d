"""What the stations of a case are told, each by a message of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from bangfu.kernel.tenancy import in_network
from shared_apps.exchange.services import post
from shared_apps.register.models import CasePart, DuplicateCase

FOUND = "duplicate.found"
ASKED = "duplicate.asked"
ANSWERED = "duplicate.answered"
DECIDED = "duplicate.decided"
UNDONE = "duplicate.undone"
GONE = "duplicate.gone"
VANISHED = "duplicate.vanished"

# Kinds of what waits in a station.
DECIDES = "duplicate.decide"
ANSWERS = "duplicate.answer"
LEAVES = "duplicate.leave"


def tell(
    case: DuplicateCase,
    *,
    kind: str,
    body: Mapping[str, Any],
    now: datetime,
    only: Collection[UUID] | None = None,
) -> None:
    """Tell the stations that hold files of a case something, from the station in force.

    ``only`` names the files it is about; all of them where it is left out. One message for one file.
    """
    with in_network():
        parts = list(CasePart.objects.filter(case_id=case.pk).order_by("station_id", "subject"))
    for part in parts:
        if only is None or part.subject in only:
            post(
                kind=kind,
                recipient=part.station_id,
                stream=f"duplicate:{case.pk}",
                key=f"{case.pk}:{part.subject}:{case.steps}",
                body={
                    "case": str(case.pk),
                    "subject": str(part.subject),
                    "step": case.steps,
                    **body,
                },
                now=now,
            )
