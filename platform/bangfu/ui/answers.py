"""What is answered besides pages: files to keep or to look at, and a masked value shown in its place."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import NONE, SELF
from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from bangfu.kernel.errors import InvalidInput


def as_file(
    data: bytes, *, name: str, media_type: str, is_shown: bool = False, status: int = 200
) -> HttpResponse:
    """Answer a file to keep, or a PDF to look at and print; it is never cached."""
    response = HttpResponse(data, content_type=media_type, status=status)
    header = content_disposition_header(as_attachment=not is_shown, filename=name)
    response["Content-Disposition"] = header or "attachment"
    response["Cache-Control"] = "no-store"
    if is_shown:
        # The viewers of browsers are plug-ins of the page the PDF is.
        response._csp_replace = {"object-src": [SELF], "frame-ancestors": [NONE]}  # type: ignore[attr-defined]  # noqa: SLF001 - as its decorator does
    return response


def as_handed_in(data: bytes, *, name: str, media_type: str) -> HttpResponse:
    """Show a paper that came from outside: nothing in it may run, whatever a browser makes of it."""
    response = HttpResponse(data, content_type=media_type)
    header = content_disposition_header(as_attachment=False, filename=name)
    response["Content-Disposition"] = header or "inline"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def as_revealed(reveal: Callable[[], str], *, is_code: bool = True) -> HttpResponse:
    """Answer what ``reveal`` gives, to stand where its mask stood; what it refuses, by its reason."""
    try:
        value = reveal()
    except InvalidInput as refusal:
        words = "；".join(str(problem.message) for problem in refusal.problems)
        return HttpResponse(format_html('<span class="masked error">{}</span>', words))
    kind = "mono" if is_code else ""
    return HttpResponse(format_html('<span class="{}">{}</span>', kind, value or _("未填写")))
