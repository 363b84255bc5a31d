"""What people do when a file moves to another station: offer, accept, confirm, or not.

The giving station leads: it alone lets go, once, when the taking station has accepted and the station
above both has confirmed. Everything crosses as a message in the stream of the transfer.
Source: domain §3.2, on_file → transferring → on_file; NR10, NR12.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import mask_name
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, Problem
from bangfu.kernel.ids import uuid7
from bangfu.kernel.tenancy import StationRef, current_station
from bangfu.kernel.text import kept
from shared_apps.audit.services import record
from tenant_apps.casework.services import record_event, stop_clock
from tenant_apps.households.basis import rules_behind
from tenant_apps.households.models import (
    FileState,
    HouseholdFile,
    HouseholdTransfer,
    TransferReason,
    TransferRole,
)
from tenant_apps.households.rules import custody
from tenant_apps.households.rules.custody import UNKNOWN, Move
from tenant_apps.households.services.one_by_one import Outcome, each_on_its_own
from tenant_apps.households.services.stepping import (
    CENTRE_LEVEL,
    advance,
    locked_file,
    needed_reason,
    save_step,
    start_file_clock,
    subject_of,
    tell_step,
)
from tenant_apps.households.services.transfers import SUBJECT, end_transfer, given, say
from tenants.selectors import ancestors_of, station_with_code

CLOCK = "transfer"


@transaction.atomic
def offer_transfer(
    file_id: UUID, *, to_code: str, reason: str, note: str = "", actor: Actor, now: datetime
) -> HouseholdTransfer:
    """Offer a file to another station, to be moved within the working days of the rule.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: V360 no such station, or the own one; V361 no reason of those there are.
    """
    file = locked_file(file_id)
    move = custody.act(TransferRole.GIVING, "offer", state=UNKNOWN)
    before = advance(file, move.file_step, actor=actor)
    own = current_station()
    taking = _taking_station(to_code)
    problems = []
    if taking is None or taking.id == own.id:
        message = _("请选择另一个正在运行的站点作为接收站点。")
        problems.append(Problem(code="V360", field="to_code", message=message))
    if reason not in TransferReason.values:
        problems.append(Problem(code="V361", field="reason", message=_("请选择转移原因。")))
    if problems or taking is None:
        raise InvalidInput(problems)
    above = confirming_station(own, taking)
    due_on = start_file_clock(file, CLOCK, capability="file.transfer", now=now)
    transfer = HouseholdTransfer.objects.create(
        transfer_id=uuid7(),
        role=TransferRole.GIVING,
        state=move.target,
        file_id=file.pk,
        file_no=file.file_no,
        masked_name=mask_name(file.name),
        persons=file.persons or 1,
        tier=file.tier,
        main_cause=file.main_cause,
        reason=reason,
        note=note.strip()[:500],
        giving_id=own.id,
        giving_code=own.code,
        giving_name=own.name,
        taking_id=taking.id,
        taking_code=taking.code,
        taking_name=taking.name,
        above_id=above.id,
        above_name=above.name,
        due_on=due_on,
        offered_at=now,
        changed_at=now,
        changed_by=actor.name,
    )
    save_step(file, actor=actor, now=now)
    say(move, transfer, actor=actor, now=now)
    text = kept(gettext_lazy("转往 %(station)s")) % {"station": taking.name}
    tell_step(
        file,
        move.file_step,
        before=before,
        comment=f"{text}。{transfer.note}",
        data={"to": taking.code, "transfer": str(transfer.transfer_id)},
        actor=actor,
        now=now,
    )
    return transfer


def offer_all(*, to_code: str, note: str = "", actor: Actor, now: datetime) -> list[Outcome]:
    """Offer every open file of a unit that closes to its heir; what cannot move now says why."""
    actor.require("file.transfer")
    open_states = (
        FileState.ON_FILE,
        FileState.RECHECKING,
        FileState.EXIT_NOTICE,
        FileState.TRANSFERRING,
    )
    numbers = dict(
        HouseholdFile.objects.filter(state__in=open_states)
        .order_by("id")
        .values_list("pk", "file_no")
    )
    return each_on_its_own(
        list(numbers),
        lambda key: offer_transfer(
            key,
            to_code=to_code,
            reason=TransferReason.UNIT_CLOSED,
            note=note,
            actor=actor,
            now=now,
        ),
        labels=numbers,
    )


@transaction.atomic
def cancel_transfer(file_id: UUID, *, reason: str, actor: Actor, now: datetime) -> HouseholdFile:
    """Take back an offer that was not confirmed yet: the file stays.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step; the file has been handed over.
        InvalidInput: no reason is given.
    """
    file = locked_file(file_id)
    before = advance(file, "cancel_transfer", actor=actor)
    transfer = given(file.pk)
    if transfer is None:
        raise IllegalMove
    move = custody.act(TransferRole.GIVING, "cancel", state=transfer.state)
    reason = needed_reason(reason)
    end_transfer(transfer, move, text=reason, actor=actor, now=now)
    say(move, transfer, text=reason, actor=actor, now=now)
    stop_clock(subject=subject_of(file), kind=CLOCK, now=now)
    save_step(file, actor=actor, now=now)
    tell_step(file, "cancel_transfer", before=before, comment=reason, actor=actor, now=now)
    return file


@transaction.atomic
def accept_transfer(
    transfer_id: UUID, *, text: str = "", actor: Actor, now: datetime
) -> HouseholdTransfer:
    """Agree to take a file over; the station above both still has to confirm.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
    """
    transfer, move = _waiting(transfer_id, TransferRole.TAKING, "accept", actor=actor)
    text = text.strip() or kept(gettext_lazy("同意接收。"))
    _decide(transfer, "accept", move, text=text, actor=actor, now=now)
    return transfer


@transaction.atomic
def decline_transfer(
    transfer_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> HouseholdTransfer:
    """Decline to take a file over, saying why: it stays where it is.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: no reason is given.
    """
    transfer, move = _waiting(transfer_id, TransferRole.TAKING, "decline", actor=actor)
    _decide(transfer, "decline", move, text=needed_reason(reason), actor=actor, now=now)
    return transfer


@transaction.atomic
def confirm_transfer(
    transfer_id: UUID, *, text: str = "", actor: Actor, now: datetime
) -> HouseholdTransfer:
    """Confirm, above both stations, that a file moves: the giving station hands it over.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
    """
    transfer, move = _waiting(transfer_id, TransferRole.CONFIRMING, "confirm", actor=actor)
    text = text.strip() or kept(gettext_lazy("同意转移。"))
    _decide(transfer, "confirm", move, text=text, actor=actor, now=now)
    return transfer


@transaction.atomic
def refuse_transfer(
    transfer_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> HouseholdTransfer:
    """Refuse, above both stations, that a file moves: it stays where it is.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: no reason is given.
    """
    transfer, move = _waiting(transfer_id, TransferRole.CONFIRMING, "refuse", actor=actor)
    _decide(transfer, "refuse", move, text=needed_reason(reason), actor=actor, now=now)
    return transfer


def accept_transfers(
    transfer_ids: Sequence[UUID], *, text: str = "", actor: Actor, now: datetime
) -> list[Outcome]:
    """Take several files over, each on its own."""
    actor.require("file.transfer")
    return each_on_its_own(
        transfer_ids,
        lambda key: accept_transfer(key, text=text, actor=actor, now=now),
        labels=_numbers(transfer_ids),
    )


def confirm_transfers(
    transfer_ids: Sequence[UUID], *, text: str = "", actor: Actor, now: datetime
) -> list[Outcome]:
    """Confirm several transfers, each on its own."""
    actor.require("file.transfer")
    return each_on_its_own(
        transfer_ids,
        lambda key: confirm_transfer(key, text=text, actor=actor, now=now),
        labels=_numbers(transfer_ids),
    )


def confirming_station(giving: StationRef, taking: StationRef) -> StationRef:
    """Return who confirms between two stations: the nearest county or city above both, or one of them."""
    above = [*(one.ref for one in ancestors_of(giving)), giving]
    common = [one for one in above if taking.is_below(one) and one.level <= CENTRE_LEVEL]
    return common[-1] if common else above[0]


def _taking_station(code: str) -> StationRef | None:
    try:
        return station_with_code(code.strip()).ref
    except NotFound:
        return None


def _waiting(
    transfer_id: UUID, role: TransferRole, act: str, *, actor: Actor
) -> tuple[HouseholdTransfer, Move]:
    """Lock the transfer that waits for an act of a station in a role, and return it with the move."""
    actor.require("file.transfer")
    transfer: HouseholdTransfer | None = (
        HouseholdTransfer.objects.select_for_update()
        .filter(transfer_id=transfer_id, role=role)
        .first()
    )
    if transfer is None:
        raise NotFound
    return transfer, custody.act(role, act, state=transfer.state)


def _decide(
    transfer: HouseholdTransfer, action: str, move: Move, *, text: str, actor: Actor, now: datetime
) -> None:
    """Write a decision on a transfer down, with the rules it rested on, and tell it."""
    end_transfer(transfer, move, text=text, actor=actor, now=now)
    rules = rules_behind(f"{action}_transfer", on=clock.local_day(now))
    # The words are those of the transfer itself.
    record_event(
        subject=(SUBJECT, transfer.pk),
        action=f"{action}_transfer",
        to_state=transfer.state,
        rules=rules,
        actor=actor,
        now=now,
    )
    record(
        event=f"transfer.{action}",
        actor=actor,
        subject=(SUBJECT, transfer.pk),
        data={
            "file_no": transfer.file_no,
            "from": transfer.giving_code,
            "to": transfer.taking_code,
            "rules": rules,
        },
        now=now,
    )
    say(move, transfer, text=text, rules=rules, actor=actor, now=now)


def _numbers(transfer_ids: Sequence[UUID]) -> dict[UUID, str]:
    return dict(
        HouseholdTransfer.objects.filter(transfer_id__in=transfer_ids).values_list(
            "transfer_id", "file_no"
        )
    )
