"""How a station lets a file go that moves to another one, by messages, so that exactly one holds it always.

The giving station lets go in the transaction that posts the file; from then on the message is the
file. The taking station makes it its own (``taking_in``) and, in the same transaction, moves the facts and
the entry in the register of both, so that a total never has the household twice and never misses it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import seal_bytes
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from shared_apps.exchange.services import message_key, post, post_lost_again
from tenant_apps.casework.models import Attachment
from tenant_apps.casework.services import close_todos, content_of, stop_clocks
from tenant_apps.households.dossiers import sealed_dossier
from tenant_apps.households.flow import FILE_FLOW
from tenant_apps.households.happenings import FileStep, Happening, tell
from tenant_apps.households.models import (
    RECHECK_WAITS,
    HouseholdFile,
    HouseholdPaper,
    HouseholdRecheck,
    HouseholdTransfer,
    HouseholdVersion,
    HouseholdVisit,
    RecheckState,
    TransferRole,
    TransferState,
)
from tenant_apps.households.rules import custody
from tenant_apps.households.rules.custody import HANDED, RECEIVED, Move
from tenant_apps.households.services.stepping import (
    locked_file,
    save_step,
    subject_of,
    tell_step,
    term,
    years_after,
)
from tenant_apps.households.services.transfers import (
    PAPER,
    end_transfer,
    hear,
    keep_move,
    rules_in,
    say,
    stream_of_transfer,
)
from tenant_apps.households.services.versions import record_version

PLACE = "households.transfer"
"""Under this place the papers of a file are sealed on their way."""


@transaction.atomic
def hand_over(body: Mapping[str, Any], *, now: datetime) -> None:
    """Let the file go: its papers one by one, then the file itself; from here on the message is it.

    A confirmation of an offer that was taken back is not followed.
    """
    follows = hear(body, TransferRole.GIVING, custody.CONFIRMED)
    if follows is None:
        return
    transfer, move = follows
    file = locked_file(transfer.file_id)
    actor = Actor.system(body["by"], station=current_station())
    before = file.state
    file.state = FILE_FLOW.advance(move.file_step, state=before, actor=actor)
    file.custody = transfer.taking_code
    transfer.handed_on = clock.local_day(now)
    transfer.message_id = message_key(
        current_station().id, transfer.taking_id, HANDED, str(transfer.transfer_id)
    )
    keep_move(transfer, move, text=body["text"], by=body["by"], now=now)
    save_step(file, actor=actor, now=now)
    version = record_version(file=file, event=move.file_step, actor=actor, now=now)
    gathered = _gathered(file)
    for name, paper in _to_carry(gathered):
        _post_paper(transfer, name, paper, now=now)
    post(
        kind=HANDED,
        recipient=transfer.taking_id,
        stream=stream_of_transfer(transfer.transfer_id),
        key=str(transfer.transfer_id),
        body=_handed(transfer, version, gathered),
        now=now,
    )
    HouseholdRecheck.objects.filter(file=file, state__in=RECHECK_WAITS).update(
        state=RecheckState.CANCELLED, decision=kept(gettext_lazy("随档案转移。"))
    )
    tell_step(
        file,
        move.file_step,
        before=before,
        comment=body["text"],
        place=transfer.above_name,
        rules=rules_in(body),
        actor=actor,
        now=now,
    )


@transaction.atomic
def hand_over_again(transfer_id: UUID, *, now: datetime) -> bool:
    """Post a file once more whose message vanished on the way; False when it is not on the way."""
    transfer = HouseholdTransfer.objects.filter(
        transfer_id=transfer_id, role=TransferRole.GIVING, state=TransferState.HANDED
    ).first()
    if transfer is None:
        return False
    file = locked_file(transfer.file_id)
    post_lost_again(
        kind=HANDED,
        recipient=transfer.taking_id,
        stream=stream_of_transfer(transfer.transfer_id),
        key=str(transfer.transfer_id),
        body=_handed(transfer, file.versions.order_by("-number")[0], _gathered(file)),
        now=now,
    )
    return True


@transaction.atomic
def close_stub(body: Mapping[str, Any], *, now: datetime) -> None:
    """Keep what is left of a file that was received elsewhere: closed, linked, not counted; once."""
    follows = hear(body, TransferRole.GIVING, RECEIVED)
    if follows is None:
        return
    transfer, move = follows
    actor = Actor.system(body["by"], station=current_station())
    close_stub_of(transfer, move, on=date.fromisoformat(body["on"]), actor=actor, now=now)


def close_stub_of(
    transfer: HouseholdTransfer, move: Move, *, on: date, actor: Actor, now: datetime
) -> None:
    """Close what is left of a file whose taking station made it its own on a day."""
    file = locked_file(transfer.file_id)
    before = file.state
    file.state = FILE_FLOW.advance(move.file_step, state=before, actor=actor)
    file.closed_on = on
    file.keep_until = years_after(on, term("retention.years", on=on).value)
    save_step(file, actor=actor, now=now)
    # The station that took it in recorded what this changes, when it did.
    record_version(
        file=file,
        event=move.file_step,
        actor=actor,
        now=now,
        effective_on=on,
        is_counted_already=True,
    )
    end_transfer(transfer, move, text=transfer.last_text, actor=actor, now=now)
    stop_clocks(subject=subject_of(file), now=now)
    close_todos(subject=subject_of(file), actor=actor, now=now)
    say(move, transfer, text=transfer.last_text, actor=actor, now=now)
    tell_step(
        file,
        move.file_step,
        before=before,
        comment=transfer.taking_name,
        place=transfer.taking_name,
        actor=actor,
        now=now,
    )
    happening = Happening(
        step=FileStep.MOVED_OUT, file=file, on=on, data={"to": transfer.taking_code}
    )
    tell(happening, actor=actor, now=now)


@dataclass(frozen=True, slots=True)
class _Gathered:
    papers: Sequence[HouseholdPaper]
    visits: Sequence[HouseholdVisit]


def _gathered(file: HouseholdFile) -> _Gathered:
    return _Gathered(list(file.papers.order_by("id")), list(file.visits.order_by("id")))


def _to_carry(gathered: _Gathered) -> list[tuple[dict[str, str], Attachment]]:
    owners: dict[UUID, dict[str, str]] = {}
    for paper in gathered.papers:
        if paper.attachment_id is not None:
            owners[paper.attachment_id] = {"paper": str(paper.pk)}
    for visit in gathered.visits:
        owners |= {key: {"visit": str(visit.pk)} for key in visit.photo_ids}
    kept_here = Attachment.objects.filter(pk__in=owners, removed_at__isnull=True).order_by("id")
    return [(owners[one.pk], one) for one in kept_here]


def _post_paper(
    transfer: HouseholdTransfer, owner: dict[str, str], paper: Attachment, *, now: datetime
) -> None:
    sealed = seal_bytes(content_of(paper), place=PLACE)
    post(
        kind=PAPER,
        recipient=transfer.taking_id,
        stream=stream_of_transfer(transfer.transfer_id),
        key=f"{transfer.transfer_id}:{paper.pk}",
        body={
            "transfer": str(transfer.transfer_id),
            "paper": str(paper.pk),
            "owner": owner,
            "kind": paper.kind,
            "name": paper.name,
            "sealed": base64.b64encode(sealed).decode(),
        },
        now=now,
    )


def _handed(
    transfer: HouseholdTransfer, version: HouseholdVersion, gathered: _Gathered
) -> dict[str, Any]:
    file_id, station = version.file_id, current_station()
    # Of a file that was here before, each history brought along tells of the earlier ones once more.
    earlier = {
        (one["station"], one["number"]): one
        for row in HouseholdTransfer.objects.filter(
            file_id=file_id, role=TransferRole.TAKING, state=TransferState.DONE
        ).order_by("offered_at")
        for one in row.history
        if one["station"] != station.name
    }
    dossier = {
        "snapshot": version.snapshot,
        "papers": [
            {
                "id": str(paper.pk),
                "kind": paper.kind,
                "attachment_id": str(paper.attachment_id) if paper.attachment_id else None,
                "seen_on": paper.seen_on.isoformat() if paper.seen_on else None,
                "seen_by": paper.seen_by,
                "note": paper.note,
                "created_at": paper.created_at.isoformat(),
            }
            for paper in gathered.papers
        ],
        "visits": [
            {
                "id": str(visit.pk),
                "visited_on": visit.visited_on.isoformat(),
                "place": visit.place,
                "first_visitor": visit.first_visitor,
                "second_visitor": visit.second_visitor,
                "findings": visit.findings,
                "agrees": visit.agrees,
                "photo_ids": [str(one) for one in visit.photo_ids],
                "recorded_by": visit.recorded_by,
                "created_at": visit.created_at.isoformat(),
            }
            for visit in gathered.visits
        ],
        "rechecks": [
            {"kind": one.kind, "period": one.period, "due_on": one.due_on.isoformat()}
            for one in HouseholdRecheck.objects.filter(file_id=file_id, state=RecheckState.DUE)
        ],
        "versions": [*earlier.values(), *_history(file_id, station.name)],
    }
    return {
        "transfer": str(transfer.transfer_id),
        "by": transfer.changed_by,
        "text": transfer.last_text,
        "counted": version.counted,
        "dossier": sealed_dossier(dossier),
    }


def _history(file_id: UUID, station: str) -> list[dict[str, Any]]:
    rows = HouseholdVersion.objects.filter(file_id=file_id).order_by("number")
    return [
        {
            "station": station,
            "number": number,
            "on": on.isoformat(),
            "state": state,
            "event": event,
            "by": by,
        }
        for number, on, state, event, by in rows.values_list(
            "number", "effective_on", "state", "event", "made_by"
        )
    ]
