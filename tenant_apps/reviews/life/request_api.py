"""Endpoints of the exits that a centre starts itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import CursorPages, StationAPIView, page_of
from tenant_apps.households.life_schemas import FindingsRequest, ReasonRequest
from tenant_apps.households.services.findings import EXIT, Findings
from tenant_apps.reviews.life import asking
from tenant_apps.reviews.life.models import ExitRequest, ExitSource


class ExitAskRequest(FindingsRequest):
    """Of which file it is asked that it leaves, from where this is known, and what is proposed."""

    file_no = serializers.CharField(max_length=32)
    source = serializers.ChoiceField(choices=ExitSource.choices)  # type: ignore[assignment]


class ExitRequestRow(serializers.Serializer[Any]):
    """An exit this station asked for, and what became of it."""

    id = serializers.UUIDField()
    file_no = serializers.CharField()
    holder = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    exit_kind = serializers.CharField()
    exit_reason = serializers.CharField()
    state = serializers.CharField()
    answer = serializers.CharField()
    asked_at = serializers.DateTimeField()
    asked_by = serializers.CharField()


def request_row(one: ExitRequest) -> dict[str, Any]:
    """Give an exit that was asked for as the API answers it."""
    return {
        "id": str(one.pk),
        "file_no": one.file_no,
        "holder": one.holder_name,
        "source": one.source,
        "exit_kind": one.exit_kind,
        "exit_reason": one.exit_reason,
        "state": one.state,
        "answer": one.answer,
        "asked_at": one.asked_at,
        "asked_by": one.asked_by,
    }


class ExitRequestsView(StationAPIView):
    """The exits this station asked for."""

    capability = {"GET": "review.view", "POST": "review.decide"}

    @extend_schema(
        operation_id="exit_requests_list",
        parameters=[OpenApiParameter("state", str), OpenApiParameter("cursor", str)],
        responses=page_of(ExitRequestRow),
    )
    def get(self, request: Request) -> Response:
        """List them, newest first; `open` are those not over."""
        pages = CursorPages()
        pages.ordering = "-asked_at"
        rows = asking.requests_of(self.actor, state=request.query_params.get("state", ""))
        found = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response([request_row(one) for one in found])

    @extend_schema(
        operation_id="exit_requests_ask", request=ExitAskRequest, responses={201: ExitRequestRow}
    )
    def post(self, request: Request) -> Response:
        """Ask that a household at or below this station leaves; its station takes it up."""
        given = ExitAskRequest(data=request.data or {})
        given.is_valid(raise_exception=True)
        said = given.validated_data
        asked = asking.ask_exit(
            file_no=said["file_no"],
            source=said["source"],
            findings=Findings(
                text=said["findings"],
                proposal=EXIT,
                exit_kind=said["exit_kind"],
                exit_reason=said["exit_reason"],
                incomes_fen=[int(one * 100) for one in said["incomes"]],
                is_cause_gone=said["is_cause_gone"],
            ),
            actor=self.actor,
            now=clock.now(),
        )
        return Response(request_row(asked), status=201)


class WithdrawExitView(StationAPIView):
    """An exit that is taken back."""

    capability = {"POST": "review.decide"}

    @extend_schema(
        operation_id="exit_requests_withdraw", request=ReasonRequest, responses=ExitRequestRow
    )
    def post(self, request: Request, request_id: UUID) -> Response:
        """Take it back with a reason, unless it is over."""
        asking.get_request(request_id, actor=self.actor)
        given = ReasonRequest(data=request.data or {})
        given.is_valid(raise_exception=True)
        taken_back = asking.withdraw_exit(
            request_id, reason=given.validated_data["reason"], actor=self.actor, now=clock.now()
        )
        return Response(request_row(taken_back))
