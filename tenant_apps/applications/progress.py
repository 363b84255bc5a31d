"""How far an application has come, in plain words: where it stands, what happens next and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bangfu.kernel import clock
from bangfu.kernel.errors import Text
from bangfu.kernel.tenancy import current_station, in_network
from bangfu.kernel.workdays import add_working_days
from shared_apps.policies.selectors import NoRuleInForce, rule_in_force
from shared_apps.regions.selectors import calendar_in_force
from tenant_apps.applications.links import public_address
from tenant_apps.applications.models import Application, ApplicationState
from tenant_apps.applications.selectors import SUBJECT
from tenant_apps.applications.standings import (
    OF_APPLICATION,
    OF_FILE,
    PUBLIC_NOTICE_STATES,
    SAD,
    STAGES,
    TOLD,
    UNKNOWN,
    Standing,
)
from tenant_apps.casework.models import Event
from tenant_apps.casework.selectors import clocks_of, events_of
from tenant_apps.casework.subjects import Subject
from tenant_apps.households.models import HouseholdFile
from tenants.models import Level
from tenants.selectors import ancestors_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One line of what happened, without the name of any official."""

    at: datetime
    what: Text
    comment: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of the way and whether it is behind, here or ahead."""

    label: Text
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """Where an application stands, as the worker reads it."""

    headline: Text
    next_step: Text
    tone: str
    due_on: date | None
    reason: str
    stages: tuple[Stage, ...]
    happened: tuple[Happened, ...]
    notices_of: tuple[tuple[str, str], ...]


def journey_of(application: Application, *, now: datetime) -> Journey:
    """Tell how far an application has come. Six queries at most."""
    file = file_behind(application)
    if file is None:
        standing = OF_APPLICATION.get(application.state, UNKNOWN)
        subject: Subject = (SUBJECT, application.pk)
        state = application.state
    else:
        standing = OF_FILE.get(file.state, UNKNOWN)
        subject = ("file", file.pk)
        state = file.state
    events = list(events_of((SUBJECT, application.pk)))
    if file is not None:
        events += list(events_of(("file", file.pk)))
    told = tuple(_happened(event) for event in events if _key(event) in TOLD)
    return Journey(
        headline=standing.headline,
        next_step=standing.next_step,
        tone=standing.tone,
        due_on=_due_on(subject, state, standing, events, now=now),
        reason=_reason(application, events, standing),
        stages=_stages(standing),
        happened=tuple(sorted(told, key=lambda one: one.at, reverse=True)),
        notices_of=_notice_boards() if state in PUBLIC_NOTICE_STATES else (),
    )


def file_behind(application: Application) -> HouseholdFile | None:
    """The file an application has become."""
    if application.file_id is None:
        return None
    return HouseholdFile.objects.filter(pk=application.file_id).first()


def _key(event: Event) -> tuple[str, str]:
    return event.subject_kind, event.action


def _happened(event: Event) -> Happened:
    what, for_worker = TOLD[_key(event)]
    return Happened(
        at=event.at,
        what=what,
        comment=event.comment if for_worker else "",
        tone="bad" if event.action in SAD else "info",
    )


def _stages(standing: Standing) -> tuple[Stage, ...]:
    here = "bad" if standing.tone == "bad" else "done" if standing.tone == "ok" else "current"
    return tuple(
        Stage(
            label=label,
            state="done" if place < standing.stage else here if place == standing.stage else "todo",
        )
        for place, label in enumerate(STAGES)
    )


def _due_on(
    subject: Subject, state: str, standing: Standing, events: list[Event], *, now: datetime
) -> date | None:
    if standing.tone in {"ok", "mute"}:
        return None
    running = clocks_of(subject).first()
    if running is not None:
        due: date = running.due_on
        return due
    began = next((event.at for event in events if event.to_state == state), None)
    if not standing.rule or began is None:
        return None
    try:
        rule = rule_in_force(standing.rule, station=current_station(), on=clock.local_day(now))
    except NoRuleInForce:
        return None
    return add_working_days(clock.local_day(began), rule.value, calendar_in_force())


def _reason(application: Application, events: list[Event], standing: Standing) -> str:
    if standing.tone != "bad":
        return application.reason if application.state == ApplicationState.REFERRED else ""
    if application.file_id is None:
        return application.reason
    return next(
        (event.comment for event in events if event.subject_kind == "file" and event.action in SAD),
        "",
    )


def _notice_boards() -> tuple[tuple[str, str], ...]:
    here = current_station()
    with in_network():
        boards = [(one.code, one.name) for one in ancestors_of(here) if one.level == Level.COUNTY]
    return tuple(
        (f"{public_address(code)}notices/", name)
        for code, name in boards or [(here.code, here.name)]
    )
