"""The tree of stations through the API."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel.api import StationAPIView
from tenants.models import Station
from tenants.selectors import open_stations, stations_below


class StationSerializer(serializers.ModelSerializer[Station]):
    """One station and where it hangs."""

    parent_code = serializers.SerializerMethodField()

    class Meta:
        model = Station
        fields = [
            "code",
            "name",
            "level",
            "kind",
            "state",
            "region_code",
            "parent_code",
            "opened_at",
        ]

    def get_parent_code(self, station: Station) -> str | None:
        """Return the code of the station above."""
        codes: dict[int, str] = self.context["codes"]
        return None if station.parent_id is None else codes.get(station.parent_id)


class Tree(StationAPIView):
    """Every station of the network, parents before children; ``parent_code`` makes the tree."""

    capability = {"GET": "network.view"}

    @extend_schema(operation_id="stations", responses=StationSerializer(many=True))
    def get(self, _request: Request) -> Response:
        return Response(tree_of(list(open_stations())))


class Branch(StationAPIView):
    """This station and every one below it, parents before children."""

    capability = {"GET": "rollup.view"}

    @extend_schema(operation_id="stations_below", responses=StationSerializer(many=True))
    def get(self, _request: Request) -> Response:
        return Response(tree_of(list(stations_below(self.station))))


def tree_of(stations: list[Station]) -> Any:
    """Return the stations as the API shows them."""
    codes = {station.pk: station.code for station in stations}
    return StationSerializer(stations, many=True, context={"codes": codes}).data
