"""Refusals of pages, in the dress of the product; those of the API as RFC 9457 problems."""

from collections.abc import Sequence
from http import HTTPStatus

import structlog
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import defaults

from bangfu.kernel.errors import DomainError, InvalidInput, NotFound, NotStorable
from bangfu.kernel.problems import MEDIA_TYPE, problem_of
from bangfu.ui.requests import is_for_part, page_before, words_typed

log = structlog.get_logger(__name__)
TEMPLATES = {400, 403, 404, 409, 429}


class NotUnderstood(DomainError):
    """The request as a whole cannot be read."""

    code = "bad-request"
    http_status = 400
    message = gettext_lazy("请求无法识别。")


class OnlyByButton(DomainError):
    """An address of an act was opened as a page: typed in, loaded again, or come back to after a sign-in."""

    code = "only-by-button"
    http_status = 405
    message = gettext_lazy(
        "这个地址是办理用的，不能直接打开，什么都没有办理。请返回原来的页面，再按一次按钮。"
    )


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
    if not isinstance(error, DomainError):
        return None
    return refused(request, error, words=words_typed(request))


def refused(request: HttpRequest, error: DomainError, *, words: Sequence[str] = ()) -> HttpResponse:
    """Return the page or the problem that tells of ``error``; ``words`` are what was written in vain."""
    if "/api/" in request.path:
        return _problem(problem_of(error), error.http_status)
    if is_for_part(request):
        # The page around the part stays as it is, and says what its script reads from the problem.
        return _problem(problem_of(error), _told_by_the_script(error.http_status))
    status = error.http_status
    context = {
        "status": status,
        "message": str(error),
        "problems": error.problems if isinstance(error, InvalidInput) else (),
        "words": words,
        "page_before": page_before(request),
    }
    return render(request, f"{status if status in TEMPLATES else 409}.html", context, status=status)


def _told_by_the_script(status: int) -> int:
    # A 422 is put in the place of the part, as a form with its errors is.
    return HTTPStatus.CONFLICT if status == HTTPStatus.UNPROCESSABLE_ENTITY else status


def as_page(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Dress the empty answer to somebody who opens the address of an act as a page; leave any other as it is."""
    is_read = request.method == "GET" and response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    if not is_read or "/api/" in request.path or is_for_part(request):
        return response
    page = refused(request, OnlyByButton())
    page["Allow"] = response["Allow"]
    return page


def place_to_come_back_to(request: HttpRequest) -> str:
    """Return where somebody goes on after a sign-in: to the page, or to that whose button was pressed."""
    is_page = request.method in {"GET", "HEAD"}
    return request.get_full_path() if is_page else page_before(request) or request.get_full_path()


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
