"""Endpoints of the catalogue of programmes."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import StationAPIView
from bangfu.kernel.tenancy import station_in_force
from shared_apps.programmes import services
from shared_apps.programmes.selectors import get_programme, programmes_in_force
from shared_apps.programmes.serializers import ProgrammeRequest, ProgrammeRow


class ProgrammesView(StationAPIView):
    """The programmes that hold at the station."""

    capability = {"GET": "policy.view", "POST": "policy.manage"}

    @extend_schema(operation_id="programmes_list", responses=ProgrammeRow(many=True))
    def get(self, _request: Request) -> Response:
        """List the programmes in force today, the most specific version of each."""
        held = programmes_in_force(station=station_in_force(), on=clock.today())
        return Response(ProgrammeRow(list(held.values()), many=True).data)

    @extend_schema(
        operation_id="programmes_lay_down", request=ProgrammeRequest, responses={201: ProgrammeRow}
    )
    def post(self, request: Request) -> Response:
        """Lay down a version for the station and everything below it."""
        row = services.lay_down_programme(
            **self.read(ProgrammeRequest, request.data), station=station_in_force(), **self.edge
        )
        return Response(ProgrammeRow(row).data, status=201)


class ProgrammeView(StationAPIView):
    """One programme."""

    capability = {"GET": "policy.view"}

    @extend_schema(operation_id="programmes_get", responses=ProgrammeRow)
    def get(self, _request: Request, key: str) -> Response:
        """Return a programme as it holds at the station today."""
        row = get_programme(key, station=station_in_force(), on=clock.today())
        return Response(ProgrammeRow(row).data)
