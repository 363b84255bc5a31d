"""Endpoints of campaigns and their lists."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel.api import CursorPages, StationAPIView, page_of
from bangfu.kernel.tenancy import current_station
from shared_apps.programmes.selectors import campaigns_seen, get_campaign, progress_below
from shared_apps.programmes.serializers import CampaignRow
from shared_apps.programmes.services import call_campaign, close_campaign
from tenant_apps.aid import services
from tenant_apps.aid.presenting import standing_rows
from tenant_apps.aid.selectors import chased_units, list_of_campaign
from tenant_apps.aid.serializers import (
    ApplicationRow,
    BulkReviewRequest,
    BulkRow,
    CampaignRequest,
    ChasedCount,
    ChaseRequest,
    IdsRequest,
    LeaveOutRequest,
    ListedRow,
    NobodyRow,
    StandingRow,
)
from tenant_apps.aid.services import Bulk


class CampaignsView(StationAPIView):
    """The campaigns the station may join."""

    capability = {"GET": "aid.view", "POST": "aid.campaign"}

    @extend_schema(operation_id="aid_campaigns", responses=CampaignRow(many=True))
    def get(self, _request: Request) -> Response:
        """List the campaigns called here or above, newest first."""
        return Response(CampaignRow(campaigns_seen(station=current_station()), many=True).data)

    @extend_schema(
        operation_id="aid_call_campaign", request=CampaignRequest, responses={201: CampaignRow}
    )
    def post(self, request: Request) -> Response:
        """Call a campaign for the station and everything below it."""
        row = call_campaign(
            **self.read(CampaignRequest, request.data), station=current_station(), **self.edge
        )
        return Response(CampaignRow(row).data, status=201)


class CampaignProgressView(StationAPIView):
    """How far the stations below are with a campaign."""

    capability = {"GET": "aid.view"}

    @extend_schema(operation_id="aid_campaign_progress", responses=StandingRow(many=True))
    def get(self, _request: Request, campaign_id: UUID) -> Response:
        """List the stations right below, each with its subtree: who has not begun first."""
        get_campaign(campaign_id, station=current_station())
        below = progress_below(campaign_id, station=current_station())
        chased = chased_units(campaign_id, [one.station_id for one in below])
        return Response(StandingRow(standing_rows(below, chased), many=True).data)


class ChaseView(StationAPIView):
    """Urging on the stations below."""

    capability = {"POST": "aid.campaign"}

    @extend_schema(operation_id="aid_chase", request=ChaseRequest, responses=ChasedCount)
    def post(self, request: Request, campaign_id: UUID) -> Response:
        """Urge on one station, or all whose list is not in; each at most once a day."""
        given = self.read(ChaseRequest, request.data)
        code = given.pop("station")
        if code:
            services.chase(campaign_id, code, **given, **self.edge)
            return Response(ChasedCount({"chased": 1}).data)
        chased = services.chase_all(campaign_id, **given, **self.edge)
        return Response(ChasedCount({"chased": chased}).data)


class NobodyFitsView(StationAPIView):
    """The report of a station that nobody there fits a campaign."""

    capability = {"POST": "aid.edit", "DELETE": "aid.edit"}

    @extend_schema(operation_id="aid_report_nobody", request=None, responses=NobodyRow)
    def post(self, _request: Request, campaign_id: UUID) -> Response:
        """Report that nobody here fits; refused while somebody is listed, or on file and fits."""
        return Response(NobodyRow(services.report_nobody(campaign_id, **self.edge)).data)

    @extend_schema(operation_id="aid_take_back_nobody", request=None, responses={200: NobodyRow})
    def delete(self, _request: Request, campaign_id: UUID) -> Response:
        """Take that report back: the list is waited for as before."""
        return Response(NobodyRow(services.take_back_nobody(campaign_id, **self.edge)).data)


class CampaignListView(StationAPIView):
    """The own list of a campaign."""

    capability = {"GET": "aid.view", "POST": "aid.edit"}

    @extend_schema(
        operation_id="aid_campaign_list",
        parameters=[OpenApiParameter("state", str)],
        responses=page_of(ApplicationRow),
    )
    def get(self, request: Request, campaign_id: UUID) -> Response:
        """List who is on it, by cursor."""
        get_campaign(campaign_id, station=current_station())
        pages = CursorPages()
        state = request.query_params.get("state", "")
        rows = list_of_campaign(campaign_id, actor=self.actor, state=state).order_by("-id")
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(ApplicationRow(page, many=True).data)

    @extend_schema(operation_id="aid_propose_list", request=None, responses=ListedRow)
    def post(self, _request: Request, campaign_id: UUID) -> Response:
        """List every household on file that the campaign is for; again, it adds who is new."""
        listed = services.propose_list(campaign_id, **self.edge)
        return Response(ListedRow({"listed": listed}).data)


class CloseCampaignView(StationAPIView):
    """The end of a campaign."""

    capability = {"POST": "aid.campaign"}

    @extend_schema(operation_id="aid_close_campaign", request=None, responses=CampaignRow)
    def post(self, _request: Request, campaign_id: UUID) -> Response:
        """End a campaign that this station called."""
        row = close_campaign(campaign_id, station=current_station(), **self.edge)
        return Response(CampaignRow(row).data)


class LeaveOutView(StationAPIView):
    """Those left off a list."""

    capability = {"POST": "aid.edit"}

    @extend_schema(operation_id="aid_leave_out", request=LeaveOutRequest, responses=BulkRow)
    def post(self, request: Request) -> Response:
        """Leave rows off the list, with a reason."""
        given = self.read(LeaveOutRequest, request.data)
        return _told(services.leave_out_many(given["ids"], reason=given["reason"], **self.edge))


class HandInView(StationAPIView):
    """Rows handed in together."""

    capability = {"POST": "aid.edit"}

    @extend_schema(operation_id="aid_hand_in", request=IdsRequest, responses=BulkRow)
    def post(self, request: Request) -> Response:
        """Hand in, accept and check rows of a list; each for itself."""
        given = self.read(IdsRequest, request.data)
        return _told(services.hand_in_many(given["ids"], **self.edge))


class ReviewManyView(StationAPIView):
    """Rows reviewed together."""

    capability = {"POST": "aid.review"}

    @extend_schema(operation_id="aid_review_many", request=BulkReviewRequest, responses=BulkRow)
    def post(self, request: Request) -> Response:
        """Review rows from one fund; each for itself."""
        given = self.read(BulkReviewRequest, request.data)
        return _told(services.review_many(given["ids"], fund_id=given["fund_id"], **self.edge))


def _told(bulk: Bulk) -> Response:
    said: dict[str, Any] = {
        "done": bulk.done,
        "refused": [{"number": number, "reason": why} for number, why in bulk.refused],
    }
    return Response(BulkRow(said).data)
