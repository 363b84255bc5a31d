"""What the endpoints of reviews take and answer."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from bangfu.kernel.actors import Actor
from tenant_apps.households.dossiers import draft_in
from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS
from tenant_apps.households.flow import FILE_FLOW
from tenant_apps.households.models import HouseholdFile, VisitPlace
from tenant_apps.households.presenting import plain_values
from tenant_apps.households.schemas import EventRow
from tenant_apps.households.transitions import Visit
from tenant_apps.reviews.flow import actions_on
from tenant_apps.reviews.models import (
    Meeting,
    MeetingKind,
    Review,
)
from tenant_apps.reviews.selectors import without_own_objections
from tenant_apps.reviews.services import MANY


class ReviewRow(serializers.Serializer[Any]):
    """One line of the desk: a file sent up from below, or an own file in first review."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=["review", "file"])
    file_no = serializers.CharField()
    name = serializers.CharField()
    home_code = serializers.CharField()
    home_name = serializers.CharField()
    tier = serializers.CharField()
    main_cause = serializers.CharField()
    state = serializers.CharField()
    state_label = serializers.CharField()
    received_at = serializers.DateTimeField()
    due_on = serializers.DateField(allow_null=True)
    actions = serializers.ListField(child=serializers.CharField())


class NoticeOfReview(serializers.Serializer[Any]):
    """The public notice that is about a review."""

    state = serializers.CharField()
    published_on = serializers.DateField()
    due_on = serializers.DateField()


class ReviewWhole(ReviewRow):
    """A review with the picture that was sent: what the file said, masked, and what was thought of it."""

    opinions = serializers.ListField(child=serializers.DictField())
    notice = NoticeOfReview(allow_null=True)
    timeline = EventRow(many=True)
    file = serializers.DictField()


class VisitFields(serializers.Serializer[Any]):
    """A visit to the household."""

    visited_on = serializers.DateField()
    place = serializers.ChoiceField(choices=VisitPlace.choices, default=VisitPlace.HOME)
    first_visitor = serializers.CharField(max_length=32)
    second_visitor = serializers.CharField(max_length=32)
    findings = serializers.CharField()
    agrees = serializers.BooleanField(default=True)

    def as_visit(self) -> Visit:
        """Give what was sent as a visit."""
        return Visit(**self.validated_data)


class MeansResultGiven(serializers.Serializer[Any]):
    """The result of the means check: 符合 or 不符合, and the day."""

    result = serializers.ChoiceField(choices=["符合", "不符合"])
    on = serializers.DateField(required=False)
    comment = serializers.CharField(default="", allow_blank=True)
    unit = serializers.CharField(default="", allow_blank=True, max_length=60)
    document_no = serializers.CharField(default="", allow_blank=True, max_length=60)


class AcceptRequest(serializers.Serializer[Any]):
    """What comes with an acceptance; everything may be left out."""

    opinion = serializers.CharField(default="", allow_blank=True)
    means_check = MeansResultGiven(required=False, allow_null=True)
    visit = VisitFields(required=False, allow_null=True)


class ReasonRequest(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(default="", allow_blank=True)


class OpinionRequest(serializers.Serializer[Any]):
    """An opinion; the usual words where it is left out."""

    opinion = serializers.CharField(default="", allow_blank=True)


class RenewRequest(serializers.Serializer[Any]):
    """A corrected notice: the answer to what was objected, and the new words where they change."""

    answer = serializers.CharField(default="", allow_blank=True)
    reason = serializers.CharField(default="", allow_blank=True)


class ManyRequest(serializers.Serializer[Any]):
    """One step on many reviews."""

    action = serializers.ChoiceField(choices=[action.replace("_", "-") for action in MANY])
    ids = serializers.ListField(child=serializers.UUIDField(), max_length=500)
    text = serializers.CharField(default="", allow_blank=True, max_length=500)


class ManyOutcome(serializers.Serializer[Any]):
    """What became of one of them: no refusals, or every sentence that refused it."""

    id = serializers.UUIDField(source="review_id")
    file_no = serializers.CharField()
    refusals = serializers.ListField(child=serializers.CharField())


class AssignRequest(serializers.Serializer[Any]):
    """Who is asked to see to these reviews."""

    ids = serializers.ListField(child=serializers.UUIDField(), max_length=500)
    user = serializers.IntegerField()


class SaidGiven(serializers.Serializer[Any]):
    """What a meeting said of one review."""

    review = serializers.UUIDField()
    agrees = serializers.BooleanField()
    remark = serializers.CharField(default="", allow_blank=True, max_length=300)


class MeetingRequest(serializers.Serializer[Any]):
    """A meeting with its minutes and what it said."""

    kind = serializers.ChoiceField(choices=MeetingKind.choices)
    held_on = serializers.DateField()
    place = serializers.CharField(max_length=60)
    attendees = serializers.CharField(max_length=1000)
    minutes = serializers.CharField(max_length=20_000)
    said = SaidGiven(many=True)


class MeetingRow(serializers.ModelSerializer[Meeting]):
    """A meeting."""

    said = serializers.SerializerMethodField()

    class Meta:
        model = Meeting
        fields = ["id", "kind", "held_on", "place", "attendees", "minutes", "noted_by", "said"]

    def get_said(self, meeting: Meeting) -> list[dict[str, Any]]:
        """Give what it said of each review."""
        return [
            {"review": str(one.review_id), "agrees": one.agrees, "remark": one.remark}
            for one in meeting.decisions.all()
        ]


class AnswerRequest(serializers.Serializer[Any]):
    """The answer to an objection."""

    answer = serializers.CharField(default="", allow_blank=True)


def review_row(review: Review, *, actor: Actor, due_on: date | None) -> dict[str, Any]:
    """Give a review as a line of the desk."""
    return {
        "id": str(review.pk),
        "kind": "review",
        "file_no": review.file_no,
        "name": review.head_name,
        "home_code": review.home_code,
        "home_name": review.home_name,
        "tier": review.tier,
        "main_cause": review.main_cause,
        "state": review.state,
        "state_label": review.get_state_display(),
        "received_at": review.received_at.isoformat(),
        "due_on": due_on.isoformat() if due_on else None,
        "actions": [
            action.replace("_", "-")
            for action in without_own_objections(
                actions_on(review, actor=actor), review, actor=actor
            )
        ],
    }


def file_row(file: HouseholdFile, *, actor: Actor) -> dict[str, Any]:
    """Give an own file in first review as a line of the desk."""
    station = actor.station
    submitted_at = file.submitted_at or file.changed_at
    return {
        "id": str(file.pk),
        "kind": "file",
        "file_no": file.file_no,
        "name": file.name,
        "home_code": station.code if station else "",
        "home_name": station.name if station else "",
        "tier": file.tier,
        "main_cause": file.main_cause,
        "state": file.state,
        "state_label": file.get_state_display(),
        "received_at": submitted_at.isoformat(),
        "due_on": None,
        "actions": [
            action.replace("_", "-") for action in FILE_FLOW.actions_from(file.state, actor=actor)
        ],
    }


def dossier_answer(dossier: dict[str, Any]) -> dict[str, Any]:
    """Give a picture with everything personal masked."""
    draft = draft_in(dossier["snapshot"])
    return {
        **plain_values(draft, FILE_FIELDS),
        "members": [plain_values(one, MEMBER_FIELDS) for one in draft.members],
        "computation": dossier["computation"],
        "visits": dossier["visits"],
        "papers": dossier["papers"],
        "seen_elsewhere": dossier["seen_elsewhere"],
        "note": _("证件号、电话、住址、卡号和病种已脱敏"),
    }
