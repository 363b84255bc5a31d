"""What the home station makes of a decision on a file that it sent up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.register.services import unregister_household
from tenant_apps.casework.services import close_todos, record_event, stop_clocks
from tenant_apps.households.basis import BEHIND_WHAT_FOLLOWS, joined, rules_behind
from tenant_apps.households.flow import FILE_FLOW, UNDER_WAY
from tenant_apps.households.happenings import FileStep, Happening, tell
from tenant_apps.households.models import FileState, HouseholdFile
from tenant_apps.households.services.dossier_letters import current_offer
from tenant_apps.households.services.entering import ask_for_entries
from tenant_apps.households.services.stepping import (
    CENTRE_LEVEL,
    advance,
    locked_file,
    open_file_todo,
    save_step,
    start_file_clock,
    subject_of,
    term,
    wait_only_for,
    years_after,
)
from tenant_apps.households.services.versions import record_version

_RETURNED_TO = "file.returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a station above did with a file that was sent to it."""

    offer: int
    action: str
    station_code: str
    station_name: str
    level: int
    actor_name: str
    text: str
    on: date
    next_code: str = ""
    rules: tuple[str, ...] = ()


@transaction.atomic
def follow_decision(file_id: UUID, decision: Decision, *, now: datetime) -> bool:
    """Follow what a station above did with a file; False when it is about an offer that is over.

    Safe to repeat: a step that was followed before changes nothing.

    Raises:
        NotFound: the station has no such file.
        IllegalMove: the step does not follow from where the file stands.
    """
    file = locked_file(file_id)
    actor = Actor.system(decision.actor_name, station=current_station())
    is_over = decision.offer != current_offer(file) or file.state not in UNDER_WAY
    if is_over or decision.action not in FILE_FLOW.steps:
        _followed(file, decision, before=file.state, actor=actor, now=now)
        return False
    before = advance(file, decision.action, actor=actor)
    _EFFECTS.get(decision.action, _no_more)(file, decision)
    save_step(file, actor=actor, now=now)
    stop_clocks(subject=subject_of(file), now=now)
    if decision.action in {"approved", "returned", "refused"}:
        record_version(file=file, event=decision.action, reason=decision.text, actor=actor, now=now)
    _followed(file, decision, before=before, actor=actor, now=now)
    _come_home(file, decision, actor=actor, now=now)
    if decision.action in _HEARD:
        tell(
            Happening(step=_HEARD[decision.action], file=file, on=decision.on), actor=actor, now=now
        )
    return True


def await_correction(file: HouseholdFile, *, actor: Actor, now: datetime) -> None:
    """Let a file that came back wait, within the days of the rule, for whoever corrects it."""
    stop_clocks(subject=subject_of(file), now=now)
    start_file_clock(file, "returned", capability="file.edit", now=now)
    close_todos(subject=subject_of(file), actor=actor, now=now)
    open_file_todo(
        file,
        _RETURNED_TO,
        capability="file.edit",
        title=gettext_noop("补正后重新提交 %(number)s"),
        now=now,
    )


def _followed(
    file: HouseholdFile, decision: Decision, *, before: str, actor: Actor, now: datetime
) -> None:
    rules = joined(
        decision.rules,
        rules_behind(decision.action, on=clock.local_day(now), table=BEHIND_WHAT_FOLLOWS),
    )
    record_event(
        subject=subject_of(file),
        action=decision.action,
        from_state=before,
        to_state=file.state,
        comment=decision.text,
        actor=actor,
        place=decision.station_name,
        rules=rules,
        now=now,
    )
    record(
        event=f"file.{decision.action}",
        actor=actor,
        subject=subject_of(file),
        data={
            "from": before,
            "to": file.state,
            "station": decision.station_code,
            "offer": decision.offer,
            "rules": rules,
        },
        now=now,
    )


def _no_more(_file: HouseholdFile, _decision: Decision) -> None:
    """Change nothing but the state."""


def _stamp_street(file: HouseholdFile, decision: Decision) -> None:
    # A county that sends a file on to the city gives its opinion; the stamp of the street is below it.
    if decision.level > CENTRE_LEVEL:
        file.stamp_street_on, file.stamp_street_by = decision.on, _signature(decision)
    file.custody = decision.next_code


def _note_means_check(file: HouseholdFile, decision: Decision) -> None:
    file.means_checked_on = decision.on


def _put_on_file(file: HouseholdFile, decision: Decision) -> None:
    # A level that the network skips here has no stamp of its own; the centre answers for it.
    signature = _signature(decision)
    file.stamp_union_on, file.stamp_union_by = decision.on, signature
    if file.stamp_street_on is None:
        file.stamp_street_on, file.stamp_street_by = decision.on, signature
    if file.stamp_community_on is None:
        file.stamp_community_on, file.stamp_community_by = decision.on, signature
    file.on_file_on = file.declared_on = decision.on
    file.closed_on = None
    file.custody = ""


def _give_back(file: HouseholdFile, _decision: Decision) -> None:
    file.custody = ""


def _close(file: HouseholdFile, decision: Decision) -> None:
    file.custody = ""
    file.closed_on = decision.on
    retention = term("retention.years", on=decision.on)
    file.keep_until = years_after(decision.on, retention.value)


_HEARD = {"approved": FileStep.APPROVED, "refused": FileStep.REFUSED}
_EFFECTS = {
    "forwarded": _stamp_street,
    "means_confirmed": _note_means_check,
    "approved": _put_on_file,
    "returned": _give_back,
    "withdrawn": _give_back,
    "refused": _close,
}


def _signature(decision: Decision) -> str:
    return f"{decision.station_name} {decision.actor_name}"[:64]


def _come_home(file: HouseholdFile, decision: Decision, *, actor: Actor, now: datetime) -> None:
    subject = subject_of(file)
    if file.state == FileState.RETURNED:
        await_correction(file, actor=actor, now=now)
    elif file.state == FileState.VISITING:
        start_file_clock(file, "visit", capability="file.visit", now=now)
        wait_only_for(file, "file.report", gettext_noop("上报 %(number)s"), actor=actor, now=now)
    elif file.state == FileState.REFUSED:
        unregister_household(file.pk)
        open_file_todo(
            file,
            "file.decided",
            capability="file.edit",
            title=gettext_noop("%(number)s 不予建档，请告知申请人"),
            is_closed_by_hand=True,
            now=now,
        )
    elif file.state == FileState.ON_FILE:
        ask_for_entries(file, now=now)
    elif decision.action in {"forwarded", "centre_accepted"}:
        close_todos(subject=subject, actor=actor, now=now)
