"""Endpoints of suspected duplicates."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import CursorPages, StationAPIView, page_of
from shared_apps.register import services
from shared_apps.register.models import Answer, CasePart, CaseState, DuplicateCase, Verdict
from shared_apps.register.selectors import cases_in_sight, get_case


class CasePartRow(serializers.ModelSerializer[CasePart]):
    """One file of a case: its station and number, and what its station says of it."""

    station = serializers.CharField(source="station.code")
    station_name = serializers.CharField(source="station.name")

    class Meta:
        model = CasePart
        fields = [
            "subject",
            "station",
            "station_name",
            "file_no",
            "roles",
            "state",
            "answer",
            "answer_text",
            "answered_by",
            "answered_at",
        ]


class CaseRow(serializers.ModelSerializer[DuplicateCase]):
    """A case and its files."""

    overseer = serializers.CharField(source="overseer.code")
    parts = CasePartRow(many=True)

    class Meta:
        model = DuplicateCase
        fields = [
            "id",
            "state",
            "overseer",
            "signals",
            "verdict",
            "kept_subject",
            "reason",
            "decided_by",
            "decided_at",
            "opened_at",
            "changed_at",
            "parts",
        ]


class AnswerRequest(serializers.Serializer[Any]):
    """What a station says of its own file."""

    answer = serializers.ChoiceField(choices=Answer.choices)
    text = serializers.CharField(default="", allow_blank=True, max_length=500)


class QuestionRequest(serializers.Serializer[Any]):
    """What another station is asked."""

    question = serializers.CharField(max_length=500)


class VerdictRequest(serializers.Serializer[Any]):
    """What was found; `kept_subject` names the file that stays."""

    verdict = serializers.ChoiceField(choices=Verdict.choices)
    reason = serializers.CharField(max_length=500)
    kept_subject = serializers.UUIDField(default=None, allow_null=True)


class ReasonRequest(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=500)


class _CaseView(StationAPIView):
    capability = {"POST": "duplicate.decide"}

    def answered(self, case_id: UUID) -> Response:
        return Response(CaseRow(get_case(case_id, actor=self.actor)).data)


class CasesView(StationAPIView):
    """The cases of the station: it holds a file of each, or decides it."""

    capability = {"GET": "duplicate.view"}

    @extend_schema(
        operation_id="duplicates_list",
        parameters=[OpenApiParameter("state", str, enum=CaseState.values)],
        responses=page_of(CaseRow),
    )
    def get(self, request: Request) -> Response:
        """List cases, newest first."""
        state = request.query_params.get("state", "")
        cases = cases_in_sight(state=state if state in CaseState.values else "").order_by("-id")
        pages = CursorPages()
        page = pages.paginate_queryset(cases, request, view=self)
        return pages.get_paginated_response(CaseRow(page, many=True).data)


class CaseView(_CaseView):
    """One case."""

    capability = {"GET": "duplicate.view"}

    @extend_schema(operation_id="duplicates_get", responses=CaseRow)
    def get(self, _request: Request, case_id: UUID) -> Response:
        """Read a case."""
        return self.answered(case_id)


class AnswerView(_CaseView):
    """The answer of a station about its own file."""

    @extend_schema(operation_id="duplicates_answer", request=AnswerRequest, responses=CaseRow)
    def post(self, request: Request, case_id: UUID, subject: UUID) -> Response:
        """Say how an own file stands; the others are told."""
        given = AnswerRequest(data=request.data)
        given.is_valid(raise_exception=True)
        services.answer_case(
            case_id, subject=subject, **given.validated_data, actor=self.actor, now=clock.now()
        )
        return self.answered(case_id)


class AskView(_CaseView):
    """A question to the station of another file."""

    @extend_schema(operation_id="duplicates_ask", request=QuestionRequest, responses=CaseRow)
    def post(self, request: Request, case_id: UUID, subject: UUID) -> Response:
        """Ask the station to look again; it is told by a message."""
        given = QuestionRequest(data=request.data)
        given.is_valid(raise_exception=True)
        services.ask_station(
            case_id, subject=subject, **given.validated_data, actor=self.actor, now=clock.now()
        )
        return self.answered(case_id)


class DecideView(_CaseView):
    """The verdict of the common station."""

    @extend_schema(operation_id="duplicates_decide", request=VerdictRequest, responses=CaseRow)
    def post(self, request: Request, case_id: UUID) -> Response:
        """Settle a case; refused with `not-the-overseer` at another station."""
        given = VerdictRequest(data=request.data)
        given.is_valid(raise_exception=True)
        finding = services.Finding(**given.validated_data)
        services.decide_case(case_id, finding, actor=self.actor, now=clock.now())
        return self.answered(case_id)


class UndoView(_CaseView):
    """A verdict taken back."""

    @extend_schema(operation_id="duplicates_undo", request=ReasonRequest, responses=CaseRow)
    def post(self, request: Request, case_id: UUID) -> Response:
        """Open a settled case again, with a `reason`."""
        given = ReasonRequest(data=request.data)
        given.is_valid(raise_exception=True)
        services.undo_verdict(case_id, **given.validated_data, actor=self.actor, now=clock.now())
        return self.answered(case_id)
