"""Endpoints for many reviews at once: one step on many, many handed over, the meetings on them."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import SENT_AGAIN, CursorPages, StationAPIView, page_of
from tenant_apps.reviews import services
from tenant_apps.reviews.flow import REVIEW_FLOW
from tenant_apps.reviews.selectors import meetings_of
from tenant_apps.reviews.serializers import (
    AssignRequest,
    ManyOutcome,
    ManyRequest,
    MeetingRequest,
    MeetingRow,
)


class ManyView(StationAPIView):
    """One step on many reviews."""

    capability = {"POST": "review.view"}

    @extend_schema(
        operation_id="reviews_many", request=ManyRequest, responses=ManyOutcome(many=True)
    )
    def post(self, request: Request) -> Response:
        """Take the step on each; one that is refused stops no other, and says why."""
        given = ManyRequest(data=request.data)
        given.is_valid(raise_exception=True)
        action = given.validated_data["action"].replace("-", "_")
        self.actor.require(REVIEW_FLOW.steps[action].capability)
        outcomes = services.take_step_on_many(
            action,
            given.validated_data["ids"],
            text=given.validated_data["text"],
            actor=self.actor,
            now=clock.now(),
        )
        return Response(ManyOutcome(outcomes, many=True).data)


class AssignView(StationAPIView):
    """Hand reviews over."""

    capability = {"POST": "review.decide"}

    @extend_schema(operation_id="reviews_assign", request=AssignRequest, responses={204: None})
    def post(self, request: Request) -> Response:
        """Ask a colleague to see to these reviews."""
        given = AssignRequest(data=request.data)
        given.is_valid(raise_exception=True)
        services.assign(
            given.validated_data["ids"],
            user_id=given.validated_data["user"],
            actor=self.actor,
            now=clock.now(),
        )
        return Response(status=204)


class _MeetingsLatestFirst(CursorPages):
    ordering = "-held_on"


class MeetingsView(StationAPIView):
    """The meetings that deliberated on files."""

    capability = {"GET": "review.view", "POST": "review.decide"}
    same_within = SENT_AGAIN

    @extend_schema(operation_id="meetings_list", responses=page_of(MeetingRow))
    def get(self, request: Request) -> Response:
        """List the meetings, newest first."""
        pages = _MeetingsLatestFirst()
        found = meetings_of(self.actor).prefetch_related("decisions")
        page = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response(MeetingRow(page, many=True).data)

    @extend_schema(
        operation_id="meetings_note", request=MeetingRequest, responses={201: MeetingRow}
    )
    def post(self, request: Request) -> Response:
        """Note a meeting with its minutes and what it said of each review."""
        given = MeetingRequest(data=request.data)
        given.is_valid(raise_exception=True)
        values = dict(given.validated_data)
        said = [
            services.Said(review_id=one["review"], agrees=one["agrees"], remark=one["remark"])
            for one in values.pop("said")
        ]
        meeting = services.note_meeting(**values, said=said, actor=self.actor, now=clock.now())
        return Response(MeetingRow(meeting).data, status=201)
