"""The tree of stations through the API."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import StationAPIView
from bangfu.kernel.errors import NotFound
from shared_apps.console import services
from shared_apps.console.rules import STANDARDS
from tenants.models import Station, StationKind
from tenants.selectors import open_stations, station_with_code, stations_below


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


class ProfileSerializer(StationSerializer):
    """One station with what it says of itself."""

    class Meta(StationSerializer.Meta):
        fields = [
            *StationSerializer.Meta.fields,
            "union_name",
            "union_uscc",
            "address",
            "phone",
            "founded_on",
            "takes_direct_units",
            "trial_until",
            "accepted_at",
            "suspended_at",
        ]


class AcceptRequest(serializers.Serializer[Any]):
    """Which of the ten standards it meets; `reason` where no report was accepted yet, or nobody paid."""

    met = serializers.ListField(child=serializers.ChoiceField(choices=list(STANDARDS)))
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True)


class SuspendRequest(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=500)


class CorrectRequest(serializers.Serializer[Any]):
    """What is right now, as far as it changes, and why."""

    name = serializers.CharField(max_length=120, required=False)
    kind = serializers.ChoiceField(choices=StationKind.choices, required=False)
    region_code = serializers.RegexField(r"^\d{4,12}$", required=False)
    reason = serializers.CharField(max_length=500)


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


class Below(StationAPIView):
    """One station right below this one; the network reaches every station."""

    capability = {"GET": "onboarding.view", "PATCH": "onboarding.decide"}

    @extend_schema(operation_id="station", responses=ProfileSerializer)
    def get(self, _request: Request, code: str) -> Response:
        return self.answered(code)

    @extend_schema(
        operation_id="station_correct", request=CorrectRequest, responses=ProfileSerializer
    )
    def patch(self, request: Request, code: str) -> Response:
        """Correct name, kind or division; the code stays."""
        given = CorrectRequest(data=request.data)
        given.is_valid(raise_exception=True)
        said = dict(given.validated_data)
        reason = said.pop("reason")
        services.correct_station(
            code=code, said=said, reason=reason, actor=self.actor, now=clock.now()
        )
        return self.answered(code)

    def answered(self, code: str) -> Response:
        """Return how the station stands now.

        Raises:
            NotFound: it is not right below this one.
        """
        station = Station.objects.select_related("parent").get(pk=station_with_code(code).pk)
        above = self.actor.station
        if above is not None and station.parent_id != above.id:
            raise NotFound
        codes = {station.parent.pk: station.parent.code} if station.parent else {}
        body: Any = ProfileSerializer(station, context={"codes": codes}).data
        return Response(body)


class Accept(Below):
    """End the trial of a station that meets enough of the ten standards."""

    capability = {"POST": "onboarding.decide"}
    http_method_names = ["post"]

    @extend_schema(
        operation_id="station_accept", request=AcceptRequest, responses=ProfileSerializer
    )
    def post(self, request: Request, code: str) -> Response:
        given = AcceptRequest(data=request.data)
        given.is_valid(raise_exception=True)
        services.accept_station(
            code=code, **given.validated_data, actor=self.actor, now=clock.now()
        )
        return self.answered(code)


class Suspend(Below):
    """Make a station read-only for its people, for a reason."""

    capability = {"POST": "onboarding.decide"}
    http_method_names = ["post"]

    @extend_schema(
        operation_id="station_suspend", request=SuspendRequest, responses=ProfileSerializer
    )
    def post(self, request: Request, code: str) -> Response:
        given = SuspendRequest(data=request.data)
        given.is_valid(raise_exception=True)
        services.suspend_station(
            code=code, reason=given.validated_data["reason"], actor=self.actor, now=clock.now()
        )
        return self.answered(code)


class Resume(Below):
    """Let a suspended station work again."""

    capability = {"POST": "onboarding.decide"}
    http_method_names = ["post"]

    @extend_schema(operation_id="station_resume", request=None, responses=ProfileSerializer)
    def post(self, _request: Request, code: str) -> Response:
        services.resume_station(code=code, actor=self.actor, now=clock.now())
        return self.answered(code)


def tree_of(stations: list[Station]) -> Any:
    """Return the stations as the API shows them."""
    codes = {station.pk: station.code for station in stations}
    return StationSerializer(stations, many=True, context={"codes": codes}).data
