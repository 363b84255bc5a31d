"""Endpoints of what the own station does with a file after its submission."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import SENT_AGAIN, StationAPIView
from tenant_apps.households import second_look, transitions
from tenant_apps.households.asking import Agreed
from tenant_apps.households.models import VisitPlace
from tenant_apps.households.schemas import FileRow, row_of
from tenant_apps.households.selectors import get_file


class AgreedRequest(serializers.Serializer[Any]):
    """One consent given at the door: its purpose, and the version of the text that was read out."""

    purpose = serializers.CharField(max_length=24)
    version = serializers.CharField(max_length=16)


class VisitRequest(serializers.Serializer[Any]):
    """A visit by two people; pictures as multipart `photos`.

    `consents` are those of `privacy_consents_open` that the household gave; one that stands already is passed over.

    """

    visited_on = serializers.DateField()
    place = serializers.ChoiceField(choices=VisitPlace.choices, default=VisitPlace.HOME)
    first_visitor = serializers.CharField(max_length=32)
    second_visitor = serializers.CharField(max_length=32)
    findings = serializers.CharField(max_length=2000)
    agrees = serializers.BooleanField(default=True)
    consents = AgreedRequest(many=True, default=list)


def visit_of(given: dict[str, Any]) -> transitions.Visit:
    """Read what was sent as a visit."""
    consents = tuple(Agreed(**one) for one in given["consents"])
    return transitions.Visit(**{**given, "consents": consents})


class StepRequest(serializers.Serializer[Any]):
    """What is said with a step: an opinion to report, a reason to return or recall."""

    opinion = serializers.CharField(default="", allow_blank=True, max_length=500)
    reason = serializers.CharField(default="", allow_blank=True, max_length=500)


class _Step(StationAPIView):
    capability = {"POST": "file.review"}

    def said(self, request: Request) -> dict[str, Any]:
        given = StepRequest(data=request.data or {})
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def answered(self, file_id: UUID) -> Response:
        return Response(row_of(get_file(file_id, actor=self.actor)))


class AcceptView(_Step):
    """Take a submitted file into first review."""

    @extend_schema(operation_id="files_accept", request=None, responses=FileRow)
    def post(self, _request: Request, file_id: UUID) -> Response:
        """Accept; refused with `own-entry` for whoever entered or submitted it."""
        transitions.accept_for_review(file_id, actor=self.actor, now=clock.now())
        return self.answered(file_id)


class ArrangeVisitView(_Step):
    """Have the household visited."""

    @extend_schema(operation_id="files_arrange_visit", request=None, responses=FileRow)
    def post(self, _request: Request, file_id: UUID) -> Response:
        """Start the days of the visit."""
        transitions.arrange_visit(file_id, actor=self.actor, now=clock.now())
        return self.answered(file_id)


class VisitView(_Step):
    """Note a visit."""

    capability = {"POST": "file.visit"}
    same_within = SENT_AGAIN
    parser_classes = (JSONParser, MultiPartParser, FormParser)

    @extend_schema(operation_id="files_visit", request=VisitRequest, responses={201: FileRow})
    def post(self, request: Request, file_id: UUID) -> Response:
        """Note what two visitors found."""
        get_file(file_id, actor=self.actor)
        visit = visit_of(self.read(VisitRequest, request.data))
        photos = request.FILES.getlist("photos")
        transitions.record_visit(file_id, visit, photos=photos, **self.edge)
        return Response(row_of(get_file(file_id, actor=self.actor)), status=201)


class ReportView(_Step):
    """Send a file up."""

    capability = {"POST": "file.report"}

    @extend_schema(operation_id="files_report", request=StepRequest, responses=FileRow)
    def post(self, request: Request, file_id: UUID) -> Response:
        """Send it up with an `opinion`; the usual words where it is left out."""
        said = self.said(request)
        transitions.report_upward(
            file_id, opinion=said["opinion"], actor=self.actor, now=clock.now()
        )
        return self.answered(file_id)


class ReturnView(_Step):
    """Give a file back to its clerk."""

    @extend_schema(operation_id="files_return", request=StepRequest, responses=FileRow)
    def post(self, request: Request, file_id: UUID) -> Response:
        """Give it back; a `reason` is needed."""
        reason = self.said(request)["reason"]
        transitions.return_to_applicant(file_id, reason=reason, actor=self.actor, now=clock.now())
        return self.answered(file_id)


class SecondLookView(_Step):
    """Ask for a second look at a refused file."""

    capability = {"POST": "file.submit"}

    @extend_schema(operation_id="files_ask_second_look", request=StepRequest, responses=FileRow)
    def post(self, request: Request, file_id: UUID) -> Response:
        """Ask once, in time, with a `reason`; the station that refused answers by message."""
        reason = self.said(request)["reason"]
        second_look.ask_second_look(file_id, reason=reason, actor=self.actor, now=clock.now())
        return self.answered(file_id)


class RecallView(_Step):
    """Ask for a file back."""

    capability = {"POST": "file.report"}

    @extend_schema(operation_id="files_recall", request=StepRequest, responses=FileRow)
    def post(self, request: Request, file_id: UUID) -> Response:
        """Ask for it back with a `reason`; the answer comes by message."""
        reason = self.said(request)["reason"]
        transitions.recall(file_id, reason=reason, actor=self.actor, now=clock.now())
        return self.answered(file_id)
