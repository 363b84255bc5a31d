"""Endpoints of re-checks and exits at the centre: the same acts as on the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import CursorPages, StationAPIView, page_of
from tenant_apps.households.life_schemas import OutcomeRow, ReasonRequest, outcome_rows
from tenant_apps.reviews.life import services
from tenant_apps.reviews.life.selectors import TABS, LifeSearch, life_matching
from tenant_apps.reviews.models import Review


class LifeRow(serializers.Serializer[Any]):
    """A re-check or exit that was sent up."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    state = serializers.CharField()
    file_no = serializers.CharField()
    name = serializers.CharField()
    home = serializers.CharField()
    tier = serializers.CharField()
    received_at = serializers.DateTimeField()


class LifeAnswer(LifeRow):
    """One of them with what was found and proposed."""

    recheck = serializers.DictField()


class OpinionRequest(serializers.Serializer[Any]):
    """What is said with it; may be left out."""

    opinion = serializers.CharField(default="", allow_blank=True, max_length=500)


class WordsRequest(serializers.Serializer[Any]):
    """The reason that the public reads; may be left out."""

    reason = serializers.CharField(default="", allow_blank=True, max_length=300)


class AnswerRequest(serializers.Serializer[Any]):
    """The answer to an objection."""

    answer = serializers.CharField(max_length=2000)


class ManyRequest(serializers.Serializer[Any]):
    """Which re-checks are decided at once."""

    reviews = serializers.ListField(child=serializers.UUIDField(), max_length=500)
    opinion = serializers.CharField(default="", allow_blank=True, max_length=500)


def life_row(review: Review) -> dict[str, Any]:
    """Give a re-check or exit as the API answers it."""
    return {
        "id": str(review.pk),
        "kind": review.kind,
        "state": review.state,
        "file_no": review.file_no,
        "name": review.head_name,
        "home": review.home_code,
        "tier": review.tier,
        "received_at": review.received_at,
    }


class _Life(StationAPIView):
    capability = {"POST": "review.decide"}

    def said(self, request: Request, of: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        return {**self.read(of, request.data), **self.edge}


class LivesView(_Life):
    """The re-checks and exits that were sent up."""

    capability = {"GET": "review.view", "POST": "review.decide"}

    @extend_schema(
        operation_id="life_list",
        parameters=[
            OpenApiParameter("tab", str, enum=list(TABS)),
            OpenApiParameter("kind", str, enum=["recheck", "exit"]),
            OpenApiParameter("home", str),
            OpenApiParameter("cursor", str),
        ],
        responses=page_of(LifeRow),
    )
    def get(self, request: Request) -> Response:
        """List them, newest first."""
        query = request.query_params
        tab = query.get("tab", "todo")
        search = LifeSearch(
            tab=tab if tab in TABS else "todo",
            kind=query.get("kind", ""),
            home_code=query.get("home", ""),
        )
        pages = CursorPages()
        pages.ordering = "-received_at"
        rows = life_matching(search, actor=self.actor)
        found = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response([life_row(one) for one in found])

    @extend_schema(
        operation_id="life_continue_many", request=ManyRequest, responses=OutcomeRow(many=True)
    )
    def post(self, request: Request) -> Response:
        """Decide that several households stay on file, each on its own."""
        said = self.said(request, ManyRequest)
        return Response(outcome_rows(services.continue_many(said.pop("reviews"), **said)))


class LifeView(_Life):
    """One re-check or exit."""

    capability = {"GET": "review.view"}

    @extend_schema(operation_id="life_read", responses=LifeAnswer)
    def get(self, _request: Request, review_id: UUID) -> Response:
        """Read what was found and proposed; that somebody looked is noted."""
        review, dossier = services.look_at_life(review_id, actor=self.actor, now=clock.now())
        return Response({**life_row(review), "recheck": dossier["recheck"]})


class ContinueView(_Life):
    """Let a household stay on file."""

    @extend_schema(operation_id="life_continue", request=OpinionRequest, responses=LifeRow)
    def post(self, request: Request, review_id: UUID) -> Response:
        """Decide that it stays; its tier follows the line in force."""
        said = self.said(request, OpinionRequest)
        return Response(life_row(services.continue_on_file(review_id, **said)))


class AgreeExitView(_Life):
    """Agree to an exit."""

    @extend_schema(operation_id="life_agree_exit", request=WordsRequest, responses=LifeRow)
    def post(self, request: Request, review_id: UUID) -> Response:
        """Publish it, or send it to the head where no notice is asked."""
        said = self.said(request, WordsRequest)
        return Response(life_row(services.agree_exit(review_id, **said)))


class ReturnLifeView(_Life):
    """Give it back."""

    @extend_schema(operation_id="life_return", request=ReasonRequest, responses=LifeRow)
    def post(self, request: Request, review_id: UUID) -> Response:
        """Give it back with a reason."""
        said = self.said(request, ReasonRequest)
        return Response(life_row(services.return_life(review_id, **said)))


class AnswerView(_Life):
    """Answer what was objected to an exit."""

    @extend_schema(operation_id="life_answer_objection", request=AnswerRequest, responses=LifeRow)
    def post(self, request: Request, review_id: UUID) -> Response:
        """Answer it where it does not hold; the days go on."""
        said = self.said(request, AnswerRequest)
        return Response(life_row(services.answer_exit_objection(review_id, **said)))


class ConfirmExitView(_Life):
    """Confirm an exit."""

    capability = {"POST": "review.approve"}

    @extend_schema(operation_id="life_confirm_exit", request=OpinionRequest, responses=LifeRow)
    def post(self, request: Request, review_id: UUID) -> Response:
        """Confirm it: the home station closes the file."""
        said = self.said(request, OpinionRequest)
        return Response(life_row(services.confirm_exit(review_id, **said)))


class StopExitView(_Life):
    """Decide against an exit."""

    @extend_schema(operation_id="life_stop_exit", request=ReasonRequest, responses=LifeRow)
    def post(self, request: Request, review_id: UUID) -> Response:
        """Decide against it with a reason: the household stays on file."""
        said = self.said(request, ReasonRequest)
        return Response(life_row(services.stop_exit(review_id, **said)))
