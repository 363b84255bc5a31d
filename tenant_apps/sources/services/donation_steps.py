"""What every step of a donation is made of: lock, save, tell, and the days until its receipt."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.policies.selectors import rule_in_force
from tenant_apps.casework.services import close_todos, record_event, start_clock
from tenant_apps.sources.flow import DONATIONS
from tenant_apps.sources.links import page_link
from tenant_apps.sources.models import Donation
from tenant_apps.sources.selectors import DONATION

RECEIPT = "donation_receipt"
"""The deadline from the arrival of a donation to its receipt (domain §3.6), as its rule is called."""


def locked_donation(donation_id: UUID) -> Donation:
    """Lock and return a donation of the station in force.

    Raises:
        NotFound: there is none.
    """
    donation = Donation.objects.select_for_update().filter(pk=donation_id).first()
    if donation is None:
        raise NotFound
    return donation


def locked_by_number(number: str) -> Donation:
    """Lock and return the donation of a number, by which the bank knows it.

    Raises:
        NotFound: there is none.
    """
    donation = Donation.objects.select_for_update().filter(number=number).first()
    if donation is None:
        raise NotFound
    return donation


def await_receipt(donation: Donation, *, now: datetime) -> None:
    """Count the working days within which a receipt is to be given."""
    rule = rule_in_force(f"clock.{RECEIPT}", station=current_station(), on=clock.local_day(now))
    start_clock(
        subject=(DONATION, donation.pk),
        kind=RECEIPT,
        working_days=rule.value,
        rule=rule,
        capability=DONATIONS,
        reference=donation.number,
        link=page_link("donation", donation.pk),
        now=now,
    )


def save_step(donation: Donation, action: str, **traces: Any) -> Donation:
    """Save a donation after a step, and tell of it; ``traces`` as ``trace_step``."""
    donation.changed_at = traces["now"]
    donation.save()
    trace_step(donation, action, **traces)
    return donation


def trace_step(
    donation: Donation,
    action: str,
    *,
    before: str,
    actor: Actor,
    now: datetime,
    comment: str = "",
    amount_fen: int | None = None,
) -> None:
    """Note a step in timeline and audit chain, and close what waited for it.

    ``amount_fen`` is what the step is about where it is not the whole donation.
    """
    subject = (DONATION, donation.pk)
    record_event(
        subject=subject,
        action=action,
        from_state=before,
        to_state=donation.state,
        comment=comment,
        actor=actor,
        now=now,
    )
    close_todos(subject=subject, now=now, actor=actor)
    record(
        event=f"donation.{action}",
        actor=actor,
        subject=subject,
        data={
            "number": donation.number,
            "kind": donation.kind,
            "state": donation.state,
            "amount_fen": donation.amount_fen if amount_fen is None else amount_fen,
        },
        now=now,
    )
