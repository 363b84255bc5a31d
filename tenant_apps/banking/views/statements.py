"""Pages of statements: the list and the upload, one statement, the reconciliation."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.media_types import WORKBOOK
from bangfu.kernel.tenancy import current_station
from bangfu.ui.acts import act_and_tell
from bangfu.ui.answers import as_file
from bangfu.ui.requests import actor_of, edge, late_page_of, page_of, part_of
from shared_apps.bankfiles.models import LineState, Statement, StatementState
from tenant_apps.banking import services
from tenant_apps.banking.balance import reconciliation
from tenant_apps.banking.forms import DayForm, UploadForm
from tenant_apps.banking.presenting import (
    STATEMENT_TONES,
    line_rows,
    percent_of,
    statement_rows,
    tabs_of,
)
from tenant_apps.banking.reading import MOST_BYTES, fault_kept, worded
from tenant_apps.banking.selectors import (
    get_statement,
    line_counts,
    lines_of,
    open_lines_found,
    receipts,
    statements,
)
from tenant_apps.funds.selectors import funds, get_fund


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
        "held_count": receipts(actor=actor).count(),
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
    page = late_page_of(
        request, lines_of(statement, state=show if show in LineState.values else "")
    )
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
@part_of("banking:statement", "statement_id")
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
    return as_file(
        services.export_reconciliation(on=on, **edge(request)),
        name=f"bank-reconciliation-{current_station().code}-{on or clock.today()}.xlsx",
        media_type=WORKBOOK,
    )
