"""What a person was told, for programs."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import IntegerField, ModelSerializer, ReadOnlyField, Serializer

from bangfu.kernel import clock
from bangfu.kernel.api import CursorPages, StationAPIView, page_of
from shared_apps.notifications.models import Announcement, Notification
from shared_apps.notifications.selectors import (
    announcements_on,
    get_notification,
    notifications_for,
)
from shared_apps.notifications.services import (
    PUBLISHES,
    mark_all_read,
    mark_read,
    publish_announcement,
)


class NotificationSerializer(ModelSerializer[Notification]):
    title = ReadOnlyField(source="headline")

    class Meta:
        model = Notification
        fields = ["id", "kind", "title", "body", "link", "created_at", "read_at"]


class AnnouncementSerializer(ModelSerializer[Announcement]):
    class Meta:
        model = Announcement
        fields = [
            "id",
            "title",
            "body",
            "publisher_name",
            "published_by_name",
            "published_at",
            "until_on",
        ]
        read_only_fields = ["publisher_name", "published_by_name", "published_at"]


class ReachedSerializer(Serializer[Any]):
    """How many stations an announcement reached."""

    stations = IntegerField()


class ChangedSerializer(Serializer[Any]):
    """How many notifications became read."""

    changed = IntegerField()


class AnnouncementList(StationAPIView):
    """What this station should read; publishing reaches every open station below it."""

    capability: ClassVar[dict[str, str | None]] = {"GET": None, "POST": PUBLISHES}

    @extend_schema(operation_id="announcements", responses=page_of(AnnouncementSerializer))
    def get(self, request: Request) -> Response:
        pages = CursorPages()
        page = pages.paginate_queryset(announcements_on(clock.today()), request, view=self)
        return pages.get_paginated_response(AnnouncementSerializer(page, many=True).data)

    @extend_schema(
        operation_id="announcement_publish",
        request=AnnouncementSerializer,
        responses={201: ReachedSerializer},
    )
    def post(self, request: Request) -> Response:
        given = AnnouncementSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        reached = publish_announcement(**given.validated_data, actor=self.actor, now=clock.now())
        return Response({"stations": reached}, status=201)


class NotificationList(StationAPIView):
    """What the caller was told at this station, newest first."""

    capability: ClassVar[dict[str, str | None]] = {"GET": None}

    @extend_schema(operation_id="notifications", responses=page_of(NotificationSerializer))
    def get(self, request: Request) -> Response:
        pages = CursorPages()
        page = pages.paginate_queryset(notifications_for(self.actor), request, view=self)
        return pages.get_paginated_response(NotificationSerializer(page, many=True).data)


class NotificationRead(StationAPIView):
    """Marks one notification read."""

    capability: ClassVar[dict[str, str | None]] = {"POST": None}

    @extend_schema(operation_id="notification_read", request=None, responses={204: None})
    def post(self, _request: Request, notification_id: int) -> Response:
        row = get_notification(notification_id, actor=self.actor)
        mark_read(ids=[row.pk], actor=self.actor, now=clock.now())
        return Response(status=204)


class AllNotificationsRead(StationAPIView):
    """Marks everything read."""

    capability: ClassVar[dict[str, str | None]] = {"POST": None}

    @extend_schema(
        operation_id="notifications_read", request=None, responses={200: ChangedSerializer}
    )
    def post(self, _request: Request) -> Response:
        return Response({"changed": mark_all_read(actor=self.actor, now=clock.now())})
