"""Refusals of pages, in the dress of the product; those of the API as RFC 9457 problems."""

import structlog
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bangfu.kernel.errors import DomainError, InvalidInput, NotStorable
from bangfu.kernel.problems import MEDIA_TYPE, problem_of

log = structlog.get_logger(__name__)
TEMPLATES = {400, 403, 404, 409, 429}


def answer_refusal(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """Return the page or the problem that tells of ``error``; None if it is not a refusal."""
    if isinstance(error, DataError | UnicodeEncodeError):
        log.warning("not_storable", error=str(error)[:200])
        error = NotStorable()
    return refused(request, error) if isinstance(error, DomainError) else None


def refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Return the page or the problem that tells of ``error``."""
    if "/api/" in request.path:
        return _problem(problem_of(error), error.http_status)
    status = error.http_status
    template = f"{status if status in TEMPLATES else 409}.html"
    problems = error.problems if isinstance(error, InvalidInput) else ()
    return render(request, template, {"message": str(error), "problems": problems}, status=status)


def unauthenticated() -> HttpResponse:
    """Return the problem that tells a program to show a token."""
    response = _problem(
        {
            "type": "/problems/not-authenticated",
            "title": "not-authenticated",
            "status": 401,
            "detail": _("请提供有效的令牌：Authorization: Token …"),
        },
        401,
    )
    response["WWW-Authenticate"] = "Token"
    return response


def _problem(body: dict[str, object], status: int) -> JsonResponse:
    return JsonResponse(
        body, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False}
    )
