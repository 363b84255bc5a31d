"""Pages for machines that watch the product: health and metrics."""

import os
from hmac import compare_digest

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bangfu.observability.health import OK, readiness
from bangfu.observability.metrics import CONTENT_TYPE, exposition

LOOPBACK = frozenset({"127.0.0.1", "::1", ""})


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer at all: this process lives. Asks nobody else, so a lame database restarts no web."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when requests can be served, else 503; each part by name."""
    parts = readiness()
    return JsonResponse(parts, status=200 if set(parts.values()) == {OK} else 503)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Give Prometheus its figures: by token, or on a single machine from the machine itself."""
    if not _may_read_metrics(request):
        return HttpResponseForbidden(
            "metrics need BANGFU_METRICS_TOKEN\n", content_type="text/plain"
        )
    return HttpResponse(exposition(), content_type=CONTENT_TYPE)


def _may_read_metrics(request: HttpRequest) -> bool:
    token = os.environ.get("BANGFU_METRICS_TOKEN", "")
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return compare_digest(given.encode(), token.encode())
    # Behind a proxy everybody comes from this machine, so in production only a token will do.
    return not settings.PRODUCTION and request.META.get("REMOTE_ADDR", "") in LOOPBACK
