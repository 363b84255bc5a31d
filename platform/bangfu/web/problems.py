"""Refusals of pages, in the dress of the product; those of the API as RFC 9457 problems."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bangfu.kernel.errors import DomainError, InvalidInput
from bangfu.kernel.problems import MEDIA_TYPE, problem_of

TEMPLATES = {400, 403, 404, 409, 429}


def answer_refusal(request: HttpRequest, error: Exception | None) -> HttpResponse | None:
    """Return the page or the problem that tells of ``error``; None if it is not a refusal.

    ``None`` as the error stands for a request to the API by nobody.
    """
    api = "/api/" in request.path
    if error is None:
        return JsonResponse(
            {
                "type": "/problems/not-authenticated",
                "title": "not-authenticated",
                "status": 401,
                "detail": _("请提供有效的令牌：Authorization: Token …"),
            },
            status=401,
            content_type=MEDIA_TYPE,
            headers={"WWW-Authenticate": "Token"},
        )
    if not isinstance(error, DomainError):
        return None
    if api:
        return JsonResponse(
            problem_of(error), status=error.http_status, content_type=MEDIA_TYPE
        )
    status = error.http_status
    template = f"{status if status in TEMPLATES else 409}.html"
    problems = error.problems if isinstance(error, InvalidInput) else ()
    return render(
        request, template, {"message": str(error), "problems": problems}, status=status
    )
