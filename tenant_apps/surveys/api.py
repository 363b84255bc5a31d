"""Endpoints of the samples."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel.api import CursorPages, StationAPIView, page_of
from tenant_apps.surveys import services
from tenant_apps.surveys.orders import get_order, own_orders, parts_of, progress_of
from tenant_apps.surveys.selectors import (
    drawn_of,
    get_sample,
    own_samples,
    proof_of,
    samples_below,
)
from tenant_apps.surveys.serializers import (
    AnswerRequest,
    DrawnView,
    DrawRequest,
    OrderDetail,
    OrderRequest,
    OrdersView,
    OrderView,
    SampleDetail,
    SamplesView,
    SampleView,
    VoidRequest,
)


class SamplesEndpoint(StationAPIView):
    """The samples of a station."""

    capability = {"GET": "file.view", "POST": "report.fill"}

    @extend_schema(operation_id="surveys_samples", responses=SamplesView)
    def get(self, request: Request) -> Response:
        """List the samples of this station, and those of the stations below in numbers alone."""
        rows = {"own": own_samples().select_related("station"), "below": samples_below()}
        return Response(SamplesView(rows).data)

    @extend_schema(
        operation_id="surveys_draw_sample", request=DrawRequest, responses={201: SampleView}
    )
    def post(self, request: Request) -> Response:
        """Draw a sample among the households aided in a year."""
        sample = services.draw_sample(**self.read(DrawRequest, request.data), **self.edge)
        return Response(SampleView(sample).data, status=201)


class SampleEndpoint(StationAPIView):
    """One sample."""

    capability = {"GET": "file.view"}

    @extend_schema(operation_id="surveys_sample", responses=SampleDetail)
    def get(self, request: Request, sample_id: UUID) -> Response:
        """Show a sample of this station, drawn once more with its seed."""
        sample = get_sample(sample_id, actor=self.actor)
        return Response(SampleDetail({"sample": sample, "is_proved": proof_of(sample)}).data)


class _InOrder(CursorPages):
    ordering = "place"


class DrawnEndpoint(StationAPIView):
    """Who was drawn."""

    capability = {"GET": "file.view"}

    @extend_schema(operation_id="surveys_drawn", responses=page_of(DrawnView))
    def get(self, request: Request, sample_id: UUID) -> Response:
        """List who was drawn in a sample of this station, by their keys, in the order in which they are called."""
        pages = _InOrder()
        rows = drawn_of(get_sample(sample_id, actor=self.actor))
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(DrawnView(page, many=True).data)


class OrdersEndpoint(StationAPIView):
    """The orders to draw that a station gave to its subtree."""

    capability = {"GET": "file.view", "POST": "report.review"}

    @extend_schema(operation_id="surveys_orders", responses=OrdersView)
    def get(self, request: Request) -> Response:
        """List the orders of this station, newest first."""
        return Response(OrdersView({"orders": own_orders()}).data)

    @extend_schema(
        operation_id="surveys_order_samples", request=OrderRequest, responses={201: OrderView}
    )
    def post(self, request: Request) -> Response:
        """Have this station and every station below it draw its own sample."""
        order = services.order_samples(**self.read(OrderRequest, request.data), **self.edge)
        return Response(OrderView(order).data, status=201)


class OrderEndpoint(StationAPIView):
    """One order to draw."""

    capability = {"GET": "file.view"}

    @extend_schema(operation_id="surveys_order", responses=OrderDetail)
    def get(self, request: Request, order_id: UUID) -> Response:
        """Show how far each station is with an order, in numbers alone."""
        order = get_order(order_id, actor=self.actor)
        parts = parts_of(order)
        told = {"order": order, "progress": progress_of(parts), "stations": parts}
        return Response(OrderDetail(told).data)


class TakeBackEndpoint(StationAPIView):
    """The end of an order."""

    capability = {"POST": "report.review"}

    @extend_schema(operation_id="surveys_take_back", request=VoidRequest, responses=OrderView)
    def post(self, request: Request, order_id: UUID) -> Response:
        """Take an order back: what nobody answered yet becomes void at each station."""
        given = self.read(VoidRequest, request.data)
        return Response(OrderView(services.take_back_order(order_id, **given, **self.edge)).data)


class AnswerEndpoint(StationAPIView):
    """The answer of a drawn household."""

    capability = {"POST": "report.fill"}

    @extend_schema(operation_id="surveys_answer", request=AnswerRequest, responses=DrawnView)
    def post(self, request: Request, drawn_id: UUID) -> Response:
        """Note what a drawn household said; what was noted before gives way."""
        given = self.read(AnswerRequest, request.data)
        return Response(DrawnView(services.note_answer(drawn_id, **given, **self.edge)).data)


class EraseRemarkEndpoint(StationAPIView):
    """The end of a remark."""

    capability = {"POST": "report.fill"}

    @extend_schema(operation_id="surveys_erase_remark", request=None, responses=DrawnView)
    def post(self, request: Request, drawn_id: UUID) -> Response:
        """Forget what a household said beside its answer; the answer stays."""
        return Response(DrawnView(services.erase_remark(drawn_id, **self.edge)).data)


class VoidEndpoint(StationAPIView):
    """The end of a sample that was drawn by mistake."""

    capability = {"POST": "report.fill"}

    @extend_schema(operation_id="surveys_void_sample", request=VoidRequest, responses=SampleView)
    def post(self, request: Request, sample_id: UUID) -> Response:
        """Make a sample void; its answers count no more."""
        given = self.read(VoidRequest, request.data)
        return Response(SampleView(services.void_sample(sample_id, **given, **self.edge)).data)
