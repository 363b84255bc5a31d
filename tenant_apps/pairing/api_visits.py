"""Endpoints of visits: what is owed, contacts as they were, rounds."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import SENT_AGAIN, CursorPages, StationAPIView, page_of
from tenant_apps.pairing import services
from tenant_apps.pairing.api import said
from tenant_apps.pairing.selectors import (
    DutySearch,
    contacts_of,
    duties_matching,
    get_contact,
    get_duty,
    get_round,
    rounds_of,
)
from tenant_apps.pairing.serializers import (
    CancelRequest,
    ContactRequest,
    ContactRow,
    DutyRow,
    Number,
    PlanRequest,
    ReasonRequest,
    ResultRequest,
    RoundRequest,
    RoundRow,
)
from tenant_apps.pairing.services import ContactDetails, RoundDetails

TABS = ("open", "overdue", "coming", "done", "all")


class DutiesView(StationAPIView):
    """The visits that are owed."""

    capability = {"GET": "pairing.view"}

    @extend_schema(
        operation_id="visits_list",
        parameters=[OpenApiParameter("tab", str, enum=TABS), OpenApiParameter("kind", str)],
        responses=page_of(DutyRow),
    )
    def get(self, request: Request) -> Response:
        """List visits: owed by now, overdue, to come, done or all."""
        tab = request.query_params.get("tab", "open")
        search = DutySearch(
            tab=tab if tab in TABS else "open", kind=request.query_params.get("kind", "")
        )
        found = duties_matching(search, actor=self.actor, on=clock.today()).order_by("-id")
        pages = CursorPages()
        page = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response(DutyRow(page, many=True).data)


class DutyView(StationAPIView):
    """One visit that is owed."""

    capability = {"GET": "pairing.view"}

    @extend_schema(operation_id="visits_get", responses=DutyRow)
    def get(self, _request: Request, duty_id: UUID) -> Response:
        """Read a visit."""
        return Response(DutyRow(get_duty(duty_id, actor=self.actor)).data)


class PlanView(StationAPIView):
    """Visits arranged for a day."""

    capability = {"POST": "pairing.contact"}

    @extend_schema(operation_id="visits_plan", request=PlanRequest, responses=Number)
    def post(self, request: Request) -> Response:
        """Arrange many at once; those that are done meanwhile are left out."""
        given = said(PlanRequest, request)
        done = services.plan_visits(given.pop("ids"), **given, actor=self.actor, now=clock.now())
        return Response({"done": done})


class CancelView(StationAPIView):
    """Visits that nobody needs."""

    capability = {"POST": "pairing.manage"}

    @extend_schema(operation_id="visits_cancel", request=CancelRequest, responses=Number)
    def post(self, request: Request) -> Response:
        """Take them off the list, with a `reason`."""
        given = said(CancelRequest, request)
        done = services.cancel_duties(
            given["ids"], reason=given["reason"], actor=self.actor, now=clock.now()
        )
        return Response({"done": done})


class ContactsView(StationAPIView):
    """Contacts with households."""

    capability = {"GET": "pairing.view", "POST": "pairing.contact"}
    same_within = SENT_AGAIN
    parser_classes = (JSONParser, MultiPartParser, FormParser)

    @extend_schema(operation_id="contacts_list", responses=page_of(ContactRow))
    def get(self, request: Request) -> Response:
        """List contacts, newest first."""
        pages = CursorPages()
        page = pages.paginate_queryset(contacts_of(self.actor).order_by("-id"), request, view=self)
        return pages.get_paginated_response(ContactRow(page, many=True).data)

    @extend_schema(operation_id="contacts_add", request=ContactRequest, responses={201: ContactRow})
    def post(self, request: Request) -> Response:
        """Note a contact; with `duty_id` it fulfils the visit that was owed."""
        given = said(ContactRequest, request)
        file_id, duty_id = given.pop("file_id"), given.pop("duty_id")
        contact = services.record_contact(
            file_id,
            ContactDetails(**given | {"needs": sorted(given["needs"])}),
            duty_id=duty_id,
            photos=request.FILES.getlist("photos"),
            actor=self.actor,
            now=clock.now(),
        )
        return Response(ContactRow(contact).data, status=201)


class ContactView(StationAPIView):
    """One contact."""

    capability = {"GET": "pairing.view"}

    @extend_schema(operation_id="contacts_get", responses=ContactRow)
    def get(self, _request: Request, contact_id: UUID) -> Response:
        """Read a contact."""
        return Response(ContactRow(get_contact(contact_id, actor=self.actor)).data)


class FollowUpView(StationAPIView):
    """What came of what a visit promised."""

    capability = {"POST": "pairing.contact"}

    @extend_schema(operation_id="contacts_follow_up", request=ResultRequest, responses=ContactRow)
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Note the result."""
        contact = services.follow_up(
            contact_id, **said(ResultRequest, request), actor=self.actor, now=clock.now()
        )
        return Response(ContactRow(contact).data)


class WithdrawView(StationAPIView):
    """A contact taken back."""

    capability = {"POST": "pairing.contact"}

    @extend_schema(operation_id="contacts_withdraw", request=ReasonRequest, responses=ContactRow)
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Withdraw, with a `reason`; what it fulfilled is owed again."""
        contact = services.withdraw_contact(
            contact_id, **said(ReasonRequest, request), actor=self.actor, now=clock.now()
        )
        return Response(ContactRow(contact).data)


class RoundsView(StationAPIView):
    """The rounds of visits."""

    capability = {"GET": "pairing.view", "POST": "pairing.manage"}

    @extend_schema(operation_id="rounds_list", responses=page_of(RoundRow))
    def get(self, request: Request) -> Response:
        """List rounds, newest first."""
        pages = CursorPages()
        page = pages.paginate_queryset(rounds_of(self.actor).order_by("-id"), request, view=self)
        return pages.get_paginated_response(RoundRow(page, many=True).data)

    @extend_schema(operation_id="rounds_add", request=RoundRequest, responses={201: RoundRow})
    def post(self, request: Request) -> Response:
        """Open a campaign; its list is proposed from the files."""
        given: dict[str, Any] = said(RoundRequest, request)
        details = RoundDetails(**given | {"groups": sorted(given["groups"])})
        made = services.open_campaign(details, actor=self.actor, now=clock.now())
        return Response(RoundRow(get_round(made.pk, actor=self.actor)).data, status=201)


class RoundView(StationAPIView):
    """One round."""

    capability = {"GET": "pairing.view"}

    @extend_schema(operation_id="rounds_get", responses=RoundRow)
    def get(self, _request: Request, round_id: UUID) -> Response:
        """Read a round."""
        return Response(RoundRow(get_round(round_id, actor=self.actor)).data)


class ExtendView(StationAPIView):
    """Households added to a campaign."""

    capability = {"POST": "pairing.manage"}

    @extend_schema(operation_id="rounds_extend", request=None, responses=Number)
    def post(self, _request: Request, round_id: UUID) -> Response:
        """Add those that fit by now."""
        done = services.extend_campaign(round_id, actor=self.actor, now=clock.now())
        return Response({"done": done})


class CloseView(StationAPIView):
    """A round closed."""

    capability = {"POST": "pairing.manage"}

    @extend_schema(operation_id="rounds_close", request=ReasonRequest, responses=RoundRow)
    def post(self, request: Request, round_id: UUID) -> Response:
        """Close with a `reason`; what was not visited is missed."""
        services.close_round(
            round_id, **said(ReasonRequest, request), actor=self.actor, now=clock.now()
        )
        return Response(RoundRow(get_round(round_id, actor=self.actor)).data)
