"""Endpoints of payouts: the same acts as on the pages, by the same services."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel.api import CursorPages, StationAPIView, page_of
from bangfu.kernel.errors import NotFound
from bangfu.kernel.media_types import BYTES, WORKBOOK
from bangfu.ui.answers import as_file
from tenant_apps.payouts import services
from tenant_apps.payouts.bankfile import LARGEST_BYTES, layout_of
from tenant_apps.payouts.models import BatchState
from tenant_apps.payouts.selectors import (
    BatchSearch,
    batches,
    get_batch,
    get_line,
    lines_of,
)
from tenant_apps.payouts.serializers import (
    STEPS,
    AnswerRequest,
    BatchRequest,
    BatchRow,
    BatchWhole,
    DropRequest,
    LineRow,
    NationalEntryRequest,
    ReceiptRequest,
    StepRequest,
)

_ACTS: dict[str, Callable[..., object]] = {
    "freeze": services.freeze_batch,
    "check": services.check_batch,
    "audit": services.audit_batch,
    "approve": services.approve_batch,
    "send": services.send_batch,
    "return": services.return_batch,
    "void": services.void_batch,
    "reconcile": services.reconcile_batch,
    "close": services.close_batch,
    "waive_ask": services.ask_waiver,
    "waive_agree": services.agree_waiver,
    "waive_refuse": services.refuse_waiver,
}
_WITH_REASON = frozenset({"return", "void", "waive_ask", "waive_refuse"})


class BatchesView(StationAPIView):
    """The batches of the station."""

    capability = {"GET": "payout.view", "POST": "payout.prepare"}

    @extend_schema(
        operation_id="payouts_list",
        parameters=[
            OpenApiParameter("words", str, description="In the number or the title"),
            OpenApiParameter("state", str),
        ],
        responses=page_of(BatchRow),
    )
    def get(self, request: Request) -> Response:
        """List the batches, newest first, by cursor."""
        query = request.query_params
        search = BatchSearch(words=query.get("words", ""), state=query.get("state", ""))
        pages = CursorPages()
        rows = batches(search, actor=self.actor)
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(BatchRow(page, many=True).data)

    @extend_schema(
        operation_id="payouts_prepare",
        request=BatchRequest,
        responses={201: BatchWhole, 202: BatchWhole},
    )
    def post(self, request: Request) -> Response:
        """Put approved applications of one fund into a new batch; all or none.

        202 where a worker goes on with it: its state is `preparing`, then `draft`, or `void` with the problems.
        """
        given = self.read(BatchRequest, request.data)
        batch = services.prepare_batch(given.pop("application_ids"), **given, **self.edge)
        status = 202 if batch.state == BatchState.PREPARING else 201
        return Response(BatchWhole(batch).data, status=status)


class BatchView(StationAPIView):
    """One batch."""

    capability = {"GET": "payout.view"}

    @extend_schema(operation_id="payouts_one", responses=BatchWhole)
    def get(self, _request: Request, batch_id: UUID) -> Response:
        """Give a batch with what the bank said."""
        return Response(BatchWhole(get_batch(batch_id, actor=self.actor)).data)


class LinesView(StationAPIView):
    """The lines of a batch."""

    capability = {"GET": "payout.view"}

    @extend_schema(
        operation_id="payouts_lines",
        parameters=[OpenApiParameter("state", str), OpenApiParameter("words", str)],
        responses=page_of(LineRow),
    )
    def get(self, request: Request, batch_id: UUID) -> Response:
        """List the lines of a batch by cursor."""
        batch = get_batch(batch_id, actor=self.actor)
        query = request.query_params
        pages = CursorPages()
        rows = lines_of(batch, state=query.get("state", ""), words=query.get("words", ""))
        page = pages.paginate_queryset(rows.order_by("-id"), request, view=self)
        return pages.get_paginated_response(LineRow(page, many=True).data)


class ActView(StationAPIView):
    """The steps of a batch."""

    capability = {"POST": "payout.view"}

    @extend_schema(
        operation_id="payouts_act",
        parameters=[
            OpenApiParameter("action", str, OpenApiParameter.PATH, enum=STEPS),
        ],
        request=StepRequest,
        responses={200: BatchWhole, 202: BatchWhole},
    )
    def post(self, request: Request, batch_id: UUID, action: str) -> Response:
        """Take one step: four people sign, finance hands it to the bank, the supervisor compares.

        202 where a worker goes on with giving a large batch up: it is `giving_up`, then `void` or `returned`.
        """
        get_batch(batch_id, actor=self.actor)
        act = _ACTS.get(action)
        if act is None:
            raise NotFound
        reason = self.read(StepRequest, request.data).get("reason", "")
        more = {"reason": reason} if action in _WITH_REASON else {}
        act(batch_id, **more, **self.edge)
        batch = get_batch(batch_id, actor=self.actor)
        status = 202 if batch.state == BatchState.GIVING_UP else 200
        return Response(BatchWhole(batch).data, status=status)


class NationalEntryView(StationAPIView):
    """The entry of a batch in the union's national system."""

    capability = {"POST": "payout.send"}

    @extend_schema(
        operation_id="payouts_nat_entry", request=NationalEntryRequest, responses=BatchWhole
    )
    def post(self, request: Request, batch_id: UUID) -> Response:
        """Note on which day the payments of the batch were entered there; again, it is corrected."""
        given = self.read(NationalEntryRequest, request.data)
        batch = services.enter_nationally(batch_id, **given, **self.edge)
        return Response(BatchWhole(batch).data)


class DropView(StationAPIView):
    """Taking one payee out of a batch."""

    capability = {"POST": "payout.prepare"}

    @extend_schema(operation_id="payouts_drop", request=DropRequest, responses=BatchWhole)
    def post(self, request: Request, batch_id: UUID) -> Response:
        """Take one payee out of a batch that is not frozen."""
        given = self.read(DropRequest, request.data)
        batch = services.drop_line(batch_id, given.pop("line_id"), **given, **self.edge)
        return Response(BatchWhole(batch).data)


class FileView(StationAPIView):
    """The file for the bank."""

    capability = {"POST": "payout.send"}

    @extend_schema(
        operation_id="payouts_file",
        request=None,
        responses={(200, BYTES): OpenApiTypes.BINARY},
    )
    def post(self, _request: Request, batch_id: UUID) -> HttpResponse:
        """Give the signed bytes, with all cards; each time is noted."""
        batch, data = services.take_bank_file(batch_id, **self.edge)
        name = f"{batch.number}.{layout_of(batch.layout).suffix}"
        return as_file(data, name=name, media_type=BYTES)


class AnswerView(StationAPIView):
    """The return file of the bank."""

    capability = {"POST": "payout.send"}
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="payouts_answer",
        request={"multipart/form-data": AnswerRequest},
        responses={200: BatchWhole, 202: BatchWhole},
    )
    def post(self, request: Request, batch_id: UUID) -> Response:
        """Take a return file, whole or not at all; 202 where it waits for the bank's own statement."""
        given = self.read(AnswerRequest, request.data)
        get_batch(batch_id, actor=self.actor)
        data = given["file"].read(LARGEST_BYTES + 1)
        batch = services.receive_answer(batch_id, data, **self.edge)
        return Response(BatchWhole(batch).data, status=202 if batch.waits else 200)


class DropAnswerView(StationAPIView):
    """A return file that waits and was the wrong one."""

    capability = {"POST": "payout.send"}

    @extend_schema(operation_id="payouts_drop_answer", request=StepRequest, responses=BatchWhole)
    def post(self, request: Request, batch_id: UUID) -> Response:
        """Take it back, with a reason, before it is used; another can then be brought."""
        reason = self.read(StepRequest, request.data).get("reason", "")
        get_batch(batch_id, actor=self.actor)
        batch = services.drop_answer(batch_id, reason=reason, **self.edge)
        return Response(BatchWhole(batch).data)


class SummaryView(StationAPIView):
    """The summary by name of a batch (实名制汇总表)."""

    capability = {"POST": "fund.export"}

    @extend_schema(
        operation_id="payouts_summary",
        request=None,
        responses={(200, WORKBOOK): OpenApiTypes.BINARY},
    )
    def post(self, _request: Request, batch_id: UUID) -> HttpResponse:
        """Give who got what, on which day and who signed, as a workbook; each time is noted."""
        get_batch(batch_id, actor=self.actor)
        batch, data = services.export_summary(batch_id, **self.edge)
        return as_file(data, name=f"{batch.number}.xlsx", media_type=WORKBOOK)


class NotHandedOverView(StationAPIView):
    """Cash that did not reach its payee."""

    capability = {"POST": "payout.receipt"}

    @extend_schema(operation_id="payouts_not_handed_over", request=StepRequest, responses=LineRow)
    def post(self, request: Request, line_id: UUID) -> Response:
        """Note that the cash of one payment could not be handed over, with the reason."""
        reason = self.read(StepRequest, request.data).get("reason", "")
        get_line(line_id, actor=self.actor)
        services.not_handed_over(line_id, reason=reason, **self.edge)
        return Response(LineRow(get_line(line_id, actor=self.actor)).data)


class ReceiptView(StationAPIView):
    """Who signed for a payment."""

    capability = {"POST": "payout.receipt"}
    parser_classes = [MultiPartParser, FormParser, JSONParser]

    @extend_schema(operation_id="payouts_sign", request=ReceiptRequest, responses=LineRow)
    def post(self, request: Request, line_id: UUID) -> Response:
        """Keep one signature for one payment; the head alone takes one of another person, on the page."""
        given = self.read(ReceiptRequest, request.data)
        get_line(line_id, actor=self.actor)
        proxy = None
        if given.get("name"):
            proxy = services.Proxy(
                name=given["name"], relation=given.get("relation", ""),
                reason=given.get("reason", ""), power=given.get("power"),
            )  # fmt: skip
        more = {"proxy": proxy, "photo": given.get("photo"), **self.edge}
        if given.get("scan") is not None:
            services.sign_on_paper(line_id, scan=given["scan"], **more)
        else:
            services.sign_on_screen(line_id, drawn=given.get("signature", ""), **more)
        return Response(LineRow(get_line(line_id, actor=self.actor)).data)
