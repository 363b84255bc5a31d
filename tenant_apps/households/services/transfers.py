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
from tenant_apps.households.models import HouseholdTransfer, TransferRole, TransferState

OFFERED = "transfer.offered"
ACCEPTED = "transfer.accepted"
DECLINED = "transfer.declined"
CONFIRMED = "transfer.confirmed"
REFUSED = "transfer.refused"
CANCELLED = "transfer.cancelled"
ASKED = "transfer.asked"
PAPER = "transfer.paper"
HANDED = "transfer.handed"
RECEIVED = "transfer.received"
DONE = "transfer.done"
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


def given(file_id: UUID, *states: str) -> HouseholdTransfer | None:
    """Lock and return the transfer by which a file is given away, if it stands in one of the states."""
    found: HouseholdTransfer | None = (
        HouseholdTransfer.objects.select_for_update()
        .filter(file_id=file_id, role=TransferRole.GIVING, state__in=states)
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


def end_transfer(
    transfer: HouseholdTransfer, state: TransferState, *, text: str, actor: Actor, now: datetime
) -> None:
    """Write how a transfer ended, and take it off the lists of what waits."""
    transfer.state, transfer.last_text = state, text
    transfer.changed_at, transfer.changed_by = now, actor.name
    transfer.save()
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


def say(
    kind: str,
    transfer: HouseholdTransfer,
    recipient: int,
    *,
    actor: Actor,
    now: datetime,
    text: str = "",
    rules: Sequence[str] = (),
) -> None:
    """Tell another station of a step of the transfer, with what it may know of it, and the rules it rested on."""
    post(
        kind=kind,
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
