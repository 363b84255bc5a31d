"""The kit page: every component on one page, for those who build pages. A demo has it, production not."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from bangfu.ui import kit as samples
from bangfu.ui import tables


def kit(request: HttpRequest) -> HttpResponse:
    """Show every component with invented rows."""
    _only_in_a_demo()
    table = tables.paged(samples.KitTable(samples.rows()), request)
    return render(
        request,
        "ui/kit.html",
        samples.sample()
        | {
            "table": table,
            "nothing": samples.KitTable([]),
            "search": samples.SearchForm(request.GET or None, auto_id="search_%s"),
            "form": samples.KitForm(),
            "wrong": samples.KitForm({"id_no": "130771"}, auto_id="wrong_%s"),
            "page": Paginator(range(1, 100_001), 20).get_page(40),
            "reveal_url": reverse("ui:kit-reveal"),
            "progress_url": reverse("ui:kit-progress", args=[10]),
        },
    )


def kit_progress(request: HttpRequest, percent: int) -> HttpResponse:
    """Answer a poll: ten per cent further each time, without an address at the end."""
    _only_in_a_demo()
    further = min(percent + 10, 100)
    url = reverse("ui:kit-progress", args=[further]) if further < 100 else ""
    return render(
        request,
        "ui/components/progress.html",
        {"percent": further, "label": "正在校验", "url": url, "detail": f"{further * 50} / 5000"},
    )


@require_POST
def kit_reveal(request: HttpRequest) -> HttpResponse:
    """Answer a request for clear text with an invented number."""
    _only_in_a_demo()
    return HttpResponse('<span class="masked">130771199001012939</span>')


def _only_in_a_demo() -> None:
    if not settings.BANGFU_DEMO:
        raise Http404
