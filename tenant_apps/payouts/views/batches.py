"""Batches: the list, a new one, one of them, and the steps people take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import DomainError, InvalidInput, NotFound
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, edge, key_in, late_page_of, page_of, ticked
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.aid.models import Application
from tenant_apps.casework.selectors import timeline_of
from tenant_apps.funds.models import Fund
from tenant_apps.payouts import services
from tenant_apps.payouts.flow import BATCH_FLOW, PREPARES, RECEIVES, SENDS
from tenant_apps.payouts.forms import (
    AnswerForm,
    BatchForm,
    BatchSearchForm,
    LineSearchForm,
    NationalEntryForm,
    PayableSearchForm,
)
from tenant_apps.payouts.models import ENTERABLE, Batch, BatchState, Channel
from tenant_apps.payouts.presenting import (
    act_label,
    acts_of,
    answers_of,
    given_up_of,
    stages_of,
)
from tenant_apps.payouts.rules import MOST_LINES
from tenant_apps.payouts.selectors import (
    BatchSearch,
    batches,
    get_batch,
    held_by,
    is_answer_due,
    lines_of,
    open_count,
    payable,
    progress_of,
    sums_of,
    unsigned_count,
)
from tenant_apps.payouts.services.answering import ANSWERED
from tenant_apps.payouts.services.steps import subject_of
from tenant_apps.payouts.services.summing import EXPORTS, LISTED, SUMMED

_ENDS_IT = frozenset({"return", "void"})
_WITH_REASON = frozenset({"return", "void", "waive_ask", "waive_refuse"})


@require_GET
def batch_list(request: HttpRequest) -> HttpResponse:
    """Show the batches, newest first."""
    actor = actor_of(request)
    form = BatchSearchForm(request.GET)
    form.is_valid()
    search = BatchSearch(**{name: value for name, value in form.cleaned_data.items() if value})
    context = {
        "form": form,
        "page": page_of(request, batches(search, actor=actor)),
        "waiting": payable(actor=actor).count(),
        "is_searched": any(form.cleaned_data.values()),
        "may_prepare": actor.may(PREPARES),
    }
    return render(request, "payouts/batches.html", context)


@require_http_methods(["GET", "POST"])
def new_batch(request: HttpRequest) -> HttpResponse:
    """Choose approved applications and put them into a batch."""
    actor = actor_of(request)
    actor.require(PREPARES)
    search = PayableSearchForm(request.GET, funds=list(Fund.objects.order_by("code")))
    search.is_valid()
    rows = _chosen(payable(actor=actor), search.cleaned_data)
    today = clock.today()
    form = BatchForm(
        request.POST or None,
        initial={"title": _("%(month)s 帮扶发放") % {"month": f"{today:%Y-%m}"}},
    )
    if request.method == "POST" and form.is_valid():
        ids = (
            list(rows.values_list("pk", flat=True)[: MOST_LINES + 1])
            if request.POST.get("every")
            else ticked(request)
        )
        try:
            batch = services.prepare_batch(ids, **form.cleaned_data, **edge(request))
        except InvalidInput as refusal:
            for problem in refusal.problems:
                named = problem.field if problem.field in form.fields else None
                form.add_error(named, str(problem.message))
        except NotFound:
            form.add_error(None, _("请先勾选要发放的申请。"))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            told = (
                _("批次 %(number)s 正在后台编制，可以离开此页，完成后会通知您。")
                if batch.state == BatchState.PREPARING
                else _("批次 %(number)s 已编制，核对后封存提交复核。")
            )
            messages.success(request, told % {"number": batch.number})
            return redirect("payouts:batch", batch.pk)
    page = late_page_of(request, rows)
    if not page.object_list:
        # Sent twice, nothing is left to choose from and no form stands there to say why.
        for refusal_text in form.non_field_errors():
            messages.error(request, str(refusal_text))
    context = {
        "form": form,
        "search": search,
        "page": page,
        "rows": [(row, CODE_LISTS["aid"].label(row.aid)) for row in page],
        "ticked": {str(key) for key in ticked(request)},
    }
    return render(request, "payouts/new_batch.html", context)


@require_GET
def batch_page(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Show one batch: where it stands, its file, its lines, what the bank said."""
    return render(request, "payouts/batch.html", batch_context(request, batch_id))


def batch_context(request: HttpRequest, batch_id: UUID) -> dict[str, Any]:
    """Return everything the page of a batch shows."""
    actor = actor_of(request)
    batch = get_batch(batch_id, actor=actor)
    search = LineSearchForm(request.GET)
    search.is_valid()
    words, state = search.cleaned_data.get("words", ""), search.cleaned_data.get("line_state", "")
    may_send = actor.may(SENDS)
    is_bank = batch.channel == Channel.BANK
    may_answer = may_send and is_bank and batch.state in ANSWERED
    may_answer = may_answer and actor.user_id != batch.approved_by_id
    entry_left = services.nationally_left(batch) if batch.state in ENTERABLE else 0
    return {
        "batch": batch,
        "digest": bytes(batch.digest or b"").hex(),
        "stages": stages_of(batch),
        "acts": acts_of(batch, actor, entry_left=entry_left),
        "with_reason": _WITH_REASON,
        "ends_it": _ENDS_IT,
        "sums": sums_of(batch),
        "search": search,
        "page": late_page_of(request, lines_of(batch, state=state, words=words)),
        "answers": answers_of(batch),
        "answer_form": AnswerForm(),
        "may_take_file": may_send and is_bank and batch.state in {BatchState.APPROVED, *ANSWERED},
        "may_answer": may_answer and not batch.waits,
        "may_drop_answer": may_answer and batch.waits,
        "may_drop": batch.state == BatchState.DRAFT and actor.may(PREPARES),
        "may_receive": actor.may(RECEIVES),
        "may_list": actor.may(EXPORTS) and batch.state in LISTED,
        "may_sum": actor.may(EXPORTS) and batch.state in SUMMED,
        "unsigned": unsigned_count(batch),
        "may_enter": may_send and batch.state in ENTERABLE,
        "entry_left": entry_left,
        "entry_form": NationalEntryForm(initial={"entered_on": clock.today()}),
        "is_preparing": batch.state == BatchState.PREPARING,
        "is_giving_up": batch.state == BatchState.GIVING_UP,
        "given_up": given_up_of(batch),
        "given_back": given_back(batch),
        "percent": percent_of(batch),
        "is_answer_due": is_answer_due(batch),
        "held_by": held_by(batch),
        "done": progress_of(batch.pk) if batch.waits else 0,
        "timeline": timeline_of(subject_of(batch), label=act_label),
    }  # fmt: skip


def given_back(batch: Batch) -> int:
    """Return how many applications of a batch that is being given up were given back so far; none of any other."""
    if batch.state != BatchState.GIVING_UP or batch.given_up is None:
        return 0
    return max(0, int(batch.given_up["count"]) - open_count(batch))


def percent_of(batch: Batch) -> int:
    """Return how far a batch that is prepared or given up is, or how much of a return file that waits was used."""
    if batch.state == BatchState.PREPARING:
        return min(99, batch.count * 100 // max(batch.planned, 1))
    if batch.state == BatchState.GIVING_UP and batch.given_up is not None:
        return min(99, given_back(batch) * 100 // max(int(batch.given_up["count"]), 1))
    return min(99, progress_of(batch.pk) * 100 // max(batch.count, 1))


@require_POST
def act(request: HttpRequest, batch_id: UUID, action: str) -> HttpResponse:
    """Take one step of a batch."""
    actor = actor_of(request)
    get_batch(batch_id, actor=actor)
    step = _STEPS.get(action)
    if step is None:
        raise NotFound
    more = {"reason": request.POST.get("reason", "")} if action in _WITH_REASON else {}
    act_and_tell(
        request,
        lambda: step(batch_id, **more, **edge(request)),
        label=BATCH_FLOW.steps[action].label,
    )
    return redirect("payouts:batch", batch_id)


@require_POST
def drop(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Take one payee out of a batch that is not frozen."""
    actor = actor_of(request)
    actor.require(PREPARES)
    get_batch(batch_id, actor=actor)
    line = key_in(request.POST.get("line", ""))
    if line is None:
        raise NotFound
    reason = request.POST.get("reason", "")
    act_and_tell(
        request,
        lambda: services.drop_line(batch_id, line, reason=reason, **edge(request)),
        label=_("移出批次"),
    )
    return redirect("payouts:batch", batch_id)


_STEPS: dict[str, Callable[..., object]] = {
    "freeze": services.freeze_batch,
    "check": services.check_batch,
    "audit": services.audit_batch,
    "approve": services.approve_batch,
    "send": services.send_batch,
    "return": services.return_batch,
    "void": services.void_batch,
    "reconcile": services.reconcile_batch,
    "close": services.close_batch,
    "waive_ask": services.ask_waiver,
    "waive_agree": services.agree_waiver,
    "waive_refuse": services.refuse_waiver,
}


def _chosen(rows: QuerySet[Application], given: dict[str, Any]) -> QuerySet[Application]:
    fund = key_in(given.get("fund") or "")
    if fund is not None:
        rows = rows.filter(fund_id=fund)
    if given.get("aid"):
        rows = rows.filter(aid=given["aid"])
    return rows
