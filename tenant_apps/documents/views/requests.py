"""What the pages of papers share: who asks, and files as answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from csp.constants import NONE, SELF
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from shared_apps.printing.models import Download, Paper

Row = TypeVar("Row", Paper, Download)
PDF = "application/pdf"


def as_file(
    data: bytes, *, name: str, content_type: str, is_shown: bool = False, status: int = 200
) -> HttpResponse:
    """Answer a file to keep, or a PDF to look at and print; it is never cached."""
    response = HttpResponse(data, content_type=content_type, status=status)
    header = content_disposition_header(as_attachment=not is_shown, filename=name)
    response["Content-Disposition"] = header or "attachment"
    response["Cache-Control"] = "no-store"
    if is_shown:
        # The viewers of browsers are plug-ins of the page the PDF is.
        response._csp_replace = {"object-src": [SELF], "frame-ancestors": [NONE]}  # type: ignore[attr-defined]  # noqa: SLF001 - as its decorator does
    return response


def as_download(download: Download, pieces: Iterator[bytes]) -> HttpResponseBase:
    """Answer what the download centre made, piece by piece as it is read; it is never cached."""
    response = StreamingHttpResponse(pieces, content_type=download.content_type)
    header = content_disposition_header(as_attachment=True, filename=download.file_name)
    response["Content-Disposition"] = header or "attachment"
    response["Content-Length"] = str(download.size)
    response["Cache-Control"] = "no-store"
    return response
