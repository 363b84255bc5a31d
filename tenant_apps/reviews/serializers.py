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
from tenant_apps.households.transitions import Visit
from tenant_apps.reviews.flow import actions_on
from tenant_apps.reviews.models import Review


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


class MeansCheck(serializers.Serializer[Any]):
    """The result of the means check: 符合 or 不符合, and the day."""

    result = serializers.ChoiceField(choices=["符合", "不符合"], default="符合")
    on = serializers.DateField(required=False)
    comment = serializers.CharField(default="", allow_blank=True)


class AcceptRequest(serializers.Serializer[Any]):
    """What comes with an acceptance; everything may be left out."""

    opinion = serializers.CharField(default="", allow_blank=True)
    means_check = MeansCheck(required=False, allow_null=True)
    visit = VisitFields(required=False, allow_null=True)


class ReasonRequest(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(default="", allow_blank=True)


class OpinionRequest(serializers.Serializer[Any]):
    """An opinion; the usual words where it is left out."""

    opinion = serializers.CharField(default="", allow_blank=True)


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
        "actions": [action.replace("_", "-") for action in actions_on(review, actor=actor)],
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
