"""Pages of the exits that a centre starts itself: what was asked for, a new one, taking one back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import DomainError, InvalidInput
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, page_of
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.households.work import exit_months
from tenant_apps.reviews.life import asking
from tenant_apps.reviews.life.forms import ExitAskForm


@require_GET
def exit_requests(request: HttpRequest) -> HttpResponse:
    """Show the exits this station asked for, and what became of each."""
    actor = actor_of(request)
    page = page_of(request, asking.requests_of(actor))
    context = {
        "page": page,
        "rows": [
            {
                "request": one,
                "kind": CODE_LISTS["exit_kind"].label(one.exit_kind),
                "reason": CODE_LISTS["exit_reason"].label(one.exit_reason),
            }
            for one in page.object_list
        ],
        "may_ask": actor.may("review.decide"),
    }
    return render(request, "reviews/exit_requests.html", context)


@require_http_methods(["GET", "POST"])
def exit_ask(request: HttpRequest) -> HttpResponse:
    """Let somebody of the centre start the exit of a file below, or of an own one."""
    actor = actor_of(request)
    actor.require("review.decide")
    form = ExitAskForm(
        request.POST or None,
        months=exit_months(on=clock.today()),
        file_no=request.GET.get("file_no", "")[:32],
    )
    if request.method == "POST" and form.is_valid():
        try:
            asking.ask_exit(
                file_no=form.cleaned_data["file_no"],
                source=form.cleaned_data["source"],
                findings=form.findings_given,
                actor=actor,
                now=clock.now(),
            )
        except InvalidInput as refusal:
            form.show_refusal(refusal)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已发起退出，由建档站点按程序上报。"))
            return redirect("reviews:exit-requests")
    return render(request, "reviews/exit_ask.html", {"form": form})


@require_POST
def exit_withdraw(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Take back an exit that was asked for; a refusal is shown on the list."""
    actor = actor_of(request)
    actor.require("review.decide")
    asking.get_request(request_id, actor=actor)
    act_and_tell(
        request,
        lambda: asking.withdraw_exit(
            request_id,
            reason=request.POST.get("reason", ""),
            actor=actor,
            now=clock.now(),
        ),
        label=_("撤回退出"),
    )
    return redirect("reviews:exit-requests")
