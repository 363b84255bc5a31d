"""What every step of an application is made of: lock, check against the flow, tell, wait, count days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, NotFound, Problem, Text
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.policies.selectors import rule_in_force
from tenant_apps.aid.flow import AID_FLOW
from tenant_apps.aid.links import page_link
from tenant_apps.aid.models import Application
from tenant_apps.aid.selectors import SUBJECT
from tenant_apps.aid.services.progressing import count_soon
from tenant_apps.casework.services import open_todo, record_event, start_clock


def locked_application(application_id: UUID) -> Application:
    """Lock and return an application of the station in force.

    Locks every application of its household, in the order of their keys: a step may look at what else the household
    was granted, and two that look at once from different ends would wait for each other.

    Raises:
        NotFound: there is none.
    """
    household = Application.objects.filter(pk=application_id).values("household")
    rows = (
        Application.objects.select_for_update(of=("self",))
        .select_related("file", "fund")
        .filter(household__in=household)
        .order_by("pk")
    )
    row: Application | None = next((row for row in rows if row.pk == application_id), None)
    if row is None:
        raise NotFound
    count_soon([row])
    return row


def locked_applications(application_ids: Iterable[UUID]) -> list[Application]:
    """Lock and return applications, in the order of their keys.

    Raises:
        NotFound: one of them is not of this station.
    """
    wanted = set(application_ids)
    rows = list(
        Application.objects.select_for_update(of=("self",))
        .select_related("file", "fund")
        .filter(pk__in=wanted)
        .order_by("pk")
    )
    if len(rows) < len(wanted):
        raise NotFound
    count_soon(rows)
    return rows


def subject_of(application: Application) -> tuple[str, UUID]:
    """Name an application as casework and the audit chain do."""
    return (SUBJECT, application.pk)


def advance(application: Application, action: str, *, actor: Actor) -> str:
    """Move an application by its flow, unsaved; return the state it leaves.

    Raises:
        NotPermitted, IllegalMove: as the flow says.
    """
    before = application.state
    application.state = AID_FLOW.advance(action, state=before, actor=actor)
    return before


def tell_step(
    application: Application,
    action: str,
    *,
    before: str,
    actor: Actor,
    now: datetime,
    comment: str = "",
    place: str = "",
    data: Mapping[str, Any] | None = None,
    rules: Iterable[str] = (),
) -> None:
    """Write a step to the timelines of the application and of its file, and to the audit chain."""
    kept_rules = list(rules)
    record_event(
        subject=subject_of(application),
        action=action,
        from_state=before,
        to_state=application.state,
        comment=comment,
        place=place,
        rules=kept_rules,
        actor=actor,
        now=now,
    )
    told = {
        "from": before,
        "to": application.state,
        "programme": application.programme,
        "amount_fen": application.amount_fen,
        **(data or {}),
    }
    record(
        event=f"aid.{action}",
        actor=actor,
        subject=subject_of(application),
        data=told | {"rules": kept_rules} if kept_rules else told,
        now=now,
    )


def start_aid_clock(application: Application, kind: str, *, capability: str, now: datetime) -> date:
    """Start a deadline of an application, of as many working days as the rule says; return its last day."""
    rule = rule_in_force(f"clock.{kind}", station=current_station(), on=clock.local_day(now))
    started = start_clock(
        subject=subject_of(application),
        kind=kind,
        working_days=rule.value,
        rule=rule,
        capability=capability,
        reference=application.number,
        link=page_link("application", application.pk),
        now=now,
    )
    return started.due_on


def open_aid_todo(
    application: Application,
    kind: str,
    *,
    capability: str,
    title: Text,
    now: datetime,
    not_for: Iterable[int | None] = (),
) -> None:
    """Let an application wait for whoever holds a capability; ``not_for`` may not judge their own work."""
    open_todo(
        subject=subject_of(application),
        kind=kind,
        capability=capability,
        title=title,
        params={"number": application.number, "name": application.person_name},
        link=page_link("application", application.pk),
        not_for=not_for,
        now=now,
    )


def needed_reason(reason: str) -> str:
    """Return a reason without its outer spaces.

    Raises:
        InvalidInput: A211 there is none, or it is too long.
    """
    text = reason.strip()
    if not text or len(text) > 300:
        message = _("请填写理由，不超过 300 字。")
        raise InvalidInput([Problem(code="A211", field="reason", message=message)])
    return text
