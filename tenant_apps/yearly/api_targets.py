"""Endpoints of the targets of a year."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import StationAPIView
from tenant_apps.yearly import services
from tenant_apps.yearly.aims import (
    examined,
    get_target,
    standings_shown,
    targets_below,
    targets_of,
)
from tenant_apps.yearly.serializers import (
    AnswerRequest,
    ExaminedView,
    ProgressRequest,
    TargetQuery,
    TargetRequest,
    TargetsView,
    TargetView,
    UndoRequest,
)


class TargetsEndpoint(StationAPIView):
    """The targets of a year."""

    capability = {"GET": "rollup.view", "POST": "report.fill"}

    @extend_schema(operation_id="yearly_targets", parameters=[TargetQuery], responses=TargetsView)
    def get(self, request: Request) -> Response:
        """List what this station set itself for a year, and what the stations right below did."""
        year = self.read(TargetQuery, request.query_params).get("year", clock.today().year)
        own, below = list(targets_of(self.station, year)), targets_below(year)
        standings = standings_shown(own, below, until=clock.today())
        rows = {"own": own, "below": below}
        return Response(TargetsView(rows, context={"standings": standings}).data)

    @extend_schema(
        operation_id="yearly_lay_down_target", request=TargetRequest, responses={201: TargetView}
    )
    def post(self, request: Request) -> Response:
        """Set a target: in words, or a number of an indicator."""
        target = services.lay_down_target(**self.read(TargetRequest, request.data), **self.edge)
        return Response(TargetView(target).data, status=201)


class TargetEndpoint(StationAPIView):
    """One target, as whoever confirms it has to see it."""

    capability = {"GET": "rollup.view"}

    @extend_schema(operation_id="yearly_target", responses=ExaminedView)
    def get(self, request: Request, target_id: UUID) -> Response:
        """Show a target of this station or of one below it: how far it is, and how that is counted."""
        target = get_target(target_id, actor=self.actor)
        return Response(ExaminedView(examined(target, until=clock.today())).data)


class ProgressEndpoint(StationAPIView):
    """How far a target is."""

    capability = {"POST": "report.fill"}

    @extend_schema(operation_id="yearly_say_target", request=ProgressRequest, responses=TargetView)
    def post(self, request: Request, target_id: UUID) -> Response:
        """Say how far it is; the station above is asked to confirm it."""
        given = self.read(ProgressRequest, request.data)
        return Response(TargetView(services.say_progress(target_id, **given, **self.edge)).data)


class DropEndpoint(StationAPIView):
    """The giving up of a target."""

    capability = {"POST": "report.fill"}

    @extend_schema(operation_id="yearly_drop_target", request=UndoRequest, responses=TargetView)
    def post(self, request: Request, target_id: UUID) -> Response:
        """Give a target up, with the reason."""
        given = self.read(UndoRequest, request.data)
        return Response(TargetView(services.drop_target(target_id, **given, **self.edge)).data)


class AnswerEndpoint(StationAPIView):
    """The word of the station above."""

    capability = {"POST": "report.review"}

    @extend_schema(
        operation_id="yearly_answer_target", request=AnswerRequest, responses={204: None}
    )
    def post(self, request: Request, target_id: UUID) -> Response:
        """Confirm what a station right below said of its target, or return it."""
        given = {"words": "", **self.read(AnswerRequest, request.data)}
        get_target(target_id, actor=self.actor)
        services.answer_said(target_id, **given, **self.edge)
        return Response(status=204)
