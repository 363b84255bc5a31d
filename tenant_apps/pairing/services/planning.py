"""Visits that are owed, arranged for a day or taken off the list, one or many."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound, refuse
from shared_apps.audit.services import record
from tenant_apps.casework.services import record_event
from tenant_apps.pairing.flow import DUTY_FLOW, MANAGES, VISITS
from tenant_apps.pairing.models import OPEN_DUTIES, Duty, Helper
from tenant_apps.pairing.services.checking import missing, problem
from tenant_apps.pairing.services.owing import cancel_open


@transaction.atomic
def plan_visits(
    duty_ids: Collection[UUID],
    *,
    planned_on: date,
    helper_id: UUID | None,
    actor: Actor,
    now: datetime,
) -> int:
    """Arrange for one or many visits by a day, by whoever owes them or by another; return how many.

    Those that are done meanwhile are left out.

    Raises:
        NotPermitted, NotFound: as for any record.
        InvalidInput: P114 a day that is past.
    """
    actor.require(VISITS)
    if planned_on < clock.local_day(now):
        refuse([problem("P114", "planned_on", _("安排日期不能早于今天。"))])
    helper = None
    if helper_id is not None:
        helper = Helper.objects.filter(pk=helper_id, is_active=True).first()
        if helper is None:
            raise NotFound
    duties = list(
        Duty.objects.select_for_update()
        .filter(pk__in=list(duty_ids), state__in=OPEN_DUTIES)
        .order_by("id")
    )
    for duty in duties:
        duty.state = DUTY_FLOW.advance("plan", state=duty.state, actor=actor)
        duty.planned_on = planned_on
        duty.helper = helper or duty.helper
        duty.changed_at = now
    Duty.objects.bulk_update(duties, ["state", "planned_on", "helper", "changed_at"])
    _note_many(duties, "duty.planned", {"on": planned_on.isoformat()}, actor=actor, now=now)
    return len(duties)


@transaction.atomic
def cancel_duties(duty_ids: Collection[UUID], *, reason: str, actor: Actor, now: datetime) -> int:
    """Take visits that nobody needs off the list, with a reason; return how many.

    Raises:
        NotPermitted: the actor does not manage pairings.
        InvalidInput: P101 no reason is given.
    """
    actor.require(MANAGES)
    refuse(missing(reason, "reason", _("原因"), most=200))
    duties = (
        Duty.objects.select_for_update()
        .filter(pk__in=list(duty_ids), state__in=OPEN_DUTIES)
        .order_by("id")
    )
    rows = cancel_open(duties, reason=reason.strip(), actor=actor, now=now)
    _note_many(rows, "duty.cancelled", {"reason": reason.strip()}, actor=actor, now=now)
    return len(rows)


def _note_many(
    duties: Sequence[Duty], event: str, data: dict[str, str], *, actor: Actor, now: datetime
) -> None:
    for duty in duties:
        record_event(
            subject=("duty", duty.pk),
            action=event,
            to_state=duty.state,
            comment=data.get("reason", ""),
            actor=actor,
            now=now,
        )
    if duties:
        record(
            event=event,
            actor=actor,
            subject=("duty", duties[0].pk),
            data={**data, "duties": len(duties)},
            now=now,
        )
