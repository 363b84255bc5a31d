"""Endpoints of aid: the same acts as on the pages, by the same services."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel.api import CursorPages, StationAPIView, page_of
from tenant_apps.aid import services
from tenant_apps.aid.selectors import Search, applications, get_application
from tenant_apps.aid.serializers import (
    ApplicationRequest,
    ApplicationRow,
    ApplicationWhole,
    EffectRequest,
    MinutesRequest,
    OpinionRequest,
    OutcomeRow,
    PayeeRequest,
    PayeeRow,
    ReasonRequest,
    ReviewRequest,
    UrgentRequest,
)
from tenant_apps.aid.services import Asked, Minutes


class ApplicationsView(StationAPIView):
    """The applications of the station."""

    capability = {"GET": "aid.view", "POST": "aid.edit"}

    @extend_schema(
        operation_id="aid_applications",
        parameters=[
            OpenApiParameter("words", str, description="The beginning of a name or a number"),
            OpenApiParameter("state", str),
            OpenApiParameter("programme", str),
            OpenApiParameter("aid", str),
        ],
        responses=page_of(ApplicationRow),
    )
    def get(self, request: Request) -> Response:
        """List the applications, newest first, by cursor."""
        query = request.query_params
        search = Search(
            words=query.get("words", ""),
            state=query.get("state", ""),
            programme=query.get("programme", ""),
            aid=query.get("aid", ""),
        )
        pages = CursorPages()
        rows = applications(search, actor=self.actor).order_by("-id")
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(ApplicationRow(page, many=True).data)

    @extend_schema(
        operation_id="aid_open", request=ApplicationRequest, responses={201: ApplicationWhole}
    )
    def post(self, request: Request) -> Response:
        """Write down an application; it is decided on after it is submitted."""
        asked = Asked(**self.read(ApplicationRequest, request.data))
        row = services.open_application(asked, **self.edge)
        return Response(ApplicationWhole(row).data, status=201)


class ApplicationView(StationAPIView):
    """One application."""

    capability = {"GET": "aid.view", "PUT": "aid.edit"}

    @extend_schema(operation_id="aid_application", responses=ApplicationWhole)
    def get(self, _request: Request, application_id: UUID) -> Response:
        """Return an application with how it was judged."""
        return Response(ApplicationWhole(get_application(application_id, actor=self.actor)).data)

    @extend_schema(
        operation_id="aid_change", request=ApplicationRequest, responses=ApplicationWhole
    )
    def put(self, request: Request, application_id: UUID) -> Response:
        """Write a draft, or what was returned, anew."""
        asked = Asked(**self.read(ApplicationRequest, request.data))
        row = services.change_application(application_id, asked, **self.edge)
        return Response(ApplicationWhole(row).data)


class RevealView(StationAPIView):
    """The account in the clear."""

    capability = {"POST": "file.reveal"}

    @extend_schema(operation_id="aid_reveal", request=ReasonRequest, responses=PayeeRow)
    def post(self, request: Request, application_id: UUID) -> Response:
        """Show account and identity number, for a reason that is noted."""
        given = self.read(ReasonRequest, request.data)
        return Response(PayeeRow(services.reveal_payee(application_id, **given, **self.edge)).data)


class DecideAskedView(StationAPIView):
    """What a station below asks about a sum above its limit."""

    capability = {"POST": "aid.approve"}

    @extend_schema(operation_id="aid_decide_asked", request=OpinionRequest, responses=OutcomeRow)
    def post(self, request: Request, application_id: UUID) -> Response:
        """Agree or refuse; above the own limit it goes on up."""
        given = self.read(OpinionRequest, request.data)
        action = services.decide_asked(application_id, **given, **self.edge)
        return Response(OutcomeRow({"action": action}).data)


class _StepView(StationAPIView):
    """One step of an application; without a body where it asks for nothing."""

    asks: ClassVar[type[serializers.Serializer[Any]] | None] = None
    take: ClassVar[Callable[..., Any]]

    def post(self, request: Request, application_id: UUID) -> Response:
        """Take the step."""
        given: Mapping[str, Any] = self.read(self.asks, request.data) if self.asks else {}
        row = type(self).take(application_id, **given, **self.edge)
        return Response(ApplicationWhole(row).data)


def _with_minutes(step: Callable[..., Any]) -> Callable[..., Any]:
    def take(application_id: UUID, *, actor: Any, now: Any, **minutes: Any) -> Any:
        return step(application_id, Minutes(**minutes), actor=actor, now=now)

    return take


def _answer(application_id: UUID, *, reason: str, **edge: Any) -> Any:
    return services.answer_objection(application_id, answer=reason, **edge)


def _step(
    name: str,
    capability: str,
    take: Callable[..., Any],
    about: str,
    asks: type[serializers.Serializer[Any]] | None = None,
) -> type[_StepView]:
    made = type(
        f"{name.title().replace('_', '')}View",
        (_StepView,),
        {
            "__doc__": about,
            "capability": {"POST": capability},
            "asks": asks,
            "take": staticmethod(take),
        },
    )
    described = extend_schema(
        operation_id=f"aid_{name}",
        description=about,
        request=asks,
        responses=ApplicationWhole,
    )
    return extend_schema_view(post=described)(made)


_CLERK, _REVIEWER, _HEAD = "aid.edit", "aid.review", "aid.approve"

STEPS: Mapping[str, type[_StepView]] = {
    name: _step(name, capability, take, about, asks)
    for name, capability, take, about, asks in (
        ("submit", _CLERK, services.submit_application, "Hand it in: the need is claimed.", None),
        ("accept", _CLERK, services.accept_application, "Take it on.", None),
        ("check", _CLERK, services.check_application, "Check it by the programme.", None),
        ("review", _REVIEWER, services.review_application, "Review it.", ReviewRequest),
        (
            "decide", _HEAD, _with_minutes(services.decide_in_meeting),
            "Note the chair's meeting.", MinutesRequest,
        ),
        (
            "ratify", _HEAD, _with_minutes(services.ratify_in_party_group),
            "Note the party group.", MinutesRequest,
        ),
        ("approve", _HEAD, services.approve_application, "Approve what was published.", None),
        ("urgent", _HEAD, services.help_at_once, "Help at once.", UrgentRequest),
        ("answer", _REVIEWER, _answer, "Answer an objection that does not hold.", ReasonRequest),
        ("return", _REVIEWER, services.return_application, "Send it back.", ReasonRequest),
        ("decline", _REVIEWER, services.decline_application, "Decline it.", ReasonRequest),
        ("refuse", _HEAD, services.refuse_application, "Refuse it.", ReasonRequest),
        ("withdraw", _CLERK, services.withdraw_application, "Take it back.", ReasonRequest),
        ("payee", _CLERK, services.correct_payee, "Correct the account.", PayeeRequest),
        ("agree_payee", _REVIEWER, services.agree_to_payee, "Agree to the account.", None),
        ("papers", _CLERK, services.take_in_papers, "Note that the papers came.", None),
        ("feedback", _CLERK, services.feed_back, "Note the effect.", EffectRequest),
        ("close", _CLERK, services.close_application, "Close it.", None),
    )
}  # fmt: skip
