"""Pages of bank statements: the list and the upload, one statement, one line, the reconciliation."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import InvalidInput, NotFound
from bangfu.kernel.tenancy import current_station
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, edge, page_of
from shared_apps.bankfiles.models import LineState, Statement, StatementState
from shared_apps.reconciliation.wording import meaning_of_bank
from tenant_apps.banking import services
from tenant_apps.banking.balance import reconciliation
from tenant_apps.banking.forms import ClosingForm, DayForm, LineSearchForm, UploadForm
from tenant_apps.banking.presenting import (
    STATEMENT_TONES,
    act_label,
    candidates_of,
    line_row,
    line_rows,
    percent_of,
    statement_rows,
    tabs_of,
)
from tenant_apps.banking.reading import MOST_BYTES, fault_kept, worded
from tenant_apps.banking.selectors import (
    SUBJECT,
    candidates,
    get_line,
    get_statement,
    line_counts,
    lines_of,
    open_lines_found,
    statements,
)
from tenant_apps.casework.selectors import timeline_of
from tenant_apps.funds.selectors import funds, get_fund

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_CANDIDATES = 20
_OPEN = (LineState.BREAK, LineState.HELD)


@require_GET
def statement_list(request: HttpRequest) -> HttpResponse:
    """Show the statements, newest first, and how bank and books stand."""
    actor = actor_of(request)
    page = page_of(request, statements(actor=actor))
    result = reconciliation()
    context = {
        "page": page,
        "rows": statement_rows(page.object_list),
        "result": result,
        "items": len(result.at_bank_only) + len(result.in_books_only) if result else 0,
        "open_count": open_lines_found(actor=actor).count(),
        "may_post": actor.may("fund.post"),
    }
    return render(request, "banking/statements.html", context)


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Bring the statement of a bank; what is wrong with it is listed row by row."""
    actor = actor_of(request)
    actor.require("fund.post")
    usable = list(funds(actor=actor).filter(closed_on=None))
    last = statements(actor=actor).exclude(state=StatementState.REFUSED).first()
    initial = {"fund_id": last.fund_id, "only_this_fund": last.only_this_fund} if last else {}
    form = UploadForm(request.POST or None, request.FILES or None, funds=usable, initial=initial)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data.pop("file")
        statement = services.upload_statement(
            file.read(MOST_BYTES + 1), filename=file.name, **form.cleaned_data, **edge(request)
        )
        services.go_on(statement, now=clock.now())
        return redirect("banking:statement", statement.pk)
    return render(request, "banking/upload.html", {"form": form, "has_funds": bool(usable)})


@require_GET
def statement_page(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """Show one statement: how far it is, what is wrong with it, and its lines with their pairs."""
    actor = actor_of(request)
    statement = get_statement(statement_id, actor=actor)
    show = request.GET.get("show", "")
    page = page_of(request, lines_of(statement, state=show if show in LineState.values else ""))
    is_own = statement.maker_id == actor.user_id
    waits = statement.state == StatementState.WAITING
    may_check = waits and not is_own and actor.may("fund.check")
    may_post = actor.may("fund.post")
    may_bring_again = may_post and statement.state == StatementState.REFUSED
    context = {
        "statement": statement,
        "tone": STATEMENT_TONES[statement.state],
        "fund": get_fund(statement.fund_id, actor=actor),
        "problems": [worded(fault_kept(kept)) for kept in statement.problems],
        "percent": percent_of(statement),
        "tabs": tabs_of(line_counts(statement), show),
        "page": page,
        "rows": line_rows(page.object_list, today=clock.today()),
        "is_own": is_own and waits,
        "may_check": may_check,
        "may_withdraw": waits and may_post,
        "may_bring_again": may_bring_again,
        "has_acts": may_check or may_bring_again or (waits and may_post),
    }
    return render(request, "banking/statement.html", context)


@require_GET
def progress(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """Answer how far the background work is; when it is through, the page is loaded anew."""
    statement = get_statement(statement_id, actor=actor_of(request))
    if not statement.is_working:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"statement": statement, "percent": percent_of(statement)}
    return render(request, "banking/progress.html", context)


@require_POST
def check(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """Check a statement another person brought, and let it be posted."""
    actor_of(request).require("fund.check")

    def act() -> Statement:
        statement = services.confirm_statement(statement_id, **edge(request))
        return services.go_on(statement, now=clock.now())

    act_and_tell(request, act, label=_("复核对账单"))
    return redirect("banking:statement", statement_id)


@require_POST
def withdraw(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """Take a statement back before it is posted."""
    actor_of(request).require("fund.post")
    act_and_tell(
        request,
        lambda: services.withdraw_statement(
            statement_id, reason=request.POST.get("reason", ""), **edge(request)
        ),
        label=_("撤回对账单"),
    )
    return redirect("banking:statement", statement_id)


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
    page = page_of(request, rows)
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
    try:
        number = services.reveal_account(
            line_id, reason=request.POST.get("reason", ""), **edge(request)
        )
    except InvalidInput as refusal:
        message = "；".join(str(problem.message) for problem in refusal.problems)
        return HttpResponse(format_html('<span class="masked error">{}</span>', message))
    return HttpResponse(format_html('<span class="mono">{}</span>', number or _("未填写")))


@require_GET
def balance(request: HttpRequest) -> HttpResponse:
    """Show how the balances of bank and books come to agree (银行存款余额调节表)."""
    actor = actor_of(request)
    actor.require("fund.view")
    form = DayForm(request.GET)
    form.is_valid()
    result = reconciliation(on=form.cleaned_data.get("on"))
    context = {"form": form, "result": result, "may_export": actor.may("fund.export")}
    return render(request, "banking/reconciliation.html", context)


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Answer the reconciliation as a workbook, and note who took it."""
    actor_of(request).require("fund.export")
    form = DayForm(request.POST)
    form.is_valid()
    on = form.cleaned_data.get("on")
    response = HttpResponse(
        services.export_reconciliation(on=on, **edge(request)), content_type=WORKBOOK
    )
    name = f"bank-reconciliation-{current_station().code}-{on or clock.today()}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _line_page(
    request: HttpRequest, line_id: UUID, *, form: ClosingForm | None = None
) -> HttpResponse:
    actor = actor_of(request)
    line = get_line(line_id, actor=actor)
    is_open = line.state in _OPEN and line.statement.state == StatementState.DONE
    waits = line.state == LineState.PROPOSED and line.statement.state == StatementState.DONE
    is_own = line.maker_id == actor.user_id
    may_work = is_open and actor.may("fund.post")
    found = candidates(line, on=clock.today()) if may_work else []
    context = {
        "row": line_row(line, today=clock.today()),
        "line": line,
        "meaning": meaning_of_bank(line.break_type) if line.break_type else "",
        "candidates": candidates_of(line, found, most=MOST_CANDIDATES),
        "form": form or (_closing_form(request, line_id) if may_work else None),
        "may_work": may_work,
        "waits": waits,
        "is_own": is_own and waits,
        "may_check": waits and not is_own and actor.may("fund.check"),
        "may_reveal": actor.may("fund.post"),
        "timeline": timeline_of((SUBJECT, line.pk), label=act_label),
    }
    status = 422 if form is not None else 200
    return render(request, "banking/line.html", context, status=status)


def _closing_form(request: HttpRequest, line_id: UUID) -> ClosingForm:
    actor = actor_of(request)
    line = get_line(line_id, actor=actor)
    if line.is_void:
        raise NotFound
    return ClosingForm(
        request.POST or None,
        funds=list(funds(actor=actor).filter(closed_on=None)),
        accounts=services.CLOSE_CREDIT if line.amount_fen > 0 else services.CLOSE_DEBIT,
        initial={"fund_id": line.statement.fund_id},
    )
