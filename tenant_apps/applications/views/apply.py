"""The pages on which a worker applies, step by step; all of them work without JavaScript."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.addresses import client_address
from bangfu.kernel.errors import InvalidInput, NotFound
from bangfu.kernel.tenancy import current_station
from bangfu.ui.answers import as_handed_in
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.applications.answers import Answers
from tenant_apps.applications.codes import grouped
from tenant_apps.applications.entry import Entry
from tenant_apps.applications.errors import SavedElsewhere
from tenant_apps.applications.flow import FILLED_IN_STATES
from tenant_apps.applications.forms import AskForm, PictureForm, SignForm, member_form, step_form
from tenant_apps.applications.limits import SAVED_BY_ADDRESS, UPLOADED_BY_ADDRESS, count_one
from tenant_apps.applications.rules import doubts_of, problems_before_sending
from tenant_apps.applications.selectors import (
    SUBJECT,
    answers_of,
    paper_kinds_held,
    papers_to_show,
    region_known,
    region_name,
)
from tenant_apps.applications.services import applying, sending
from tenant_apps.applications.services.keeping import applicant
from tenant_apps.applications.steps import (
    MEMBER_ASKS,
    STEP_BY_NAME,
    STEPS,
    ApplyStep,
    next_step,
    step_before,
    step_of_field,
)
from tenant_apps.applications.views.door import for_the_worker, shown, station_of
from tenant_apps.casework.selectors import attachments_of
from tenant_apps.casework.services import show_attachment
from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS, MemberDraft
from tenant_apps.households.presenting import values_of
from tenant_apps.households.selectors import paper_rule, regions_to_offer

LATER = "later"


@require_GET
@for_the_worker
def apply(request: HttpRequest, entry: Entry) -> HttpResponse:
    """Go to the first page that is not finished yet."""
    if entry.application.state not in FILLED_IN_STATES:
        return redirect("applications:mine")
    wrong = {step_of_field(one.field) for one in _gaps(entry)}
    answers = answers_of(entry.application)
    for step in STEPS:
        if step.name in wrong or (step.name == "family" and not answers.saved.get("family")):
            return redirect("applications:step", step.name)
    return redirect("applications:step", STEPS[-1].name)


@require_http_methods(["GET", "POST"])
@for_the_worker
def step(request: HttpRequest, entry: Entry, name: str) -> HttpResponse:
    """Show one page, or keep what it says and go on."""
    page = STEP_BY_NAME.get(name)
    if page is None:
        raise NotFound
    if entry.application.state not in FILLED_IN_STATES:
        return redirect("applications:mine")
    if request.method == "POST":
        count_one(SAVED_BY_ADDRESS, address=client_address(request))
    special = {"family": _family, "papers": _papers, "confirm": _confirm}
    if name in special:
        return special[name](request, entry, page)
    return _questions(request, entry, page)


@require_http_methods(["GET", "POST"])
@for_the_worker
def member(request: HttpRequest, entry: Entry, place: int | None = None) -> HttpResponse:
    """Add a person of the family, or change the one at ``place``."""
    if entry.application.state not in FILLED_IN_STATES:
        return redirect("applications:mine")
    people = answers_of(entry.application).draft.members
    if place is not None and place >= len(people):
        raise NotFound
    current = MemberDraft(living_together=True) if place is None else people[place]
    form = member_form(request.POST if request.method == "POST" else None, of=current)
    status = 200
    if request.method == "POST":
        count_one(SAVED_BY_ADDRESS, address=client_address(request))
        status = 422
        if form.is_valid():
            try:
                applying.save_member(
                    entry.application.pk,
                    place=place,
                    changes=form.changes(),
                    actor=applicant(),
                    now=clock.now(),
                )
            except InvalidInput as refusal:
                form.show(refusal.problems)
            else:
                return redirect("applications:step", "family")
    context = {"form": form, "place": place, "page": STEP_BY_NAME["family"]}
    return shown(request, "member.html", context | _around(entry, "family"), status=status)


@require_POST
@for_the_worker
def remove_member(_request: HttpRequest, entry: Entry, place: int) -> HttpResponse:
    """Take a person of the family off again."""
    applying.remove_member(entry.application.pk, place=place, actor=applicant(), now=clock.now())
    return redirect("applications:step", "family")


@require_POST
@for_the_worker
def add_picture(request: HttpRequest, entry: Entry, kind: str) -> HttpResponse:
    """Keep a picture of a paper, or that there is none."""
    edge: dict[str, Any] = {"actor": applicant(), "now": clock.now()}
    key = entry.application.pk
    if "lacks" in request.POST:
        applying.say_lacking(key, kind=kind, lacks=request.POST["lacks"] == "yes", **edge)
        return redirect("applications:step", "papers")
    count_one(UPLOADED_BY_ADDRESS, address=client_address(request))
    form = PictureForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            applying.add_paper(key, kind=kind, upload=form.cleaned_data["file"], **edge)
        except InvalidInput as refusal:
            form.add_error("file", [str(one.message) for one in refusal.problems])
        else:
            messages.success(
                request, _("“%(paper)s”已收到。") % {"paper": CODE_LISTS["paper"].label(kind)}
            )
            return redirect("applications:step", "papers")
    wrong = {"kind": kind, "words": " ".join(map(str, form.errors["file"]))}
    return _papers_page(request, entry, wrong=wrong, status=422)


@require_POST
@for_the_worker
def remove_picture(_request: HttpRequest, entry: Entry, paper_id: UUID) -> HttpResponse:
    """Take a picture off again."""
    applying.remove_paper(
        entry.application.pk, paper_id=paper_id, actor=applicant(), now=clock.now()
    )
    return redirect("applications:step", "papers")


@require_GET
@for_the_worker
def picture(_request: HttpRequest, entry: Entry, paper_id: UUID) -> HttpResponse:
    """Show the worker a picture that was handed in."""
    found = attachments_of((SUBJECT, entry.application.pk)).filter(pk=paper_id).first()
    if found is None:
        raise NotFound
    content = show_attachment(found, actor=applicant(), now=clock.now())
    return as_handed_in(content, name=found.name, media_type=found.content_type)


def _questions(request: HttpRequest, entry: Entry, page: ApplyStep) -> HttpResponse:
    answers = answers_of(entry.application)
    regions = _townships(request)
    seen, status = answers.saved.get(page.name, 0), 200
    if request.method == "GET":
        form = step_form(page, of=answers.draft, regions=regions)
        return _page(request, entry, page, form=form, seen=seen)
    form = step_form(page, request.POST, of=answers.draft, regions=regions)
    form.is_valid()
    try:
        problems = applying.save_step(
            entry.application.pk,
            step=page.name,
            changes=form.changes(),
            seen=_number(request.POST.get("seen", "")),
            actor=applicant(),
            now=clock.now(),
        )
    except SavedElsewhere as conflict:
        form.add_error(None, str(conflict))
        status = conflict.http_status
    else:
        if LATER in request.POST:
            return _until_later(request)
        form.show(problems)
        if not form.errors:
            return redirect("applications:step", next_step(page.name))
        seen, status = seen + 1, 422
    return _page(request, entry, page, form=form, seen=seen, status=status)


def _family(request: HttpRequest, entry: Entry, page: ApplyStep) -> HttpResponse:
    if request.method == "POST":
        applying.confirm_family(entry.application.pk, actor=applicant(), now=clock.now())
        if LATER in request.POST:
            return _until_later(request)
        return redirect("applications:step", next_step(page.name))
    people = answers_of(entry.application).draft.members
    context = {"people": [values_of(one, MEMBER_FIELDS) for one in people]}
    return shown(request, "family.html", context | _around(entry, page.name))


def _papers(request: HttpRequest, entry: Entry, page: ApplyStep) -> HttpResponse:
    if request.method == "POST":
        if LATER in request.POST:
            return _until_later(request)
        return redirect("applications:step", next_step(page.name))
    return _papers_page(request, entry)


def _papers_page(
    request: HttpRequest, entry: Entry, *, wrong: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    answers = answers_of(entry.application)
    context = {
        "papers": papers_to_show(entry.application, answers, on=clock.today()),
        "wrong": wrong or {},
        "form": PictureForm(),
    }
    return shown(request, "papers.html", context | _around(entry, "papers"), status=status)


def _confirm(request: HttpRequest, entry: Entry, page: ApplyStep) -> HttpResponse:
    form = SignForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and LATER in request.POST:
        return _until_later(request)
    gaps = _gaps(entry)
    if request.method == "POST" and form.is_valid():
        status = 422
        try:
            sending.send(
                entry.application.pk,
                **form.cleaned_data,
                actor=applicant(),
                now=clock.now(),
            )
        except InvalidInput as refusal:
            for one in refusal.problems:
                if one.field in form.fields:
                    form.add_error(one.field, str(one.message))
            if gaps:
                form.add_error(None, _("前面还有没填好的地方，请先补齐。"))
        else:
            messages.success(request, _("申请已经提交。办到哪一步，都可以用查询码在这里查。"))
            return redirect("applications:mine")
    answers = answers_of(entry.application)
    context = {
        "form": form,
        "gaps": _by_step(gaps, answers),
        "doubts": doubts_of(answers.draft, on=clock.today()),
        "summary": _summary(answers),
        "papers": papers_to_show(entry.application, answers, on=clock.today()),
        "today": clock.today(),
    }
    return shown(request, "confirm.html", context | _around(entry, page.name), status=status)


def _page(
    request: HttpRequest,
    entry: Entry,
    page: ApplyStep,
    *,
    form: AskForm,
    seen: int,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "seen": seen}
    return shown(request, "step.html", context | _around(entry, page.name), status=status)


def _around(entry: Entry, name: str) -> dict[str, Any]:
    page = STEP_BY_NAME[name]
    place = STEPS.index(page)
    return {
        "page": page,
        "number": place + 1,
        "total": len(STEPS),
        "steps": [
            {"name": one.name, "title": one.title, "is_here": one.name == name} for one in STEPS
        ],
        "before": step_before(name),
        "code": grouped(entry.code),
        "reason": entry.application.reason,
    }


def _gaps(entry: Entry) -> list[Any]:
    answers, on = answers_of(entry.application), clock.today()
    return problems_before_sending(
        answers,
        papers=paper_kinds_held(entry.application),
        rule=paper_rule(station=current_station(), on=on),
        on=on,
        region_exists=region_known(),
    )


def _by_step(gaps: list[Any], answers: Answers) -> list[dict[str, Any]]:
    grouped_gaps: dict[str, list[str]] = {}
    for gap in gaps:
        words = str(gap.message)
        if gap.field.startswith("members."):
            place = int(gap.field.split(".")[1])
            words = f"{answers.draft.members[place].name or place + 1}：{words}"
        grouped_gaps.setdefault(step_of_field(gap.field), []).append(words)
    return [{"step": STEP_BY_NAME[name], "words": words} for name, words in grouped_gaps.items()]


def _summary(answers: Answers) -> list[dict[str, Any]]:
    values = {name: one.text for name, one in values_of(answers.draft, FILE_FIELDS).items()}
    values["residence"] = region_name(answers.draft.residence)
    summary: list[dict[str, Any]] = [
        {
            "step": one,
            "lines": [(ask.label, values[ask.name]) for ask in one.asks],
            "people": [],
        }
        for one in STEPS
        if one.asks
    ]
    people = []
    for each in answers.draft.members:
        told = values_of(each, MEMBER_FIELDS)
        people.append([(ask.label, told[ask.name].text) for ask in MEMBER_ASKS])
    family = {"step": STEP_BY_NAME["family"], "lines": [], "people": people}
    return [summary[0], family, *summary[1:]]


def _until_later(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("已经保存。请记好查询码，60 天内可以接着填。"))
    return redirect("applications:code")


def _townships(request: HttpRequest) -> list[tuple[str, str]]:
    return regions_to_offer(station_of(request).region_code, on=clock.today())["residence"]


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else -1
