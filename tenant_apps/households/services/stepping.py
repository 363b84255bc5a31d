"""What every step of a file is made of: lock, check against the flow, save, tell, wait, count days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, NotFound, Problem, Text
from bangfu.kernel.tenancy import StationRef, current_station
from shared_apps.audit.services import record
from shared_apps.policies.selectors import Rule, rule_in_force
from tenant_apps.casework.models import Event
from tenant_apps.casework.services import close_todos, open_todo, record_event, start_clock
from tenant_apps.households.basis import rules_behind
from tenant_apps.households.flow import FILE_FLOW
from tenant_apps.households.links import file_link
from tenant_apps.households.models import HouseholdFile
from tenants.selectors import ancestors_of

# Stations of these levels decide; those below give an opinion and send on.
CENTRE_LEVEL = 2


def locked_file(file_id: UUID) -> HouseholdFile:
    """Lock and return a file of the station in force.

    Raises:
        NotFound: there is none.
    """
    file: HouseholdFile | None = (
        HouseholdFile.objects.select_for_update().filter(pk=file_id).first()
    )
    if file is None:
        raise NotFound
    return file


def subject_of(file: HouseholdFile) -> tuple[str, UUID]:
    """Name a file as casework and the audit chain do."""
    return ("file", file.pk)


def stream_of(file_id: UUID) -> str:
    """Return the stream in which the messages about a file keep their order."""
    return f"file:{file_id}"


def advance(file: HouseholdFile, action: str, *, actor: Actor) -> str:
    """Move a file by its flow, unsaved; returns the state it leaves.

    Raises:
        NotPermitted, IllegalMove: as the flow says.
    """
    before = file.state
    file.state = FILE_FLOW.advance(action, state=before, actor=actor)
    return before


def save_step(file: HouseholdFile, *, actor: Actor, now: datetime) -> None:
    """Save what a step changed, with who did it; whoever edits at the same time is told."""
    file.changed_by_id, file.changed_by, file.changed_at = actor.user_id, actor.name, now
    file.lock_version += 1
    file.save(force_update=True)


def tell_step(
    file: HouseholdFile,
    action: str,
    *,
    before: str,
    actor: Actor,
    now: datetime,
    comment: str = "",
    place: str = "",
    data: Mapping[str, Any] | None = None,
    rules: Iterable[str] | None = None,
) -> None:
    """Write a step to the timeline of the file and to the audit chain, with the rules it rested on.

    ``rules`` are references; where they are left out, those of ``basis.RULES_BEHIND`` in force today.
    """
    if rules is None:
        rules = rules_behind(action, on=clock.local_day(now))
    kept_rules = list(rules)
    record_event(
        subject=subject_of(file),
        action=action,
        from_state=before,
        to_state=file.state,
        comment=comment,
        actor=actor,
        place=place,
        rules=kept_rules,
        now=now,
    )
    told = {"from": before, "to": file.state, **(data or {})}
    record(
        event=f"file.{action}",
        actor=actor,
        subject=subject_of(file),
        data=told | {"rules": kept_rules} if kept_rules else told,
        now=now,
    )


def steps_since(file: HouseholdFile, begin: str, action: str) -> list[Event]:
    """Return the steps of one kind since the last one of another, that one included; the oldest first."""
    kind, key = subject_of(file)
    steps = Event.objects.filter(
        subject_kind=kind, subject_id=key, action__in={action, begin}
    ).order_by("-at", "-id")
    found = []
    for step in steps:
        if step.action == action:
            found.append(step)
        if step.action == begin:
            break
    return found[::-1]


def needed_reason(reason: str) -> str:
    """Return a reason without its outer spaces.

    Raises:
        InvalidInput: V310 there is none.
    """
    if not reason.strip():
        raise InvalidInput([Problem(code="V310", field="reason", message=_("请填写理由。"))])
    return reason.strip()


def term(key: str, *, on: date) -> Rule:
    """Return the rule in force at the station in force."""
    return rule_in_force(key, station=current_station(), on=on)


def start_file_clock(
    file: HouseholdFile, kind: str, *, capability: str, now: datetime, rule: Rule | None = None
) -> date:
    """Start a deadline of a file, of as many working days as the rule says; returns its last day."""
    rule = rule or term(f"clock.{kind}", on=clock.local_day(now))
    started = start_clock(
        subject=subject_of(file),
        kind=kind,
        working_days=rule.value,
        rule=rule,
        capability=capability,
        reference=file.file_no,
        link=file_link(file.pk),
        now=now,
    )
    return started.due_on


def open_file_todo(
    file: HouseholdFile,
    kind: str,
    *,
    capability: str,
    title: Text,
    now: datetime,
    is_closed_by_hand: bool = False,
) -> None:
    """Let a file wait for whoever holds a capability."""
    open_todo(
        subject=subject_of(file),
        kind=kind,
        capability=capability,
        title=title,
        params={"number": file.file_no or file.name},
        link=file_link(file.pk),
        is_closed_by_hand=is_closed_by_hand,
        now=now,
    )


def wait_only_for(
    file: HouseholdFile, capability: str, title: Text, *, actor: Actor, now: datetime
) -> None:
    """Let a file wait for whoever takes its next step, and for nobody else."""
    close_todos(subject=subject_of(file), actor=actor, now=now)
    open_file_todo(file, capability, capability=capability, title=title, now=now)


def deciding_station(station: StationRef) -> StationRef:
    """Return the centre that decides on files of ``station``: its nearest county or city, or itself."""
    if station.level <= CENTRE_LEVEL or station.parent_id is None:
        return station
    above = [one.ref for one in ancestors_of(station)]
    return next(one for one in reversed(above) if one.level <= CENTRE_LEVEL)


def years_after(day: date, years: int) -> date:
    """Return the same day so many years later; the 29th of February becomes the 28th."""
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + years, day=28 if leap_day else day.day)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of a shorter month."""
    count = day.year * 12 + day.month - 1 + months
    first = date(count // 12, count % 12 + 1, 1)
    following = date((count + 1) // 12, (count + 1) % 12 + 1, 1)
    return min(first.replace(day=1) + (day - day.replace(day=1)), following - (date.resolution))


def named(codes: Iterable[Rule]) -> list[str]:
    """Name the versions of rules as a decision keeps them."""
    return [rule.reference for rule in codes]
