"""What comes up from stations below, and what comes down from the parent."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared_apps.exchange.handlers import handles
from shared_apps.exchange.models import Message
from shared_apps.reconciliation.proofs import Unlike, compares_sealed, proves, resends
from tenant_apps.reports.models import Received
from tenant_apps.reports.services import (
    chasing,
    checking,
    deciding,
    following,
    locking,
    recounting,
    sending,
)
from tenant_apps.reports.services.resending import send_again


@handles(sending.SUBMITTED)
def take_in_report(message: Message, *, now: datetime) -> None:
    """Put a report that was sent up on the board of this station."""
    deciding.receive(message.body, sender_id=message.sender_id, now=now)


@handles(recounting.RECOMPUTED)
def take_over_sum(message: Message, *, now: datetime) -> None:
    """Take over a sum that changed because a number below it was corrected."""
    recounting.hear_recomputed(message.body, sender_id=message.sender_id, now=now)


@handles(sending.CORRECTION_ASKED)
def hear_that_a_correction_is_asked(message: Message, *, now: datetime) -> None:
    """Put the wish to correct a report before those who decide."""
    deciding.hear_correction(message.body, sender_id=message.sender_id, now=now)


@handles(deciding.RETURNED)
def take_back_report(message: Message, *, now: datetime) -> None:
    """Take a report back that the parent returned."""
    following.follow_return(message.body, now=now)


@handles(deciding.ACCEPTED)
def hear_of_acceptance(message: Message, *, now: datetime) -> None:
    """Note that the parent accepted, and lock what is below."""
    following.follow_accept(message.body, now=now)


@handles(locking.LOCKED)
def hear_of_lock(message: Message, *, now: datetime) -> None:
    """Lock the report: the parent's own was accepted."""
    following.follow_lock(message.body, now=now)


@handles(deciding.CORRECTION_ANSWERED)
def hear_of_correction(message: Message, *, now: datetime) -> None:
    """Open the report again, or leave it, as the parent answered."""
    following.follow_correction(message.body, now=now)


@handles(chasing.CHASED)
def hear_of_chase(message: Message, *, now: datetime) -> None:
    """Tell those who fill in reports that this one is waited for."""
    following.follow_chase(message.body, now=now)


@compares_sealed
def sealed_reports_that_differ() -> list[Unlike]:
    """Say which cells of the latest sealed reports are not what files and facts give today."""
    return checking.latest_that_differ()


@proves(sending.SUBMITTED)
def reports_without_effect(messages: Sequence[Message]) -> set[UUID]:
    """Say which of the reports that arrived are on no board here."""
    known = {
        (unit.form, unit.period, unit.station_id): unit.latest.number if unit.latest else 0
        for unit in Received.objects.select_related("latest").filter(station_id__isnull=False)
    }
    return {
        message.pk
        for message in messages
        if known.get((message.body["form"], message.body["period"], message.sender_id), 0)
        < message.body["version"]
    }


@resends("report")
def send_report_again(stream: str, recipient: int, *, now: datetime) -> bool:
    """Send a report once more after its message vanished."""
    _name, form, period = stream.split(":", 2)
    return send_again(form, period, recipient=recipient, now=now)
