"""A visit to a household by two people, with its pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, Problem
from tenant_apps.casework.services import attach
from tenant_apps.households.asking import Agreed, hear_all
from tenant_apps.households.models import HouseholdFile, HouseholdVisit, VisitPlace
from tenant_apps.households.services.stepping import subject_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What two visitors found: where and when they were, whether it agrees with the file.

    ``consents`` is what the household agreed to at its door, read out to it.
    """

    visited_on: date
    place: str
    first_visitor: str
    second_visitor: str
    findings: str
    agrees: bool
    consents: Sequence[Agreed] = ()


def add_visit(
    file: HouseholdFile,
    visit: Visit,
    *,
    photos: Sequence[File[bytes]],
    actor: Actor,
    now: datetime,
) -> HouseholdVisit:
    """Keep a visit to the household of a locked file. The calling service has checked who may.

    Raises:
        InvalidInput: V301-V304, a picture that is none (E701…), or a consent that may not be noted.
    """
    problems = _visit_problems(visit, file=file, on=clock.local_day(now))
    if problems:
        raise InvalidInput(problems)
    pictures = [
        attach(subject=subject_of(file), kind="visit_photo", upload=photo, actor=actor, now=now)
        for photo in photos
    ]
    row = HouseholdVisit.objects.create(
        file=file,
        visited_on=visit.visited_on,
        place=visit.place,
        first_visitor=visit.first_visitor.strip(),
        second_visitor=visit.second_visitor.strip(),
        findings=visit.findings.strip(),
        agrees=visit.agrees,
        photo_ids=[picture.pk for picture in pictures],
        recorded_by_id=actor.user_id,
        recorded_by=actor.name,
        created_at=now,
    )
    hear_all(file, row, visit.consents, actor=actor, now=now)
    return row


def visit_as_sent(visit: HouseholdVisit) -> dict[str, Any]:
    """Give a visit as it stands in a picture that is sent up."""
    return {
        "on": visit.visited_on.isoformat(),
        "place": visit.place,
        "visitors": [visit.first_visitor, visit.second_visitor],
        "findings": visit.findings,
        "agrees": visit.agrees,
        "photos": len(visit.photo_ids),
    }


def _visit_problems(visit: Visit, *, file: HouseholdFile, on: date) -> list[Problem]:
    problems = []
    visitors = {visit.first_visitor.strip(), visit.second_visitor.strip()}
    if len(visitors) < 2 or "" in visitors:
        message = _("入户核查须由两人进行，请填写两位不同的走访人。")
        problems.append(Problem(code="V301", field="second_visitor", message=message))
    if not visit.findings.strip():
        problems.append(Problem(code="V302", field="findings", message=_("请填写核查情况。")))
    submitted_on = clock.local_day(file.submitted_at) if file.submitted_at else on
    if not (file.applied_on or submitted_on) <= visit.visited_on <= on:
        message = _("走访日期应在申请之后、今天或之前。")
        problems.append(Problem(code="V303", field="visited_on", message=message))
    if visit.place not in VisitPlace.values:
        problems.append(Problem(code="V304", field="place", message=_("请选择走访地点。")))
    return problems
