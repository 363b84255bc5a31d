"""The public page that verifies a paper."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bangfu.kernel.addresses import client_address
from tenant_apps.documents.errors import TooManyChecks
from tenant_apps.documents.forms import NumberForm
from tenant_apps.documents.selectors import normalised_number
from tenant_apps.documents.services.verifying import LARGEST_COPY, verify_paper

CHECKS_AN_HOUR = 60


@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for the number on a paper, and compare a copy of the file when one is given."""
    form = NumberForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        number, copy = normalised_number(form.cleaned_data["number"]), form.cleaned_data["copy"]
        if not number:
            form.add_error("number", _("查验码是 12 位字母和数字，请对照纸面重新输入。"))
        elif copy is None:
            return redirect("documents:verify-number", number)
        elif copy.size > LARGEST_COPY:
            form.add_error("copy", _("文件超过 20 MB，请只上传平台生成的 PDF。"))
        else:
            return _answered(request, number, copy.read())
    return render(
        request, "documents/verify.html", {"form": form}, status=422 if form.errors else 200
    )


@require_http_methods(["GET"])
def verify_number(request: HttpRequest, number: str) -> HttpResponse:
    """Say what is known of the paper whose QR code was read."""
    return _answered(request, number, None)


def _answered(request: HttpRequest, number: str, copy: bytes | None) -> HttpResponse:
    refuse_too_many(request)
    finding = verify_paper(number, copy=copy)
    context = {"form": NumberForm(initial={"number": number}), "finding": finding, "number": number}
    return render(request, "documents/verified.html", context, status=200 if finding.paper else 404)


def refuse_too_many(request: HttpRequest) -> None:
    """Let one address verify so often within an hour.

    Raises:
        TooManyChecks: it did.
    """
    key = f"verify:{client_address(request)}"
    cache.add(key, 0, 3600)
    if cache.incr(key) > CHECKS_AN_HOUR:
        raise TooManyChecks
