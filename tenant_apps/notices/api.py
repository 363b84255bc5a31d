"""Endpoints of notices."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, ModelSerializer, Serializer

from bangfu.kernel import clock
from bangfu.kernel.api import CursorPages, StationAPIView, page_of
from tenant_apps.notices.models import Notice, NoticeState, Objection, Purpose
from tenant_apps.notices.selectors import notices_of, objections_of
from tenant_apps.notices.services import reveal_objector


class NoticeRow(ModelSerializer[Notice]):
    """A notice as everybody may read it."""

    class Meta:
        model = Notice
        fields = [
            "id",
            "purpose",
            "subject_id",
            "masked_name",
            "masked_number",
            "home_name",
            "tier",
            "reason",
            "amount_fen",
            "state",
            "working_days",
            "published_on",
            "due_on",
            "ended_on",
        ]


class NoticesView(StationAPIView):
    """The notices of the station."""

    capability = {"GET": "notice.view"}

    @extend_schema(
        operation_id="notices_list",
        parameters=[
            OpenApiParameter("state", str, enum=NoticeState.values),
            OpenApiParameter("purpose", str, enum=Purpose.values),
        ],
        responses=page_of(NoticeRow),
    )
    def get(self, request: Request) -> Response:
        """List notices, newest first."""
        state = request.query_params.get("state", "")
        purpose = request.query_params.get("purpose", "")
        notices = notices_of(
            self.actor,
            state=state if state in NoticeState.values else "",
            purpose=purpose if purpose in Purpose.values else "",
        )
        pages = CursorPages()
        page = pages.paginate_queryset(notices, request, view=self)
        return pages.get_paginated_response(NoticeRow(page, many=True).data)


class ObjectionRow(ModelSerializer[Objection]):
    """What was objected and answered; who objected stays covered."""

    class Meta:
        model = Objection
        fields = [
            "id",
            "notice",
            "text",
            "received_at",
            "answer",
            "is_upheld",
            "answered_at",
            "answered_by",
        ]


class _NewestObjections(CursorPages):
    ordering = "-received_at"


class ObjectionsView(StationAPIView):
    """What was objected to the notices of the station."""

    capability = {"GET": "notice.view"}

    @extend_schema(
        operation_id="objections_list",
        parameters=[OpenApiParameter("tab", str, enum=["waiting", "answered"])],
        responses=page_of(ObjectionRow),
    )
    def get(self, request: Request) -> Response:
        """List objections, newest first."""
        found = objections_of(self.actor, tab=request.query_params.get("tab", ""))
        pages = _NewestObjections()
        page = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response(ObjectionRow(page, many=True).data)


class ObjectorReason(Serializer[Any]):
    """Why somebody wants to know who objected."""

    reason = CharField(max_length=200)


class Objector(Serializer[Any]):
    """Who objected, and how to reach them."""

    objector = CharField()


class ObjectorView(StationAPIView):
    """Who objected."""

    capability = {"POST": "file.reveal"}

    @extend_schema(operation_id="objections_reveal", request=ObjectorReason, responses=Objector)
    def post(self, request: Request, objection_id: UUID) -> Response:
        """Show who objected, for a reason that is noted."""
        given = ObjectorReason(data=request.data)
        given.is_valid(raise_exception=True)
        said = reveal_objector(
            objection_id,
            reason=given.validated_data["reason"],
            actor=self.actor,
            now=clock.now(),
        )
        return Response({"objector": said})
