"""What goes up of a file that is to be decided: its picture, the wish to have it back, the second look it asks for.

Drawn from the station's own records, so that what vanishes on its way can be sent again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from bangfu.kernel import clock
from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import StationRef, current_station
from shared_apps.audit.selectors import rows_of_subject
from shared_apps.exchange.services import post, post_what_is_lost
from tenant_apps.households.dossiers import Opinion, sealed_dossier
from tenant_apps.households.flow import UNDER_WAY
from tenant_apps.households.mapping import draft_of
from tenant_apps.households.models import HouseholdFile, HouseholdVersion, HouseholdVisit
from tenant_apps.households.rules import exclusions_of
from tenant_apps.households.selectors import members_of, sightings_of
from tenant_apps.households.services.stepping import (
    CENTRE_LEVEL,
    locked_file,
    steps_since,
    stream_of,
)
from tenant_apps.households.services.visits import visit_as_sent
from tenants.selectors import refs_of

OFFERED = "dossier.offered"
RECALLED = "dossier.recalled"
SECOND_LOOK_ASKED = "dossier.second_look_asked"
# The steps of the timeline that say with which words each was sent.
REPORT, RECALL, ASK_SECOND_LOOK = "report", "recall", "ask_second_look"


def post_report(
    file: HouseholdFile, version: HouseholdVersion, *, text: str, now: datetime
) -> None:
    """Send a file up as the version that was frozen for it, with the station's opinion."""
    post(**_report(file, version, text=text), now=now)


def post_recall(file: HouseholdFile, *, by: str, reason: str, now: datetime) -> None:
    """Ask for a file back that nobody above has accepted. Call it before the step is told."""
    number = len(steps_since(file, REPORT, RECALL)) + 1
    post(**_recall(file, number, by=by, reason=reason), now=now)


def post_question(file: HouseholdFile, *, by: str, reason: str, now: datetime) -> None:
    """Ask the station that refused a file to look at it once more."""
    post(**_question(file, by=by, reason=reason), now=now)


@transaction.atomic
def send_dossier_again(file_id: UUID, recipient: int, *, now: datetime) -> bool:
    """Post once more what vanished of a file on its way up; False where nothing did.

    Its picture only as long as a station above has it to decide on.
    """
    if reviewing_station(current_station()).id != recipient:
        return False
    try:
        file = locked_file(file_id)
    except NotFound:
        return False
    return post_what_is_lost(_letters(file), now=now)


def reviewing_station(station: StationRef) -> StationRef:
    """Return where a file of ``station`` goes next: its parent, or itself where it is a centre."""
    if station.level <= CENTRE_LEVEL or station.parent_id is None:
        return station
    return refs_of([station.parent_id])[station.parent_id]


def current_offer(file: HouseholdFile) -> int:
    """Return the number of the version that was sent up last; 0 when none was."""
    number = (
        HouseholdVersion.objects.filter(file_id=file.pk, event=REPORT)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    return number or 0


def entered_by(file: HouseholdFile) -> set[int]:
    """Return the users who opened a file, filled it in or submitted it: none of them may review it."""
    submitted = HouseholdVersion.objects.filter(file_id=file.pk, event="submit")
    filled = rows_of_subject("file", file.pk).filter(event="file.changed").order_by()
    people = {
        file.opened_by_id,
        *submitted.values_list("made_by_id", flat=True),
        *filled.values_list("actor_id", flat=True),
    }
    return {one for one in people if one is not None}


def _letters(file: HouseholdFile) -> Iterator[dict[str, Any]]:
    version = file.versions.filter(event=REPORT).order_by("-number").first()
    if version is None:
        return
    if file.state in UNDER_WAY:
        yield _report(file, version, text=steps_since(file, REPORT, REPORT)[0].comment)
    for number, wish in enumerate(steps_since(file, REPORT, RECALL), start=1):
        yield _recall(file, number, by=wish.actor_name, reason=wish.comment)
    for question in steps_since(file, REPORT, ASK_SECOND_LOOK):
        yield _question(file, by=question.actor_name, reason=question.comment)


def _recall(file: HouseholdFile, number: int, *, by: str, reason: str) -> dict[str, Any]:
    return _addressed(file, RECALLED, number=number, by=by, reason=reason)


def _question(file: HouseholdFile, *, by: str, reason: str) -> dict[str, Any]:
    return _addressed(file, SECOND_LOOK_ASKED, by=by, reason=reason)


def _addressed(
    file: HouseholdFile, kind: str, *, by: str, reason: str, number: int = 0
) -> dict[str, Any]:
    station, offer = current_station(), current_offer(file)
    key = f"{file.pk}:{offer}"
    return {
        "kind": kind,
        "recipient": reviewing_station(station).id,
        "stream": stream_of(file.pk),
        "key": f"{key}/{number}" if number else key,
        "body": {
            "file": str(file.pk),
            "offer": offer,
            "home": station.id,
            "by": by,
            "reason": reason,
        },
    }


def _report(file: HouseholdFile, version: HouseholdVersion, *, text: str) -> dict[str, Any]:
    station = current_station()
    first = Opinion(
        station_code=station.code,
        station_name=station.name,
        level=station.level,
        name=version.made_by,
        text=text,
        on=clock.local_day(version.made_at).isoformat(),
        stamp="community" if station.level > CENTRE_LEVEL else "union",
    )
    return {
        "kind": OFFERED,
        "recipient": reviewing_station(station).id,
        "stream": stream_of(file.pk),
        "key": f"{file.pk}:{version.number}",
        "body": {
            "file": str(file.pk),
            "offer": version.number,
            "file_no": file.file_no,
            "home": {
                "id": station.id,
                "code": station.code,
                "name": station.name,
                "level": station.level,
            },
            "entered_by": sorted(entered_by(file)),
            "dossier": sealed_dossier(_dossier(file, version)),
            "opinions": [asdict(first)],
        },
    }


def _dossier(file: HouseholdFile, version: HouseholdVersion) -> dict[str, Any]:
    draft = draft_of(file, members_of(file))
    seen = sightings_of([draft.id_no], except_file=file.pk)
    visits = HouseholdVisit.objects.filter(file=file).order_by("-visited_on", "-id")
    return {
        "snapshot": version.snapshot,
        "computation": file.computation,
        "exclusions": [str(label) for _code, _field, label in exclusions_of(draft)],
        "papers": [
            {"kind": paper.kind, "scanned": paper.attachment_id is not None}
            for paper in file.papers.order_by("id")
        ],
        "visits": [visit_as_sent(visit) for visit in visits],
        "seen_elsewhere": [sighting.where for sighting in seen.values()],
    }
