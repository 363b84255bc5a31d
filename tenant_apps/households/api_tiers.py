"""Endpoints of tiers: why a file is in its tier, and the files whose tier waits to be computed anew."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import CursorPages, StationAPIView, page_of
from tenant_apps.households.models import RetierItem
from tenant_apps.households.rules import explain
from tenant_apps.households.selectors import get_file, rule_sources
from tenant_apps.households.services.retiering import (
    AT_ONCE,
    ask_to_confirm,
    confirm_retiers,
    waiting_items,
)


class StepOfExplanation(serializers.Serializer[Any]):
    """One step: what it is about and the sentence."""

    name = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()


class SourceOfExplanation(serializers.Serializer[Any]):
    """One rule: what it says, who laid it down, by which document."""

    rule = serializers.CharField(source="label")
    value = serializers.CharField()
    scope = serializers.CharField()
    document = serializers.CharField()
    since = serializers.CharField()


class ExplanationAnswer(serializers.Serializer[Any]):
    """Why a file is in its tier; `conclusion` is empty while nothing was computed."""

    conclusion = serializers.CharField()
    steps = StepOfExplanation(many=True)
    sources = SourceOfExplanation(many=True)
    computation = serializers.JSONField()


class ExplanationView(StationAPIView):
    """Why a file is in its tier."""

    capability = "file.view"

    @extend_schema(operation_id="files_explanation", responses=ExplanationAnswer)
    def get(self, _request: Request, file_id: UUID) -> Response:
        """Answer the sentences, the rules with their documents, and the kept computation."""
        file = get_file(file_id, actor=self.actor)
        found = explain(file.computation, rule_sources(file.computation))
        answer = {
            "conclusion": found.conclusion if found else "",
            "steps": found.steps if found else [],
            "sources": found.sources if found else [],
            "computation": file.computation,
        }
        return Response(ExplanationAnswer(answer).data)


class RetierRow(serializers.Serializer[Any]):
    """One file that waits for its new tier."""

    id = serializers.UUIDField()
    file = serializers.UUIDField(source="file_id")
    file_no = serializers.CharField(source="file.file_no")
    change = serializers.UUIDField(source="change_id")
    state = serializers.CharField()
    tier_before = serializers.CharField()
    tier_after = serializers.CharField()
    net_month_fen = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class OldestFirst(CursorPages):
    """Pages of the work list."""

    ordering = "id"


class RetieringView(StationAPIView):
    """The files whose tier waits to be computed anew."""

    capability = "file.view"

    @extend_schema(operation_id="files_retiering", responses=page_of(RetierRow))
    def get(self, request: Request) -> Response:
        """List them, oldest first, page by page; an empty `tier_after` asks for a re-check."""
        pages = OldestFirst()
        rows = waiting_items().select_related("file")
        found: list[RetierItem] = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response(RetierRow(found, many=True).data)


class ConfirmRequest(serializers.Serializer[Any]):
    """Which rows to confirm; `every` stands for the whole list."""

    ids = serializers.ListField(child=serializers.UUIDField(), default=list, max_length=1000)
    every = serializers.BooleanField(default=False)


class ConfirmAnswer(serializers.Serializer[Any]):
    """How many files changed tier, and how many a worker confirms now."""

    changed = serializers.IntegerField()
    at_work = serializers.IntegerField()


class ConfirmView(StationAPIView):
    """Confirm new tiers."""

    capability = {"POST": "file.review"}

    @extend_schema(
        operation_id="files_retiering_confirm", request=ConfirmRequest, responses=ConfirmAnswer
    )
    def post(self, request: Request) -> Response:
        """Confirm a few at once; many, or all, are left to a worker."""
        given = ConfirmRequest(data=request.data)
        given.is_valid(raise_exception=True)
        ids: list[UUID] = given.validated_data["ids"]
        answer = {"changed": 0, "at_work": 0}
        if given.validated_data["every"] or len(ids) > AT_ONCE:
            every = given.validated_data["every"]
            answer["at_work"] = ask_to_confirm(
                None if every else ids, actor=self.actor, now=clock.now()
            )
        else:
            answer["changed"] = confirm_retiers(ids, actor=self.actor, now=clock.now())
        return Response(answer)
