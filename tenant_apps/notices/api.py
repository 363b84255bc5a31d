"""Endpoints of notices."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ModelSerializer

from bangfu.kernel.api import CursorPages, StationAPIView
from tenant_apps.notices.models import Notice, NoticeState
from tenant_apps.notices.selectors import notices_of


class NoticeRow(ModelSerializer[Notice]):
    """A notice as everybody may read it."""

    class Meta:
        model = Notice
        fields = [
            "id",
            "subject_id",
            "masked_name",
            "masked_number",
            "home_name",
            "tier",
            "reason",
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
        parameters=[OpenApiParameter("state", str, enum=NoticeState.values)],
        responses=NoticeRow(many=True),
    )
    def get(self, request: Request) -> Response:
        """List notices, newest first."""
        state = request.query_params.get("state", "")
        notices = notices_of(self.actor, state=state if state in NoticeState.values else "")
        pages = CursorPages()
        page = pages.paginate_queryset(notices, request, view=self)
        return pages.get_paginated_response(NoticeRow(page, many=True).data)
