"""What the station above does with applications, through the API."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import CursorPages, StationAPIView, page_of
from shared_apps.onboarding import selectors
from shared_apps.onboarding.models import ApplicationState
from shared_apps.onboarding.serializers import (
    ApplicationSerializer,
    ApprovedManySerializer,
    ApproveManySerializer,
    InvitedSerializer,
    InviteSerializer,
    RejectSerializer,
    ReturnSerializer,
    named_as_sent,
)
from shared_apps.onboarding.services import applying, deciding, many, writing


class ApplicationList(StationAPIView):
    """The applications of units that want to stand below this station."""

    capability = {"GET": "onboarding.view"}

    @extend_schema(
        operation_id="onboarding_list",
        parameters=[OpenApiParameter("state", str, enum=ApplicationState.values)],
        responses=page_of(ApplicationSerializer),
    )
    def get(self, request: Request) -> Response:
        found = selectors.board(state=request.query_params.get("state", ""))
        pages = CursorPages()
        page = pages.paginate_queryset(found.order_by("-id"), request, view=self)
        return pages.get_paginated_response(ApplicationSerializer(page, many=True).data)


class ApplicationDetail(StationAPIView):
    """One application."""

    capability = {"GET": "onboarding.view"}

    @extend_schema(operation_id="onboarding_get", responses=ApplicationSerializer)
    def get(self, _request: Request, key: UUID) -> Response:
        return Response(ApplicationSerializer(selectors.get_application(key)).data)


class Accept(StationAPIView):
    """Take an application on."""

    capability = {"POST": "onboarding.view"}

    @extend_schema(operation_id="onboarding_accept", request=None, responses=ApplicationSerializer)
    def post(self, _request: Request, key: UUID) -> Response:
        deciding.accept_application(application_id=key, actor=self.actor, now=clock.now())
        return _answer(key)


class Approve(StationAPIView):
    """Approve an application; its station is opened in the background within seconds."""

    capability = {"POST": "onboarding.decide"}

    @extend_schema(operation_id="onboarding_approve", request=None, responses=ApplicationSerializer)
    def post(self, _request: Request, key: UUID) -> Response:
        deciding.approve_application(application_id=key, actor=self.actor, now=clock.now())
        return _answer(key)


class Return(StationAPIView):
    """Send an application back with one list of what is missing."""

    capability = {"POST": "onboarding.decide"}

    @extend_schema(
        operation_id="onboarding_return", request=ReturnSerializer, responses=ApplicationSerializer
    )
    def post(self, request: Request, key: UUID) -> Response:
        given = ReturnSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        deciding.return_application(
            application_id=key,
            missing=[{"item": item, "note": ""} for item in given.validated_data["missing"]],
            comment=given.validated_data["comment"],
            actor=self.actor,
            now=clock.now(),
        )
        return _answer(key)


class Reject(StationAPIView):
    """Refuse an application for a reason."""

    capability = {"POST": "onboarding.decide"}

    @extend_schema(
        operation_id="onboarding_reject", request=RejectSerializer, responses=ApplicationSerializer
    )
    def post(self, request: Request, key: UUID) -> Response:
        given = RejectSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        deciding.reject_application(
            application_id=key,
            reason=given.validated_data["reason"],
            actor=self.actor,
            now=clock.now(),
        )
        return _answer(key)


class LetterAgain(StationAPIView):
    """Send the applicant the letter of where the application stands once more."""

    capability = {"POST": "onboarding.view"}

    @extend_schema(operation_id="onboarding_letter", request=None, responses=ApplicationSerializer)
    def post(self, _request: Request, key: UUID) -> Response:
        writing.send_again(application_id=key, actor=self.actor, now=clock.now())
        return _answer(key)


class ApproveMany(StationAPIView):
    """Approve many applications; one that cannot be approved does not stop the others."""

    capability = {"POST": "onboarding.decide"}

    @extend_schema(
        operation_id="onboarding_approve_many",
        request=ApproveManySerializer,
        responses=ApprovedManySerializer,
    )
    def post(self, request: Request) -> Response:
        given = ApproveManySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        answer = deciding.approve_many(
            application_ids=given.validated_data["ids"], actor=self.actor, now=clock.now()
        )
        return Response(
            {
                "approved": answer.done,
                "refused": [{"name": name, "reason": reason} for name, reason in answer.refused],
            }
        )


class Invite(StationAPIView):
    """Invite many units at once; each gets a link of its own, and a letter where it has an address."""

    capability = {"POST": "onboarding.invite"}

    @extend_schema(
        operation_id="onboarding_invite",
        request=InviteSerializer,
        responses={201: InvitedSerializer},
    )
    def post(self, request: Request) -> Response:
        given = InviteSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        with named_as_sent():
            batch = many.invite_stations(
                parent=request.station,  # type: ignore[attr-defined]
                lines=given.lines(),
                title=given.validated_data["title"],
                actor=self.actor,
                now=clock.now(),
            )
        rows = selectors.applications_in_sight().filter(batch=batch).order_by("pk")
        body = {
            "batch": batch.pk,
            "title": batch.title,
            "invited": [
                {"id": row.pk, "name": row.name, "form_url": applying.path_of(row)} for row in rows
            ],
        }
        return Response(body, status=201)


def _answer(key: UUID) -> Response:
    body: Any = ApplicationSerializer(selectors.get_application(key)).data
    return Response(body)
