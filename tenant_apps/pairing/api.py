"""Endpoints of helpers, pairings, coverage, groups, students and health records."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from bangfu.kernel import clock
from bangfu.kernel.api import SENT_AGAIN, CursorPages, StationAPIView, page_of
from bangfu.kernel.crypto import mask_name
from bangfu.kernel.errors import NotFound
from tenant_apps.households.selectors import get_file
from tenant_apps.pairing import services
from tenant_apps.pairing.models import PairingState
from tenant_apps.pairing.people import grade_of, groups_counted, students
from tenant_apps.pairing.selectors import coverage, get_helper, get_pairing, helpers_of, pairings_of
from tenant_apps.pairing.serializers import (
    AssignRequest,
    CoverageRow,
    GroupRow,
    HandOverRequest,
    HealthRequest,
    HealthRow,
    HelperRequest,
    HelperRow,
    Number,
    PairingRequest,
    PairingRow,
    PairingStepRequest,
    ReasonRequest,
    StudentRow,
)
from tenant_apps.pairing.services import HealthDetails, HelperDetails, PairingDetails


def said(serializer: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return what a request says, checked for its form."""
    given = serializer(data=request.data or {})
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


class CoverageView(StationAPIView):
    """How many households have a helper, and what is owed this quarter."""

    capability = {"GET": "pairing.view"}

    @extend_schema(operation_id="pairing_coverage", responses=CoverageRow)
    def get(self, _request: Request) -> Response:
        """Read the board."""
        return Response(CoverageRow(coverage(on=clock.today())).data)


class AssignView(StationAPIView):
    """A helper for many households at once."""

    capability = {"POST": "pairing.manage"}

    @extend_schema(operation_id="pairing_assign", request=AssignRequest, responses=Number)
    def post(self, request: Request) -> Response:
        """Give every one of these that has nobody a helper."""
        given = said(AssignRequest, request)
        done = services.assign_many(
            given["file_ids"], helper_id=given["helper_id"], actor=self.actor, now=clock.now()
        )
        return Response({"done": done})


class HelpersView(StationAPIView):
    """The helpers of the station."""

    capability = {"GET": "pairing.view", "POST": "pairing.manage"}

    @extend_schema(operation_id="helpers_list", responses=page_of(HelperRow))
    def get(self, request: Request) -> Response:
        """List helpers with their load."""
        pages = CursorPages()
        page = pages.paginate_queryset(helpers_of(self.actor).order_by("-id"), request, view=self)
        return pages.get_paginated_response(HelperRow(page, many=True).data)

    @extend_schema(operation_id="helpers_add", request=HelperRequest, responses={201: HelperRow})
    def post(self, request: Request) -> Response:
        """Add a helper."""
        details = HelperDetails(**said(HelperRequest, request))
        helper = services.add_helper(details, actor=self.actor, now=clock.now())
        return Response(HelperRow(get_helper(helper.pk, actor=self.actor)).data, status=201)


class HelperView(StationAPIView):
    """One helper."""

    capability = {"GET": "pairing.view", "PUT": "pairing.manage"}

    @extend_schema(operation_id="helpers_get", responses=HelperRow)
    def get(self, _request: Request, helper_id: UUID) -> Response:
        """Read a helper."""
        return Response(HelperRow(get_helper(helper_id, actor=self.actor)).data)

    @extend_schema(operation_id="helpers_change", request=HelperRequest, responses=HelperRow)
    def put(self, request: Request, helper_id: UUID) -> Response:
        """Change a helper."""
        details = HelperDetails(**said(HelperRequest, request))
        services.change_helper(helper_id, details, actor=self.actor, now=clock.now())
        return Response(HelperRow(get_helper(helper_id, actor=self.actor)).data)


class HelperStepView(StationAPIView):
    """A helper taken off the list, or put back: `retire`, `restore`."""

    capability = {"POST": "pairing.manage"}

    @extend_schema(operation_id="helpers_step", request=None, responses=HelperRow)
    def post(self, _request: Request, helper_id: UUID, action: str) -> Response:
        """Retire or restore."""
        steps = {"retire": services.retire_helper, "restore": services.restore_helper}
        if action not in steps:
            raise NotFound
        steps[action](helper_id, actor=self.actor, now=clock.now())
        return Response(HelperRow(get_helper(helper_id, actor=self.actor)).data)


class HandOverView(StationAPIView):
    """All households of a helper for another."""

    capability = {"POST": "pairing.manage"}

    @extend_schema(operation_id="helpers_hand_over", request=HandOverRequest, responses=Number)
    def post(self, request: Request, helper_id: UUID) -> Response:
        """Hand over."""
        done = services.hand_over(
            from_helper=helper_id,
            **said(HandOverRequest, request),
            actor=self.actor,
            now=clock.now(),
        )
        return Response({"done": done})


class HelperPhoneView(StationAPIView):
    """A helper's telephone in the open, for a reason."""

    capability = {"POST": "pairing.contact"}

    @extend_schema(operation_id="helpers_phone", request=ReasonRequest, responses={200: str})
    def post(self, request: Request, helper_id: UUID) -> Response:
        """Look; who, whose and why is noted."""
        phone = services.reveal_phone(
            helper_id, **said(ReasonRequest, request), actor=self.actor, now=clock.now()
        )
        return Response(phone)


class PairingsView(StationAPIView):
    """The pairings of the station."""

    capability = {"GET": "pairing.view", "POST": "pairing.manage"}

    @extend_schema(
        operation_id="pairings_list",
        parameters=[OpenApiParameter("state", str, enum=PairingState.values)],
        responses=page_of(PairingRow),
    )
    def get(self, request: Request) -> Response:
        """List pairings, newest first."""
        state = request.query_params.get("state", "")
        found = pairings_of(self.actor, state=state if state in PairingState.values else "")
        pages = CursorPages()
        page = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response(PairingRow(page, many=True).data)

    @extend_schema(operation_id="pairings_add", request=PairingRequest, responses={201: PairingRow})
    def post(self, request: Request) -> Response:
        """Pair a helper with a household."""
        given = said(PairingRequest, request)
        pairing = services.propose_pairing(
            file_id=given.pop("file_id"),
            helper_id=given.pop("helper_id"),
            begins=given.pop("begins"),
            details=PairingDetails(**given | {"help_kinds": sorted(given["help_kinds"])}),
            actor=self.actor,
            now=clock.now(),
        )
        return Response(PairingRow(get_pairing(pairing.pk, actor=self.actor)).data, status=201)


class PairingView(StationAPIView):
    """One pairing."""

    capability = {"GET": "pairing.view"}

    @extend_schema(operation_id="pairings_get", responses=PairingRow)
    def get(self, _request: Request, pairing_id: UUID) -> Response:
        """Read a pairing."""
        return Response(PairingRow(get_pairing(pairing_id, actor=self.actor)).data)


class PairingStepView(StationAPIView):
    """A step of a pairing: `agree`, `start`, `review`, `go_on`, `end`, `resume`."""

    capability = {"POST": "pairing.manage"}

    @extend_schema(operation_id="pairings_step", request=PairingStepRequest, responses=PairingRow)
    def post(self, request: Request, pairing_id: UUID, action: str) -> Response:
        """Take the step."""
        given = said(PairingStepRequest, request)
        edge = self.edge
        if action == "review":
            services.review_pairing(pairing_id, score=given["score"], note=given["note"], **edge)
        elif action in {"end", "resume"}:
            step = {"end": services.end_pairing, "resume": services.resume_pairing}[action]
            step(pairing_id, reason=given["reason"], **edge)
        else:
            plain = {
                "agree": services.agree_pairing,
                "start": services.start_pairing,
                "go_on": services.go_on_with_pairing,
            }
            if action not in plain:
                raise NotFound
            plain[action](pairing_id, **edge)
        return Response(PairingRow(get_pairing(pairing_id, actor=self.actor)).data)


class GroupsView(StationAPIView):
    """The special groups among the households on file."""

    capability = {"GET": "pairing.view"}

    @extend_schema(operation_id="pairing_groups", responses=GroupRow(many=True))
    def get(self, _request: Request) -> Response:
        """Count households by group."""
        return Response(GroupRow(groups_counted(self.actor), many=True).data)


class StudentsView(StationAPIView):
    """The students of the households on file."""

    capability = {"GET": "pairing.view"}

    @extend_schema(
        operation_id="pairing_students",
        parameters=[OpenApiParameter("stage", str), OpenApiParameter("year", str)],
        responses=page_of(StudentRow),
    )
    def get(self, request: Request) -> Response:
        """List students, each under the file of the parent."""
        found = students(
            self.actor,
            stage=request.query_params.get("stage", ""),
            year=request.query_params.get("year", ""),
        ).order_by("-id")
        pages = CursorPages()
        on = clock.today()
        rows = [
            {
                "file_id": one.file_id,
                "file_no": one.file.file_no,
                "position": one.position,
                "name": mask_name(one.name),
                "school": one.workplace,
                "stage": one.stage,
                "enrolled_year": one.enrolled_year,
                "grade": grade_of(one, on=on),
            }
            for one in pages.paginate_queryset(found, request, view=self) or []
        ]
        return pages.get_paginated_response(StudentRow(rows, many=True).data)


class HealthView(StationAPIView):
    """The health record of a household: looked at with a reason only."""

    capability = {"POST": "health.view"}

    @extend_schema(
        operation_id="health_look", request=ReasonRequest, responses=HealthRow(many=True)
    )
    def post(self, request: Request, file_id: UUID) -> Response:
        """Look; who, whose and why is noted."""
        get_file(file_id, actor=self.actor)
        checks = services.look_at_health(
            file_id, **said(ReasonRequest, request), actor=self.actor, now=clock.now()
        )
        return Response(HealthRow(checks, many=True).data)


class HealthChecksView(StationAPIView):
    """Entries of a health record."""

    capability = {"POST": "health.edit"}
    same_within = SENT_AGAIN

    @extend_schema(operation_id="health_add", request=HealthRequest, responses={201: HealthRow})
    def post(self, request: Request, file_id: UUID) -> Response:
        """Add a check-up."""
        get_file(file_id, actor=self.actor)
        details = HealthDetails(**said(HealthRequest, request))
        check = services.add_health_check(file_id, details, actor=self.actor, now=clock.now())
        return Response(HealthRow(check).data, status=201)


class HealthWithdrawView(StationAPIView):
    """An entry taken back."""

    capability = {"POST": "health.edit"}

    @extend_schema(operation_id="health_withdraw", request=ReasonRequest, responses={204: None})
    def post(self, request: Request, check_id: UUID) -> Response:
        """Withdraw, with a `reason`."""
        services.withdraw_health_check(
            check_id, **said(ReasonRequest, request), actor=self.actor, now=clock.now()
        )
        return Response(status=204)
