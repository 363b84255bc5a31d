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
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import (
    DomainError,
    InvalidInput,
    NotFound,
    Problem,
)
from bangfu.kernel.tenancy import StationRef, current_station
from bangfu.kernel.text import kept
from shared_apps.audit.services import record
from shared_apps.exchange.services import post, post_lost_again
from shared_apps.policies.selectors import rule_in_force
from shared_apps.register.services import unregister_household
from tenant_apps.casework.services import (
    attach,
    close_todos,
    open_todo,
    record_event,
    start_clock,
    stop_clocks,
)
from tenant_apps.households.dossiers import Opinion, sealed_dossier
from tenant_apps.households.flow import FILE_FLOW, UNDER_WAY
from tenant_apps.households.links import file_link
from tenant_apps.households.mapping import draft_of
from tenant_apps.households.models import (
    FileState,
    HouseholdFile,
    HouseholdVersion,
    HouseholdVisit,
    VisitPlace,
)
from tenant_apps.households.rules import exclusions_of
from tenant_apps.households.selectors import members_of, sightings_of
from tenant_apps.households.services.versions import record_version, snapshot_of
from tenants.selectors import refs_of

OFFERED = "dossier.offered"
RECALLED = "dossier.recalled"
# Stations of these levels decide; those below give an opinion and send on.
CENTRE_LEVEL = 2
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
class Visit:
    """What two visitors found: where and when they were, and whether it agrees with the file."""

    visited_on: date
    place: str
    first_visitor: str
    second_visitor: str
    findings: str
    agrees: bool


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


@transaction.atomic
def accept_for_review(file_id: UUID, *, actor: Actor, now: datetime) -> HouseholdFile:
    """Take a submitted file into first review. Source: domain §3.2, 受理.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        OwnEntry: the actor entered or submitted the file.
    """
    file = _locked(file_id)
    before = _advance(file, "accept", actor=actor)
    _refuse_own_entry(file, actor)
    _saved(file, actor=actor, now=now)
    stop_clocks(subject=_subject(file), now=now)
    _told(file, "accept", before=before, actor=actor, now=now)
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
    file = _locked(file_id)
    before = _advance(file, "arrange_visit", actor=actor)
    _saved(file, actor=actor, now=now)
    _start_clock(file, "visit", capability="file.visit", now=now)
    _told(file, "arrange_visit", before=before, comment=comment, actor=actor, now=now)
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
    file = _locked(file_id)
    before = _advance(file, "record_visit", actor=actor)
    problems = _visit_problems(visit, file=file, on=clock.local_day(now))
    if problems:
        raise InvalidInput(problems)
    pictures = [
        attach(subject=_subject(file), kind="visit_photo", upload=photo, actor=actor, now=now)
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
    _saved(file, actor=actor, now=now)
    _told(file, "record_visit", before=before, comment=row.findings, actor=actor, now=now)
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
    file = _locked(file_id)
    before = _advance(file, "return_to_applicant", actor=actor)
    reason = _needed_reason(reason)
    _saved(file, actor=actor, now=now)
    record_version(file=file, event="return", reason=reason, actor=actor, now=now)
    _told(file, "return_to_applicant", before=before, comment=reason, actor=actor, now=now)
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
    file = _locked(file_id)
    before = _advance(file, "report", actor=actor)
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
    _saved(file, actor=actor, now=now)
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
    stop_clocks(subject=_subject(file), now=now)
    _start_clock(file, "level_review", capability="file.report", now=now)
    _told(file, "report", before=before, comment=text, actor=actor, now=now)
    close_todos(subject=_subject(file), actor=actor, now=now)
    return file


@transaction.atomic
def recall(file_id: UUID, *, reason: str, actor: Actor, now: datetime) -> HouseholdFile:
    """Ask for a file back that nobody above has accepted yet; the answer comes as a message.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: no reason is given.
    """
    file = _locked(file_id)
    before = _advance(file, "recall", actor=actor)
    reason = _needed_reason(reason)
    offer = current_offer(file)
    _saved(file, actor=actor, now=now)
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
    _told(file, "recall", before=before, comment=reason, actor=actor, now=now)
    return file


@transaction.atomic
def follow_decision(file_id: UUID, decision: Decision, *, now: datetime) -> bool:
    """Follow what a station above did with a file; False when it is about an offer that is over.

    Safe to repeat: a step that was followed before changes nothing.

    Raises:
        NotFound: the station has no such file.
        IllegalMove: the step does not follow from where the file stands.
    """
    file = _locked(file_id)
    actor = Actor.system(decision.actor_name, station=current_station())
    is_over = decision.offer != current_offer(file) or file.state not in UNDER_WAY
    if is_over or decision.action not in FILE_FLOW.steps:
        _followed(file, decision, before=file.state, actor=actor, now=now)
        return False
    before = _advance(file, decision.action, actor=actor)
    _EFFECTS.get(decision.action, _no_more)(file, decision)
    _saved(file, actor=actor, now=now)
    stop_clocks(subject=_subject(file), now=now)
    if decision.action in {"approved", "returned", "refused"}:
        record_version(file=file, event=decision.action, reason=decision.text, actor=actor, now=now)
    _followed(file, decision, before=before, actor=actor, now=now)
    _come_home(file, decision, actor=actor, now=now)
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


def stream_of(file_id: UUID) -> str:
    """Return the stream in which the messages about a file keep their order."""
    return f"file:{file_id}"


@transaction.atomic
def offer_again(file_id: UUID, *, now: datetime) -> bool:
    """Post the current offer of a file once more, where reconciliation found that it vanished.

    Returns False when the file is not with a station above.
    """
    file = _locked(file_id)
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
        "visits": [
            {
                "on": visit.visited_on.isoformat(),
                "place": visit.place,
                "visitors": [visit.first_visitor, visit.second_visitor],
                "findings": visit.findings,
                "agrees": visit.agrees,
                "photos": len(visit.photo_ids),
            }
            for visit in visits
        ],
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


def _locked(file_id: UUID) -> HouseholdFile:
    file: HouseholdFile | None = (
        HouseholdFile.objects.select_for_update().filter(pk=file_id).first()
    )
    if file is None:
        raise NotFound
    return file


def _subject(file: HouseholdFile) -> tuple[str, UUID]:
    return ("file", file.pk)


def _advance(file: HouseholdFile, action: str, *, actor: Actor) -> str:
    before = file.state
    file.state = FILE_FLOW.advance(action, state=before, actor=actor)
    return before


def _saved(file: HouseholdFile, *, actor: Actor, now: datetime) -> None:
    file.changed_by_id, file.changed_by, file.changed_at = actor.user_id, actor.name, now
    file.lock_version += 1
    file.save(force_update=True)


def _told(
    file: HouseholdFile,
    action: str,
    *,
    before: str,
    actor: Actor,
    now: datetime,
    comment: str = "",
) -> None:
    record_event(
        subject=_subject(file),
        action=action,
        from_state=before,
        to_state=file.state,
        comment=comment,
        actor=actor,
        now=now,
    )
    record(
        event=f"file.{action}",
        actor=actor,
        subject=_subject(file),
        data={"from": before, "to": file.state},
        now=now,
    )


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


def _needed_reason(reason: str) -> str:
    if not reason.strip():
        raise InvalidInput([Problem(code="V310", field="reason", message=_("请填写理由。"))])
    return reason.strip()


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


def _start_clock(file: HouseholdFile, kind: str, *, capability: str, now: datetime) -> None:
    on = clock.local_day(now)
    rule = rule_in_force(f"clock.{kind}", station=current_station(), on=on)
    start_clock(
        subject=_subject(file),
        kind=kind,
        working_days=rule.value,
        rule=rule,
        capability=capability,
        reference=file.file_no,
        link=file_link(file.pk),
        now=now,
    )


def _wait_for(
    file: HouseholdFile, capability: str, title: str, *, actor: Actor, now: datetime
) -> None:
    close_todos(subject=_subject(file), actor=actor, now=now)
    open_todo(
        subject=_subject(file),
        kind=capability,
        capability=capability,
        title=title,
        params={"number": file.file_no},
        link=file_link(file.pk),
        now=now,
    )


def _await_correction(file: HouseholdFile, *, actor: Actor, now: datetime) -> None:
    stop_clocks(subject=_subject(file), now=now)
    _start_clock(file, "returned", capability="file.edit", now=now)
    close_todos(subject=_subject(file), actor=actor, now=now)
    open_todo(
        subject=_subject(file),
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
    record_event(
        subject=_subject(file),
        action=decision.action,
        from_state=before,
        to_state=file.state,
        comment=decision.text,
        actor=actor,
        place=decision.station_name,
        now=now,
    )
    record(
        event=f"file.{decision.action}",
        actor=actor,
        subject=_subject(file),
        data={
            "from": before,
            "to": file.state,
            "station": decision.station_code,
            "offer": decision.offer,
        },
        now=now,
    )


def _no_more(_file: HouseholdFile, _decision: Decision) -> None:
    """Change nothing but the state."""


def _stamp_street(file: HouseholdFile, decision: Decision) -> None:
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
    file.on_file_on = decision.on
    file.closed_on = None
    file.custody = ""


def _give_back(file: HouseholdFile, _decision: Decision) -> None:
    file.custody = ""


def _close(file: HouseholdFile, decision: Decision) -> None:
    file.custody = ""
    file.closed_on = decision.on


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
    subject = _subject(file)
    if file.state == FileState.RETURNED:
        _await_correction(file, actor=actor, now=now)
    elif file.state == FileState.VISITING:
        _start_clock(file, "visit", capability="file.visit", now=now)
        _wait_for(file, "file.report", gettext_noop("上报 %(number)s"), actor=actor, now=now)
    elif file.state == FileState.REFUSED:
        unregister_household(file.pk)
        _let_know(file, gettext_noop("%(number)s 不予建档，请告知申请人"), now=now)
    elif file.state == FileState.ON_FILE:
        _let_know(file, gettext_noop("%(number)s 已建档，请明确帮扶人并录入全国系统"), now=now)
    elif decision.action in {"forwarded", "centre_accepted"}:
        close_todos(subject=subject, actor=actor, now=now)


def _let_know(file: HouseholdFile, title: str, *, now: datetime) -> None:
    open_todo(
        subject=_subject(file),
        kind="file.decided",
        capability="file.edit",
        title=title,
        params={"number": file.file_no},
        link=file_link(file.pk),
        is_closed_by_hand=True,
        now=now,
    )
