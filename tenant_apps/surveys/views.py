"""Samples of a station, those below it in numbers, and the steps people take with one."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import DomainError, InvalidInput
from bangfu.kernel.media_types import WORKBOOK
from bangfu.kernel.tenancy import current_station
from bangfu.ui.acts import act_and_tell
from bangfu.ui.answers import as_file
from bangfu.ui.requests import actor_of, edge, page_of
from shared_apps.evaluations.models import Sample, Stratum
from shared_apps.programmes.selectors import programmes_in_force
from tenant_apps.surveys import services
from tenant_apps.surveys.forms import AnswerForm, DrawForm
from tenant_apps.surveys.selectors import (
    DRAWS,
    EXPORTS,
    REVEALS,
    VIEWS,
    Called,
    called,
    drawn_of,
    get_sample,
    own_samples,
    proof_of,
    samples_below,
)
from tenant_apps.surveys.sheets import call_sheet

TONES = {
    "": "wait", "satisfied": "ok", "partly": "info", "dissatisfied": "bad", "not_reached": "mute",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRow:
    """One sample as a list shows it."""

    sample: Sample
    programme: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnRow:
    """One drawn household as the page shows it."""

    called: Called
    tone: str
    remark: str
    form: AnswerForm | None


@require_GET
def sample_list(request: HttpRequest) -> HttpResponse:
    """List the samples of this station, and those of the stations below in numbers alone."""
    actor = actor_of(request)
    actor.require(VIEWS)
    page = page_of(request, own_samples())
    names = _programmes()
    context = {
        "page": page,
        "rows": [_row(one, names) for one in page.object_list],
        "below": [_row(one, names) for one in samples_below()],
        "may_draw": actor.may(DRAWS),
    }
    return render(request, "surveys/list.html", context)


@require_http_methods(["GET", "POST"])
def new_sample(request: HttpRequest) -> HttpResponse:
    """Draw a sample."""
    actor_of(request).require(DRAWS)
    form = DrawForm(
        request.POST or None, programmes=_programmes(), initial={"year": clock.today().year}
    )
    if request.method == "POST" and form.is_valid():
        try:
            sample = services.draw_sample(**form.asked(), **edge(request))
        except InvalidInput as refusal:
            form.take_problems(refusal)
        except DomainError as refusal:
            if refusal.http_status not in {409, 422}:
                raise
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已抽取 %(n)d 户。") % {"n": sample.size})
            return redirect(f"{reverse('surveys:sample', args=[sample.pk])}?check=1")
    return render(request, "surveys/new.html", {"form": form})


@require_GET
def sample_page(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """Show a sample: how it was drawn, who was drawn, and what they said."""
    actor = actor_of(request)
    sample = get_sample(sample_id, actor=actor)
    page = page_of(request, drawn_of(sample))
    stands = sample.void_on is None
    may_note = stands and actor.may(DRAWS)
    context = {
        "sample": sample,
        "programme": _row(sample, _programmes()).programme,
        "strata": [
            (Stratum(name).label, *sample.strata[name])
            for name in Stratum.values
            if name in sample.strata
        ],
        # Everybody who was aided in the year is read for it.
        "is_checked": "check" in request.GET,
        "proof": proof_of(sample) if "check" in request.GET else None,
        "page": page,
        "rows": [_drawn(one, may_note=may_note) for one in called(page.object_list)],
        "may_note": may_note,
        "may_call": stands and actor.may(EXPORTS) and actor.may(REVEALS),
    }
    return render(request, "surveys/sample.html", context)


@require_POST
def answer(request: HttpRequest, sample_id: UUID, drawn_id: UUID) -> HttpResponse:
    """Note what a household said."""
    actor_of(request).require(DRAWS)
    said, remark = request.POST.get("answer", ""), request.POST.get("remark", "")
    act_and_tell(
        request,
        lambda: services.note_answer(drawn_id, answer=said, remark=remark, **edge(request)),
        label=_("登记回访"),
    )
    return redirect("surveys:sample", sample_id)


@require_POST
def void(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """Make a sample void."""
    actor_of(request).require(DRAWS)
    reason = request.POST.get("reason", "")
    act_and_tell(
        request,
        lambda: services.void_sample(sample_id, reason=reason, **edge(request)),
        label=_("作废抽样"),
    )
    return redirect("surveys:sample", sample_id)


@require_POST
def call_list(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """Answer whom to call as a workbook; that it was taken, and why, is noted first."""
    actor, now = actor_of(request), clock.now()
    try:
        sample, why, rows = services.take_call_list(
            sample_id, reason=request.POST.get("reason", ""), actor=actor, now=now
        )
    except InvalidInput as refusal:
        for problem in refusal.problems:
            messages.error(request, str(problem.message))
        return redirect("surveys:sample", sample_id)
    title = _("%(station)s %(year)s 年满意度回访名单") % {
        "station": current_station().name,
        "year": sample.year,
    }
    data = call_sheet(rows, title=title, who=actor.name, why=why, now=now)
    return as_file(data, name=f"calls-{sample.year}-{now:%Y%m%d-%H%M}.xlsx", media_type=WORKBOOK)


def _programmes() -> dict[str, str]:
    held = programmes_in_force(station=current_station(), on=clock.today())
    return {key: str(one.name) for key, one in held.items()}


def _row(sample: Sample, names: dict[str, str]) -> SampleRow:
    name = names.get(sample.programme, sample.programme) if sample.programme else _("全部项目")
    return SampleRow(sample=sample, programme=name)


def _drawn(one: Called, *, may_note: bool) -> DrawnRow:
    remark = one.drawn.remark.reveal() if one.drawn.remark else ""
    return DrawnRow(
        called=one,
        tone=TONES[one.drawn.answer],
        remark=remark,
        form=AnswerForm(
            auto_id=f"answer-{one.drawn.pk}-%s",
            initial={"answer": one.drawn.answer, "remark": remark},
        )
        if may_note
        else None,
    )
