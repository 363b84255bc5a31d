"""Applying through the API: public, counted, and read again by a secret."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.addresses import client_address
from bangfu.kernel.api import StationAPIView
from bangfu.kernel.errors import InvalidInput, NotFound, Problem
from shared_apps.onboarding.errors import ParentNotOpen
from shared_apps.onboarding.serializers import (
    AppliedSerializer,
    ApplySerializer,
    CreatedSerializer,
    named_as_sent,
)
from shared_apps.onboarding.services import applying
from tenants.models import Station
from tenants.selectors import station_with_code


class Applications(StationAPIView):
    """Apply for a station. No token is needed; nothing is reserved."""

    capability = {"POST": None}

    @extend_schema(
        operation_id="onboarding_apply", request=ApplySerializer, responses={201: CreatedSerializer}
    )
    def post(self, request: Request) -> Response:
        given = ApplySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.said()
        applying.allow_one_more(
            address=client_address(request),
            contact=said["contact_email"] or said["contact_phone"] or said["contact_name"],
        )
        with named_as_sent():
            application = applying.apply_at_once(
                parent=_parent(given.validated_data["parent_code"]),
                level=given.validated_data.get("level"),
                said=said,
                now=clock.now(),
            )
        secret = applying.secret_of(application)
        body = AppliedSerializer(application).data
        return Response(
            {
                **body,
                "secret": secret,
                "status_url": f"/api/v1/onboarding/{application.pk}/?secret={secret}",
                "form_url": applying.path_of(application),
            },
            status=201,
        )


class ApplicationDetail(StationAPIView):
    """One's own application, by its secret."""

    capability = {"GET": None}

    @extend_schema(
        operation_id="onboarding_status",
        parameters=[OpenApiParameter("secret", str, required=True)],
        responses=AppliedSerializer,
    )
    def get(self, request: Request, key: UUID) -> Response:
        application = applying.application_behind(
            key, request.query_params.get("secret", ""), now=clock.now()
        )
        return Response(AppliedSerializer(application).data)


def _parent(code: str) -> Station:
    try:
        return station_with_code(code)
    except NotFound as error:
        problem = Problem(
            code=ParentNotOpen.code, field="parent_code", message=ParentNotOpen.message
        )
        raise InvalidInput([problem]) from error
