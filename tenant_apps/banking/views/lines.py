"""Pages of single lines: what each is, what it may be, what is to be done; and the receipts nobody has claimed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import InvalidInput, NotFound
from bangfu.ui.acts import act_and_tell
from bangfu.ui.answers import as_revealed
from bangfu.ui.requests import actor_of, edge, late_page_of
from shared_apps.bankfiles.models import LineState, StatementState
from shared_apps.reconciliation.wording import meaning_of_bank
from tenant_apps.banking import services
from tenant_apps.banking.forms import ClosingForm, LineSearchForm, RefundForm
from tenant_apps.banking.presenting import (
    act_label,
    candidates_of,
    line_row,
    line_rows,
    receipt_rows,
    worded_wish,
)
from tenant_apps.banking.refunds import refund_ref
from tenant_apps.banking.selectors import (
    SUBJECT,
    candidates,
    get_line,
    open_lines_found,
    parts_came,
    receipts,
    unidentified_fen,
)
from tenant_apps.banking.wishes import is_going_back
from tenant_apps.casework.selectors import timeline_of
from tenant_apps.funds.selectors import funds

MOST_CANDIDATES = 20
_OPEN = (LineState.BREAK, LineState.HELD)


@require_GET
def line_list(request: HttpRequest) -> HttpResponse:
    """Show the lines of all statements that are not settled."""
    actor = actor_of(request)
    form = LineSearchForm(request.GET)
    form.is_valid()
    rows = open_lines_found(
        actor=actor,
        break_type=form.cleaned_data.get("type", ""),
        words=form.cleaned_data.get("words", ""),
    )
    page = late_page_of(request, rows)
    context = {
        "form": form,
        "page": page,
        "rows": line_rows(page.object_list, today=clock.today()),
        "is_searched": any(form.cleaned_data.values()),
    }
    return render(request, "banking/lines.html", context)


@require_GET
def line_page(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Show one line: what it is, what it may be, and what is to be done."""
    return _line_page(request, line_id)


@require_POST
def pair(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Say which expectation a line is; a second person has to agree."""
    actor_of(request).require("fund.post")
    given = request.POST
    act_and_tell(
        request,
        lambda: services.propose_match(
            [line_id],
            kind=given.get("kind", ""),
            ref=given.get("ref", ""),
            part=given.get("part", ""),
            memo=given.get("reason", ""),
            **edge(request),
        ),
        label=_("提出配对"),
    )
    return redirect("banking:line", line_id)


@require_POST
def enter(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Say how a line is entered in the books; a second person has to agree."""
    actor = actor_of(request)
    actor.require("fund.post")
    form = _closing_form(request, line_id)
    if form.is_valid():
        try:
            services.propose_closing(line_id, **form.cleaned_data, **edge(request))
        except InvalidInput as refusal:
            form.take_problems(refusal)
        else:
            messages.success(request, _("已提出入账，等待另一人复核。"))
            return redirect("banking:line", line_id)
    return _line_page(request, line_id, form=form)


@require_POST
def agree(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Agree to what another person said of a line, and post it."""
    actor_of(request).require("fund.check")
    act_and_tell(
        request, lambda: services.confirm_line(line_id, **edge(request)), label=_("复核入账")
    )
    return redirect("banking:line", line_id)


@require_POST
def turn_back(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Do not agree, or take back what one said oneself."""
    actor_of(request).require("fund.view")
    reason = request.POST.get("reason", "")
    act_and_tell(
        request,
        lambda: services.return_line(line_id, reason=reason, **edge(request)),
        label=_("退回"),
    )
    return redirect("banking:line", line_id)


@require_POST
def reveal(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Answer the whole number of the account on the other side, for the reason that was given."""
    reason = request.POST.get("reason", "")
    return as_revealed(lambda: services.reveal_account(line_id, reason=reason, **edge(request)))


@require_POST
def refund(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Say that a receipt goes back to whoever paid; a second person has to agree."""
    actor_of(request).require("fund.post")
    form = RefundForm(request.POST)
    form.is_valid()
    try:
        services.propose_refund(
            line_id,
            payee=form.cleaned_data.get("payee", ""),
            memo=form.cleaned_data.get("memo", ""),
            **edge(request),
        )
    except InvalidInput as refusal:
        form.take_problems(refusal)
        return _line_page(request, line_id, refund_form=form)
    messages.success(request, _("已提出退回，等待另一人复核。"))
    return redirect("banking:line", line_id)


@require_POST
def keep(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Keep a receipt that was to go back."""
    actor_of(request).require("fund.post")
    act_and_tell(
        request,
        lambda: services.call_off_refund(
            line_id, reason=request.POST.get("reason", ""), **edge(request)
        ),
        label=_("取消退回"),
    )
    return redirect("banking:line", line_id)


@require_POST
def undo(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Ask that what was posted of a line be taken back; a second person has to agree."""
    actor_of(request).require("fund.post")
    act_and_tell(
        request,
        lambda: services.propose_undoing(
            line_id, reason=request.POST.get("reason", ""), **edge(request)
        ),
        label=_("提出撤销"),
    )
    return redirect("banking:line", line_id)


@require_GET
def receipt_list(request: HttpRequest) -> HttpResponse:
    """Show what lies on 2101: who paid it, how long ago, and where each receipt stands."""
    actor = actor_of(request)
    rows = receipts(actor=actor)
    page = late_page_of(request, rows)
    listed = rows.aggregate(fen=Sum("amount_fen"))["fen"] or 0
    held = unidentified_fen()
    context = {
        "page": page,
        "rows": receipt_rows(page.object_list, today=clock.today()),
        "held_fen": held,
        "listed_fen": listed,
        "rest_fen": held - listed,
        "count": page.paginator.count,
    }
    return render(request, "banking/receipts.html", context)


def _line_page(
    request: HttpRequest,
    line_id: UUID,
    *,
    form: ClosingForm | None = None,
    refund_form: RefundForm | None = None,
) -> HttpResponse:
    actor = actor_of(request)
    line = get_line(line_id, actor=actor)
    is_open = line.state in _OPEN and line.statement.state == StatementState.DONE
    waits = line.state == LineState.PROPOSED and line.statement.state == StatementState.DONE
    is_own = line.maker_id == actor.user_id
    is_held = line.state == LineState.HELD
    goes_back = is_going_back(line)
    may_work = is_open and not goes_back and actor.may("fund.post")
    may_refund = may_work and is_held
    found = candidates(line, on=clock.today()) if may_work else []
    context = {
        "row": line_row(line, today=clock.today()),
        "line": line,
        "meaning": meaning_of_bank(line.break_type) if line.break_type else "",
        "wish": worded_wish(line),
        "held": receipt_rows([line], today=clock.today())[0] if is_held else None,
        "candidates": candidates_of(
            line, found, came=parts_came(line) if found else {}, most=MOST_CANDIDATES
        ),
        "form": form or (_closing_form(request, line_id) if may_work else None),
        "refund_form": refund_form
        or (RefundForm(initial={"payee": line.counterparty}) if may_refund else None),
        "may_refund": may_refund,
        "goes_back": goes_back,
        "refund_ref": refund_ref(line) if goes_back else "",
        "may_keep": goes_back and actor.may("fund.post"),
        "may_undo": actor.may("fund.post") and services.can_undo(line),
        "may_work": may_work,
        "waits": waits,
        "is_own": is_own and waits,
        "may_check": waits and not is_own and actor.may("fund.check"),
        "may_reveal": actor.may("fund.post"),
        "timeline": timeline_of((SUBJECT, line.pk), label=act_label),
    }
    status = 422 if form is not None or refund_form is not None else 200
    return render(request, "banking/line.html", context, status=status)


def _closing_form(request: HttpRequest, line_id: UUID) -> ClosingForm:
    actor = actor_of(request)
    line = get_line(line_id, actor=actor)
    if line.is_void:
        raise NotFound
    return ClosingForm(
        request.POST if "account" in request.POST else None,
        funds=list(funds(actor=actor).filter(closed_on=None)),
        accounts=services.CLOSE_CREDIT if line.amount_fen > 0 else services.CLOSE_DEBIT,
        initial={"fund_id": line.statement.fund_id, "with_budget": True},
        is_income=line.amount_fen > 0,
    )
