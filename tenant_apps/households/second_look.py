"""The right of a refused household to ask once for a second look, as its home station keeps it.

The station that refused answers: another round begins there, or it says why not. Source: domain §3.2,
不符合.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, InvalidInput, Problem
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.workdays import add_working_days
from shared_apps.audit.services import record
from shared_apps.policies.selectors import rule_in_force
from shared_apps.regions.selectors import calendar_in_force
from shared_apps.register.services import Household, register_households
from tenant_apps.casework.models import Event
from tenant_apps.casework.services import record_event
from tenant_apps.households.basis import rules_behind
from tenant_apps.households.flow import FILE_FLOW, UNDER_WAY
from tenant_apps.households.models import CLOSED_STATES, FileState, HouseholdFile
from tenant_apps.households.selectors import members_of
from tenant_apps.households.services.dossier_letters import current_offer, post_question
from tenant_apps.households.services.stepping import locked_file
from tenant_apps.households.services.versions import record_version

_LONGEST_REASON = 500


class AskedBefore(DomainError):
    """A second look is asked for once."""

    code = "second-look-asked"
    message = gettext_lazy("这份档案已经申请过复核，复核只能申请一次。")


class TooLate(DomainError):
    """The days to ask for a second look are over."""

    code = "second-look-too-late"
    message = gettext_lazy("申请复核的期限（至 %(until)s）已过；情况变化的，可以重新申请建档。")


class FiledAnew(DomainError):
    """The household has another open file."""

    code = "filed-anew"
    message = gettext_lazy("该户主已另有在办的档案，不能再对这份档案申请复核。")


def last_day_to_ask(file: HouseholdFile) -> date | None:
    """Return the last day on which a refused household may ask; None where it was not refused."""
    if file.state != FileState.REFUSED or file.closed_on is None:
        return None
    rule = rule_in_force("clock.second_look", station=current_station(), on=file.closed_on)
    return add_working_days(file.closed_on, rule.value, calendar_in_force())


@transaction.atomic
def ask_second_look(file_id: UUID, *, reason: str, actor: Actor, now: datetime) -> HouseholdFile:
    """Ask the station that refused a file to look at it once more.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: no reason is given, or too much.
        AskedBefore, TooLate, FiledAnew: it may not be asked any more.
    """
    file = locked_file(file_id)
    FILE_FLOW.advance("ask_second_look", state=file.state, actor=actor)
    reason = reason.strip()
    if not 0 < len(reason) <= _LONGEST_REASON:
        message = _("请写明申请复核的理由，不超过 500 字。")
        raise InvalidInput([Problem(code="V310", field="reason", message=message)])
    subject = ("file", file.pk)
    if Event.objects.filter(
        subject_kind="file", subject_id=file.pk, action="ask_second_look"
    ).exists():
        raise AskedBefore
    until = last_day_to_ask(file)
    if until is None or clock.local_day(now) > until:
        raise TooLate(until=f"{until:%Y-%m-%d}" if until else "")
    if _filed_anew(file):
        raise FiledAnew
    post_question(file, by=actor.name, reason=reason, now=now)
    rules = rules_behind("ask_second_look", on=clock.local_day(now))
    record_event(
        subject=subject,
        action="ask_second_look",
        from_state=file.state,
        to_state=file.state,
        comment=reason,
        actor=actor,
        rules=rules,
        now=now,
    )
    record(
        event="file.ask_second_look",
        actor=actor,
        subject=subject,
        data={"rules": rules},
        now=now,
    )
    return file


@transaction.atomic
def follow_second_look(body: Mapping[str, Any], *, now: datetime) -> bool:
    """Open a refused file again, because the station that refused it takes another look.

    False, and nothing changes, where the file went on since or the household has another open file.

    Raises:
        NotFound: the station has no such file.
    """
    file = locked_file(UUID(body["file"]))
    is_over = file.state != FileState.REFUSED or body["offer"] != current_offer(file)
    is_followed = not (is_over or _filed_anew(file))
    actor = Actor.system(body["actor"], station=current_station())
    before = file.state
    if is_followed:
        file.state = FILE_FLOW.advance("second_look", state=before, actor=actor)
        file.closed_on, file.custody = None, body["station"]["code"]
        file.changed_by_id, file.changed_by, file.changed_at = None, actor.name, now
        file.lock_version += 1
        file.save(force_update=True)
        register_households(
            [
                Household(
                    subject=file.pk,
                    head=bytes(file.id_no_hash) if file.id_no_hash is not None else None,
                    members=tuple(
                        bytes(one.id_no_hash)
                        for one in members_of(file)
                        if one.id_no_hash is not None
                    ),
                )
            ]
        )
        record_version(file=file, event="second_look", reason=body["text"], actor=actor, now=now)
    subject = ("file", file.pk)
    record_event(
        subject=subject,
        action="second_look",
        from_state=before,
        to_state=file.state,
        comment=body["text"],
        actor=actor,
        place=body["station"]["name"],
        rules=body.get("rules", ()),
        now=now,
    )
    record(
        event="file.second_look",
        actor=actor,
        subject=subject,
        data={
            "station": body["station"]["code"],
            "followed": is_followed,
            "rules": list(body.get("rules", ())),
        },
        now=now,
    )
    return is_followed


def is_decision_followed(file_id: UUID, offer: int, action: str) -> bool:
    """Say whether a file that is on its way stands where a decision put it; others are past it."""
    file = HouseholdFile.objects.filter(pk=file_id).first()
    step = FILE_FLOW.steps.get(action)
    if file is None or step is None:
        return file is not None
    is_past = file.state not in UNDER_WAY or current_offer(file) != offer
    return is_past or file.state == step.target


def _filed_anew(file: HouseholdFile) -> bool:
    others = HouseholdFile.objects.filter(id_no_hash=file.id_no_hash).exclude(pk=file.pk)
    return bool(others.exclude(state__in=CLOSED_STATES).exists())
