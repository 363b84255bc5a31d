"""Applications: the list, one with its timeline and acts, new ones and corrections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import DomainError, InvalidInput, NotFound, Problem
from bangfu.kernel.tenancy import current_station
from bangfu.ui.acts import act_and_tell
from bangfu.ui.answers import as_revealed
from bangfu.ui.requests import actor_of, edge, key_in, late_page_of
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.programmes.models import Campaign, Programme
from shared_apps.programmes.selectors import campaigns_seen, programmes_in_force, terms_of
from tenant_apps.aid import services
from tenant_apps.aid.earlier import warnings_of
from tenant_apps.aid.errors import NoFundChosen
from tenant_apps.aid.flow import ENTERS, REVIEWS, VIEWS
from tenant_apps.aid.forms import (
    AskForm,
    EffectForm,
    MinutesForm,
    PayeeForm,
    PersonForm,
    ReviewForm,
    SearchForm,
    UrgentForm,
    fen,
)
from tenant_apps.aid.models import AidState, Application, PayeeState
from tenant_apps.aid.presenting import (
    WITH_REASON,
    act_label,
    actions_of,
    reasons_of,
    sentences_of,
    shown,
    stages_of,
)
from tenant_apps.aid.selectors import (
    SUBJECT,
    Search,
    applications,
    funds_for,
    get_application,
)
from tenant_apps.aid.services import Asked, Minutes
from tenant_apps.casework.selectors import timeline_of
from tenant_apps.households.models import HouseholdFile
from tenant_apps.households.selectors import get_file
from tenant_apps.privacy.services import may_forget


@require_GET
def application_list(request: HttpRequest) -> HttpResponse:
    """Show the applications of the station, newest first."""
    actor = actor_of(request)
    form = SearchForm(request.GET)
    form.is_valid()
    search = Search(
        file_id=key_in(request.GET.get("file", "")),
        **{name: value for name, value in form.cleaned_data.items() if value},
    )
    page = late_page_of(request, applications(search, actor=actor))
    context = {
        "form": form,
        "page": page,
        "rows": [{"row": one, "aid": CODE_LISTS["aid"].label(one.aid)} for one in page.object_list],
        "is_searched": any(form.cleaned_data.values()) or search.file_id is not None,
        "may_enter": actor.may(ENTERS),
    }
    return render(request, "aid/applications.html", context)


@require_GET
def application(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show one application: what it asks, how it was judged, what happened, and what may be done now."""
    actor = actor_of(request)
    row = get_application(application_id, actor=actor)
    actions = actions_of(row, actor=actor)
    names = {one["name"] for one in actions}
    context = {
        "row": row,
        "programme": _programme_name(row),
        "campaign": _campaign_of(row),
        "shown": shown(row),
        "stages": stages_of(row),
        "sentences": sentences_of(row.assessment),
        "reasons": reasons_of(row.assessment),
        "warnings": warnings_of(row),
        "actions": actions,
        "names": names,
        "with_reason": [one for one in actions if one["name"] in WITH_REASON],
        "timeline": timeline_of((SUBJECT, row.pk), label=act_label),
        "may_edit": actor.may(ENTERS) and row.state in (AidState.DRAFT, AidState.RETURNED),
        "may_correct": actor.may(ENTERS) and row.state == AidState.APPROVED,
        "may_agree": actor.may(REVIEWS)
        and row.payee_state == PayeeState.CHANGED
        and actor.user_id != row.payee_changed_by_id,
        "may_reveal": actor.may("file.reveal"),
        "may_print": actor.may("document.print") and row.state != AidState.DRAFT,
        "may_forget": row.file is None and may_forget(SUBJECT, row.pk, actor=actor),
        "papers_wait": actor.may(ENTERS) and row.is_urgent and row.papers_in_on is None,
        "forms": _forms(row, names),
    }
    return render(request, "aid/application.html", context)


@require_http_methods(["GET", "POST"])
def new_application(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Apply for a household on file."""
    actor = actor_of(request)
    actor.require(ENTERS)
    file = get_file(file_id, actor=actor)
    form = _ask_form(request.POST or None, file)
    if request.method == "POST" and form.is_valid():
        try:
            write = (
                services.open_and_submit if "submit" in request.POST else services.open_application
            )
            row = write(Asked(file_id=file.pk, **form.asked()), **edge(request))
        except InvalidInput as refusal:
            form.take_problems(refusal)
        except DomainError as refusal:
            if refusal.http_status == 404:
                raise
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("申请已登记。"))
            return redirect("aid:application", row.pk)
    return render(request, "aid/new_application.html", {"form": form, "file": file})


@require_http_methods(["GET", "POST"])
def change_application(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Correct a draft, or what was returned."""
    actor = actor_of(request)
    actor.require(ENTERS)
    row = get_application(application_id, actor=actor)
    if row.file is None:
        raise NotFound
    form = _ask_form(request.POST or None, row.file, initial=_initial(row))
    if request.method == "POST" and form.is_valid():
        try:
            services.change_application(
                row.pk, Asked(file_id=row.file_id, **form.asked()), **edge(request)
            )
        except InvalidInput as refusal:
            form.take_problems(refusal)
        except DomainError as refusal:
            if refusal.http_status == 404:
                raise
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("申请已修改。"))
            return redirect("aid:application", row.pk)
    return render(request, "aid/new_application.html", {"form": form, "file": row.file, "row": row})


@require_http_methods(["GET", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """Apply for a person of a warmth group outside the files."""
    actor = actor_of(request)
    actor.require(ENTERS)
    open_to_all = [one for one in _programmes() if terms_of(one).outside and _is_by_case(one)]
    groups = {group for one in open_to_all for group in terms_of(one).outside}
    form = PersonForm(request.POST or None, programmes=open_to_all, groups=groups)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.open_and_submit(Asked(**form.asked()), **edge(request))
        except InvalidInput as refusal:
            form.take_problems(refusal)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("申请已登记。"))
            return redirect("aid:application", row.pk)
    return render(request, "aid/new_person.html", {"form": form})


@require_POST
def act(request: HttpRequest, application_id: UUID, action: str) -> HttpResponse:
    """Take one step of an application."""
    actor = actor_of(request)
    actor.require(VIEWS)
    get_application(application_id, actor=actor)
    step = _steps(request, application_id).get(action)
    if step is None:
        raise NotFound
    act_and_tell(request, step, label=act_label("bring" if action == "review" else action))
    return redirect("aid:application", application_id)


@require_POST
def reveal(request: HttpRequest, application_id: UUID, field: str) -> HttpResponse:
    """Answer the account or the identity number in the open, for the reason that was given."""
    if field not in {"card_no", "id_no"}:
        raise NotFound
    reason = request.POST.get("reason", "")
    return as_revealed(
        lambda: services.reveal_payee(application_id, reason=reason, **edge(request))[field]
    )


def _steps(request: HttpRequest, key: UUID) -> dict[str, Callable[[], object]]:
    given, by = request.POST, edge(request)
    reason = given.get("reason", "")
    return {
        "submit": lambda: services.submit_application(key, **by),
        "accept": lambda: services.accept_application(key, **by),
        "check": lambda: services.check_application(key, **by),
        "review": lambda: services.review_application(
            key,
            fund_id=_fund(given.get("fund", "")),
            amount_fen=_typed_fen(given.get("amount", "")),
            comment=given.get("comment", ""),
            **by,
        ),
        "decide": lambda: services.decide_in_meeting(key, minutes_in(request), **by),
        "ratify": lambda: services.ratify_in_party_group(key, minutes_in(request), **by),
        "approve": lambda: services.approve_application(key, **by),
        "help_at_once": lambda: services.help_at_once(
            key, fund_id=_fund(given.get("fund", "")), reason=reason, **by
        ),
        "answer": lambda: services.answer_objection(key, answer=reason, **by),
        "return": lambda: services.return_application(key, reason=reason, **by),
        "decline": lambda: services.decline_application(key, reason=reason, **by),
        "refuse": lambda: services.refuse_application(key, reason=reason, **by),
        "withdraw": lambda: services.withdraw_application(key, reason=reason, **by),
        "correct_payee": lambda: services.correct_payee(
            key,
            bank=given.get("bank", ""),
            card_no=given.get("card_no", ""),
            reason=reason,
            **by,
        ),
        "agree_to_payee": lambda: services.agree_to_payee(key, **by),
        "take_in_papers": lambda: services.take_in_papers(key, **by),
        "feed_back": lambda: services.feed_back(key, effect=given.get("effect", ""), **by),
        "close": lambda: services.close_application(key, **by),
    }


def minutes_in(request: HttpRequest) -> Minutes:
    """Read the minutes that were filled in.

    Raises:
        InvalidInput: as the form says.
    """
    form = MinutesForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(
            [
                _problem(name, f"{form[name].label}：{error}")
                for name, errors in form.errors.items()
                for error in errors
            ]
        )
    return Minutes(**form.cleaned_data)


def _problem(field: str, message: str) -> Problem:
    return Problem(code="A221", field=field, message=message)


def _fund(text: str) -> UUID:
    key = key_in(text)
    if key is None:
        raise NoFundChosen
    return key


def _typed_fen(text: str) -> int | None:
    if not text.strip():
        return None
    form = ReviewForm({"amount": text, "fund": ""}, funds=())
    form.is_valid()
    if "amount" in form.errors:
        raise InvalidInput([_problem("amount", str(form.errors["amount"][0]))])
    return fen(form.cleaned_data["amount"])


def _forms(row: Application, names: set[str]) -> dict[str, Any]:
    funds = funds_for(row.aid) if {"review", "help_at_once"} & names else []
    minutes = {"held_on": clock.today()}
    return {
        "review": ReviewForm(funds=funds, initial={"amount": f"{row.amount_fen / 100:.2f}"}),
        "urgent": UrgentForm(funds=funds, auto_id="urgent_%s"),
        "minutes": MinutesForm(initial=minutes),
        "payee": PayeeForm(initial={"bank": row.payee_bank}, auto_id="payee_%s"),
        "effect": EffectForm(),
        "has_funds": bool(funds),
    }


def _ask_form(data: Any, file: HouseholdFile, *, initial: dict[str, Any] | None = None) -> AskForm:
    on = clock.today()
    campaigns = [one for one in campaigns_seen(station=current_station()) if one.is_open(on)]
    return AskForm(
        data,
        programmes=_programmes(),
        campaigns=campaigns,
        members=file.members.order_by("position"),
        initial=initial,
    )


def _initial(row: Application) -> dict[str, Any]:
    member = next(
        (
            one.pk
            for one in (row.file.members.all() if row.file else ())
            if one.id_no_hash and bytes(one.id_no_hash) == bytes(row.member)
        ),
        "",
    )
    return {
        "programme": row.programme,
        "amount": f"{row.amount_fen / 100:.2f}",
        "member": member,
        "stage": row.stage,
        "loss_kind": row.loss_kind,
        "loss": f"{row.loss_fen / 100:.2f}" if row.loss_fen else None,
        "campaign": row.campaign_id or "",
        "case_on": row.case_on,
        "self_paid": f"{row.self_paid_fen / 100:.2f}" if row.self_paid_fen else None,
        "need": row.need,
    }


def _programmes() -> list[Programme]:
    return list(programmes_in_force(station=current_station(), on=clock.today()).values())


def _is_by_case(programme: Programme) -> bool:
    return terms_of(programme).cycle != "campaign"


def _campaign_of(row: Application) -> Campaign | None:
    if row.campaign_id is None:
        return None
    return campaigns_seen(station=current_station()).filter(pk=row.campaign_id).first()


def _programme_name(row: Application) -> str:
    found = programmes_in_force(station=current_station(), on=clock.today()).get(row.programme)
    return found.name if found else row.programme
