"""Endpoints of the store: the same acts as on the pages, by the same services."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import SENT_AGAIN, CursorPages, StationAPIView, page_of
from tenant_apps.goods import services
from tenant_apps.goods.rules import LotDetails, Recipient
from tenant_apps.goods.selectors import (
    LotSearch,
    get_lot,
    issues,
    lots,
    movements_of,
    stock,
    waiting_checks,
)
from tenant_apps.goods.serializers import (
    ArrivalRequest,
    GoodsCheckView,
    GoodsCountRequest,
    GoodsIssueRequest,
    GoodsMovementView,
    GoodsSendRequest,
    IssuesQuery,
    LotRequest,
    LotView,
    QuantityRequest,
    ReservationEndRequest,
    ScrapRequest,
    StockView,
    WhyRequest,
)
from tenant_apps.households.selectors import get_file

_KEEPS = {"POST": "goods.keep"}
_MANAGES = {"POST": "goods.manage"}


class StockEndpoint(StationAPIView):
    """The stock."""

    capability = {"GET": "goods.view"}

    @extend_schema(operation_id="goods_stock", responses=StockView(many=True))
    def get(self, _request: Request) -> Response:
        """Say what the store holds, by kind and unit."""
        return Response(StockView(stock(actor=self.actor), many=True).data)


class LotsEndpoint(StationAPIView):
    """The lots."""

    capability = {"GET": "goods.view", "POST": "goods.keep"}
    same_within = SENT_AGAIN

    @extend_schema(
        operation_id="goods_lots",
        parameters=[
            OpenApiParameter("words", str),
            OpenApiParameter("kind", str),
            OpenApiParameter("place", str),
            OpenApiParameter("tab", str, enum=["store", "shelf", "expiring", "uncounted"]),
        ],
        responses=page_of(LotView),
    )
    def get(self, request: Request) -> Response:
        """List the lots, newest first, by cursor."""
        names = ("words", "kind", "place", "tab")
        search = LotSearch(**{name: request.query_params.get(name, "") for name in names})
        pages = CursorPages()
        rows = lots(search, actor=self.actor, on=clock.today())
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(LotView(page, many=True).data)

    @extend_schema(operation_id="goods_take_in", request=LotRequest, responses={201: LotView})
    def post(self, request: Request) -> Response:
        """Enter goods that came in, or were promised."""
        given = self.read(LotRequest, request.data)
        quantity, is_announced = given.pop("quantity_milli"), given.pop("is_announced", False)
        lot = services.take_in_goods(
            LotDetails(**given), quantity_milli=quantity, is_announced=is_announced, **self.edge
        )
        return Response(LotView(lot).data, status=201)


class LotEndpoint(StationAPIView):
    """One lot."""

    capability = {"GET": "goods.view"}

    @extend_schema(operation_id="goods_lot", responses=LotView)
    def get(self, _request: Request, lot_id: UUID) -> Response:
        """Give a lot with how much of it stands where."""
        return Response(LotView(get_lot(lot_id, actor=self.actor)).data)


class MovementsEndpoint(StationAPIView):
    """The movements of a lot."""

    capability = {"GET": "goods.view"}

    @extend_schema(operation_id="goods_movements", responses=page_of(GoodsMovementView))
    def get(self, request: Request, lot_id: UUID) -> Response:
        """List the movements of a lot, newest first, by cursor."""
        rows = movements_of(get_lot(lot_id, actor=self.actor)).order_by("-id")
        pages = CursorPages()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(GoodsMovementView(page, many=True).data)


class ReceiveEndpoint(StationAPIView):
    """The arrival of what was promised or sent."""

    capability = _KEEPS

    @extend_schema(operation_id="goods_receive", request=ArrivalRequest, responses=LotView)
    def post(self, request: Request, lot_id: UUID) -> Response:
        """Enter what arrived; of a transfer, the sender hears how much it was."""
        lot = get_lot(lot_id, actor=self.actor)
        given = self.read(ArrivalRequest, request.data)
        if lot.transfer_id is None:
            lot = services.receive_announced(
                lot_id, quantity_milli=given["quantity_milli"], **self.edge
            )
        else:
            lot = services.receive_transfer(lot_id, **given, **self.edge)
        return Response(LotView(lot).data)


class CancelEndpoint(StationAPIView):
    """The end of a promise."""

    capability = _KEEPS

    @extend_schema(operation_id="goods_cancel", request=WhyRequest, responses=LotView)
    def post(self, request: Request, lot_id: UUID) -> Response:
        """Note that what was promised will not come."""
        reason = self.read(WhyRequest, request.data).get("reason", "")
        return Response(LotView(services.cancel_announced(lot_id, reason=reason, **self.edge)).data)


class StageEndpoint(StationAPIView):
    """The stages before the shelf."""

    capability = _KEEPS

    @extend_schema(
        operation_id="goods_stage", request=QuantityRequest, responses={201: GoodsMovementView}
    )
    def post(self, request: Request, lot_id: UUID, stage: str) -> Response:
        """Take goods a stage further: quarantine, disinfect, sort."""
        given = self.read(QuantityRequest, request.data)
        moved = services.bring_on(lot_id, kind=stage, **given, **self.edge)
        return Response(GoodsMovementView(moved).data, status=201)


class IssueEndpoint(StationAPIView):
    """Giving goods out."""

    capability = _KEEPS
    is_kept_back = False

    @extend_schema(
        operation_id="goods_issue", request=GoodsIssueRequest, responses={201: GoodsMovementView}
    )
    def post(self, request: Request, lot_id: UUID) -> Response:
        """Give goods to a household on file, or to people of a group."""
        given = self.read(GoodsIssueRequest, request.data)
        quantity = given.pop("quantity_milli")
        if given.get("file_id"):
            get_file(given["file_id"], actor=self.actor)
        step = services.reserve_goods if self.is_kept_back else services.issue_goods
        moved = step(lot_id, to=Recipient(**given), quantity_milli=quantity, **self.edge)
        return Response(GoodsMovementView(moved).data, status=201)


class ReserveEndpoint(IssueEndpoint):
    """Keeping goods back."""

    is_kept_back = True

    @extend_schema(
        operation_id="goods_reserve", request=GoodsIssueRequest, responses={201: GoodsMovementView}
    )
    def post(self, request: Request, lot_id: UUID) -> Response:
        """Keep goods back for somebody who will fetch them."""
        return super().post(request, lot_id)


class CountEndpoint(StationAPIView):
    """Counting a lot."""

    capability = _KEEPS

    @extend_schema(
        operation_id="goods_count", request=GoodsCountRequest, responses={201: GoodsCheckView}
    )
    def post(self, request: Request, lot_id: UUID) -> Response:
        """Say how much was counted; a second person confirms."""
        given = {"reason": "", **self.read(GoodsCountRequest, request.data)}
        todo = services.propose_count(lot_id, **given, **self.edge)
        return Response(GoodsCheckView(todo).data, status=201)


class ScrapEndpoint(StationAPIView):
    """Throwing goods away."""

    capability = _KEEPS

    @extend_schema(
        operation_id="goods_scrap", request=ScrapRequest, responses={201: GoodsCheckView}
    )
    def post(self, request: Request, lot_id: UUID) -> Response:
        """Ask that goods be thrown away; a second person confirms."""
        todo = services.propose_scrap(lot_id, **self.read(ScrapRequest, request.data), **self.edge)
        return Response(GoodsCheckView(todo).data, status=201)


class GiveBackEndpoint(StationAPIView):
    """Giving goods back to their donor."""

    capability = _KEEPS

    @extend_schema(
        operation_id="goods_give_back", request=ScrapRequest, responses={201: GoodsCheckView}
    )
    def post(self, request: Request, lot_id: UUID) -> Response:
        """Ask that donated goods go back to their donor; a second person confirms."""
        todo = services.propose_return(lot_id, **self.read(ScrapRequest, request.data), **self.edge)
        return Response(GoodsCheckView(todo).data, status=201)


class SendEndpoint(StationAPIView):
    """Sending goods to another station."""

    capability = _MANAGES

    @extend_schema(
        operation_id="goods_send", request=GoodsSendRequest, responses={201: GoodsMovementView}
    )
    def post(self, request: Request, lot_id: UUID) -> Response:
        """Send goods; they stand as in transit until that station says what it took in."""
        moved = services.send_goods(
            lot_id, **self.read(GoodsSendRequest, request.data), **self.edge
        )
        return Response(GoodsMovementView(moved).data, status=201)


class UndoEndpoint(StationAPIView):
    """Taking a movement back."""

    capability = _MANAGES

    @extend_schema(
        operation_id="goods_undo", request=WhyRequest, responses={201: GoodsMovementView}
    )
    def post(self, request: Request, movement_id: UUID) -> Response:
        """Take a movement back by another the other way round."""
        reason = self.read(WhyRequest, request.data).get("reason", "")
        moved = services.undo_movement(movement_id, reason=reason, **self.edge)
        return Response(GoodsMovementView(moved).data, status=201)


class TakeBackEndpoint(StationAPIView):
    """The rest of a transfer."""

    capability = _MANAGES

    @extend_schema(
        operation_id="goods_take_back", request=WhyRequest, responses={201: GoodsMovementView}
    )
    def post(self, request: Request, movement_id: UUID) -> Response:
        """Put what another station did not take in back on the shelf."""
        reason = self.read(WhyRequest, request.data).get("reason", "")
        moved = services.take_back(movement_id, reason=reason, **self.edge)
        return Response(GoodsMovementView(moved).data, status=201)


class EndEndpoint(StationAPIView):
    """The end of a reservation."""

    capability = _KEEPS

    @extend_schema(
        operation_id="goods_end_reservation",
        request=ReservationEndRequest,
        responses={201: GoodsMovementView},
    )
    def post(self, request: Request, movement_id: UUID) -> Response:
        """Note that what was kept back was fetched, or goes back on the shelf."""
        given = self.read(ReservationEndRequest, request.data)
        moved = services.end_reservation(movement_id, **given, **self.edge)
        return Response(GoodsMovementView(moved).data, status=201)


class IssuesEndpoint(StationAPIView):
    """What was given out."""

    capability = {"GET": "goods.view"}

    @extend_schema(
        operation_id="goods_issues",
        parameters=[IssuesQuery],
        responses=page_of(GoodsMovementView),
    )
    def get(self, request: Request) -> Response:
        """List what was given out, newest first, by cursor."""
        asked = self.read(IssuesQuery, request.query_params).get("file")
        file_id = get_file(asked, actor=self.actor).pk if asked else None
        pages = CursorPages()
        rows = issues(actor=self.actor, file_id=file_id).order_by("-id")
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(GoodsMovementView(page, many=True).data)


class ChecksEndpoint(StationAPIView):
    """What waits for a second person."""

    capability = {"GET": "goods.view"}

    @extend_schema(operation_id="goods_checks", responses=GoodsCheckView(many=True))
    def get(self, _request: Request) -> Response:
        """List the counts and scrappings that wait, oldest first."""
        return Response(GoodsCheckView(waiting_checks(), many=True).data)


class ConfirmEndpoint(StationAPIView):
    """The second person agrees."""

    capability = {"POST": "goods.check"}

    @extend_schema(operation_id="goods_confirm", request=None, responses=GoodsMovementView)
    def post(self, _request: Request, check_id: UUID) -> Response:
        """Agree with a count or scrapping, and enter it in the book."""
        return Response(GoodsMovementView(services.confirm_check(check_id, **self.edge)).data)


class ReturnEndpoint(StationAPIView):
    """The second person does not agree."""

    capability = {"POST": "goods.view"}

    @extend_schema(operation_id="goods_return", request=WhyRequest, responses={204: None})
    def post(self, request: Request, check_id: UUID) -> Response:
        """Return a count or scrapping with a reason; its maker takes it back without one."""
        reason = self.read(WhyRequest, request.data).get("reason", "")
        services.return_check(check_id, reason=reason, **self.edge)
        return Response(status=204)
