"""How the taking station makes a file its own that was handed over: once, with what both ends count."""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.db import transaction

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import blind_index, unseal_bytes
from bangfu.kernel.tenancy import current_station, in_station
from shared_apps.exchange.services import post
from shared_apps.register.services import register_households, unregister_household
from shared_apps.rollup.services import record_facts
from tenant_apps.casework.services import attach
from tenant_apps.households.dossiers import opened_dossier, rows_in
from tenant_apps.households.flow import FILE_FLOW
from tenant_apps.households.happenings import FileStep, Happening, tell
from tenant_apps.households.indicators import MOVED_IN, facts_of_step
from tenant_apps.households.mapping import draft_of, number_hash
from tenant_apps.households.models import (
    FileState,
    HouseholdFile,
    HouseholdMember,
    HouseholdPaper,
    HouseholdRecheck,
    HouseholdVisit,
    RecheckState,
    TransferRole,
)
from tenant_apps.households.rules import custody
from tenant_apps.households.rules.custody import HANDED, RECEIVED
from tenant_apps.households.services.draft_rows import household_of
from tenant_apps.households.services.entering import ask_for_entries
from tenant_apps.households.services.handing import PLACE, close_stub_of
from tenant_apps.households.services.stepping import tell_step
from tenant_apps.households.services.transfers import (
    end_transfer,
    given,
    hear,
    locked_transfer,
    stream_of_transfer,
)
from tenant_apps.households.services.versions import record_version
from tenants.selectors import refs_of


@transaction.atomic
def take_paper(body: Mapping[str, Any], *, now: datetime) -> None:
    """Keep one paper of a file that is on its way; once, and not what the station has already."""
    transfer = locked_transfer(body, TransferRole.TAKING)
    if transfer is None or body["paper"] in transfer.carried or _has(body["owner"]):
        return
    data = unseal_bytes(base64.b64decode(body["sealed"]), place=PLACE)
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
    follows = hear(body, TransferRole.TAKING, HANDED)
    if follows is None:
        return
    transfer, move = follows
    station, on = current_station(), clock.local_day(now)
    actor = Actor.system(body["by"], station=station)
    dossier = opened_dossier(body["dossier"])
    stub = _stub_of(transfer.file_id, dossier["versions"], actor=actor, now=now)
    file = _arrived(dossier["snapshot"], stub, actor=actor, now=now)
    known = _Known() if stub is None else _known_of(stub)
    members = _members(file, dossier["snapshot"])
    _papers_and_visits(file, dossier, transfer.carried, known=known)
    _rechecks(file, dossier["rechecks"], known=known, now=now)
    record_version(file=file, event=MOVED_IN, actor=actor, now=now, effective_on=on)
    giving = refs_of([transfer.giving_id])[transfer.giving_id]
    with in_station(giving):
        record_facts(
            facts_of_step(body["counted"], None, on=on, state=FileState.MOVED_OUT), now=now
        )
        unregister_household(file.pk)
    register_households([household_of(file, draft_of(file, members))])
    transfer.history = dossier["versions"]
    end_transfer(transfer, move, text=body["text"], actor=actor, now=now)
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
        before=stub.state if stub else "",
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the station has of a file that it had before."""

    papers: Collection[UUID] = ()
    visits: Collection[UUID] = ()
    rechecks: Collection[tuple[str, str]] = ()


def _known_of(stub: HouseholdFile) -> _Known:
    rechecks = HouseholdRecheck.objects.filter(file=stub).exclude(state=RecheckState.CANCELLED)
    return _Known(
        papers=set(HouseholdPaper.objects.filter(file=stub).values_list("pk", flat=True)),
        visits=set(HouseholdVisit.objects.filter(file=stub).values_list("pk", flat=True)),
        # It may have been re-checked here for the same period before it left.
        rechecks=set(rechecks.values_list("kind", "period")),
    )


def _stub_of(
    file_id: UUID, versions: Sequence[Mapping[str, Any]], *, actor: Actor, now: datetime
) -> HouseholdFile | None:
    """Lock and return what is left of a file that was here before, closed; None where it never was."""
    state = HouseholdFile.objects.filter(pk=file_id).values_list("state", flat=True).first()
    if state is None:
        return None
    if state != FileState.MOVED_OUT:
        _close_what_came_back(file_id, versions, actor=actor, now=now)
    stub: HouseholdFile = HouseholdFile.objects.select_for_update().get(pk=file_id)
    return stub


def _close_what_came_back(
    file_id: UUID, versions: Sequence[Mapping[str, Any]], *, actor: Actor, now: datetime
) -> None:
    # Another stream may overtake the word that the file was received: that it comes back says so too.
    transfer = given(file_id)
    if transfer is None:
        return
    move = custody.heard(TransferRole.GIVING, RECEIVED, state=transfer.state)
    if move is None:
        return
    days = [
        one["on"]
        for one in versions
        if one["event"] == MOVED_IN and one["station"] == transfer.taking_name
    ]
    close_stub_of(transfer, move, on=date.fromisoformat(days[-1]), actor=actor, now=now)


def _has(owner: Mapping[str, str]) -> bool:
    if "paper" in owner:
        return HouseholdPaper.objects.filter(pk=owner["paper"]).exists()
    return HouseholdVisit.objects.filter(pk=owner["visit"]).exists()


def _arrived(
    snapshot: Mapping[str, Any], stub: HouseholdFile | None, *, actor: Actor, now: datetime
) -> HouseholdFile:
    file, _members_sent = rows_in({**snapshot, "members": []})
    if stub is not None:
        FILE_FLOW.advance(MOVED_IN, state=stub.state, actor=actor)
        file.lock_version = stub.lock_version + 1
        HouseholdMember.objects.filter(file=stub).delete()
    file.id_no_hash = number_hash(file.id_no.reveal()) if file.id_no else None
    file.card_no_hash = (
        blind_index(file.card_no.reveal(), purpose="card_no") if file.card_no else None
    )
    file.state, file.custody, file.helper_name = FileState.ON_FILE, "", ""
    file.closed_on = file.keep_until = None
    file.changed_by_id, file.changed_by, file.changed_at = actor.user_id, actor.name, now
    file.save(force_update=stub is not None, force_insert=stub is None)
    return file


def _members(file: HouseholdFile, snapshot: Mapping[str, Any]) -> list[HouseholdMember]:
    _file, members = rows_in(snapshot)
    for member in members:
        member.file = file
        member.id_no_hash = number_hash(member.id_no.reveal()) if member.id_no else None
    return HouseholdMember.objects.bulk_create(members)


def _papers_and_visits(
    file: HouseholdFile, dossier: Mapping[str, Any], carried: Mapping[str, str], *, known: _Known
) -> None:
    HouseholdPaper.objects.bulk_create(
        HouseholdPaper(
            file=file, **{**row, "attachment_id": carried.get(row["attachment_id"] or "")}
        )
        for row in dossier["papers"]
        if UUID(row["id"]) not in known.papers
        and (row["seen_on"] is not None or row["attachment_id"] in carried)
    )
    HouseholdVisit.objects.bulk_create(
        HouseholdVisit(
            file=file,
            **{**row, "photo_ids": [carried[one] for one in row["photo_ids"] if one in carried]},
        )
        for row in dossier["visits"]
        if UUID(row["id"]) not in known.visits
    )


def _rechecks(
    file: HouseholdFile, brought: list[dict[str, str]], *, known: _Known, now: datetime
) -> None:
    HouseholdRecheck.objects.bulk_create(
        HouseholdRecheck(file=file, opened_at=now, **row)
        for row in brought
        if (row["kind"], row["period"]) not in known.rechecks
    )
