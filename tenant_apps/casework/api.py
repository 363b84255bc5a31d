"""Work that waits, deadlines and papers, for programs."""

from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ModelSerializer, ReadOnlyField, SerializerMethodField

from bangfu.kernel import clock
from bangfu.kernel.api import CursorPages, StationAPIView, page_of
from bangfu.ui.answers import as_handed_in
from tenant_apps.casework.models import Clock, Todo
from tenant_apps.casework.selectors import (
    clock_label,
    deadlines_near,
    get_attachment,
    todos_done_by,
    todos_for,
)
from tenant_apps.casework.services import close_by_hand, show_attachment


class TodoSerializer(ModelSerializer[Todo]):
    title = ReadOnlyField(source="headline")

    class Meta:
        model = Todo
        fields = [
            "id",
            "subject_kind",
            "subject_id",
            "kind",
            "title",
            "link",
            "due_on",
            "opened_at",
            "closed_at",
            "closed_by_name",
        ]


class DeadlineSerializer(ModelSerializer[Clock]):
    name = SerializerMethodField()

    class Meta:
        model = Clock
        fields = [
            "id",
            "subject_kind",
            "subject_id",
            "kind",
            "name",
            "reference",
            "link",
            "working_days",
            "started_at",
            "warn_on",
            "due_on",
            "counted",
            "is_provisional",
            "overdue_at",
        ]

    def get_name(self, deadline: Clock) -> str:
        return clock_label(deadline.kind)


class TodoList(StationAPIView):
    """What waits for the caller; with ``done=1`` what they have done. Newest first."""

    capability: ClassVar[dict[str, str | None]] = {"GET": None}

    @extend_schema(
        operation_id="todos",
        parameters=[OpenApiParameter("done", bool)],
        responses=page_of(TodoSerializer),
    )
    def get(self, request: Request) -> Response:
        done = request.query_params.get("done") in {"1", "true"}
        todos = todos_done_by(self.actor) if done else todos_for(self.actor)
        pages = CursorPages()
        page = pages.paginate_queryset(todos.order_by(), request, view=self)
        return pages.get_paginated_response(TodoSerializer(page, many=True).data)


class TodoClosed(StationAPIView):
    """Closes something that only needed to be known, or was done elsewhere."""

    capability: ClassVar[dict[str, str | None]] = {"POST": None}

    @extend_schema(operation_id="todo_close", request=None, responses=TodoSerializer)
    def post(self, _request: Request, todo_id: UUID) -> Response:
        todo = close_by_hand(todo_id, actor=self.actor, now=clock.now())
        return Response(TodoSerializer(todo).data)


class DeadlineList(StationAPIView):
    """Running deadlines that have warned or are overdue."""

    capability: ClassVar[dict[str, str | None]] = {"GET": None}

    @extend_schema(operation_id="deadlines", responses=page_of(DeadlineSerializer))
    def get(self, request: Request) -> Response:
        pages = CursorPages()
        near = deadlines_near(clock.today(), actor=self.actor).order_by()
        page = pages.paginate_queryset(near, request, view=self)
        return pages.get_paginated_response(DeadlineSerializer(page, many=True).data)


class AttachmentContent(StationAPIView):
    """The content of a paper, to those who may see its record; each look is noted."""

    capability: ClassVar[dict[str, str | None]] = {"GET": None}

    @extend_schema(operation_id="attachment", responses={(200, "*/*"): OpenApiTypes.BINARY})
    def get(self, _request: Request, attachment_id: UUID) -> HttpResponse:
        paper = get_attachment(attachment_id, actor=self.actor)
        content = show_attachment(paper, actor=self.actor, now=clock.now())
        return as_handed_in(content, name=paper.name, media_type=paper.content_type)
