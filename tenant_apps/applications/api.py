"""Endpoints of the station's inbox: the same acts as on its pages, by the same services."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bangfu.kernel import clock
from bangfu.kernel.api import CursorPages, StationAPIView, page_of
from tenant_apps.applications.api_public import station_of
from tenant_apps.applications.models import Application
from tenant_apps.applications.public_answers import paper_line
from tenant_apps.applications.selectors import (
    TABS,
    answers_of,
    applications_in,
    get_application,
    papers_to_show,
    warnings_about,
)
from tenant_apps.applications.serializers import (
    ApplicationAnswer,
    ApplicationRow,
    CodeAnswer,
    DeskAnswer,
    DeskRequest,
    IdentityRequest,
    ReasonRequest,
    ReferRequest,
    TakenAnswer,
    desk_answer,
)
from tenant_apps.applications.services import deciding, referring
from tenant_apps.applications.services.desk import change_desk
from tenant_apps.households.schemas import RevealAnswer, RevealRequest
from tenant_apps.households.selectors import get_file

WORKS = "application.work"


class _CodeView(StationAPIView):
    """Answers with a personal code, which is never kept for a repetition."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer without keeping the answer."""
        return APIView.dispatch(self, request, *args, **kwargs)


class ApplicationsView(_CodeView):
    """The inbox of a station."""

    capability = {"GET": "application.view", "POST": WORKS}

    @extend_schema(
        operation_id="applications_list",
        parameters=[
            OpenApiParameter("tab", str, enum=list(TABS)),
            OpenApiParameter("id_no", str, description="A whole identity number"),
            OpenApiParameter("cursor", str),
        ],
        responses=page_of(ApplicationRow),
    )
    def get(self, request: Request) -> Response:
        """List applications, newest first, by cursor."""
        tab = request.query_params.get("tab", "all")
        found = applications_in(
            tab if tab in TABS else "all",
            words=request.query_params.get("id_no", ""),
            actor=self.actor,
        )
        pages = CursorPages()
        page = pages.paginate_queryset(found.order_by(), request, view=self)
        return pages.get_paginated_response(ApplicationRow(page, many=True).data)

    @extend_schema(operation_id="application_at_counter", request=None, responses={201: CodeAnswer})
    def post(self, _request: Request) -> Response:
        """Begin an application for somebody at the counter; its code is told this once."""
        return _code(*deciding.begin_at_counter(actor=self.actor, now=clock.now()))


class ApplicationView(StationAPIView):
    """One application."""

    capability = "application.view"

    @extend_schema(operation_id="application", responses=ApplicationAnswer)
    def get(self, _request: Request, application_id: UUID) -> Response:
        """Read an application, what is personal masked, with hints at possible duplicates."""
        return Response(_answer(get_application(application_id, actor=self.actor)))


class TakeView(StationAPIView):
    """Taking over into a file."""

    capability = WORKS

    @extend_schema(operation_id="application_take", request=None, responses={201: TakenAnswer})
    def post(self, _request: Request, application_id: UUID) -> Response:
        """Make a draft file of the application, with its pictures."""
        file = deciding.take_over(application_id, actor=self.actor, now=clock.now())
        return Response({"file_id": file.pk}, status=201)


class ReturnView(StationAPIView):
    """Giving an application back to the worker."""

    capability = WORKS

    @extend_schema(
        operation_id="application_return", request=ReasonRequest, responses=ApplicationAnswer
    )
    def post(self, request: Request, application_id: UUID) -> Response:
        """Return it with a reason in plain words."""
        returned = deciding.return_to_worker(
            application_id, reason=_reason(request), actor=self.actor, now=clock.now()
        )
        return Response(_answer(returned))


class RefuseView(StationAPIView):
    """Ending an application."""

    capability = WORKS

    @extend_schema(
        operation_id="application_refuse", request=ReasonRequest, responses=ApplicationAnswer
    )
    def post(self, request: Request, application_id: UUID) -> Response:
        """Refuse it with a reason."""
        refused = deciding.refuse(
            application_id, reason=_reason(request), actor=self.actor, now=clock.now()
        )
        return Response(_answer(refused))


class ReferView(StationAPIView):
    """Handing an application on."""

    capability = WORKS

    @extend_schema(
        operation_id="application_refer", request=ReferRequest, responses=ApplicationAnswer
    )
    def post(self, request: Request, application_id: UUID) -> Response:
        """Hand it on to a station above, below or beside."""
        form = ReferRequest(data=request.data)
        form.is_valid(raise_exception=True)
        referred = referring.refer(
            application_id,
            to_code=form.validated_data["to"],
            reason=form.validated_data["reason"],
            actor=self.actor,
            now=clock.now(),
        )
        return Response(_answer(referred))


class NewCodeView(_CodeView):
    """A new code for a lost slip."""

    capability = WORKS

    @extend_schema(
        operation_id="application_new_code", request=IdentityRequest, responses={201: CodeAnswer}
    )
    def post(self, request: Request, application_id: UUID) -> Response:
        """Give a new code against the identity card; the old one is dead."""
        return _code(
            *deciding.give_new_code(
                application_id, id_no=_id_no(request), actor=self.actor, now=clock.now()
            )
        )


class CodeForFileView(_CodeView):
    """A code for a file that was not applied for online."""

    capability = WORKS

    @extend_schema(
        operation_id="file_new_code", request=IdentityRequest, responses={201: CodeAnswer}
    )
    def post(self, request: Request, file_id: UUID) -> Response:
        """Give the worker a code to follow the file by, against the identity card."""
        file = get_file(file_id, actor=self.actor)
        return _code(
            *deciding.give_code_for_file(
                file, id_no=_id_no(request), actor=self.actor, now=clock.now()
            )
        )


class RevealView(StationAPIView):
    """Looking at what is masked."""

    capability = "file.reveal"

    @extend_schema(operation_id="application_reveal", request=RevealRequest, responses=RevealAnswer)
    def post(self, request: Request, application_id: UUID) -> Response:
        """Give a masked answer in the open, for a reason."""
        form = RevealRequest(data=request.data)
        form.is_valid(raise_exception=True)
        said = form.validated_data
        value = deciding.reveal(
            application_id,
            field=said["field"],
            member=said.get("member"),
            reason=said["reason"],
            actor=self.actor,
            now=clock.now(),
        )
        return Response({"field": said["field"], "value": value})


class DeskView(StationAPIView):
    """What the station says to the public."""

    capability = {"GET": "settings.view", "PUT": "settings.manage"}

    @extend_schema(operation_id="desk", responses=DeskAnswer)
    def get(self, request: Request) -> Response:
        """Read what the front page for the public says."""
        return Response(desk_answer(station_of(request)))

    @extend_schema(operation_id="desk_change", request=DeskRequest, responses=DeskAnswer)
    def put(self, request: Request) -> Response:
        """Change it; applications over the network are opened or paused here."""
        form = DeskRequest(data=request.data)
        form.is_valid(raise_exception=True)
        said = {"pause_note": "", "hours": "", "welcome": "", **form.validated_data}
        change_desk(**said, actor=self.actor, now=clock.now())
        return Response(desk_answer(station_of(request)))


def _answer(application: Application) -> dict[str, Any]:
    answers = answers_of(application)
    papers = papers_to_show(application, answers, on=clock.today())
    context = {
        "warned": warnings_about(application, answers),
        "papers": [paper_line(one) for one in papers],
    }
    return dict(ApplicationAnswer(application, context=context).data)


def _code(application: Application, code: str) -> Response:
    return Response({"id": application.pk, "number": application.number, "code": code}, status=201)


def _reason(request: Request) -> str:
    form = ReasonRequest(data=request.data)
    form.is_valid(raise_exception=True)
    return str(form.validated_data["reason"])


def _id_no(request: Request) -> str:
    form = IdentityRequest(data=request.data)
    form.is_valid(raise_exception=True)
    return str(form.validated_data["id_no"])
