"""Imports for programs: upload, look, confirm, take back; the two workbooks."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.pagination import CursorPagination
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import CursorPages, StationAPIView, page_of
from bangfu.kernel.media_types import WORKBOOK
from bangfu.ui.answers import as_file
from shared_apps.importing.models import Run, Verdict
from tenant_apps.imports import selectors, services
from tenant_apps.imports.serializers import (
    ConfirmSerializer,
    RowSerializer,
    RunDetailSerializer,
    RunSerializer,
    UploadSerializer,
)

CAPABILITY = "import.run"


class RowPages(CursorPagination):
    page_size = 100
    max_page_size = 500
    page_size_query_param = "page_size"
    ordering = ("part", "number")


class RunPages(CursorPages):
    ordering = "-created_at"


class Imports(StationAPIView):
    """The imports of this station; a POST uploads a workbook and has it checked."""

    capability: ClassVar[str] = CAPABILITY
    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="imports", responses=page_of(RunSerializer))
    def get(self, request: Request) -> Response:
        pages = RunPages()
        page = pages.paginate_queryset(selectors.imports_of_station(), request, view=self)
        return pages.get_paginated_response(RunSerializer(page, many=True).data)

    @extend_schema(
        operation_id="import_upload",
        request={"multipart/form-data": UploadSerializer},
        responses={201: RunDetailSerializer, 202: RunDetailSerializer},
        description=(
            "Up to 200 rows are checked at once and answered with every problem (201); more are checked "
            "in the background (202): poll the address in `Location`."
        ),
    )
    def post(self, request: Request) -> Response:
        upload = UploadSerializer(data=request.data)
        upload.is_valid(raise_exception=True)
        file = upload.validated_data["file"]
        now = clock.now()
        run = services.start_import(
            file.read(services.MAX_UPLOAD_BYTES + 1),
            filename=file.name,
            sheet=upload.validated_data["sheet"],
            actor=self.actor,
            now=now,
        )
        return _answer(services.go_on(run, now=now), done=201)


class Import(StationAPIView):
    """One import with its counts, its problems and how it fares at the stations below."""

    capability: ClassVar[str] = CAPABILITY

    @extend_schema(operation_id="import", responses=RunDetailSerializer)
    def get(self, _request: Request, run_id: UUID) -> Response:
        return Response(RunDetailSerializer(selectors.get_run(run_id)).data)


class ImportRows(StationAPIView):
    """The rows of an import in the order of the sheet."""

    capability: ClassVar[str] = CAPABILITY

    @extend_schema(
        operation_id="import_rows",
        parameters=[OpenApiParameter("verdict", str, enum=[one.value for one in Verdict])],
        responses=page_of(RowSerializer),
    )
    def get(self, request: Request, run_id: UUID) -> Response:
        run = selectors.get_run(run_id)
        rows = selectors.rows_of(run, verdict=request.query_params.get("verdict", ""))
        pages = RowPages()
        page = pages.paginate_queryset(
            rows.select_related("target", "run").defer("payload", "before"), request, view=self
        )
        return pages.get_paginated_response(RowSerializer(page, many=True).data)


class ImportConfirm(StationAPIView):
    """Makes drafts of the good rows, here or at the stations below."""

    capability: ClassVar[str] = CAPABILITY

    @extend_schema(
        operation_id="import_confirm",
        request=ConfirmSerializer,
        responses={200: RunDetailSerializer, 202: RunDetailSerializer},
    )
    def post(self, request: Request, run_id: UUID) -> Response:
        wish = ConfirmSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        now = clock.now()
        run = services.confirm_import(
            run_id,
            update_existing=wish.validated_data["update_existing"],
            actor=self.actor,
            now=now,
        )
        return _answer(services.go_on(run, now=now), done=200)


class ImportUndo(StationAPIView):
    """Takes an import back as far as nobody has touched what it made."""

    capability: ClassVar[str] = CAPABILITY

    @extend_schema(
        operation_id="import_undo",
        request=None,
        responses={200: RunDetailSerializer, 202: RunDetailSerializer},
    )
    def post(self, _request: Request, run_id: UUID) -> Response:
        now = clock.now()
        run = services.undo_import(run_id, actor=self.actor, now=now)
        return _answer(services.go_on(run, now=now), done=200)


class ImportErrors(StationAPIView):
    """The rows to correct as a workbook: as typed, reasons in front, wrong cells red."""

    capability: ClassVar[str] = CAPABILITY

    @extend_schema(operation_id="import_errors", responses={(200, WORKBOOK): OpenApiTypes.BINARY})
    def get(self, _request: Request, run_id: UUID) -> HttpResponse:
        content = services.export_errors(run_id, actor=self.actor, now=clock.now())
        return as_file(content, name="errors.xlsx", media_type=WORKBOOK)


class ImportTemplate(StationAPIView):
    """The empty form of this station."""

    capability: ClassVar[str] = CAPABILITY

    @extend_schema(operation_id="import_template", responses={(200, WORKBOOK): OpenApiTypes.BINARY})
    def get(self, _request: Request) -> HttpResponse:
        content = services.station_template(actor=self.actor)
        return as_file(content, name="template.xlsx", media_type=WORKBOOK)


def _answer(run: Run, *, done: int) -> Response:
    data = RunDetailSerializer(run).data
    return Response(data, status=202 if run.is_working else done, headers={"Location": data["url"]})
