"""Meetings that deliberate on files before the head decides, where the rule wants them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, InvalidInput, Problem
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from shared_apps.audit.services import record
from shared_apps.policies.selectors import Rule
from tenant_apps.casework.services import attach, record_event
from tenant_apps.households.basis import rules_behind
from tenant_apps.reviews.basis import RULES_BEHIND_REVIEWS
from tenant_apps.reviews.models import (
    CLOSED,
    Meeting,
    MeetingDecision,
    MeetingKind,
    Review,
    ReviewKind,
)
from tenant_apps.reviews.services.steps import subject_of

_LONGEST_MINUTES = 20_000
DELIBERATED = "deliberated"


class MeetingNeeded(DomainError):
    """The rule wants a meeting before the head decides, and none deliberated."""

    code = "meeting-needed"
    message = gettext_lazy("按规定须经会议研究，请先登记会议纪要并填写对这户的意见。")


class MeetingDisagreed(DomainError):
    """The last meeting that deliberated did not agree."""

    code = "meeting-disagreed"
    message = gettext_lazy("最近一次会议不同意为这户建档，不能审批通过。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a meeting said of one review."""

    review_id: UUID
    agrees: bool
    remark: str = ""


@transaction.atomic
def note_meeting(
    *,
    kind: str,
    held_on: date,
    place: str,
    attendees: str,
    minutes: str,
    said: Sequence[Said],
    scan: File[bytes] | None = None,
    actor: Actor,
    now: datetime,
) -> Meeting:
    """Keep a meeting with its minutes and what it said of each file.

    Raises:
        NotPermitted: the actor may not.
        InvalidInput: V340…V345, everything that is missing or wrong; or the scan is no picture or PDF.
    """
    actor.require("review.decide")
    reviews = {
        review.pk: review
        for review in Review.objects.select_for_update()
        .filter(pk__in=[one.review_id for one in said], kind=ReviewKind.ADMISSION)
        .order_by("pk")
    }
    problems = _problems_with(
        kind=kind,
        held_on=held_on,
        place=place,
        attendees=attendees,
        minutes=minutes,
        on=clock.local_day(now),
    )
    problems += _said_problems(said, reviews)
    if problems:
        raise InvalidInput(problems)
    meeting = Meeting.objects.create(
        kind=kind,
        held_on=held_on,
        place=place.strip(),
        attendees=attendees.strip(),
        minutes=minutes.strip(),
        noted_at=now,
        noted_by=actor.name,
    )
    MeetingDecision.objects.bulk_create(
        [
            MeetingDecision(
                meeting=meeting,
                review=reviews[one.review_id],
                agrees=one.agrees,
                remark=one.remark.strip(),
            )
            for one in said
        ]
    )
    if scan is not None:
        attach(subject=("meeting", meeting.pk), kind="minutes", upload=scan, actor=actor, now=now)
    rules = rules_behind(DELIBERATED, on=clock.local_day(now), table=RULES_BEHIND_REVIEWS)
    words = {True: gettext_lazy("同意"), False: gettext_lazy("不同意")}
    for one in said:
        record_event(
            subject=subject_of(reviews[one.review_id]),
            action=DELIBERATED,
            comment=f"{held_on.isoformat()} {kept(MeetingKind(kind).label)}："
            f"{kept(words[one.agrees])} {one.remark}".strip(),
            rules=rules,
            actor=actor,
            now=now,
        )
    record(
        event="meeting.noted",
        actor=actor,
        subject=("meeting", meeting.pk),
        data={
            "kind": kind,
            "held_on": held_on.isoformat(),
            "said": {reviews[one.review_id].file_no: one.agrees for one in said},
            "rules": rules,
        },
        now=now,
    )
    return meeting


def require_meeting(review: Review, rule: Rule) -> None:
    """Refuse an approval that a meeting has to carry, unless the last meeting agreed.

    Raises:
        MeetingDisagreed: the last one did not agree, whether the rule wants one or not.
        MeetingNeeded: none deliberated.
    """
    last = (
        MeetingDecision.objects.filter(review=review)
        .order_by("-meeting__held_on", "-meeting_id")
        .first()
    )
    if last is not None and not last.agrees:
        raise MeetingDisagreed
    if last is None and str(current_station().level) in rule.value:
        raise MeetingNeeded


def _problems_with(
    *, kind: str, held_on: date, place: str, attendees: str, minutes: str, on: date
) -> list[Problem]:
    wrong = (
        (kind not in MeetingKind.values, "V340", "kind", _("请选择会议类型。")),
        (held_on > on, "V341", "held_on", _("会议日期不能晚于今天。")),
        (not 0 < len(place.strip()) <= 60, "V342", "place", _("请填写会议地点，不超过 60 字。")),
        (not attendees.strip(), "V343", "attendees", _("请填写参会人员。")),
        (
            not 0 < len(minutes.strip()) <= _LONGEST_MINUTES,
            "V344",
            "minutes",
            _("请填写会议纪要，不超过 20000 字。"),
        ),
    )
    return [
        Problem(code=code, field=field, message=message)
        for is_wrong, code, field, message in wrong
        if is_wrong
    ]


def _said_problems(said: Sequence[Said], reviews: dict[UUID, Review]) -> list[Problem]:
    if not said:
        message = _("请至少选择一户并填写会议意见。")
        return [Problem(code="V345", field="said", message=message)]
    known = {one.review_id for one in said}
    if len(known) < len(said) or any(
        one not in reviews or reviews[one].state in CLOSED or not reviews[one].is_centre
        for one in known
    ):
        message = _("会议研究的档案中有重复的、已办结的或不由本中心审批的，请重新选择。")
        return [Problem(code="V345", field="said", message=message)]
    if any(not one.agrees and not one.remark.strip() for one in said):
        message = _("会议不同意的，请填写理由。")
        return [Problem(code="V346", field="said", message=message)]
    return []
