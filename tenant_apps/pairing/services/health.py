"""The health record of a household, kept apart from its file: each look has a reason and leaves a trace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, NotFound, refuse
from shared_apps.audit.services import record
from tenant_apps.households.models import HouseholdFile, HouseholdMember
from tenant_apps.households.selectors import get_file
from tenant_apps.pairing.models import HealthCheck
from tenant_apps.pairing.services.checking import missing, problem, too_long

VIEWS, EDITS = "health.view", "health.edit"
VIEWED = "health.viewed"
SHORTEST_REASON = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthDetails:
    """What a check-up found. ``person`` is "head" or the position of a member, counted from 0."""

    person: str
    checked_on: date
    findings: str
    hospital: str = ""
    advice: str = ""
    next_check_on: date | None = None


@transaction.atomic
def look_at_health(file_id: UUID, *, reason: str, actor: Actor, now: datetime) -> list[HealthCheck]:
    """Give the health record of a household, newest first, and write who looked, at whose and why.

    Raises:
        NotPermitted: the actor may not look at health records.
        NotFound: there is no such file here.
        InvalidInput: P130 no reason of at least four characters.
    """
    actor.require(VIEWS)
    file = get_file(file_id, actor=actor)
    said = _reason(reason)
    checks = list(
        HealthCheck.objects.filter(file=file, withdrawn_at__isnull=True).order_by(
            "-checked_on", "-id"
        )
    )
    record(
        event=VIEWED,
        actor=actor,
        subject=("file", file.pk),
        data={"reason": said, "entries": len(checks)},
        now=now,
    )
    return checks


@transaction.atomic
def add_health_check(
    file_id: UUID, details: HealthDetails, *, actor: Actor, now: datetime
) -> HealthCheck:
    """Add a check-up to the health record of a household.

    Raises:
        NotPermitted, NotFound: as for any record.
        InvalidInput: P101 nothing was found, P131 a day to come, P132 the next check is not after it,
            P133 there is no such person in the household.
    """
    actor.require(EDITS)
    file = get_file(file_id, actor=actor)
    person = _person(file, details.person)
    on = clock.local_day(now)
    problems = missing(details.findings, "findings", _("检查结果"), most=2000)
    problems += too_long(details.hospital, "hospital", _("医院"), most=64)
    problems += too_long(details.advice, "advice", _("医嘱"), most=500)
    if details.checked_on > on:
        problems.append(problem("P131", "checked_on", _("检查日期不能晚于今天。")))
    if details.next_check_on is not None and details.next_check_on <= details.checked_on:
        message = _("下次检查日期应晚于本次检查日期。")
        problems.append(problem("P132", "next_check_on", message))
    if person is None:
        problems.append(problem("P133", "person", _("请选择本户的家庭成员。")))
    refuse(problems)
    check = HealthCheck(
        file=file,
        checked_on=details.checked_on,
        hospital=details.hospital.strip(),
        findings=details.findings.strip(),
        advice=details.advice.strip() or None,
        next_check_on=details.next_check_on,
        recorded_by_id=actor.user_id,
        recorded_by=actor.name,
        recorded_at=now,
    )
    if person is not None:
        check.person_name = person.name
        check.person_hash = bytes(person.id_no_hash) if person.id_no_hash else None
    check.save(force_insert=True)
    record(
        event="health.added",
        actor=actor,
        subject=("file", file.pk),
        data={"check": str(check.pk), "on": details.checked_on.isoformat()},
        now=now,
    )
    return check


@transaction.atomic
def withdraw_health_check(
    check_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> HealthCheck:
    """Take back an entry that was made by mistake; it is kept, and shown no more.

    Raises:
        NotPermitted, NotFound: as for any record.
        IllegalMove: it was withdrawn before.
        InvalidInput: P130 no reason.
    """
    actor.require(EDITS)
    check = HealthCheck.objects.select_for_update().filter(pk=check_id).first()
    if check is None:
        raise NotFound
    said = _reason(reason)
    if check.withdrawn_at is not None:
        raise IllegalMove
    check.withdrawn_at = now
    check.withdrawn_reason = said
    check.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    record(
        event="health.withdrawn",
        actor=actor,
        subject=("file", check.file_id),
        data={"check": str(check.pk), "reason": said},
        now=now,
    )
    return check


def _person(file: HouseholdFile, person: str) -> HouseholdFile | HouseholdMember | None:
    if person == "head":
        return file
    if not person.isdecimal():
        return None
    member: HouseholdMember | None = file.members.filter(position=int(person)).first()
    return member


def _reason(reason: str) -> str:
    said = reason.strip()
    if len(said) < SHORTEST_REASON:
        message = _("请写明理由，不少于 %(least)d 个字。") % {"least": SHORTEST_REASON}
        refuse([problem("P130", "reason", message)])
    refuse(too_long(said, "reason", _("理由"), most=200))
    return said
