"""Endpoints for the worker: the same acts as on the public pages, for whoever has the personal code.

Nobody signs in. Every call but the first two carries the code and the end of the identity number as
headers, which are not logged; wrong ones are counted as on the pages. Answers are never kept for
repeating (`Idempotency-Key`): they would hold the code of somebody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bangfu.kernel import clock
from bangfu.kernel.addresses import client_address
from bangfu.kernel.api import StationAPIView
from bangfu.kernel.errors import InvalidInput, NotFound
from tenant_apps.applications import rights
from tenant_apps.applications.errors import NotTakingApplications
from tenant_apps.applications.limits import (
    SAVED_BY_ADDRESS,
    STARTED_BY_ADDRESS,
    UPLOADED_BY_ADDRESS,
    count_one,
)
from tenant_apps.applications.models import Application
from tenant_apps.applications.progress import file_behind
from tenant_apps.applications.public_answers import answer_of, not_asked, object_given
from tenant_apps.applications.selectors import answers_of, takes_applications
from tenant_apps.applications.serializers import (
    AskedOfWorker,
    AskRequest,
    CodeAnswer,
    DeskAnswer,
    MineAnswer,
    MyFileAnswer,
    PictureRequest,
    SignRequest,
    desk_answer,
)
from tenant_apps.applications.services import applying, sending
from tenant_apps.applications.services.entering import come_in
from tenant_apps.applications.services.keeping import applicant
from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS
from tenant_apps.households.mapping import draft_of
from tenant_apps.households.models import HouseholdFile
from tenant_apps.households.parsing import read_changes
from tenant_apps.households.presenting import plain_values, public_problems, with_masked_kept
from tenant_apps.households.selectors import members_of
from tenants.models import Station

CODE_HEADERS = [
    OpenApiParameter(
        "X-Application-Code", str, OpenApiParameter.HEADER, description="The personal code"
    ),
    OpenApiParameter(
        "X-Id-Tail",
        str,
        OpenApiParameter.HEADER,
        description="Last four of the identity number, once it was given",
    ),
]


class PublicView(StationAPIView):
    """Base of the endpoints that nobody signs in for."""

    capability: ClassVar[dict[str, str | None]] = {"*": None}

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer without keeping the answer for a repetition."""
        return APIView.dispatch(self, request, *args, **kwargs)

    def handle_exception(self, exc: Exception) -> Response:
        """Answer a refusal; amounts are called without the unit of their column."""
        if isinstance(exc, InvalidInput):
            exc = InvalidInput(public_problems(exc.problems), message=exc.message)
        return super().handle_exception(exc)

    def mine(self, request: Request) -> Application:
        """Give the application the caller has the code of."""
        return come_in(
            code=request.headers.get("X-Application-Code", ""),
            tail=request.headers.get("X-Id-Tail", ""),
            address=client_address(request),
            now=clock.now(),
        )


class ApplyView(PublicView):
    """The desk of a station, and the beginning of an application."""

    @extend_schema(operation_id="public_desk", auth=[], responses=DeskAnswer)
    def get(self, request: Request) -> Response:
        """Say who the station is and whether it takes applications."""
        return Response(desk_answer(station_of(request)))

    @extend_schema(
        operation_id="public_application_begin", auth=[], request=None, responses={201: CodeAnswer}
    )
    def post(self, request: Request) -> Response:
        """Begin an application; its code is told this once."""
        if not takes_applications(station_of(request).state):
            raise NotTakingApplications
        count_one(STARTED_BY_ADDRESS, address=client_address(request))
        application, code = applying.begin(actor=applicant(), now=clock.now())
        return Response({"number": application.number, "code": code}, status=201)


class MineView(PublicView):
    """The own application."""

    @extend_schema(
        operation_id="public_application", auth=[], parameters=CODE_HEADERS, responses=MineAnswer
    )
    def get(self, request: Request) -> Response:
        """Read what was filled in, masked, what is missing, and how far it has come."""
        return Response(answer_of(self.mine(request)))

    @extend_schema(
        operation_id="public_application_change",
        auth=[],
        parameters=CODE_HEADERS,
        request=AskedOfWorker,
        responses=MineAnswer,
    )
    def patch(self, request: Request) -> Response:
        """Change answers, all `members` together where given; masked values may be sent back as they are."""
        count_one(SAVED_BY_ADDRESS, address=client_address(request))
        application = self.mine(request)
        given = dict(object_given(request.data))
        version = given.pop("version", application.version)
        reading = read_changes(with_masked_kept(given, answers_of(application).draft))
        problems = [*reading.problems, *not_asked(given)]
        if problems:
            raise InvalidInput(problems)
        changed = applying.replace_answers(
            application.pk,
            changes=reading.values,
            seen=version if isinstance(version, int) else -1,
            actor=applicant(),
            now=clock.now(),
        )
        return Response(answer_of(changed))


class SendView(PublicView):
    """Signing and sending."""

    @extend_schema(
        operation_id="public_application_send",
        auth=[],
        parameters=CODE_HEADERS,
        request=SignRequest,
        responses=MineAnswer,
    )
    def post(self, request: Request) -> Response:
        """Sign the application and send it to the station."""
        application = self.mine(request)
        form = SignRequest(data=request.data)
        form.is_valid(raise_exception=True)
        sent = sending.send(
            application.pk, **form.validated_data, actor=applicant(), now=clock.now()
        )
        return Response(answer_of(sent))


class WithdrawView(PublicView):
    """Taking an application back."""

    @extend_schema(
        operation_id="public_application_withdraw",
        auth=[],
        parameters=CODE_HEADERS,
        request=None,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        """Take the application back; what was filled in is wiped."""
        application = self.mine(request)
        sending.withdraw(application.pk, actor=applicant(), now=clock.now())
        return Response(status=204)


class PicturesView(PublicView):
    """Pictures of papers."""

    @extend_schema(
        operation_id="public_application_picture_add",
        auth=[],
        parameters=CODE_HEADERS,
        request={"multipart/form-data": PictureRequest},
        responses={201: MineAnswer},
    )
    def post(self, request: Request) -> Response:
        """Add a picture (multipart `file`), or say that there is no such paper (`lacks`)."""
        count_one(UPLOADED_BY_ADDRESS, address=client_address(request))
        application = self.mine(request)
        form = PictureRequest(data=request.data)
        form.is_valid(raise_exception=True)
        said: Mapping[str, Any] = form.validated_data
        edge: dict[str, Any] = {"actor": applicant(), "now": clock.now()}
        if "file" in said:
            applying.add_paper(application.pk, kind=said["kind"], upload=said["file"], **edge)
        else:
            applying.say_lacking(
                application.pk, kind=said["kind"], lacks=said.get("lacks", True), **edge
            )
        application.refresh_from_db()
        return Response(answer_of(application), status=201)


class PictureView(PublicView):
    """One picture."""

    @extend_schema(
        operation_id="public_application_picture_remove",
        auth=[],
        parameters=CODE_HEADERS,
        responses={204: None},
    )
    def delete(self, request: Request, paper_id: UUID) -> Response:
        """Take a picture off again."""
        application = self.mine(request)
        applying.remove_paper(application.pk, paper_id=paper_id, actor=applicant(), now=clock.now())
        return Response(status=204)


class MyFileView(PublicView):
    """The own file."""

    @extend_schema(
        operation_id="public_my_file", auth=[], parameters=CODE_HEADERS, responses=MyFileAnswer
    )
    def get(self, request: Request) -> Response:
        """Read the own file, masked, who looked into it, and how the consents stand."""
        file = _file(self.mine(request))
        view = rights.file_for_worker(file)
        draft = draft_of(file, members_of(file))
        return Response(
            {
                "file_no": file.file_no,
                "values": {
                    **plain_values(draft, FILE_FIELDS),
                    "members": [plain_values(one, MEMBER_FIELDS) for one in draft.members],
                },
                "looks": [
                    {"at": one.at, "who": one.who, "what": one.what, "why": one.why}
                    for one in view.looks
                ],
                "consents": [
                    {
                        "purpose": one.purpose.code,
                        "text": str(one.purpose.consent),
                        "is_withdrawn": one.is_withdrawn,
                    }
                    for one in view.consents
                ],
            }
        )


class AskView(PublicView):
    """What a worker may ask about the own file."""

    @extend_schema(
        operation_id="public_ask",
        auth=[],
        parameters=[
            *CODE_HEADERS,
            OpenApiParameter(
                "what",
                OpenApiTypes.STR,
                OpenApiParameter.PATH,
                enum=["correction", "copy", "end", "again", "consent"],
            ),
        ],
        request=AskRequest,
        responses={202: None},
    )
    def post(self, request: Request, what: str) -> Response:
        """Ask for a correction, a copy or an end, or give and take back a consent."""
        count_one(SAVED_BY_ADDRESS, address=client_address(request))
        file = _file(self.mine(request))
        form = AskRequest(data=request.data)
        form.is_valid(raise_exception=True)
        said, now = form.validated_data, clock.now()
        if what == "correction":
            rights.ask_correction(
                file,
                field=said.get("field", ""),
                wish=said.get("wish", ""),
                reason=said.get("reason", ""),
                now=now,
            )
        elif what == "copy":
            rights.ask_for_copy(file, now=now)
        elif what == "end":
            rights.ask_to_withdraw(file, now=now)
        elif what == "again":
            rights.ask_again(file, reason=said.get("reason", ""), now=now)
        elif what == "consent":
            rights.say_consent(
                file,
                purpose=said.get("purpose", ""),
                is_given=bool(said.get("given")),
                now=now,
            )
        else:
            raise NotFound
        return Response(status=202)


def station_of(request: Request) -> Station:
    """Give the station the address names."""
    return cast("Station", request.station)  # type: ignore[attr-defined]


def _file(application: Application) -> HouseholdFile:
    file = file_behind(application)
    if file is None:
        raise NotFound
    return file
