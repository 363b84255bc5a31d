"""Print one paper, and look at what was printed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, InvalidInput
from bangfu.kernel.media_types import PDF
from bangfu.ui.answers import as_file
from bangfu.ui.requests import actor_of, page_of, ticked
from shared_apps.printing.models import PaperKind
from tenant_apps.documents.forms import PrintForm, RegisterForm
from tenant_apps.documents.selectors import OF_FILE, OF_REVIEW, PaperSearch, papers_matching
from tenant_apps.documents.services.printing import (
    Printed,
    print_aid_approval,
    print_means_request,
    print_notice,
    print_of_file,
    print_of_review,
    print_voucher,
)
from tenant_apps.documents.services.printing_money import (
    DECIDED_A_PART,
    print_aid_minutes,
    print_donation_receipt,
    print_payout_roster,
    print_payout_slip,
    print_transfer_letter,
    write_aid_minutes,
)
from tenant_apps.documents.services.wording import (
    word_of_authorisation,
    word_of_minutes,
    word_of_notice,
)
from tenant_apps.documents.word import WORD
from tenant_apps.households.selectors import get_file
from tenant_apps.notices.selectors import get_notice
from tenant_apps.reviews.selectors import get_review

_SHOWN_BEFORE = 20


@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """Show the papers the station has printed, newest first."""
    actor = actor_of(request)
    form = RegisterForm(request.GET)
    form.is_valid()
    search = PaperSearch(
        words=form.cleaned_data.get("words", ""), kind=form.cleaned_data.get("kind", "")
    )
    page = page_of(request, papers_matching(search, actor=actor))
    context = {"form": form, "page": page, "is_searched": any(form.cleaned_data.values())}
    return render(request, "documents/register.html", context)


@require_http_methods(["GET", "POST"])
def of_file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Choose a paper about a file and print it, or take its authorisation as Word."""
    actor = actor_of(request)
    actor.require("document.print")
    file = get_file(file_id, actor=actor)
    form = PrintForm(request.POST or None, kinds=OF_FILE, may_reveal=actor.may("file.reveal"))
    subject = ("file", file.pk)
    if request.method == "POST" and form.is_valid():
        if request.POST.get("format") == "docx":
            answer = _word(form, lambda **edge: word_of_authorisation(file.pk, **edge), actor)
        else:
            answer = _pdf(form, lambda **edge: print_of_file(file.pk, **edge), actor)
        if answer is not None:
            return answer
    context = {
        "form": form,
        "title": file.name or file.file_no,
        "number": file.file_no,
        "back_url": reverse("households:detail", args=[file.pk]),
        "word_kind": PaperKind.AUTHORISATION.label,
        **_before(subject, actor),
    }
    return _page(request, form, context)


@require_http_methods(["GET", "POST"])
def of_review(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Choose a paper about a file that was sent up and print it."""
    actor = actor_of(request)
    actor.require("document.print")
    review = get_review(review_id, actor=actor)
    form = PrintForm(request.POST or None, kinds=OF_REVIEW, may_reveal=actor.may("file.reveal"))
    if request.method == "POST" and form.is_valid():
        answer = _pdf(form, lambda **edge: print_of_review(review.pk, **edge), actor)
        if answer is not None:
            return answer
    context = {
        "form": form,
        "title": review.head_name,
        "number": review.file_no,
        "back_url": reverse("reviews:detail", args=[review.pk]),
        **_before(("review", review.pk), actor),
    }
    return _page(request, form, context)


@require_http_methods(["GET", "POST"])
def of_notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Print a notice, or take it as Word."""
    actor = actor_of(request)
    actor.require("document.print")
    notice = get_notice(notice_id, actor=actor)
    form = PrintForm(request.POST or None, kinds=(PaperKind.NOTICE,), may_reveal=False)
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        if request.POST.get("format") == "docx":
            data = word_of_notice(notice.pk, actor=actor, now=now)
            return as_file(data, name=f"notice-{now:%Y%m%d}.docx", media_type=WORD)
        return _shown(print_notice(notice.pk, actor=actor, now=now), "notice", now)
    context = {
        "form": form,
        "title": notice.masked_name,
        "number": "",
        "back_url": reverse("notices:list"),
        "word_kind": PaperKind.NOTICE.label,
        **_before(("notice", notice.pk), actor),
    }
    return _page(request, form, context)


@require_GET
def of_meeting(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Answer the minutes of a meeting as Word."""
    now = clock.now()
    data = word_of_minutes(meeting_id, actor=actor_of(request), now=now)
    return as_file(data, name=f"minutes-{now:%Y%m%d}.docx", media_type=WORD)


@require_POST
def means_request(request: HttpRequest) -> HttpResponse:
    """Print one letter that asks for the means of the chosen reviews to be checked."""
    actor, now = actor_of(request), clock.now()
    try:
        printed = print_means_request(
            ticked(request),
            in_clear=bool(request.POST.get("in_clear")),
            reason=request.POST.get("reason", ""),
            actor=actor,
            now=now,
        )
    except DomainError as refusal:
        if refusal.http_status in {403, 404}:
            raise
        for words in _words_of(refusal):
            messages.error(request, words)
        return redirect("reviews:list")
    return _shown(printed, PaperKind.MEANS_REQUEST, now)


def _pdf(form: PrintForm, print_it: Callable[..., Printed], actor: Actor) -> HttpResponse | None:
    now = clock.now()
    kind = PaperKind(form.cleaned_data["kind"])
    try:
        printed = print_it(kind=kind, **_clear(form), actor=actor, now=now)
    except InvalidInput as refusal:
        _tell(form, refusal)
        return None
    return _shown(printed, kind, now)


def _word(form: PrintForm, write: Callable[..., bytes], actor: Actor) -> HttpResponse | None:
    now = clock.now()
    try:
        data = write(**_clear(form), actor=actor, now=now)
    except InvalidInput as refusal:
        _tell(form, refusal)
        return None
    return as_file(data, name=f"authorisation-{now:%Y%m%d}.docx", media_type=WORD)


def _clear(form: PrintForm) -> dict[str, Any]:
    return {
        "in_clear": bool(form.cleaned_data.get("in_clear")),
        "reason": form.cleaned_data.get("reason", ""),
    }


def _tell(form: PrintForm, refusal: InvalidInput) -> None:
    for problem in refusal.problems:
        form.add_error(
            problem.field if problem.field in form.fields else None, str(problem.message)
        )


def _words_of(refusal: DomainError) -> list[str]:
    if isinstance(refusal, InvalidInput):
        return [str(problem.message) for problem in refusal.problems]
    return [str(refusal)]


@require_POST
def of_voucher(request: HttpRequest, journal_id: UUID) -> HttpResponse:
    """Print a voucher of the ledger."""
    actor, now = actor_of(request), clock.now()
    return _shown(print_voucher(journal_id, actor=actor, now=now), "voucher", now)


@require_POST
def of_aid(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Print the approval form of an application for aid."""
    actor, now = actor_of(request), clock.now()
    printed = print_aid_approval(application_id, actor=actor, now=now)
    return _shown(printed, PaperKind.AID_APPROVAL, now)


@require_POST
def of_aid_meeting(request: HttpRequest, application_id: UUID, meeting: str) -> HttpResponse:
    """Print the minutes of a meeting that decided on an application for aid, or give them as Word."""
    actor, now = actor_of(request), clock.now()
    if request.POST.get("format") == "docx":
        written = write_aid_minutes(application_id, meeting=meeting, actor=actor, now=now)
        if isinstance(written, bytes):
            return as_file(written, name=f"minutes-{now:%Y%m%d}.docx", media_type=WORD)
        words = _("本次会议审定 %(count)s 件，Word 纪要由下载中心生成，完成后在这里下载。")
        messages.success(request, words % {"count": written.total})
        return redirect("documents:downloads")
    printed = print_aid_minutes(application_id, meeting=meeting, actor=actor, now=now)
    if isinstance(printed, Printed):
        return _shown(printed, PaperKind.AID_MINUTES, now)
    messages.success(
        request,
        _(
            "本次会议审定 %(count)s 件，纪要按每份 %(part)s 件分册，由下载中心生成，完成后在这里下载。"
        )
        % {"count": printed.total, "part": DECIDED_A_PART},
    )
    return redirect("documents:downloads")


@require_POST
def of_transfer(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """Print the letter by which the bank is told to pay a transfer."""
    actor, now = actor_of(request), clock.now()
    printed = print_transfer_letter(transfer_id, actor=actor, now=now)
    return _shown(printed, PaperKind.TRANSFER_LETTER, now)


@require_POST
def of_donation(request: HttpRequest, donation_id: UUID) -> HttpResponse:
    """Print the receipt of a donation."""
    actor, now = actor_of(request), clock.now()
    printed = print_donation_receipt(donation_id, actor=actor, now=now)
    return _shown(printed, PaperKind.DONATION_RECEIPT, now)


@require_POST
def of_payout(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Print the real-name summary of a batch, or let the download centre make a long one."""
    actor, now = actor_of(request), clock.now()
    printed = print_payout_roster(batch_id, actor=actor, now=now)
    if isinstance(printed, Printed):
        return _shown(printed, PaperKind.PAYOUT_ROSTER, now)
    messages.success(request, _("名单较长，已交下载中心生成，完成后在这里下载。"))
    return redirect("documents:downloads")


@require_POST
def of_payout_line(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Print the slip on which one payee signs."""
    actor, now = actor_of(request), clock.now()
    return _shown(print_payout_slip(line_id, actor=actor, now=now), PaperKind.PAYOUT_SLIP, now)


def _shown(printed: Printed, kind: str, now: datetime) -> HttpResponse:
    name = f"{kind}-{now:%Y%m%d-%H%M}.pdf"
    return as_file(printed.pdf, name=name, media_type=PDF, is_shown=True)


def _before(subject: tuple[str, UUID], actor: Actor) -> dict[str, Any]:
    papers = papers_matching(PaperSearch(subject=subject), actor=actor)
    return {"papers": papers[:_SHOWN_BEFORE]}


def _page(request: HttpRequest, form: PrintForm, context: dict[str, Any]) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "documents/print.html", context, status=status)
