"""What happens to a file after its submission: first review, visit, report upward, and what comes back.

The home station keeps custody of its file. What goes up is a frozen picture; what comes back is a
decision, which the system follows. Every step is locked, checked against the flow, written to the
timeline and the audit chain, and moves to-dos and deadlines along.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError
from bangfu.kernel.tenancy import StationRef, current_station
from bangfu.kernel.text import kept
from shared_apps.audit.services import record
from shared_apps.exchange.services import post, post_lost_again
from shared_apps.register.services import unregister_household
from tenant_apps.casework.services import close_todos, open_todo, record_event, stop_clocks
from tenant_apps.households.basis import BEHIND_WHAT_FOLLOWS, joined, rules_behind
from tenant_apps.households.dossiers import Opinion, sealed_dossier
from tenant_apps.households.flow import FILE_FLOW, UNDER_WAY
from tenant_apps.households.happenings import FileStep, Happening, tell
from tenant_apps.households.links import file_link
from tenant_apps.households.mapping import draft_of
from tenant_apps.households.models import (
    FileState,
    HouseholdFile,
    HouseholdVersion,
    HouseholdVisit,
)
from tenant_apps.households.rules import exclusions_of
from tenant_apps.households.selectors import members_of, sightings_of
from tenant_apps.households.services.entering import ask_for_entries
from tenant_apps.households.services.stepping import (
    CENTRE_LEVEL,
    advance,
    locked_file,
    needed_reason,
    open_file_todo,
    save_step,
    start_file_clock,
    stream_of,
    subject_of,
    tell_step,
    term,
    years_after,
)
from tenant_apps.households.services.versions import record_version, snapshot_of
from tenant_apps.households.services.visits import Visit, add_visit, visit_as_sent
from tenants.selectors import refs_of

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
    "offer_again",
    "recall",
    "record_visit",
    "report_upward",
    "return_to_applicant",
    "reviewing_station",
    "stream_of",
]

OFFERED = "dossier.offered"
RECALLED = "dossier.recalled"
_RETURNED_TO = "file.returned"


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
    _wait_for(file, "file.review", gettext_noop("安排入户核查 %(number)s"), actor=actor, now=now)
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
    _wait_for(file, "file.visit", gettext_noop("入户核查 %(number)s"), actor=actor, now=now)
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
            before the submission; or a picture that is none (E701…).
    """
    file = locked_file(file_id)
    before = advance(file, "record_visit", actor=actor)
    row = add_visit(file, visit, photos=photos, actor=actor, now=now)
    save_step(file, actor=actor, now=now)
    tell_step(file, "record_visit", before=before, comment=row.findings, actor=actor, now=now)
    _wait_for(file, "file.report", gettext_noop("上报 %(number)s"), actor=actor, now=now)
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
    _await_correction(file, actor=actor, now=now)
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
    visits = list(HouseholdVisit.objects.filter(file=file).order_by("-visited_on", "-id"))
    if not visits:
        raise VisitNeeded
    if not file.tier:
        raise NotEligible
    station = current_station()
    recipient = reviewing_station(station)
    on = clock.local_day(now)
    _stamp_at_home(file, station, name=actor.name, on=on)
    file.custody = recipient.code
    save_step(file, actor=actor, now=now)
    version = record_version(file=file, event="report", actor=actor, now=now)
    text = opinion.strip() or kept(gettext_lazy("情况属实，同意上报。"))
    first = Opinion(
        station_code=station.code,
        station_name=station.name,
        level=station.level,
        name=actor.name,
        text=text,
        on=on.isoformat(),
        stamp="community" if station.level > CENTRE_LEVEL else "union",
    )
    post(
        kind=OFFERED,
        recipient=recipient.id,
        stream=stream_of(file.pk),
        key=f"{file.pk}:{version.number}",
        body=_offer(file, version, first=first, visits=visits, station=station),
        now=now,
    )
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
    offer = current_offer(file)
    save_step(file, actor=actor, now=now)
    post(
        kind=RECALLED,
        recipient=reviewing_station(current_station()).id,
        stream=stream_of(file.pk),
        key=f"{file.pk}:{offer}:{file.lock_version}",
        body={
            "file": str(file.pk),
            "offer": offer,
            "home": current_station().id,
            "by": actor.name,
            "reason": reason,
        },
        now=now,
    )
    tell_step(file, "recall", before=before, comment=reason, actor=actor, now=now)
    return file


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


def reviewing_station(station: StationRef) -> StationRef:
    """Return where a file of ``station`` goes next: its parent, or itself where it is a centre."""
    if station.level <= CENTRE_LEVEL or station.parent_id is None:
        return station
    return refs_of([station.parent_id])[station.parent_id]


def current_offer(file: HouseholdFile) -> int:
    """Return the number of the version that was sent up last; 0 when none was."""
    number = (
        HouseholdVersion.objects.filter(file_id=file.pk, event="report")
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    return number or 0


@transaction.atomic
def offer_again(file_id: UUID, *, now: datetime) -> bool:
    """Post the current offer of a file once more, where reconciliation found that it vanished.

    Returns False when the file is not with a station above.
    """
    file = locked_file(file_id)
    version = file.versions.filter(event="report").order_by("-number").first()
    if version is None or file.state not in UNDER_WAY:
        return False
    station = current_station()
    visits = list(HouseholdVisit.objects.filter(file=file).order_by("-visited_on", "-id"))
    first = Opinion(
        station_code=station.code,
        station_name=station.name,
        level=station.level,
        name=version.made_by,
        text=kept(gettext_lazy("情况属实，同意上报。")),
        on=clock.local_day(version.made_at).isoformat(),
        stamp="community" if station.level > CENTRE_LEVEL else "union",
    )
    post_lost_again(
        kind=OFFERED,
        recipient=reviewing_station(station).id,
        stream=stream_of(file.pk),
        key=f"{file.pk}:{version.number}",
        body=_offer(file, version, first=first, visits=visits, station=station),
        now=now,
    )
    return True


def _offer(
    file: HouseholdFile,
    version: HouseholdVersion,
    *,
    first: Opinion,
    visits: Sequence[HouseholdVisit],
    station: StationRef,
) -> dict[str, Any]:
    members = members_of(file)
    draft = draft_of(file, members)
    seen = sightings_of([draft.id_no], except_file=file.pk)
    dossier = {
        "snapshot": snapshot_of(file, members),
        "computation": file.computation,
        "exclusions": [str(label) for _code, _field, label in exclusions_of(draft)],
        "papers": [
            {"kind": paper.kind, "scanned": paper.attachment_id is not None}
            for paper in file.papers.order_by("id")
        ],
        "visits": [visit_as_sent(visit) for visit in visits],
        "seen_elsewhere": [sighting.where for sighting in seen.values()],
    }
    return {
        "file": str(file.pk),
        "offer": version.number,
        "file_no": file.file_no,
        "home": {
            "id": station.id,
            "code": station.code,
            "name": station.name,
            "level": station.level,
        },
        "entered_by": sorted(_enterers(file)),
        "dossier": sealed_dossier(dossier),
        "opinions": [asdict(first)],
    }


def _enterers(file: HouseholdFile) -> set[int]:
    submitted_by = (
        HouseholdVersion.objects.filter(file_id=file.pk, event="submit")
        .order_by("-number")
        .values_list("made_by_id", flat=True)
        .first()
    )
    return {one for one in (file.opened_by_id, submitted_by) if one is not None}


def _refuse_own_entry(file: HouseholdFile, actor: Actor) -> None:
    if actor.user_id is not None and actor.user_id in _enterers(file):
        raise OwnEntry


def _wait_for(
    file: HouseholdFile, capability: str, title: str, *, actor: Actor, now: datetime
) -> None:
    close_todos(subject=subject_of(file), actor=actor, now=now)
    open_todo(
        subject=subject_of(file),
        kind=capability,
        capability=capability,
        title=title,
        params={"number": file.file_no},
        link=file_link(file.pk),
        now=now,
    )


def _await_correction(file: HouseholdFile, *, actor: Actor, now: datetime) -> None:
    stop_clocks(subject=subject_of(file), now=now)
    start_file_clock(file, "returned", capability="file.edit", now=now)
    close_todos(subject=subject_of(file), actor=actor, now=now)
    open_todo(
        subject=subject_of(file),
        kind=_RETURNED_TO,
        capability="file.edit",
        title=gettext_noop("补正后重新提交 %(number)s"),
        params={"number": file.file_no},
        link=file_link(file.pk),
        now=now,
    )


def _stamp_at_home(file: HouseholdFile, station: StationRef, *, name: str, on: date) -> None:
    # The station that opened the file stamps as the community; a township also as the street.
    if station.level > CENTRE_LEVEL:
        file.stamp_community_on, file.stamp_community_by = on, f"{station.name} {name}"[:64]
    if station.level == CENTRE_LEVEL + 1:
        file.stamp_street_on, file.stamp_street_by = on, f"{station.name} {name}"[:64]


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
        _await_correction(file, actor=actor, now=now)
    elif file.state == FileState.VISITING:
        start_file_clock(file, "visit", capability="file.visit", now=now)
        _wait_for(file, "file.report", gettext_noop("上报 %(number)s"), actor=actor, now=now)
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
