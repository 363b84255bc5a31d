"""Endpoints of messages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import CursorPages, StationAPIView, page_of
from shared_apps.exchange import services
from shared_apps.exchange.models import Message, MessageState, Wish
from shared_apps.exchange.selectors import BOXES, MessageSearch, get_message, messages_matching


class MessageRow(serializers.ModelSerializer[Message]):
    """A message and where it stands; its content stays between the two stations."""

    sender = serializers.CharField(source="sender.code")
    recipient = serializers.CharField(source="recipient.code")

    class Meta:
        model = Message
        fields = [
            "id",
            "kind",
            "stream",
            "seq",
            "sender",
            "recipient",
            "state",
            "attempts",
            "next_at",
            "last_error",
            "posted_at",
            "done_at",
            "wish",
            "wish_reason",
            "wished_by_name",
        ]


class WishRequest(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(default="", allow_blank=True)


class _NewestFirst(CursorPages):
    """Keys of messages derive from what they say, so they are ordered by when they were posted."""

    ordering = "-posted_at"


class MessagesView(StationAPIView):
    """The messages of the station."""

    capability = {"GET": "message.view"}

    @extend_schema(
        operation_id="messages_list",
        parameters=[
            OpenApiParameter("box", str, enum=BOXES),
            OpenApiParameter("state", str, enum=MessageState.values),
            OpenApiParameter("stream", str),
        ],
        responses=page_of(MessageRow),
    )
    def get(self, request: Request) -> Response:
        """List messages, newest first, by cursor."""
        query = request.query_params
        search = MessageSearch(
            box=query.get("box", "all"),
            state=query.get("state", ""),
            stream=query.get("stream", ""),
        )
        pages = _NewestFirst()
        found = messages_matching(search, actor=self.actor)
        page = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response(MessageRow(page, many=True).data)


class MessageView(StationAPIView):
    """One message."""

    capability = {"GET": "message.view"}

    @extend_schema(operation_id="messages_read", responses=MessageRow)
    def get(self, _request: Request, message_id: UUID) -> Response:
        """Read where a message stands."""
        return Response(MessageRow(get_message(message_id, actor=self.actor)).data)


class _WishView(StationAPIView):
    capability = {"POST": "message.operate"}
    wish: Wish

    def ask(self, request: Request, message_id: UUID) -> Response:
        given = WishRequest(data=request.data or {})
        given.is_valid(raise_exception=True)
        services.ask_for(
            message_id,
            wish=self.wish,
            reason=given.validated_data["reason"],
            actor=self.actor,
            now=clock.now(),
        )
        return Response(MessageRow(get_message(message_id, actor=self.actor)).data)


class ReplayView(_WishView):
    """Ask that a parked message be sent again."""

    wish = Wish.REPLAY

    @extend_schema(operation_id="messages_replay", request=WishRequest, responses=MessageRow)
    def post(self, request: Request, message_id: UUID) -> Response:
        """Ask; another person confirms."""
        return self.ask(request, message_id)


class DiscardView(_WishView):
    """Ask that a parked message be discarded."""

    wish = Wish.DISCARD

    @extend_schema(operation_id="messages_discard", request=WishRequest, responses=MessageRow)
    def post(self, request: Request, message_id: UUID) -> Response:
        """Ask; another person confirms."""
        return self.ask(request, message_id)


class ConfirmView(StationAPIView):
    """Confirm what another person asked for."""

    capability = {"POST": "message.operate"}

    @extend_schema(operation_id="messages_confirm", request=None, responses=MessageRow)
    def post(self, _request: Request, message_id: UUID) -> Response:
        """Do it; refused with `second-person-needed` for whoever asked."""
        services.confirm_wish(message_id, actor=self.actor, now=clock.now())
        return Response(MessageRow(get_message(message_id, actor=self.actor)).data)
