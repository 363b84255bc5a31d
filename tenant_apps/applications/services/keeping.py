"""What every act on an application needs: the locked row, its sealed answers, timeline and audit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from shared_apps.audit.services import record
from shared_apps.policies.rules import TIER_RULES
from shared_apps.policies.selectors import rule_in_force
from tenant_apps.applications.answers import Answers, packed
from tenant_apps.applications.errors import NotYoursToChange
from tenant_apps.applications.flow import FILLED_IN_STATES, OWNS, WORKS
from tenant_apps.applications.links import application_link
from tenant_apps.applications.models import Application
from tenant_apps.applications.selectors import (
    SUBJECT,
    answers_of,
)
from tenant_apps.casework.services import (
    close_todos,
    open_todo,
    record_event,
    start_clock,
    stop_clocks,
)
from tenant_apps.households.basis import rules_behind
from tenant_apps.households.mapping import number_hash

APPLICANT = gettext_lazy("申请人")
TODO = "application.work"
RULES_BEHIND_APPLICATIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "send": ("papers.required", "clock.first_review"),
        "arrive": ("clock.first_review",),
        "take": ("clock.first_review",),
        "return": ("papers.required", "clock.returned"),
        "refer": ("clock.first_review",),
        "refuse": (*TIER_RULES, "clock.first_review"),
    }
)
"""On which rules each step of an application rests."""


def applicant() -> Actor:
    """The actor of whoever came in with the personal code of an application."""
    return Actor(
        user_id=None,
        name=kept(APPLICANT),
        station=current_station(),
        capabilities=frozenset({OWNS}),
    )


def locked(application_id: UUID) -> Application:
    """Give an application with its row locked.

    Raises:
        NotFound: there is none here.
    """
    found: Application | None = (
        Application.objects.select_for_update().filter(pk=application_id).first()
    )
    if found is None:
        raise NotFound
    return found


def wait_for_clerk(application: Application, *, now: datetime) -> None:
    """Put an application that came in on the list of the station's clerks, with its clock."""
    subject, link = (SUBJECT, application.pk), application_link(application.pk)
    stop_clocks(subject=subject, now=now)
    close_todos(subject=subject, now=now)
    rule = rule_in_force("clock.first_review", station=current_station(), on=clock.local_day(now))
    start_clock(
        subject=subject,
        kind="first_review",
        working_days=rule.value,
        rule=rule,
        capability=WORKS,
        reference=application.number,
        link=link,
        now=now,
    )
    open_todo(
        subject=subject,
        kind=TODO,
        capability=WORKS,
        title=gettext_noop("处理网上申请 %(number)s"),
        params={"number": application.number},
        link=link,
        now=now,
    )


def told(
    application: Application,
    action: str,
    *,
    before: str,
    actor: Actor,
    now: datetime,
    comment: str = "",
    **data: Any,
) -> None:
    """Write a step to the timeline and to the audit chain, with the rules it rested on."""
    rules = rules_behind(action, on=clock.local_day(now), table=RULES_BEHIND_APPLICATIONS)
    record_event(
        subject=(SUBJECT, application.pk),
        action=action,
        from_state=before,
        to_state=application.state,
        comment=comment,
        actor=actor,
        rules=rules,
        now=now,
    )
    noted(application, f"application.{action}", actor=actor, now=now, **data)


def open_answers(application_id: UUID, actor: Actor) -> tuple[Application, Answers]:
    """Give an application that may be changed, locked, with what was filled in.

    Raises:
        NotYoursToChange: it was sent, or is closed.
    """
    actor.require(OWNS)
    application = locked(application_id)
    if application.state not in FILLED_IN_STATES:
        raise NotYoursToChange
    return application, answers_of(application)


def save_answers(
    application: Application, answers: Answers, *, now: datetime, step: str = ""
) -> None:
    """Seal what was filled in, count the saving of a page, and keep the hash of the number."""
    if step:
        answers.saved[step] = answers.saved.get(step, 0) + 1
    application.answers = packed(answers)
    given = answers.draft.id_no
    application.id_no_hash = number_hash(given) if given else None
    touch(application, now=now)


def touch(application: Application, *, now: datetime) -> None:
    """Write an application with its version raised by one."""
    application.changed_at = now
    application.version += 1
    application.save(force_update=True)


def owner(actor: Actor) -> Actor:
    """Give the actor, if it came in with the code of the application."""
    actor.require(OWNS)
    return actor


def noted(
    application: Application, event: str, *, actor: Actor, now: datetime, **data: Any
) -> None:
    """Write an act to the audit chain; the number of the application is all that is said of it."""
    record(
        event=event,
        actor=actor,
        subject=(SUBJECT, application.pk),
        data={"number": application.number, **data},
        now=now,
    )
