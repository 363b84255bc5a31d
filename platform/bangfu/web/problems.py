"""Refusals of pages, in the dress of the product; those of the API as RFC 9457 problems."""

import structlog
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import defaults

from bangfu.kernel.errors import DomainError, InvalidInput, NotFound, NotStorable
from bangfu.kernel.problems import MEDIA_TYPE, problem_of

log = structlog.get_logger(__name__)
TEMPLATES = {400, 403, 404, 409, 429}


class NotUnderstood(DomainError):
    """The request as a whole cannot be read."""

    code = "bad-request"
    http_status = 400
    message = gettext_lazy("请求无法识别。")


class Fault(DomainError):
    """Something broke here; nothing was changed."""

    code = "fault"
    http_status = 500
    message = gettext_lazy("系统出了故障，本次请求没有办理。故障已记录，请稍后重试。")


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


def no_such_page(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere."""
    if "/api/" in request.path:
        return refused(request, NotFound())
    return defaults.page_not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that is none: another host, too many fields, a body beyond all limits."""
    if "/api/" in request.path:
        return refused(request, NotUnderstood())
    return defaults.bad_request(request, exception)


def fault(request: HttpRequest) -> HttpResponse:
    """Answer after a fault of ours; what it was is in the log."""
    if "/api/" in request.path:
        return refused(request, Fault())
    return defaults.server_error(request)


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
