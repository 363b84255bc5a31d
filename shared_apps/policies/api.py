"""Endpoints of rules: the same inside a station and for the whole network."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import StationAPIView
from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import station_in_force
from shared_apps.policies import changes, services
from shared_apps.policies.models import TierChange
from shared_apps.policies.presenting import (
    rule_as_json,
    rules_in_words,
    version_as_json,
    versions_shown,
)
from shared_apps.policies.rules import RULES
from shared_apps.policies.selectors import names_of_scopes, rules_held
from shared_apps.policies.serializers import (
    ChangeSerializer,
    NewVersionSerializer,
    PreviewSerializer,
    ReasonSerializer,
    RuleSerializer,
    TryOutSerializer,
    VersionSerializer,
)


class RulesAPI(StationAPIView):
    """The rules that hold here."""

    capability = {"GET": "policy.view"}

    @extend_schema(operation_id="policies_rules", responses=RuleSerializer(many=True))
    def get(self, _request: Request) -> Response:
        """List every rule that holds today, with its scope and document."""
        held = rules_held(station=station_in_force(), on=clock.today())
        names = names_of_scopes([rule.scope_path for rule in held.values()])
        rows = [rule_as_json(key, rule, scope=names[rule.scope_path]) for key, rule in held.items()]
        return Response(RuleSerializer(rows, many=True).data)


class RuleAPI(StationAPIView):
    """The versions of one rule."""

    capability = {"GET": "policy.view", "POST": "policy.manage"}

    @extend_schema(operation_id="policies_versions", responses=VersionSerializer(many=True))
    def get(self, _request: Request, key: str) -> Response:
        """List every version that concerns this place, newest first."""
        return Response(_versions(key))

    @extend_schema(
        operation_id="policies_lay_down",
        request=NewVersionSerializer,
        responses={201: VersionSerializer(many=True)},
    )
    def post(self, request: Request, key: str) -> Response:
        """Lay down a version; refused with `looser-than-above` where a rule above forbids it."""
        given = NewVersionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        services.lay_down_rule(
            key=key,
            value=said["value"],
            valid_from=said["valid_from"],
            valid_to=said["valid_to"],
            source=said["document"],
            document_no=said["document_no"],
            station=station_in_force(),
            actor=self.actor,
            now=clock.now(),
        )
        return Response(_versions(key), status=status.HTTP_201_CREATED)


class PreviewAPI(StationAPIView):
    """What a value would move."""

    capability = {"POST": "policy.manage"}

    @extend_schema(
        operation_id="policies_preview", request=TryOutSerializer, responses=PreviewSerializer
    )
    def post(self, request: Request, key: str) -> Response:
        """Count the files that would change tier, by station; nothing is written."""
        given = TryOutSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        preview = changes.preview_change(
            values={key: given.validated_data["value"]},
            station=station_in_force(),
            valid_from=given.validated_data["valid_from"],
            actor=self.actor,
        )
        answer = {
            "files": preview.files,
            "stations_looked_at": preview.looked_at,
            "stations": [
                {
                    "station": one.station.code,
                    "files": one.files,
                    "moves": {f"{old}>{new}": count for (old, new), count in one.moves.items()},
                }
                for one in preview.stations
            ],
        }
        return Response(PreviewSerializer(answer).data)


class WithdrawAPI(StationAPIView):
    """Take back a version to come."""

    capability = {"POST": "policy.manage"}

    @extend_schema(
        operation_id="policies_withdraw", request=None, responses=VersionSerializer(many=True)
    )
    def post(self, _request: Request, key: str, rule_id: int) -> Response:
        """Take it back; refused with `rule-in-force` once it holds."""
        services.withdraw_rule(
            rule_id, station=station_in_force(), actor=self.actor, now=clock.now()
        )
        return Response(_versions(key))


class ChangesAPI(StationAPIView):
    """The recomputations that rules set off."""

    capability = {"GET": "policy.view"}

    @extend_schema(operation_id="policies_changes", responses=ChangeSerializer(many=True))
    def get(self, _request: Request) -> Response:
        """List the latest, newest first."""
        rows = changes.changes_in_sight(station=station_in_force())
        return Response([_change(row) for row in rows])


class ChangeAPI(StationAPIView):
    """One recomputation."""

    capability = {"GET": "policy.view"}

    @extend_schema(operation_id="policies_change", responses=ChangeSerializer)
    def get(self, _request: Request, change_id: UUID) -> Response:
        """Answer how far it is."""
        return Response(_change(changes.get_change(change_id, station=station_in_force())))


class UndoAPI(StationAPIView):
    """Undo a recomputation."""

    capability = {"POST": "policy.manage"}

    @extend_schema(
        operation_id="policies_undo", request=ReasonSerializer, responses={202: ChangeSerializer}
    )
    def post(self, request: Request, change_id: UUID) -> Response:
        """Undo it as a whole, in the background; a `reason` is needed."""
        given = ReasonSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        change = changes.undo_change(
            change_id,
            reason=given.validated_data["reason"],
            station=station_in_force(),
            actor=self.actor,
            now=clock.now(),
        )
        return Response(_change(change), status=status.HTTP_202_ACCEPTED)


def _versions(key: str) -> Any:
    if key not in RULES:
        raise NotFound
    shown = versions_shown(key, station_in_force(), on=clock.today())
    return VersionSerializer([version_as_json(one) for one in shown], many=True).data


def _change(change: TierChange) -> Any:
    progress, _parts = changes.parts_of(change, station=station_in_force())
    answer = {
        "id": change.pk,
        "state": change.state,
        "rules": rules_in_words(change),
        "started_at": change.started_at,
        "percent": progress.percent,
        "files": progress.files,
        "confirmed": progress.confirmed,
        "returned": progress.returned,
        "kept": progress.kept,
    }
    return ChangeSerializer(answer).data
