"""Divisions for the region picker."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ModelSerializer

from bangfu.kernel import clock
from bangfu.kernel.api import StationAPIView
from shared_apps.regions.models import Region
from shared_apps.regions.selectors import regions_inside


class RegionSerializer(ModelSerializer[Region]):
    class Meta:
        model = Region
        fields = ["code", "name", "level", "kind"]


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
