"""What the files of the station in force give in facts, counted again from the files themselves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from bangfu.kernel import clock
from shared_apps.exchange.models import Message, MessageState
from shared_apps.rollup.indicators import Fact, Listed
from tenant_apps.households.indicators import EXITS, Step, facts_of_file
from tenant_apps.households.links import file_link
from tenant_apps.households.models import (
    COUNTED_STATES,
    FileState,
    HouseholdFile,
    HouseholdTransfer,
    TransferRole,
    TransferState,
)
from tenant_apps.households.work import files_to_do

# Reconciliation asks this of every station every night: put together for each of them, the statement would
# take as long as its answer. A snapshot is large: only those of a file that left are opened, for the reason.
_VERSIONS = """
    SELECT file_id, effective_on, state, event, counted::text,
           CASE WHEN state = ANY(%s) THEN ARRAY[snapshot ->> 'exit_reason', snapshot ->> 'exit_measure'] END
    FROM "households_version" ORDER BY file_id, number
"""
HANDED_OVER = "handed_over"
UNCHANGED, NEVER_HELPED = "unchanged", "never_helped"


def facts_of_station() -> Iterable[Fact]:
    """Every fact of the station, derived anew from the versions of its files."""
    with connection.cursor() as cursor:
        cursor.execute(_VERSIONS, [list(EXITS)])
        rows = cursor.fetchall()
    is_any_on_its_way = any(event == HANDED_OVER for _file, _on, _state, event, *_rest in rows)
    received = _received_elsewhere() if is_any_on_its_way else {}
    steps: list[Step] = []
    current: UUID | None = None
    for file_id, on, state, event, text, exit_as in rows:
        if file_id != current:
            yield from facts_of_file([*steps, *received.get(current, ())])
            current, steps = file_id, []
        counted = None if text is None else json.loads(text)
        reason, measure = exit_as or ("", None)
        steps.append(
            Step(
                on=on,
                state=state,
                event=event,
                counted=counted,
                exit_reason=reason or "",
                exit_measure=measure,
            )
        )
    yield from facts_of_file([*steps, *received.get(current, ())])


def _received_elsewhere() -> dict[UUID | None, list[Step]]:
    """The files handed over that were received, and counted there, before this station heard of it."""
    handed = HouseholdTransfer.objects.filter(
        role=TransferRole.GIVING, state=TransferState.HANDED
    ).values_list("message_id", "file_id")
    arrived = Message.objects.filter(
        pk__in=[message for message, _file in handed], state=MessageState.DONE
    )
    files = dict(handed)
    return {
        files[message]: [
            Step(on=clock.local_day(at), state=FileState.MOVED_OUT, event="moved_out", counted=None)
        ]
        for message, at in arrived.values_list("pk", "done_at")
        if at is not None
    }


def files_behind(subjects: Sequence[bytes]) -> list[Listed]:
    """The files of the own station behind the hashes of a number, newest first."""
    files = HouseholdFile.objects.filter(id_no_hash__in=list(subjects)).order_by("-id")
    return [
        Listed(
            number=file.file_no or _("未编号"),
            title=file.get_state_display(),
            url=file_link(file.pk),
        )
        for file in files.only("file_no", "state")
    ]


def files_left_alone(*, on: date) -> list[Fact]:
    """Count, as one fact each, the files on file without a new version for twelve months or never helped (NR17)."""
    limit = _a_year_before(on)
    kinds: dict[bytes, list[str]] = {}
    for kind, files in (
        (UNCHANGED, _unchanged_since(limit)),
        (NEVER_HELPED, files_to_do(NEVER_HELPED, on=on)),
    ):
        for subject in files.order_by().values_list("id_no_hash", flat=True):
            kinds.setdefault(bytes(subject or b""), []).append(kind)
    month = on.replace(day=1)
    return [
        Fact(indicator="FIL-12", period=month, dims={"kind": found}, subject=subject)
        for subject, found in kinds.items()
    ]


def _unchanged_since(limit: date) -> QuerySet[HouseholdFile]:
    return (
        HouseholdFile.objects.filter(state__in=COUNTED_STATES)
        .annotate(last_change=Max("versions__effective_on"))
        .filter(last_change__lte=limit)
    )


def _a_year_before(day: date) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap_day else day.day)
