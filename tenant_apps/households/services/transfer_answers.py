"""What the answers of other stations bring about for a file that is to move, before it is let go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import current_station
from tenant_apps.casework.services import record_event, stop_clocks
from tenant_apps.households.flow import FILE_FLOW
from tenant_apps.households.models import HouseholdTransfer, TransferRole, TransferState
from tenant_apps.households.services.stepping import locked_file, save_step, subject_of, tell_step
from tenant_apps.households.services.transfers import (
    ASKED,
    CANCELLED,
    TITLE_CONFIRMING,
    TITLE_TAKING,
    await_people,
    end_transfer,
    locked_transfer,
    rules_in,
    say,
    summary_in,
)


@transaction.atomic
def take_offer(body: Mapping[str, Any], *, now: datetime) -> None:
    """Put an offered file on the list of the station it is offered to; once."""
    _shown(body, TransferRole.TAKING, TransferState.OFFERED, TITLE_TAKING, now=now)


@transaction.atomic
def ask_above(body: Mapping[str, Any], *, now: datetime) -> None:
    """Ask the station above both to confirm, once the taking one has accepted."""
    transfer = locked_transfer(body, TransferRole.GIVING)
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
    transfer = locked_transfer(body, TransferRole.GIVING)
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
        rules=rules_in(body),
        actor=actor,
        now=now,
    )


@transaction.atomic
def end_elsewhere(body: Mapping[str, Any], *, state: TransferState, now: datetime) -> None:
    """Show at the other stations that a transfer was taken back, or is done."""
    actor = Actor.system(body["by"], station=current_station())
    for role in (TransferRole.TAKING, TransferRole.CONFIRMING):
        transfer = locked_transfer(body, role)
        if transfer is not None and transfer.state != TransferState.DONE:
            end_transfer(transfer, state, text=body["text"], actor=actor, now=now)


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


def _note(
    transfer: HouseholdTransfer, action: str, body: Mapping[str, Any], *, place: str, now: datetime
) -> None:
    record_event(
        subject=("file", transfer.file_id),
        action=action,
        comment=body["text"],
        place=place,
        rules=rules_in(body),
        actor=Actor.system(body["by"], station=current_station()),
        now=now,
    )
