"""What a station does with a file that was sent up to it, and what it tells those below.

The station works on the picture that was sent. Each decision is written here, then sent down the way
the file came, so that every station on the way and the home station show where it stands.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import (
    DomainError,
    IllegalMove,
    InvalidInput,
    NotFound,
    Problem,
)
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from shared_apps.audit.services import record
from shared_apps.exchange.services import post
from shared_apps.policies.selectors import rule_in_force
from tenant_apps.casework.services import (
    close_todos,
    open_todo,
    record_event,
    start_clock,
    stop_clocks,
)
from tenant_apps.households.dossiers import Opinion, draft_in, opened_dossier, sealed_dossier
from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS, HouseholdDraft
from tenant_apps.households.transitions import (
    CENTRE_LEVEL,
    OFFERED,
    OwnEntry,
    reviewing_station,
    stream_of,
)
from tenant_apps.notices import services as notices
from tenant_apps.notices.models import Notice, Objection
from tenant_apps.notices.selectors import notice_about, notices_over
from tenant_apps.reviews.flow import (
    ONLY_BELOW,
    ONLY_CENTRE,
    REVIEW_FLOW,
    SENT_DOWN,
    SHOWN_BETWEEN,
)
from tenant_apps.reviews.models import Review, ReviewState
from tenant_apps.reviews.selectors import dossier_of, get_review, review_link

DECIDED = "dossier.decided"
RECALL_REFUSED = "recall_refused"
NAMESPACE = uuid5(NAMESPACE_URL, "urn:bangfu:review")
# What waits in each state: for whom, and in which words.
_WAITING: dict[str, tuple[str, str]] = {
    ReviewState.OFFERED: ("review.decide", gettext_noop("受理上报 %(number)s（%(home)s）")),
    ReviewState.CENTRE_REVIEW: (
        "review.decide",
        gettext_noop("核对经济状况 %(number)s（%(home)s）"),
    ),
    ReviewState.MEANS_CHECK: ("notice.publish", gettext_noop("发布公示 %(number)s（%(home)s）")),
    ReviewState.OBJECTION: ("review.decide", gettext_noop("核查异议 %(number)s（%(home)s）")),
    ReviewState.APPROVAL: ("review.approve", gettext_noop("审批 %(number)s（%(home)s）")),
}


class OwnReview(DomainError):
    """Whoever reviewed a file does not also approve it."""

    code = "own-review"
    http_status = 403
    message = gettext_lazy("审核与审批须由不同的人办理，您已参与这份档案的审核。")


def review_key(home_id: int, file_id: str, offer: int) -> UUID:
    """Return the key that the review of one offer has at every station on the way."""
    return uuid5(NAMESPACE, f"{home_id}|{file_id}|{offer}")


@transaction.atomic
def receive(body: Mapping[str, Any], *, sender_id: int, now: datetime) -> Review:
    """Take in a file that a station below sent up; once, however often the message comes."""
    home = body["home"]
    review_id = review_key(home["id"], body["file"], body["offer"])
    known = Review.objects.filter(pk=review_id).first()
    if known is not None:
        return known
    dossier = opened_dossier(body["dossier"])
    snapshot = dossier["snapshot"]
    station = current_station()
    review = Review.objects.create(
        id=review_id,
        file_id=UUID(body["file"]),
        offer=body["offer"],
        file_no=body["file_no"],
        home_id=home["id"],
        home_code=home["code"],
        home_name=home["name"],
        home_level=home["level"],
        offered_by_id=sender_id,
        is_centre=station.level <= CENTRE_LEVEL,
        head_name=snapshot["name"],
        tier=snapshot["tier"],
        main_cause=snapshot["main_cause"],
        dossier=json.dumps(dossier, ensure_ascii=False),
        opinions=body["opinions"],
        entered_by=body["entered_by"],
        received_at=now,
        changed_at=now,
    )
    actor = Actor.system("relay", station=station)
    last = Opinion(**body["opinions"][-1])
    record_event(
        subject=_subject(review),
        action="receive",
        to_state=review.state,
        comment=last.text,
        actor=Actor.system(last.name, station=station),
        place=last.station_name,
        now=now,
    )
    _start_clock(review, "level_review", capability="review.decide", now=now)
    _wait(review, actor=actor, now=now)
    record(
        event="review.received",
        actor=actor,
        subject=_subject(review),
        data={"file_no": review.file_no, "home": review.home_code, "offer": review.offer},
        now=now,
    )
    return review


@transaction.atomic
def forward(review_id: UUID, *, opinion: str = "", actor: Actor, now: datetime) -> Review:
    """Agree and send the file on to the parent, with this station's opinion and stamp.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        OwnEntry: the actor entered the file at home.
    """
    review = _locked(review_id)
    before = _advance(review, "forward", actor=actor)
    station = current_station()
    above = reviewing_station(station)
    own = _opinion(
        opinion or kept(gettext_lazy("情况属实，同意上报。")), stamp="street", actor=actor, now=now
    )
    review.opinions = [*review.opinions, asdict(own)]
    post(
        kind=OFFERED,
        recipient=above.id,
        stream=stream_of(review.file_id),
        key=str(review.pk),
        body={
            "file": str(review.file_id),
            "offer": review.offer,
            "file_no": review.file_no,
            "home": {
                "id": review.home_id,
                "code": review.home_code,
                "name": review.home_name,
                "level": review.home_level,
            },
            "entered_by": review.entered_by,
            "dossier": sealed_dossier(dossier_of(review)),
            "opinions": review.opinions,
        },
        now=now,
    )
    return _decided(
        review, "forward", before=before, text=own.text, actor=actor, now=now, next_code=above.code
    )


@transaction.atomic
def accept(review_id: UUID, *, opinion: str = "", actor: Actor, now: datetime) -> Review:
    """Take a file into the review of the centre.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        OwnEntry: the actor entered the file at home.
    """
    review = _locked(review_id)
    before = _advance(review, "accept", actor=actor)
    return _decided(review, "accept", before=before, text=opinion, actor=actor, now=now)


@transaction.atomic
def confirm_means(
    review_id: UUID,
    *,
    fits: bool,
    checked_on: date,
    comment: str = "",
    actor: Actor,
    now: datetime,
) -> Review:
    """Note the result of the means check; where it does not fit, the file is refused.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: the day lies ahead, or a refusal has no reason.
    """
    if checked_on > clock.local_day(now):
        message = _("核对日期不能晚于今天。")
        raise InvalidInput([Problem(code="V320", field="checked_on", message=message)])
    review = _locked(review_id)
    before = _advance(review, "confirm_means", actor=actor)
    review.means_checked_on = checked_on
    if not fits:
        comment = _needed_reason(comment)
        review.state = REVIEW_FLOW.advance("refuse", state=before, actor=actor)
        return _decided(
            review,
            "refuse",
            before=before,
            text=kept(gettext_lazy("经济状况核对不符合：%(reason)s")) % {"reason": comment},
            actor=actor,
            now=now,
        )
    text = comment.strip() or kept(gettext_lazy("经济状况核对符合。"))
    return _decided(
        review, "confirm_means", before=before, text=text, on=checked_on, actor=actor, now=now
    )


@transaction.atomic
def publish_notice(review_id: UUID, *, reason: str = "", actor: Actor, now: datetime) -> Notice:
    """Publish the public notice, name and number masked, no word of an illness.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: the reason says what may not be public.
    """
    review = _locked(review_id)
    before = _advance(review, "publish_notice", actor=actor)
    draft = draft_in(dossier_of(review)["snapshot"])
    notice = notices.publish(
        subject_id=review.pk,
        name=draft.name,
        number=draft.id_no,
        home_name=review.home_name,
        tier=draft.tier_applied if not review.tier else review.tier,
        reason=reason,
        never_say=_never_public(draft),
        actor=actor,
        now=now,
    )
    text = kept(gettext_lazy("公示至 %(due)s")) % {"due": f"{notice.due_on:%Y-%m-%d}"}
    _decided(review, "publish_notice", before=before, text=text, actor=actor, now=now)
    return notice


@transaction.atomic
def raise_objection(
    notice_id: UUID, *, text: str, name: str = "", contact: str = "", now: datetime
) -> Objection:
    """Take in what somebody of the public objects: the days stand still, the centre examines it.

    Raises:
        NotFound, NoticeNotOpen, InvalidInput: as ``notices.object_to``.
    """
    objection = notices.object_to(notice_id, text=text, name=name, contact=contact, now=now)
    review = _locked(objection.notice.subject_id)
    if review.state == ReviewState.NOTICE:
        actor = Actor.system(kept(gettext_lazy("公众")), station=current_station())
        before = _advance(review, "raise_objection", actor=actor)
        _decided(
            review,
            "raise_objection",
            before=before,
            text=kept(gettext_lazy("公示期间收到异议，暂停计时。")),
            actor=actor,
            now=now,
        )
    return objection


@transaction.atomic
def answer_objection(review_id: UUID, *, answer: str, actor: Actor, now: datetime) -> Review:
    """Answer what was objected where it does not hold: the days of the notice go on.

    Where it holds, ``refuse`` the file.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: no answer is given.
    """
    review = _locked(review_id)
    before = _advance(review, "answer_objection", actor=actor)
    answer = _needed_reason(answer)
    notice = _notice_of(review)
    notices.answer_all(notice, answer=answer, is_upheld=False, actor=actor, now=now)
    return _decided(review, "answer_objection", before=before, text=answer, actor=actor, now=now)


@transaction.atomic
def approve(review_id: UUID, *, opinion: str = "", actor: Actor, now: datetime) -> Review:
    """Approve the file: the home station puts it on file.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        NoticeStillRunning: the days of the notice are not over.
        OwnEntry, OwnReview: the actor entered or reviewed the file.
    """
    actor.require("review.approve")
    review = _locked(review_id)
    if review.state == ReviewState.NOTICE:
        _end_notice(review, now=now)
    before = _advance(review, "approve", actor=actor)
    if actor.user_id is not None and actor.user_id in review.acted_by:
        raise OwnReview
    own = _opinion(opinion or kept(gettext_lazy("同意建档。")), stamp="union", actor=actor, now=now)
    review.opinions = [*review.opinions, asdict(own)]
    return _decided(review, "approve", before=before, text=own.text, actor=actor, now=now)


@transaction.atomic
def return_down(review_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Review:
    """Give the file back to its home station, saying what is missing.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: no reason is given.
    """
    review = _locked(review_id)
    before = _advance(review, "return", actor=actor)
    return _decided(
        review, "return", before=before, text=_needed_reason(reason), actor=actor, now=now
    )


@transaction.atomic
def refuse(review_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Review:
    """Refuse the file, saying why; a notice about it is taken down.

    What waits for approval is refused by whoever may approve.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: no reason is given.
    """
    review = _locked(review_id)
    if review.state == ReviewState.APPROVAL:
        actor.require("review.approve")
    before = _advance(review, "refuse", actor=actor)
    reason = _needed_reason(reason)
    notice = notice_about(review.pk)
    if notice is not None and before == ReviewState.OBJECTION:
        notices.answer_all(notice, answer=reason, is_upheld=True, actor=actor, now=now)
    elif notice is not None:
        notices.take_down(notice, on=clock.local_day(now))
    return _decided(review, "refuse", before=before, text=reason, actor=actor, now=now)


def end_finished_notices(*, now: datetime) -> int:
    """Move every file whose notice is over on to approval; returns how many. Safe to repeat."""
    ended = 0
    for subject_id in list(
        notices_over(on=clock.local_day(now)).values_list("subject_id", flat=True)
    ):
        with transaction.atomic():
            review = _locked(subject_id)
            if review.state == ReviewState.NOTICE:
                _end_notice(review, now=now)
                ended += 1
    return ended


@transaction.atomic
def withdraw(body: Mapping[str, Any], *, now: datetime) -> None:
    """Give back a file that its home station asked for, unless somebody has taken it up already."""
    review_id = review_key(body["home"], body["file"], body["offer"])
    review = Review.objects.select_for_update().filter(pk=review_id).first()
    if review is None or review.state == ReviewState.WITHDRAWN:
        return
    actor = Actor.system(body["by"], station=current_station())
    if review.state != ReviewState.OFFERED:
        text = kept(gettext_lazy("上级已受理，不能撤回。"))
        _send_down(review, RECALL_REFUSED, text=text, actor=actor, on=None, now=now)
        review.save(update_fields=["steps"])
        return
    before = _advance(review, "withdraw", actor=actor)
    _decided(review, "withdraw", before=before, text=body["reason"], actor=actor, now=now)


@transaction.atomic
def follow(body: Mapping[str, Any], *, now: datetime) -> None:
    """Show at a station between what was decided above, and pass it on down."""
    review_id = review_key(body["home"], body["file"], body["offer"])
    review = Review.objects.select_for_update().filter(pk=review_id).first()
    if review is None:
        raise NotFound
    shown = SHOWN_BETWEEN.get(body["action"])
    before = review.state
    if shown is not None and not review.is_closed:
        review.state = shown
    review.last_text = body["text"]
    review.changed_at, review.changed_by = now, body["actor"]
    review.save()
    actor = Actor.system(body["actor"], station=current_station())
    record_event(
        subject=_subject(review),
        action=body["action"],
        from_state=before,
        to_state=review.state,
        comment=body["text"],
        actor=actor,
        place=body["station"]["name"],
        now=now,
    )
    post(
        kind=DECIDED,
        recipient=review.offered_by_id,
        stream=stream_of(review.file_id),
        key=body["key"],
        body=body,
        now=now,
    )


@transaction.atomic
def look_at(review_id: UUID, *, actor: Actor, now: datetime) -> tuple[Review, dict[str, Any]]:
    """Open the picture of a review for somebody; that they looked is noted.

    Raises:
        NotPermitted, NotFound: as ``get_review``.
    """
    review = get_review(review_id, actor=actor)
    record(
        event="review.viewed",
        actor=actor,
        subject=_subject(review),
        data={"file_no": review.file_no, "home": review.home_code},
        now=now,
    )
    return review, dossier_of(review)


@transaction.atomic
def reveal(
    review_id: UUID,
    *,
    field: str,
    reason: str,
    actor: Actor,
    now: datetime,
    member: int | None = None,
) -> str:
    """Show one masked value of the picture in the open, for a reason that is noted.

    Raises:
        NotPermitted, NotFound: as ``get_review``; or there is no such value.
        InvalidInput: no reason is given.
    """
    actor.require("file.reveal")
    review = get_review(review_id, actor=actor)
    reason = _needed_reason(reason)
    draft = draft_in(dossier_of(review)["snapshot"])
    specs = FILE_FIELDS if member is None else MEMBER_FIELDS
    people = [draft] if member is None else draft.members
    position = member or 0
    if position >= len(people) or field not in {spec.name for spec in specs if spec.sensitive}:
        raise NotFound
    record(
        event="review.revealed",
        actor=actor,
        subject=_subject(review),
        data={"field": field, "member": member, "reason": reason, "file_no": review.file_no},
        now=now,
    )
    return str(getattr(people[position], field) or "")


def _locked(review_id: UUID) -> Review:
    review: Review | None = Review.objects.select_for_update().filter(pk=review_id).first()
    if review is None:
        raise NotFound
    return review


def _advance(review: Review, action: str, *, actor: Actor) -> str:
    before = review.state
    target = REVIEW_FLOW.advance(action, state=before, actor=actor)
    if action in (ONLY_BELOW if review.is_centre else ONLY_CENTRE):
        raise IllegalMove
    if actor.user_id is not None and actor.user_id in review.entered_by:
        raise OwnEntry
    review.state = target
    return before


def _decided(
    review: Review,
    action: str,
    *,
    before: str,
    text: str,
    actor: Actor,
    now: datetime,
    on: date | None = None,
    next_code: str = "",
) -> Review:
    if actor.user_id is not None and action in {"accept", "confirm_means", "publish_notice"}:
        review.acted_by = sorted({*review.acted_by, actor.user_id})
    review.changed_at, review.changed_by, review.last_text = now, actor.name, text
    subject = _subject(review)
    record_event(
        subject=subject,
        action=action,
        from_state=before,
        to_state=review.state,
        comment=text,
        actor=actor,
        now=now,
    )
    stop_clocks(subject=subject, now=now)
    step = REVIEW_FLOW.steps[action]
    if step.clock:
        _start_clock(review, step.clock, capability=_waiting(review)[0], now=now)
    _wait(review, actor=actor, now=now)
    _send_down(
        review, SENT_DOWN[action], text=text, actor=actor, on=on, now=now, next_code=next_code
    )
    review.save()
    record(
        event=f"review.{action}",
        actor=actor,
        subject=subject,
        data={
            "from": before,
            "to": review.state,
            "file_no": review.file_no,
            "home": review.home_code,
        },
        now=now,
    )
    return review


def _send_down(
    review: Review,
    action: str,
    *,
    text: str,
    actor: Actor,
    on: date | None,
    now: datetime,
    next_code: str = "",
) -> None:
    station = current_station()
    review.steps += 1
    key = f"{review.pk}:{station.code}:{review.steps}"
    post(
        kind=DECIDED,
        recipient=review.offered_by_id,
        stream=stream_of(review.file_id),
        key=key,
        body={
            "key": key,
            "file": str(review.file_id),
            "offer": review.offer,
            "home": review.home_id,
            "action": action,
            "station": {"code": station.code, "name": station.name, "level": station.level},
            "actor": actor.name,
            "text": text,
            "on": (on or clock.local_day(now)).isoformat(),
            "next": next_code,
        },
        now=now,
    )


def _end_notice(review: Review, *, now: datetime) -> None:
    notices.end_if_over(_notice_of(review), now=now)
    actor = Actor.system(kept(gettext_lazy("系统")), station=current_station())
    before = _advance(review, "end_notice", actor=actor)
    text = kept(gettext_lazy("公示期满，无异议。"))
    _decided(review, "end_notice", before=before, text=text, actor=actor, now=now)


def _never_public(draft: HouseholdDraft) -> tuple[str, ...]:
    values = [getattr(draft, spec.name) for spec in FILE_FIELDS if spec.sensitive]
    return (draft.name, *(value for value in values if isinstance(value, str)))


def _notice_of(review: Review) -> Notice:
    return Notice.objects.select_for_update().get(subject_id=review.pk)


def _subject(review: Review) -> tuple[str, UUID]:
    return ("review", review.pk)


def _opinion(text: str, *, stamp: str, actor: Actor, now: datetime) -> Opinion:
    station = current_station()
    return Opinion(
        station_code=station.code,
        station_name=station.name,
        level=station.level,
        name=actor.name,
        text=text.strip(),
        on=clock.local_day(now).isoformat(),
        stamp=stamp,
    )


def _waiting(review: Review) -> tuple[str, str]:
    return _WAITING.get(review.state, ("", ""))


def _wait(review: Review, *, actor: Actor, now: datetime) -> None:
    subject = _subject(review)
    close_todos(subject=subject, actor=actor, now=now)
    capability, title = _waiting(review)
    if capability:
        open_todo(
            subject=subject,
            kind=f"review.{review.state}",
            capability=capability,
            title=title,
            params={"number": review.file_no, "home": review.home_name},
            link=review_link(review.pk),
            now=now,
        )


def _start_clock(review: Review, kind: str, *, capability: str, now: datetime) -> None:
    rule = rule_in_force(f"clock.{kind}", station=current_station(), on=clock.local_day(now))
    start_clock(
        subject=_subject(review),
        kind=kind,
        working_days=rule.value,
        rule=rule,
        capability=capability,
        reference=review.file_no,
        link=review_link(review.pk),
        now=now,
    )


def _needed_reason(reason: str) -> str:
    if not reason.strip():
        raise InvalidInput([Problem(code="V310", field="reason", message=_("请填写理由。"))])
    return reason.strip()
