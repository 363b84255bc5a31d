"""One payment and who signs for it, made for a phone that is handed to the payee."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.kernel.errors import DomainError, InvalidInput
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, edge
from tenant_apps.casework.models import Attachment
from tenant_apps.casework.selectors import timeline_of
from tenant_apps.payouts import services
from tenant_apps.payouts.flow import APPROVES, RECEIVES
from tenant_apps.payouts.forms import ReceiptForm
from tenant_apps.payouts.models import Channel, Line, LineState
from tenant_apps.payouts.presenting import act_label
from tenant_apps.payouts.selectors import get_line
from tenant_apps.payouts.services.receipts import LINE


@require_http_methods(["GET", "POST"])
def receipt(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Show one payment; take the signature of the payee, one for one payment."""
    actor = actor_of(request)
    line = get_line(line_id, actor=actor)
    form = ReceiptForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _signed(request, line, form):
        messages.success(request, _("已签收。"))
        return redirect("payouts:line", line_id)
    is_cash = line.batch.channel == Channel.CASH
    is_due = line.state == (LineState.SENT if is_cash else LineState.PAID)
    may = actor.may(RECEIVES) or actor.may(APPROVES)
    context = {
        "line": line,
        "batch": line.batch,
        "form": form,
        "is_cash": is_cash,
        "may_sign": may and is_due and not line.receipt_kind,
        "may_proxy": actor.may(APPROVES),
        "may_self": actor.may(RECEIVES),
        "papers": Attachment.objects.filter(
            subject_kind=LINE, subject_id=line.pk, removed_at__isnull=True
        ).order_by("pk"),
        "timeline": timeline_of((LINE, line.pk), label=act_label),
    }
    status = 422 if form.errors else 200
    return render(request, "payouts/receipt.html", context, status=status)


@require_POST
def not_handed_over(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Note that cash could not be handed over."""
    actor = actor_of(request)
    get_line(line_id, actor=actor)
    reason = request.POST.get("reason", "")
    act_and_tell(
        request,
        lambda: services.not_handed_over(line_id, reason=reason, **edge(request)),
        label=_("退回现金"),
    )
    return redirect("payouts:line", line_id)


def _signed(request: HttpRequest, line: Line, form: ReceiptForm) -> bool:
    given = form.cleaned_data
    proxy = None
    if given["is_proxy"]:
        proxy = services.Proxy(
            name=given["name"], relation=given["relation"], reason=given["reason"],
            power=given["power"],
        )  # fmt: skip
    more = {"proxy": proxy, "photo": given["photo"], **edge(request)}
    try:
        if given["scan"] is not None:
            services.sign_on_paper(line.pk, scan=given["scan"], **more)
        else:
            services.sign_on_screen(line.pk, drawn=given["signature"], **more)
    except InvalidInput as refusal:
        form.take_problems(refusal.problems)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
    else:
        return True
    return False
