"""Endpoints of means checks: the same acts as on the pages, by the same services."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import CursorPages, StationAPIView, page_of
from bangfu.kernel.media_types import WORKBOOK
from bangfu.ui.answers import as_file
from tenant_apps.reviews import services
from tenant_apps.reviews.models import MeansState
from tenant_apps.reviews.selectors import batches_of, checks_matching, get_batch, get_check
from tenant_apps.reviews.serializers_means import (
    AnswersRequest,
    BatchRow,
    CheckDetail,
    CheckRow,
    IntakeAnswer,
    IntakeRequest,
    ListReason,
    SendRequest,
    SettleRequest,
    check_detail,
    check_row,
    intake_answer,
)
from tenant_apps.reviews.services import ItemAnswer


class _LatestFirst(CursorPages):
    ordering = "-prepared_at"


class _ListsLatestFirst(CursorPages):
    ordering = "-made_at"


class ChecksView(StationAPIView):
    """The means checks of the station."""

    capability = {"GET": "review.view"}

    @extend_schema(
        operation_id="means_checks_list",
        parameters=[OpenApiParameter("state", str, enum=MeansState.values)],
        responses=page_of(CheckRow),
    )
    def get(self, request: Request) -> Response:
        """List the means checks, the latest first."""
        state = request.query_params.get("state", "")
        found = checks_matching(state=state if state in MeansState.values else "", actor=self.actor)
        pages = _LatestFirst()
        page = pages.paginate_queryset(found, request, view=self) or []
        return pages.get_paginated_response([check_row(one) for one in page])


class CheckView(StationAPIView):
    """One means check with what was declared and found."""

    capability = {"GET": "review.decide"}

    @extend_schema(operation_id="means_checks_read", responses=CheckDetail)
    def get(self, _request: Request, check_id: UUID) -> Response:
        """Read a check, its values opened; that somebody looked is noted."""
        return _opened(self, check_id)


class SendView(StationAPIView):
    """Send request lists."""

    capability = {"POST": "file.export"}

    @extend_schema(operation_id="means_lists_send", request=SendRequest, responses={201: BatchRow})
    def post(self, request: Request) -> Response:
        """Put the requests that wait, or those chosen, on one numbered list for the outside unit.

        Asks for the rights to decide, to export and to reveal.
        """
        given = SendRequest(data=request.data)
        given.is_valid(raise_exception=True)
        batch = services.send_checks(
            given.validated_data["ids"] or None,
            unit=given.validated_data["unit"],
            reason=given.validated_data["reason"],
            actor=self.actor,
            now=clock.now(),
        )
        return Response(BatchRow(batch).data, status=201)


class BatchesView(StationAPIView):
    """The request lists that were sent."""

    capability = {"GET": "review.view"}

    @extend_schema(operation_id="means_lists_list", responses=page_of(BatchRow))
    def get(self, request: Request) -> Response:
        """List the request lists, newest first."""
        pages = _ListsLatestFirst()
        page = pages.paginate_queryset(batches_of(self.actor), request, view=self)
        return pages.get_paginated_response(BatchRow(page, many=True).data)


class BatchWorkbookView(StationAPIView):
    """One request list as a workbook."""

    capability = {"POST": "file.export"}

    @extend_schema(
        operation_id="means_lists_workbook",
        request=ListReason,
        responses={(200, WORKBOOK): OpenApiTypes.BINARY},
    )
    def post(self, request: Request, batch_id: UUID) -> HttpResponse:
        """Draw the list, names and numbers in the clear, for a reason that is noted."""
        given = ListReason(data=request.data)
        given.is_valid(raise_exception=True)
        content = services.batch_workbook(
            batch_id,
            reason=given.validated_data["reason"],
            actor=self.actor,
            now=clock.now(),
        )
        return as_file(
            content,
            name=f"{get_batch(batch_id, actor=self.actor).number}.xlsx",
            media_type=WORKBOOK,
        )


class IntakeView(StationAPIView):
    """Take in a list that came back."""

    capability = {"POST": "review.decide"}
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="means_answers_take_in",
        request={"multipart/form-data": IntakeRequest},
        responses=IntakeAnswer,
    )
    def post(self, request: Request) -> Response:
        """Take in the rows one by one; a wrong row is answered with its problems and stops no other."""
        given = IntakeRequest(data=request.data)
        given.is_valid(raise_exception=True)
        upload = given.validated_data["file"]
        intake = services.take_in_answers(
            upload.read(), filename=upload.name or "", actor=self.actor, now=clock.now()
        )
        return Response(intake_answer(intake))


class AnswerView(StationAPIView):
    """Note by hand what the outside unit said."""

    capability = {"POST": "review.decide"}

    @extend_schema(
        operation_id="means_checks_answer", request=AnswersRequest, responses=CheckDetail
    )
    def post(self, request: Request, check_id: UUID) -> Response:
        """Note items; those left out are not back yet."""
        given = AnswersRequest(data=request.data)
        given.is_valid(raise_exception=True)
        services.record_answer(
            check_id,
            {
                one["kind"]: ItemAnswer(found=one["found"], result=one["result"])
                for one in given.validated_data["items"]
            },
            answered_on=given.validated_data.get("answered_on") or clock.today(),
            actor=self.actor,
            now=clock.now(),
        )
        return _opened(self, check_id)


class SettleView(StationAPIView):
    """Settle a conflict."""

    capability = {"POST": "review.decide"}

    @extend_schema(operation_id="means_checks_settle", request=SettleRequest, responses=CheckDetail)
    def post(self, request: Request, check_id: UUID) -> Response:
        """Say what follows from the conflict of one item; a reason is needed."""
        given = SettleRequest(data=request.data)
        given.is_valid(raise_exception=True)
        services.settle_item(
            check_id,
            given.validated_data["item"],
            verdict=given.validated_data["verdict"],
            reason=given.validated_data["reason"],
            actor=self.actor,
            now=clock.now(),
        )
        return _opened(self, check_id)


class ReviewCheckView(StationAPIView):
    """The means check of a review."""

    capability = {"POST": "review.decide"}

    @extend_schema(operation_id="reviews_request_check", request=None, responses={201: CheckRow})
    def post(self, _request: Request, review_id: UUID) -> Response:
        """Ask for a means check of the household; it goes out with the next list."""
        check = services.request_check(review_id, actor=self.actor, now=clock.now())
        return Response(check_row(check), status=201)


def _opened(view: StationAPIView, check_id: UUID) -> Response:
    check = get_check(check_id, actor=view.actor)
    items = services.look_at_items(check, actor=view.actor, now=clock.now())
    return Response(check_detail(check, items))
