"""How a file passes from one station to another by messages, so that exactly one holds it always.

The giving station lets go in the transaction that posts the file; from then on the message is the
file. The taking station makes it its own and, in the same transaction, moves the facts and the entry
in the register of both, so that a total never has the household twice and never misses it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import blind_index, seal_bytes, unseal_bytes
from bangfu.kernel.tenancy import current_station, in_station
from bangfu.kernel.text import kept
from shared_apps.exchange.services import message_key, post, post_lost_again
from shared_apps.register.services import register_households, unregister_household
from shared_apps.rollup.services import record_facts
from tenant_apps.casework.models import Attachment
from tenant_apps.casework.services import (
    attach,
    close_todos,
    content_of,
    record_event,
    stop_clocks,
)
from tenant_apps.households.dossiers import opened_dossier, rows_in, sealed_dossier
from tenant_apps.households.flow import FILE_FLOW
from tenant_apps.households.happenings import FileStep, Happening, tell
from tenant_apps.households.indicators import MOVED_IN, facts_of_step
from tenant_apps.households.mapping import draft_of, number_hash
from tenant_apps.households.models import (
    RECHECK_WAITS,
    FileState,
    HouseholdFile,
    HouseholdMember,
    HouseholdPaper,
    HouseholdRecheck,
    HouseholdTransfer,
    HouseholdVersion,
    HouseholdVisit,
    RecheckState,
    TransferRole,
    TransferState,
)
from tenant_apps.households.selectors import members_of
from tenant_apps.households.services.drafting import household_of
from tenant_apps.households.services.entering import ask_for_entries
from tenant_apps.households.services.moving import (
    CANCELLED,
    TITLE_CONFIRMING,
    TITLE_TAKING,
    await_people,
    end_transfer,
    given,
    say,
    stream_of_transfer,
    summary_in,
)
from tenant_apps.households.services.stepping import (
    locked_file,
    save_step,
    subject_of,
    tell_step,
    term,
    years_after,
)
from tenant_apps.households.services.versions import record_version, snapshot_of
from tenants.selectors import refs_of

ASKED = "transfer.asked"
PAPER = "transfer.paper"
HANDED = "transfer.handed"
RECEIVED = "transfer.received"
DONE = "transfer.done"
_PLACE = "households.transfer"
_LEFT_HERE = {"state", "custody", "closed_on", "keep_until", "helper_name"}


@transaction.atomic
def take_offer(body: Mapping[str, Any], *, now: datetime) -> None:
    """Put an offered file on the list of the station it is offered to; once."""
    _shown(body, TransferRole.TAKING, TransferState.OFFERED, TITLE_TAKING, now=now)


@transaction.atomic
def ask_above(body: Mapping[str, Any], *, now: datetime) -> None:
    """Ask the station above both to confirm, once the taking one has accepted."""
    transfer = _locked(body, TransferRole.GIVING)
    if transfer is None or transfer.state != TransferState.OFFERED:
        return
    actor = Actor.system(body["by"], station=current_station())
    transfer.state, transfer.last_text = TransferState.ACCEPTED, body["text"]
    transfer.changed_at, transfer.changed_by = now, body["by"]
    transfer.save()
    say(ASKED, transfer, transfer.above_id, text=body["text"], actor=actor, now=now)
    _note(transfer, "transfer_accepted", body, place=transfer.taking_name, now=now)


@transaction.atomic
def show_above(body: Mapping[str, Any], *, now: datetime) -> None:
    """Put a transfer on the list of the station that confirms it; once."""
    _shown(body, TransferRole.CONFIRMING, TransferState.ACCEPTED, TITLE_CONFIRMING, now=now)


@transaction.atomic
def end_here(body: Mapping[str, Any], *, state: TransferState, now: datetime) -> None:
    """Let the file stay: the taking station declined, or the one above refused."""
    transfer = _locked(body, TransferRole.GIVING)
    if transfer is None or transfer.state not in {TransferState.OFFERED, TransferState.ACCEPTED}:
        return
    file = locked_file(transfer.file_id)
    actor = Actor.system(body["by"], station=current_station())
    before = file.state
    file.state = FILE_FLOW.advance("transfer_ended", state=before, actor=actor)
    end_transfer(transfer, state, text=body["text"], actor=actor, now=now)
    if state == TransferState.REFUSED:
        say(CANCELLED, transfer, transfer.taking_id, text=body["text"], actor=actor, now=now)
    stop_clocks(subject=subject_of(file), now=now)
    save_step(file, actor=actor, now=now)
    place = transfer.above_name if state == TransferState.REFUSED else transfer.taking_name
    tell_step(
        file,
        "transfer_ended",
        before=before,
        comment=body["text"],
        place=place,
        actor=actor,
        now=now,
    )


@transaction.atomic
def end_elsewhere(body: Mapping[str, Any], *, state: TransferState, now: datetime) -> None:
    """Show at the other stations that a transfer was taken back, or is done."""
    actor = Actor.system(body["by"], station=current_station())
    for role in (TransferRole.TAKING, TransferRole.CONFIRMING):
        transfer = _locked(body, role)
        if transfer is not None and transfer.state != TransferState.DONE:
            end_transfer(transfer, state, text=body["text"], actor=actor, now=now)


@transaction.atomic
def hand_over(body: Mapping[str, Any], *, now: datetime) -> None:
    """Let the file go: its papers one by one, then the file itself; from here on the message is it.

    A confirmation of an offer that was taken back is not followed.
    """
    transfer = _locked(body, TransferRole.GIVING)
    if transfer is None or transfer.state != TransferState.ACCEPTED:
        return
    file = locked_file(transfer.file_id)
    actor = Actor.system(body["by"], station=current_station())
    before = file.state
    file.state = FILE_FLOW.advance("handed_over", state=before, actor=actor)
    file.custody = transfer.taking_code
    transfer.state, transfer.last_text = TransferState.HANDED, body["text"]
    transfer.handed_on = clock.local_day(now)
    transfer.changed_at, transfer.changed_by = now, body["by"]
    transfer.message_id = message_key(
        current_station().id, transfer.taking_id, HANDED, str(transfer.transfer_id)
    )
    transfer.save()
    save_step(file, actor=actor, now=now)
    record_version(file=file, event="handed_over", actor=actor, now=now)
    for name, paper in _papers_of(file):
        _post_paper(transfer, name, paper, now=now)
    post(
        kind=HANDED,
        recipient=transfer.taking_id,
        stream=stream_of_transfer(transfer.transfer_id),
        key=str(transfer.transfer_id),
        body=_handed(transfer, file),
        now=now,
    )
    HouseholdRecheck.objects.filter(file=file, state__in=RECHECK_WAITS).update(
        state=RecheckState.CANCELLED, decision=kept(gettext_lazy("随档案转移。"))
    )
    tell_step(
        file,
        "handed_over",
        before=before,
        comment=body["text"],
        place=transfer.above_name,
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
    post_lost_again(
        kind=HANDED,
        recipient=transfer.taking_id,
        stream=stream_of_transfer(transfer.transfer_id),
        key=str(transfer.transfer_id),
        body=_handed(transfer, locked_file(transfer.file_id)),
        now=now,
    )
    return True


@transaction.atomic
def take_paper(body: Mapping[str, Any], *, now: datetime) -> None:
    """Keep one paper of a file that is on its way; once, and not what the station has already."""
    transfer = _locked(body, TransferRole.TAKING)
    if transfer is None or body["paper"] in transfer.carried or _has(body["owner"]):
        return
    data = unseal_bytes(base64.b64decode(body["sealed"]), place=_PLACE)
    upload: File[bytes] = File(BytesIO(data), name=body["name"])
    upload.size = len(data)
    kept_here = attach(
        subject=("file", transfer.file_id),
        kind=body["kind"],
        upload=upload,
        actor=Actor.system("relay", station=current_station()),
        now=now,
    )
    transfer.carried = {**transfer.carried, body["paper"]: str(kept_here.pk)}
    transfer.save(update_fields=["carried"])


@transaction.atomic
def take_in(body: Mapping[str, Any], *, now: datetime) -> None:
    """Make a file that arrived the station's own, and move what both count; once."""
    transfer = _locked(body, TransferRole.TAKING)
    if transfer is None or transfer.state == TransferState.DONE:
        return
    station, on = current_station(), clock.local_day(now)
    actor = Actor.system(body["by"], station=station)
    dossier = opened_dossier(body["dossier"])
    _close_what_came_back(transfer.file_id, dossier["versions"], actor=actor, now=now)
    file, before = _arrived(dossier["snapshot"], actor=actor, now=now)
    members = _members(file, dossier["snapshot"])
    _papers_and_visits(file, dossier, transfer.carried)
    _rechecks(file, dossier["rechecks"], now=now)
    record_version(file=file, event=MOVED_IN, actor=actor, now=now, effective_on=on)
    giving = refs_of([transfer.giving_id])[transfer.giving_id]
    with in_station(giving):
        record_facts(
            facts_of_step(body["counted"], None, on=on, state=FileState.MOVED_OUT), now=now
        )
        unregister_household(file.pk)
    register_households([household_of(file, draft_of(file, members))])
    transfer.history = dossier["versions"]
    end_transfer(transfer, TransferState.DONE, text=body["text"], actor=actor, now=now)
    post(
        kind=RECEIVED,
        recipient=transfer.giving_id,
        stream=stream_of_transfer(transfer.transfer_id),
        key=str(transfer.transfer_id),
        body={"transfer": body["transfer"], "on": on.isoformat(), "by": station.name, "text": ""},
        now=now,
    )
    tell_step(
        file,
        MOVED_IN,
        before=before,
        comment=transfer.get_reason_display(),
        place=transfer.giving_name,
        actor=actor,
        now=now,
    )
    ask_for_entries(file, now=now)
    happening = Happening(
        step=FileStep.MOVED_IN, file=file, on=on, data={"from": transfer.giving_code}
    )
    tell(happening, actor=actor, now=now)


@transaction.atomic
def close_stub(body: Mapping[str, Any], *, now: datetime) -> None:
    """Keep what is left of a file that was received elsewhere: closed, linked, not counted; once."""
    transfer = _locked(body, TransferRole.GIVING)
    if transfer is None or transfer.state != TransferState.HANDED:
        return
    actor = Actor.system(body["by"], station=current_station())
    _close(transfer, on=date.fromisoformat(body["on"]), actor=actor, now=now)


def _close_what_came_back(
    file_id: UUID, versions: Sequence[Mapping[str, Any]], *, actor: Actor, now: datetime
) -> None:
    # Another stream may overtake the word that the file was received: that it comes back says so too.
    transfer = given(file_id, TransferState.HANDED)
    if transfer is None:
        return
    days = [
        one["on"]
        for one in versions
        if one["event"] == MOVED_IN and one["station"] == transfer.taking_name
    ]
    _close(transfer, on=date.fromisoformat(days[-1]), actor=actor, now=now)


def _close(transfer: HouseholdTransfer, *, on: date, actor: Actor, now: datetime) -> None:
    file = locked_file(transfer.file_id)
    before = file.state
    file.state = FILE_FLOW.advance("moved_out", state=before, actor=actor)
    file.closed_on = on
    file.keep_until = years_after(on, term("retention.years", on=on).value)
    save_step(file, actor=actor, now=now)
    # The station that took it in recorded what this changes, when it did.
    record_version(
        file=file,
        event="moved_out",
        actor=actor,
        now=now,
        effective_on=on,
        is_counted_already=True,
    )
    end_transfer(transfer, TransferState.DONE, text=transfer.last_text, actor=actor, now=now)
    stop_clocks(subject=subject_of(file), now=now)
    close_todos(subject=subject_of(file), actor=actor, now=now)
    say(DONE, transfer, transfer.above_id, text=transfer.last_text, actor=actor, now=now)
    tell_step(
        file,
        "moved_out",
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


def _shown(
    body: Mapping[str, Any], role: TransferRole, state: TransferState, title: str, *, now: datetime
) -> None:
    columns = summary_in(dict(body))
    known = HouseholdTransfer.objects.filter(transfer_id=columns["transfer_id"], role=role)
    if known.exists():
        return
    row = HouseholdTransfer.objects.create(
        role=role,
        state=state,
        last_text=body["text"],
        changed_at=now,
        changed_by=body["by"],
        **{**columns, "due_on": date.fromisoformat(columns["due_on"])},
    )
    await_people(row, title, now=now)


def _locked(body: Mapping[str, Any], role: str) -> HouseholdTransfer | None:
    found: HouseholdTransfer | None = (
        HouseholdTransfer.objects.select_for_update()
        .filter(transfer_id=UUID(body["transfer"]), role=role)
        .first()
    )
    return found


def _note(
    transfer: HouseholdTransfer, action: str, body: Mapping[str, Any], *, place: str, now: datetime
) -> None:
    record_event(
        subject=("file", transfer.file_id),
        action=action,
        comment=body["text"],
        place=place,
        actor=Actor.system(body["by"], station=current_station()),
        now=now,
    )


def _papers_of(file: HouseholdFile) -> list[tuple[dict[str, str], Attachment]]:
    owners: dict[UUID, dict[str, str]] = {}
    for paper in HouseholdPaper.objects.filter(file=file, attachment_id__isnull=False):
        if paper.attachment_id is not None:
            owners[paper.attachment_id] = {"paper": str(paper.pk)}
    for visit in HouseholdVisit.objects.filter(file=file):
        owners |= {key: {"visit": str(visit.pk)} for key in visit.photo_ids}
    kept_here = Attachment.objects.filter(pk__in=owners, removed_at__isnull=True).order_by("id")
    return [(owners[one.pk], one) for one in kept_here]


def _post_paper(
    transfer: HouseholdTransfer, owner: dict[str, str], paper: Attachment, *, now: datetime
) -> None:
    sealed = seal_bytes(content_of(paper), place=_PLACE)
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


def _handed(transfer: HouseholdTransfer, file: HouseholdFile) -> dict[str, Any]:
    version = file.versions.order_by("-number")[0]
    station = current_station()
    # Of a file that was here before, each history brought along tells of the earlier ones once more.
    earlier = {
        (one["station"], one["number"]): one
        for row in HouseholdTransfer.objects.filter(
            file_id=file.pk, role=TransferRole.TAKING, state=TransferState.DONE
        ).order_by("offered_at")
        for one in row.history
        if one["station"] != station.name
    }
    dossier = {
        "snapshot": snapshot_of(file, members_of(file)),
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
            for paper in file.papers.order_by("id")
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
            for visit in file.visits.order_by("id")
        ],
        "rechecks": [
            {"kind": one.kind, "period": one.period, "due_on": one.due_on.isoformat()}
            for one in HouseholdRecheck.objects.filter(file=file, state=RecheckState.DUE)
        ],
        "versions": [*earlier.values(), *_history(file, station.name)],
    }
    return {
        "transfer": str(transfer.transfer_id),
        "by": transfer.changed_by,
        "text": transfer.last_text,
        "counted": version.counted,
        "dossier": sealed_dossier(dossier),
    }


def _history(file: HouseholdFile, station: str) -> list[dict[str, Any]]:
    rows = HouseholdVersion.objects.filter(file=file).order_by("number")
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


def _has(owner: Mapping[str, str]) -> bool:
    if "paper" in owner:
        return HouseholdPaper.objects.filter(pk=owner["paper"]).exists()
    return HouseholdVisit.objects.filter(pk=owner["visit"]).exists()


def _arrived(
    snapshot: Mapping[str, Any], *, actor: Actor, now: datetime
) -> tuple[HouseholdFile, str]:
    file, _members_sent = rows_in({**snapshot, "members": []})
    stub = HouseholdFile.objects.select_for_update().filter(pk=file.pk).first()
    before = stub.state if stub else ""
    if stub is not None:
        FILE_FLOW.advance(MOVED_IN, state=stub.state, actor=actor)
        file.lock_version = stub.lock_version + 1
    file.id_no_hash = number_hash(file.id_no.reveal()) if file.id_no else None
    file.card_no_hash = (
        blind_index(file.card_no.reveal(), purpose="card_no") if file.card_no else None
    )
    file.state, file.custody, file.helper_name = FileState.ON_FILE, "", ""
    file.closed_on = file.keep_until = None
    file.changed_by_id, file.changed_by, file.changed_at = actor.user_id, actor.name, now
    file.save(force_update=stub is not None, force_insert=stub is None)
    return file, before


def _members(file: HouseholdFile, snapshot: Mapping[str, Any]) -> list[HouseholdMember]:
    HouseholdMember.objects.filter(file=file).delete()
    _file, members = rows_in(snapshot)
    for member in members:
        member.file = file
        member.id_no_hash = number_hash(member.id_no.reveal()) if member.id_no else None
    return HouseholdMember.objects.bulk_create(members)


def _papers_and_visits(
    file: HouseholdFile, dossier: Mapping[str, Any], carried: Mapping[str, str]
) -> None:
    known = set(HouseholdPaper.objects.filter(file=file).values_list("pk", flat=True))
    HouseholdPaper.objects.bulk_create(
        HouseholdPaper(
            file=file, **{**row, "attachment_id": carried.get(row["attachment_id"] or "")}
        )
        for row in dossier["papers"]
        if UUID(row["id"]) not in known
        and (row["seen_on"] is not None or row["attachment_id"] in carried)
    )
    known = set(HouseholdVisit.objects.filter(file=file).values_list("pk", flat=True))
    HouseholdVisit.objects.bulk_create(
        HouseholdVisit(
            file=file,
            **{**row, "photo_ids": [carried[one] for one in row["photo_ids"] if one in carried]},
        )
        for row in dossier["visits"]
        if UUID(row["id"]) not in known
    )


def _rechecks(file: HouseholdFile, brought: list[dict[str, str]], *, now: datetime) -> None:
    # A file that comes back may have been re-checked here for the same period before it left.
    known = set(
        HouseholdRecheck.objects.filter(file=file)
        .exclude(state=RecheckState.CANCELLED)
        .values_list("kind", "period")
    )
    HouseholdRecheck.objects.bulk_create(
        HouseholdRecheck(file=file, opened_at=now, **row)
        for row in brought
        if (row["kind"], row["period"]) not in known
    )
