"""What the pages of papers share: who asks, and files as answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from shared_apps.printing.models import Download, Paper

Row = TypeVar("Row", Paper, Download)


def as_download(download: Download, pieces: Iterator[bytes]) -> HttpResponseBase:
    """Answer what the download centre made, piece by piece as it is read; it is never cached."""
    response = StreamingHttpResponse(pieces, content_type=download.content_type)
    header = content_disposition_header(as_attachment=True, filename=download.file_name)
    response["Content-Disposition"] = header or "attachment"
    response["Content-Length"] = str(download.size)
    response["Cache-Control"] = "no-store"
    return response
