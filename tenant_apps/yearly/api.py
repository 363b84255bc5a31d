"""Endpoints of the yearly report and of the books of the past."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import CursorPages, StationAPIView, page_of
from tenant_apps.imports.sheets import MAX_UPLOAD_BYTES
from tenant_apps.yearly import services
from tenant_apps.yearly.presenting import told_as_data
from tenant_apps.yearly.selectors import Frame, books, get_book, usual_frame
from tenant_apps.yearly.serializers import (
    BookRequest,
    BookView,
    FrameQuery,
    ReportView,
    UndoRequest,
)
from tenant_apps.yearly.telling import tell


class BookPages(CursorPages):
    """Books, newest first."""

    ordering = "-kept_at"


class ReportEndpoint(StationAPIView):
    """The yearly report."""

    capability = {"GET": "rollup.view"}

    @extend_schema(operation_id="yearly_report", parameters=[FrameQuery], responses=ReportView)
    def get(self, request: Request) -> Response:
        """Tell the year of the station in sentences, with their numbers and what has to be looked at."""
        asked = self.read(FrameQuery, request.query_params)
        usual = usual_frame(clock.today())
        year, month = (int(part) for part in asked["until"].split("-")) if "until" in asked else (
            usual.until.year, usual.until.month,
        )  # fmt: skip
        frame = Frame(asked.get("year", usual.year), usual.until.replace(year=year, month=month))
        return Response(ReportView(told_as_data(tell(self.station, frame))).data)


class BooksEndpoint(StationAPIView):
    """The books of the past."""

    capability = {"GET": "import.run", "POST": "import.run"}
    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="yearly_books", responses=page_of(BookView))
    def get(self, request: Request) -> Response:
        """List the books of the station, newest first, by cursor."""
        pages = BookPages()
        page = pages.paginate_queryset(books(), request, view=self)
        return pages.get_paginated_response(BookView(page, many=True).data)

    @extend_schema(
        operation_id="yearly_keep_book",
        request={"multipart/form-data": BookRequest},
        responses={201: BookView},
    )
    def post(self, request: Request) -> Response:
        """Take a book in, whole; wrong rows are listed, and nothing is kept unless they may be left out."""
        given = self.read(BookRequest, request.data)
        file, origin = given.pop("file"), given.pop("origin")
        kept = services.keep_book(
            file.read(MAX_UPLOAD_BYTES + 1),
            filename=file.name,
            source=origin,
            **given,
            **self.edge,
        )
        return Response(BookView(kept.book).data, status=201)


class BookEndpoint(StationAPIView):
    """One book."""

    capability = {"GET": "import.run"}

    @extend_schema(operation_id="yearly_book", responses=BookView)
    def get(self, _request: Request, book_id: UUID) -> Response:
        """Give one book."""
        return Response(BookView(get_book(book_id)).data)


class UndoEndpoint(StationAPIView):
    """The taking back of a book."""

    capability = {"POST": "import.run"}

    @extend_schema(operation_id="yearly_undo_book", request=UndoRequest, responses=BookView)
    def post(self, request: Request, book_id: UUID) -> Response:
        """Take a book back, whole: none of its numbers counts any more."""
        given = self.read(UndoRequest, request.data)
        return Response(BookView(services.undo_book(book_id, **given, **self.edge)).data)
