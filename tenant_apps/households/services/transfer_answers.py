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
from tenant_apps.households.models import HouseholdTransfer, TransferRole
from tenant_apps.households.rules import custody
from tenant_apps.households.rules.custody import UNKNOWN
from tenant_apps.households.services.stepping import locked_file, save_step, subject_of, tell_step
from tenant_apps.households.services.transfers import (
    TITLE_CONFIRMING,
    TITLE_TAKING,
    await_people,
    end_transfer,
    hear,
    keep_move,
    rules_in,
    say,
    summary_in,
)


@transaction.atomic
def take_offer(body: Mapping[str, Any], *, now: datetime) -> None:
    """Put an offered file on the list of the station it is offered to; once."""
    _show(body, TransferRole.TAKING, custody.OFFERED, TITLE_TAKING, now=now)


@transaction.atomic
def ask_above(body: Mapping[str, Any], *, now: datetime) -> None:
    """Ask the station above both to confirm, once the taking one has accepted."""
    follows = hear(body, TransferRole.GIVING, custody.ACCEPTED)
    if follows is None:
        return
    transfer, move = follows
    keep_move(transfer, move, text=body["text"], by=body["by"], now=now)
    actor = Actor.system(body["by"], station=current_station())
    say(move, transfer, text=body["text"], actor=actor, now=now)
    _note(transfer, "transfer_accepted", body, place=transfer.taking_name, now=now)


@transaction.atomic
def show_above(body: Mapping[str, Any], *, now: datetime) -> None:
    """Put a transfer on the list of the station that confirms it; once."""
    _show(body, TransferRole.CONFIRMING, custody.ASKED, TITLE_CONFIRMING, now=now)


@transaction.atomic
def end_here(body: Mapping[str, Any], *, word: str, now: datetime) -> None:
    """Let the file stay: the taking station declined, or the one above refused."""
    follows = hear(body, TransferRole.GIVING, word)
    if follows is None:
        return
    transfer, move = follows
    file = locked_file(transfer.file_id)
    actor = Actor.system(body["by"], station=current_station())
    before = file.state
    file.state = FILE_FLOW.advance(move.file_step, state=before, actor=actor)
    end_transfer(transfer, move, text=body["text"], actor=actor, now=now)
    say(move, transfer, text=body["text"], actor=actor, now=now)
    stop_clocks(subject=subject_of(file), now=now)
    save_step(file, actor=actor, now=now)
    place = transfer.above_name if word == custody.REFUSED else transfer.taking_name
    tell_step(
        file,
        move.file_step,
        before=before,
        comment=body["text"],
        place=place,
        rules=rules_in(body),
        actor=actor,
        now=now,
    )


@transaction.atomic
def end_elsewhere(body: Mapping[str, Any], *, word: str, now: datetime) -> None:
    """Show at the other stations that a transfer was taken back, or is done."""
    actor = Actor.system(body["by"], station=current_station())
    for role in custody.listeners(word):
        follows = hear(body, role, word)
        if follows is not None:
            transfer, move = follows
            end_transfer(transfer, move, text=body["text"], actor=actor, now=now)


def _show(
    body: Mapping[str, Any], role: TransferRole, word: str, title: str, *, now: datetime
) -> None:
    columns = summary_in(dict(body))
    known = HouseholdTransfer.objects.filter(transfer_id=columns["transfer_id"], role=role).first()
    move = custody.heard(role, word, state=known.state if known else UNKNOWN)
    if move is None:
        return
    row = HouseholdTransfer.objects.create(
        role=role,
        state=move.target,
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
