"""What each step of a transfer of a file is made of: the row locked, told, ended, waited for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop

from bangfu.kernel.actors import Actor
from shared_apps.exchange.services import post
from tenant_apps.casework.services import close_todos, open_todo
from tenant_apps.households.links import transfers_link
from tenant_apps.households.models import TRANSFER_UNDER_WAY, HouseholdTransfer, TransferRole
from tenant_apps.households.rules import custody
from tenant_apps.households.rules.custody import Move

PAPER = "transfer.paper"
"""The word with which a paper goes ahead of its file; the others are those of ``rules.custody``."""

SUBJECT = "transfer"
TITLE_TAKING = gettext_noop("接收转移档案 %(number)s（%(station)s）")
TITLE_CONFIRMING = gettext_noop("确认档案转移 %(number)s（%(station)s）")
_COLUMNS = (
    "file_no",
    "masked_name",
    "persons",
    "tier",
    "main_cause",
    "reason",
    "note",
    "giving_id",
    "giving_code",
    "giving_name",
    "taking_id",
    "taking_code",
    "taking_name",
    "above_id",
    "above_name",
)


def stream_of_transfer(transfer_id: UUID) -> str:
    """Return the stream in which the messages of one transfer keep their order."""
    return f"transfer:{transfer_id}"


def given(file_id: UUID) -> HouseholdTransfer | None:
    """Lock and return the transfer under way by which a file is given away; a file has one at most."""
    found: HouseholdTransfer | None = (
        HouseholdTransfer.objects.select_for_update()
        .filter(file_id=file_id, role=TransferRole.GIVING, state__in=TRANSFER_UNDER_WAY)
        .first()
    )
    return found


def locked_transfer(body: Mapping[str, Any], role: str) -> HouseholdTransfer | None:
    """Lock and return the transfer that a message is about, as the station in force sees it in a role."""
    found: HouseholdTransfer | None = (
        HouseholdTransfer.objects.select_for_update()
        .filter(transfer_id=UUID(body["transfer"]), role=role)
        .first()
    )
    return found


def hear(
    body: Mapping[str, Any], role: TransferRole, word: str
) -> tuple[HouseholdTransfer, Move] | None:
    """Lock the transfer that a word is about and return it with what follows; None when nothing does."""
    transfer = locked_transfer(body, role)
    if transfer is None:
        return None
    move = custody.heard(role, word, state=transfer.state)
    return None if move is None else (transfer, move)


def keep_move(
    transfer: HouseholdTransfer, move: Move, *, text: str, by: str, now: datetime
) -> None:
    """Write down where a transfer stands after a move, in whose words and by whom."""
    transfer.state, transfer.last_text = move.target, text
    transfer.changed_at, transfer.changed_by = now, by
    transfer.save()


def end_transfer(
    transfer: HouseholdTransfer, move: Move, *, text: str, actor: Actor, now: datetime
) -> None:
    """Write down a move that ends a transfer here, and take it off the lists of what waits."""
    keep_move(transfer, move, text=text, by=actor.name, now=now)
    close_todos(subject=(SUBJECT, transfer.pk), actor=actor, now=now)


def await_people(transfer: HouseholdTransfer, title: str, *, now: datetime) -> None:
    """Let a transfer wait for whoever may decide on it here."""
    open_todo(
        subject=(SUBJECT, transfer.pk),
        kind=f"transfer.{transfer.role}",
        capability="file.transfer",
        title=title,
        params={"number": transfer.file_no, "station": transfer.giving_name},
        link=transfers_link(),
        due_on=transfer.due_on,
        now=now,
    )


def station_in(transfer: HouseholdTransfer, role: TransferRole) -> int:
    """Return the key of the station that has a role in a transfer."""
    stations: Mapping[TransferRole, int] = {
        TransferRole.GIVING: transfer.giving_id,
        TransferRole.TAKING: transfer.taking_id,
        TransferRole.CONFIRMING: transfer.above_id,
    }
    return stations[role]


def say(
    move: Move,
    transfer: HouseholdTransfer,
    *,
    actor: Actor,
    now: datetime,
    text: str = "",
    rules: Sequence[str] = (),
) -> None:
    """Tell the other stations of a move, with what they may know of the transfer, and the rules it rested on.

    A station that has two roles in the transfer is told once.
    """
    for word, recipient in dict.fromkeys(
        (word, station_in(transfer, role)) for word, role in move.says
    ):
        _say(word, transfer, recipient, actor=actor, now=now, text=text, rules=rules)


def _say(
    word: str,
    transfer: HouseholdTransfer,
    recipient: int,
    *,
    actor: Actor,
    now: datetime,
    text: str,
    rules: Sequence[str],
) -> None:
    post(
        kind=word,
        recipient=recipient,
        stream=stream_of_transfer(transfer.transfer_id),
        key=f"{transfer.transfer_id}",
        body={
            "transfer": str(transfer.transfer_id),
            "file": str(transfer.file_id),
            "due_on": transfer.due_on.isoformat(),
            "offered_at": transfer.offered_at.isoformat(),
            "by": actor.name,
            "text": text,
            **{name: getattr(transfer, name) for name in _COLUMNS},
            "rules": list(rules),
        },
        now=now,
    )


def summary_in(body: dict[str, Any]) -> dict[str, Any]:
    """Read the columns of a transfer from what another station said of it."""
    return {
        "transfer_id": UUID(body["transfer"]),
        "file_id": UUID(body["file"]),
        "due_on": body["due_on"],
        "offered_at": body["offered_at"],
        **{name: body[name] for name in _COLUMNS},
    }


def rules_in(body: Mapping[str, Any]) -> Sequence[str]:
    """Read on which rules the decision of another station rested."""
    rules: Sequence[str] = body.get("rules", ())
    return rules
