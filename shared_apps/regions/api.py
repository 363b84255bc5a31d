"""Divisions for the region picker, and the calendar that deadlines are counted by."""

from datetime import date
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import StationAPIView
from shared_apps.regions.models import CalendarOverride, Region
from shared_apps.regions.selectors import YEARS, calendar_of_year, regions_inside
from shared_apps.regions.services import follow_calendar_again, overrule_day


class RegionSerializer(serializers.ModelSerializer[Region]):
    class Meta:
        model = Region
        fields = ["code", "name", "level", "kind"]


class YearQuery(serializers.Serializer[Any]):
    year = serializers.IntegerField(
        min_value=YEARS[0], max_value=YEARS[-1], required=False, help_text="this one by default"
    )


class UnusualDaySerializer(serializers.Serializer[Any]):
    """A day on which people do not work as its weekday says."""

    day = serializers.DateField()
    is_working_day = serializers.BooleanField()
    notice = serializers.CharField(
        help_text="the notice by which the network overruled the day; empty: the official calendar"
    )


class CalendarSerializer(serializers.Serializer[Any]):
    """A year as deadlines are counted by it: Monday to Friday but for these days."""

    year = serializers.IntegerField()
    is_provisional = serializers.BooleanField(
        help_text="the days of make-up work are not announced yet"
    )
    days = UnusualDaySerializer(many=True)


class OverrideRequest(serializers.Serializer[Any]):
    is_working_day = serializers.BooleanField()
    notice = serializers.CharField(
        max_length=200, help_text="what it rests on: 国办发明电〔2026〕7 号"
    )


class OverrideSerializer(serializers.ModelSerializer[CalendarOverride]):
    notice = serializers.CharField(source="source")

    class Meta:
        model = CalendarOverride
        fields = ["day", "is_working_day", "notice", "entered_by", "entered_at"]


class RegionList(StationAPIView):
    """The divisions directly inside one, or the provinces."""

    capability = {"GET": None}

    @extend_schema(
        operation_id="regions",
        parameters=[OpenApiParameter("parent", str, description="6-digit code; empty: provinces")],
        responses=RegionSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        inside = regions_inside(request.query_params.get("parent", ""), on=clock.today())
        return Response(RegionSerializer(inside, many=True).data)


class Calendar(StationAPIView):
    """The working days of a year, by the days that are not what their weekday says."""

    capability = {"GET": None}

    @extend_schema(operation_id="calendar", parameters=[YearQuery], responses=CalendarSerializer)
    def get(self, request: Request) -> Response:
        asked = self.read(YearQuery, request.query_params)
        year = calendar_of_year(asked.get("year", clock.today().year))
        return Response(CalendarSerializer(year).data)


class OverruledDay(StationAPIView):
    """A day that the network overrules; deadlines that run through it are counted anew."""

    capability = {"PUT": "network.manage", "DELETE": "network.manage"}

    @extend_schema(
        operation_id="calendar_overrule", request=OverrideRequest, responses=OverrideSerializer
    )
    def put(self, request: Request, day: date) -> Response:
        given = self.read(OverrideRequest, request.data)
        row = overrule_day(
            day=day, is_working_day=given["is_working_day"], source=given["notice"], **self.edge
        )
        return Response(OverrideSerializer(row).data)

    @extend_schema(operation_id="calendar_follow_again", request=None, responses={204: None})
    def delete(self, _request: Request, day: date) -> Response:
        """Let the day be again what the official calendar says."""
        follow_calendar_again(day=day, **self.edge)
        return Response(status=204)
