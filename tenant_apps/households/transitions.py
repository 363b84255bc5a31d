"""What happens to a file after its submission: first review, visit, report upward, and what comes back.

The home station keeps custody of its file. What goes up is a frozen picture; what comes back is a
decision, which the system follows. Every step is locked, checked against the flow, written to the
timeline and the audit chain, and moves to-dos and deadlines along.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError
from bangfu.kernel.tenancy import StationRef, current_station
from bangfu.kernel.text import kept
from tenant_apps.casework.services import close_todos, stop_clocks
from tenant_apps.households.models import HouseholdFile, HouseholdVisit
from tenant_apps.households.services.decided import Decision, await_correction, follow_decision
from tenant_apps.households.services.dossier_letters import (
    OFFERED,
    RECALLED,
    current_offer,
    entered_by,
    post_recall,
    post_report,
    reviewing_station,
)
from tenant_apps.households.services.stepping import (
    CENTRE_LEVEL,
    advance,
    locked_file,
    needed_reason,
    save_step,
    start_file_clock,
    stream_of,
    subject_of,
    tell_step,
    wait_only_for,
)
from tenant_apps.households.services.versions import record_version
from tenant_apps.households.services.visits import Visit, add_visit

__all__ = [
    "CENTRE_LEVEL",
    "OFFERED",
    "RECALLED",
    "Decision",
    "NotEligible",
    "OwnEntry",
    "Visit",
    "VisitNeeded",
    "accept_for_review",
    "arrange_visit",
    "current_offer",
    "follow_decision",
    "recall",
    "record_visit",
    "report_upward",
    "return_to_applicant",
    "reviewing_station",
    "stream_of",
]


class OwnEntry(DomainError):
    """Nobody reviews what he entered himself."""

    code = "own-entry"
    http_status = 403
    message = gettext_lazy("不能审核自己录入或提交的档案，请换一位审核人办理。")


class VisitNeeded(DomainError):
    """A file goes up only after the household was visited."""

    code = "visit-needed"
    message = gettext_lazy("还没有入户核查记录，请先登记入户核查。")


class NotEligible(DomainError):
    """By the figures filled in the household is not in hardship."""

    code = "not-eligible"
    message = gettext_lazy("按填报的收支测算未达到困难标准，不能上报；请核对后修改或退回。")


@transaction.atomic
def accept_for_review(file_id: UUID, *, actor: Actor, now: datetime) -> HouseholdFile:
    """Take a submitted file into first review. Source: domain §3.2, 受理.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        OwnEntry: the actor entered or submitted the file.
    """
    file = locked_file(file_id)
    before = advance(file, "accept", actor=actor)
    _refuse_own_entry(file, actor)
    save_step(file, actor=actor, now=now)
    stop_clocks(subject=subject_of(file), now=now)
    tell_step(file, "accept", before=before, actor=actor, now=now)
    wait_only_for(
        file, "file.review", gettext_noop("安排入户核查 %(number)s"), actor=actor, now=now
    )
    return file


@transaction.atomic
def arrange_visit(
    file_id: UUID, *, comment: str = "", actor: Actor, now: datetime
) -> HouseholdFile:
    """Have the household visited by two people within the days the rule gives.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
    """
    file = locked_file(file_id)
    before = advance(file, "arrange_visit", actor=actor)
    save_step(file, actor=actor, now=now)
    start_file_clock(file, "visit", capability="file.visit", now=now)
    tell_step(file, "arrange_visit", before=before, comment=comment, actor=actor, now=now)
    wait_only_for(file, "file.visit", gettext_noop("入户核查 %(number)s"), actor=actor, now=now)
    return file


@transaction.atomic
def record_visit(
    file_id: UUID,
    visit: Visit,
    *,
    photos: Sequence[File[bytes]] = (),
    actor: Actor,
    now: datetime,
) -> HouseholdVisit:
    """Note a visit to the household, with its pictures.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: V301 the same or a missing visitor, V302 no findings, V303 a day to come or
            before the submission; a picture that is none (E701…), a consent that may not be noted.
    """
    file = locked_file(file_id)
    before = advance(file, "record_visit", actor=actor)
    row = add_visit(file, visit, photos=photos, actor=actor, now=now)
    save_step(file, actor=actor, now=now)
    tell_step(file, "record_visit", before=before, comment=row.findings, actor=actor, now=now)
    wait_only_for(file, "file.report", gettext_noop("上报 %(number)s"), actor=actor, now=now)
    return row


@transaction.atomic
def return_to_applicant(
    file_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> HouseholdFile:
    """Give a file back to whoever entered it, saying what is missing.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: no reason is given.
    """
    file = locked_file(file_id)
    before = advance(file, "return_to_applicant", actor=actor)
    reason = needed_reason(reason)
    save_step(file, actor=actor, now=now)
    record_version(file=file, event="return", reason=reason, actor=actor, now=now)
    tell_step(file, "return_to_applicant", before=before, comment=reason, actor=actor, now=now)
    await_correction(file, actor=actor, now=now)
    return file


@transaction.atomic
def report_upward(
    file_id: UUID, *, opinion: str = "", actor: Actor, now: datetime
) -> HouseholdFile:
    """Send the file up with the station's opinion and stamp, as a frozen picture.

    It goes to the parent station; where the station is itself a county or city centre, to its own
    desk of reviews. The home station keeps custody, and follows what is decided there.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        OwnEntry: the actor entered or submitted the file.
        VisitNeeded: nobody visited the household.
        NotEligible: no tier follows from the figures, or a bar to any assistance applies.
    """
    file = locked_file(file_id)
    before = advance(file, "report", actor=actor)
    _refuse_own_entry(file, actor)
    if not HouseholdVisit.objects.filter(file=file).exists():
        raise VisitNeeded
    if not file.tier:
        raise NotEligible
    station = current_station()
    _stamp_at_home(file, station, name=actor.name, on=clock.local_day(now))
    file.custody = reviewing_station(station).code
    save_step(file, actor=actor, now=now)
    version = record_version(file=file, event="report", actor=actor, now=now)
    text = opinion.strip() or kept(gettext_lazy("情况属实，同意上报。"))
    post_report(file, version, text=text, now=now)
    stop_clocks(subject=subject_of(file), now=now)
    start_file_clock(file, "level_review", capability="file.report", now=now)
    tell_step(file, "report", before=before, comment=text, actor=actor, now=now)
    close_todos(subject=subject_of(file), actor=actor, now=now)
    return file


@transaction.atomic
def recall(file_id: UUID, *, reason: str, actor: Actor, now: datetime) -> HouseholdFile:
    """Ask for a file back that nobody above has accepted yet; the answer comes as a message.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: no reason is given.
    """
    file = locked_file(file_id)
    before = advance(file, "recall", actor=actor)
    reason = needed_reason(reason)
    save_step(file, actor=actor, now=now)
    post_recall(file, by=actor.name, reason=reason, now=now)
    tell_step(file, "recall", before=before, comment=reason, actor=actor, now=now)
    return file


def _refuse_own_entry(file: HouseholdFile, actor: Actor) -> None:
    if actor.user_id is not None and actor.user_id in entered_by(file):
        raise OwnEntry


def _stamp_at_home(file: HouseholdFile, station: StationRef, *, name: str, on: date) -> None:
    # The station that opened the file stamps as the community; a township also as the street.
    if station.level > CENTRE_LEVEL:
        file.stamp_community_on, file.stamp_community_by = on, f"{station.name} {name}"[:64]
    if station.level == CENTRE_LEVEL + 1:
        file.stamp_street_on, file.stamp_street_by = on, f"{station.name} {name}"[:64]
