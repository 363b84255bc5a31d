"""Endpoints of the roll-up, the same inside a station and on the network."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import StationAPIView
from bangfu.kernel.errors import InvalidInput, Problem
from shared_apps.rollup.periods import Period
from shared_apps.rollup.registry import listed_indicators
from shared_apps.rollup.selectors import answer, station_in_sight
from shared_apps.rollup.serializers import (
    AnswerSerializer,
    IndicatorSerializer,
    answer_as_json,
    indicator_as_json,
)


class RollupAPI(StationAPIView):
    """One indicator of the station with everything below it, or of a station below."""

    capability: ClassVar[str] = "rollup.view"

    @extend_schema(
        parameters=[
            OpenApiParameter("indicator", str, required=True, description="FIL-01, NET-02, …"),
            OpenApiParameter("period", str, description="2026-11, 2026Q4 or 2026; this month"),
            OpenApiParameter(
                "by", str, description="child, month, or a dimension of the indicator"
            ),
            OpenApiParameter("station", str, description="code of a station below; the own one"),
        ],
        responses=AnswerSerializer,
    )
    def get(self, request: Request) -> Response:
        """Answer with value, unit, as-of and parts."""
        code = request.query_params.get("indicator", "")
        if not code:
            raise InvalidInput(
                [
                    Problem(
                        code="required",
                        field="indicator",
                        message=_("请给出指标代码，例如 FIL-01。"),
                    )
                ]
            )
        text = request.query_params.get("period")
        return Response(
            answer_as_json(
                answer(
                    code,
                    station=station_in_sight(request.query_params.get("station")),
                    period=Period.parse(text) if text else Period.month_of(clock.today()),
                    by=request.query_params.get("by") or None,
                )
            )
        )


class IndicatorsAPI(StationAPIView):
    """The indicators that can be asked for."""

    capability: ClassVar[str] = "rollup.view"

    @extend_schema(responses=IndicatorSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List every indicator with its unit, class and dimensions."""
        return Response([indicator_as_json(one) for one in listed_indicators()])
