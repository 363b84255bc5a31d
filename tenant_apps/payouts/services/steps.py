"""What every step of a batch is made of: lock, check against the flow, tell, wait, count days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.policies.selectors import rule_in_force
from tenant_apps.casework.services import (
    close_todos,
    open_todo,
    record_event,
    start_clock,
    stop_clocks,
)
from tenant_apps.payouts.flow import BATCH_FLOW, SIGNS_NEXT
from tenant_apps.payouts.links import page_link
from tenant_apps.payouts.models import Batch, BatchState

KIND = "payout"


def locked_batch(batch_id: UUID) -> Batch:
    """Lock and return a batch of the station in force.

    Raises:
        NotFound: there is none.
    """
    batch: Batch | None = (
        Batch.objects.select_for_update(of=("self",))
        .select_related("fund")
        .filter(pk=batch_id)
        .first()
    )
    if batch is None:
        raise NotFound
    return batch


def subject_of(batch: Batch) -> tuple[str, UUID]:
    """Name a batch as casework and the audit chain do."""
    return (KIND, batch.pk)


def advance(batch: Batch, action: str, *, actor: Actor) -> str:
    """Move a batch by its flow, unsaved; return the state it leaves.

    Raises:
        NotPermitted, IllegalMove: as the flow says.
    """
    before = batch.state
    batch.state = BATCH_FLOW.advance(action, state=before, actor=actor)
    return before


def tell_step(
    batch: Batch,
    action: str,
    *,
    before: str,
    actor: Actor,
    now: datetime,
    comment: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write a step to the timeline and the audit chain: after every other lock of the transaction."""
    record_event(
        subject=subject_of(batch),
        action=action,
        from_state=before,
        to_state=batch.state,
        comment=comment,
        actor=actor,
        now=now,
    )
    record(
        event=f"payout.{action}",
        actor=actor,
        subject=subject_of(batch),
        data={
            "number": batch.number,
            "from": before,
            "to": batch.state,
            "count": batch.count,
            "total_fen": batch.total_fen,
            "digest": bytes(batch.digest or b"").hex(),
        }
        | dict(data or {}),
        now=now,
    )


def let_wait(batch: Batch, *, capability: str, title: str, now: datetime, clock_kind: str) -> None:
    """Let a batch wait for whoever takes the next step, and count the working days until then."""
    end_waiting(batch, now=now)
    rule = rule_in_force(f"clock.{clock_kind}", station=current_station(), on=clock.local_day(now))
    link = page_link("batch", batch.pk)
    start_clock(
        subject=subject_of(batch), kind=clock_kind, working_days=rule.value, rule=rule,
        capability=capability, reference=batch.number, link=link, now=now,
    )  # fmt: skip
    open_todo(
        subject=subject_of(batch),
        kind=f"payout.{clock_kind}",
        capability=capability,
        not_for=_acted_before(batch),
        title=title,
        params={"number": batch.number, "title": batch.title},
        link=link,
        now=now,
    )


def _acted_before(batch: Batch) -> list[int | None]:
    """Who signed what the person who acts next may not have signed."""
    if BatchState(batch.state) in SIGNS_NEXT:
        return [batch.made_by_id, batch.checked_by_id, batch.audited_by_id]
    return [batch.approved_by_id]


def end_waiting(batch: Batch, *, now: datetime, actor: Actor | None = None) -> None:
    """Note that nothing of a batch waits any more."""
    stop_clocks(subject=subject_of(batch), now=now)
    close_todos(subject=subject_of(batch), now=now, actor=actor)
