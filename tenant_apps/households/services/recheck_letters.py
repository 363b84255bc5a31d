"""What goes up of a re-check or an exit: the offer with its picture, and the wish to have it back.

Drawn from the station's own records, so that what vanishes on its way can be sent again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from bangfu.kernel.tenancy import current_station
from shared_apps.exchange.services import post, post_what_is_lost
from tenant_apps.households.dossiers import sealed_dossier
from tenant_apps.households.models import (
    HouseholdFile,
    HouseholdRecheck,
    HouseholdVersion,
    HouseholdVisit,
)
from tenant_apps.households.services.stepping import (
    deciding_station,
    locked_file,
    steps_since,
    stream_of,
)
from tenant_apps.households.services.visits import visit_as_sent

LIFE_OFFERED = "life.offered"
LIFE_RECALLED = "life.recalled"
# The steps of the timeline that say with which words each was sent.
SEND, WITHDRAW = "send_recheck", "withdraw_recheck"


def post_offer(
    file: HouseholdFile, recheck: HouseholdRecheck, version: HouseholdVersion, *, now: datetime
) -> None:
    """Send a re-check up, as the version that was frozen for it."""
    post(**_offer(file, recheck, version), now=now)


def post_recall(
    file: HouseholdFile, recheck: HouseholdRecheck, *, by: str, reason: str, now: datetime
) -> None:
    """Ask the centre to give a re-check back that it has not decided. Call it before the step is told."""
    number = len(steps_since(file, SEND, WITHDRAW)) + 1
    post(**_recall(file, recheck, number, by=by, reason=reason), now=now)


@transaction.atomic
def send_life_again(file_id: UUID, recipient: int, *, now: datetime) -> bool:
    """Post once more what vanished of the last re-check of a file on its way up; False where nothing did.

    What was sent before it was decided, and nobody waits for it.
    """
    recheck = (
        HouseholdRecheck.objects.select_for_update()
        .filter(file_id=file_id, offer__isnull=False)
        .order_by("-offer")
        .first()
    )
    if recheck is None or deciding_station(current_station()).id != recipient:
        return False
    return post_what_is_lost(_letters(locked_file(file_id), recheck), now=now)


def _letters(file: HouseholdFile, recheck: HouseholdRecheck) -> Iterator[dict[str, Any]]:
    version = HouseholdVersion.objects.get(file=file, number=recheck.offer or 0)
    yield _offer(file, recheck, version)
    for number, wish in enumerate(steps_since(file, SEND, WITHDRAW), start=1):
        yield _recall(file, recheck, number, by=wish.actor_name, reason=wish.comment)


def _offer(
    file: HouseholdFile, recheck: HouseholdRecheck, version: HouseholdVersion
) -> dict[str, Any]:
    return {
        "kind": LIFE_OFFERED,
        "recipient": deciding_station(current_station()).id,
        "stream": stream_of(file.pk),
        "key": f"{file.pk}:{version.number}",
        "body": _body(file, recheck, version),
    }


def _recall(
    file: HouseholdFile, recheck: HouseholdRecheck, number: int, *, by: str, reason: str
) -> dict[str, Any]:
    return {
        "kind": LIFE_RECALLED,
        "recipient": deciding_station(current_station()).id,
        "stream": stream_of(file.pk),
        "key": f"{file.pk}:{recheck.offer}/{number}",
        "body": {
            "file": str(file.pk),
            "offer": recheck.offer,
            "home": current_station().id,
            "by": by,
            "reason": reason,
        },
    }


def _body(
    file: HouseholdFile, recheck: HouseholdRecheck, version: HouseholdVersion
) -> dict[str, Any]:
    station = current_station()
    before = (
        file.versions.filter(number__lt=version.number, counted__isnull=False)
        .order_by("-number")
        .first()
    )
    visit = HouseholdVisit.objects.get(pk=recheck.visit_id) if recheck.visit_id else None
    dossier = {
        "snapshot": version.snapshot,
        "before": before.snapshot if before else {},
        "computation": file.computation,
        "recheck": {
            "kind": recheck.kind,
            "period": recheck.period,
            "due_on": recheck.due_on.isoformat(),
            "is_sampled": recheck.is_sampled,
            "event": recheck.event,
            "event_on": recheck.event_on.isoformat() if recheck.event_on else "",
            "person": recheck.event_person,
            "findings": recheck.findings,
            "incomes_fen": recheck.incomes_fen,
            "proposal": recheck.proposal,
            "exit_kind": recheck.exit_kind,
            "exit_reason": recheck.exit_reason,
            "exit_measure": recheck.exit_measure,
            "filled_by": recheck.filled_by,
            "rules": recheck.rules,
            "asked": recheck.asked,
        },
        "visit": visit_as_sent(visit) if visit else None,
    }
    return {
        "file": str(file.pk),
        "offer": version.number,
        "file_no": file.file_no,
        "home": {
            "id": station.id,
            "code": station.code,
            "name": station.name,
            "level": station.level,
        },
        "entered_by": [] if recheck.filled_by_id is None else [recheck.filled_by_id],
        # Whoever asked for the exit had a hand in it, and does not also confirm it.
        "acted_by": [recheck.asked["by_id"]] if recheck.asked else [],
        "dossier": sealed_dossier(dossier),
    }
