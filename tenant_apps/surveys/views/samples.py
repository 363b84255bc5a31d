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
from bangfu.ui.acts import act_and_tell, tell_refusal
from bangfu.ui.answers import as_file
from bangfu.ui.requests import actor_of, edge, page_of
from shared_apps.evaluations.models import Order, Sample, Stratum
from shared_apps.programmes.selectors import programme_names
from tenant_apps.surveys import services
from tenant_apps.surveys.forms import AnswerForm, DrawForm
from tenant_apps.surveys.orders import ORDERS, is_anybody_below, own_orders
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
    programmes_paid,
    proof_of,
    samples_below,
    years_paid,
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
    station = current_station()
    names = programme_names(station=station)
    has_below = is_anybody_below(station)
    context = {
        "page": page,
        "rows": [_row(one, names) for one in page.object_list],
        "below": [_row(one, names) for one in samples_below()],
        "orders": [(one, named(one, names)) for one in own_orders()] if has_below else [],
        "may_draw": actor.may(DRAWS),
        "may_order": has_below and actor.may(ORDERS),
    }
    return render(request, "surveys/list.html", context)


@require_http_methods(["GET", "POST"])
def new_sample(request: HttpRequest) -> HttpResponse:
    """Draw a sample."""
    actor_of(request).require(DRAWS)
    years = years_paid()
    year = year_asked(request, years)
    form = DrawForm(request.POST or None, programmes=programmes_paid(year), initial={"year": year})
    if request.method == "POST" and form.is_valid():
        try:
            sample = services.draw_sample(**form.asked(), **edge(request))
        except DomainError as refusal:
            take_refusal(form, refusal)
        else:
            messages.success(request, _("已抽取 %(n)d 户。") % {"n": sample.size})
            return redirect(f"{reverse('surveys:sample', args=[sample.pk])}?check=1")
    return render(request, "surveys/new.html", {"form": form, "years": years, "year": year})


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
        "programme": named(sample, programme_names(station=current_station())),
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
        "may_erase": actor.may(DRAWS),
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
def erase_remark(request: HttpRequest, sample_id: UUID, drawn_id: UUID) -> HttpResponse:
    """Forget what a household said beside its answer."""
    actor_of(request).require(DRAWS)
    act_and_tell(
        request,
        lambda: services.erase_remark(drawn_id, **edge(request)),
        label=_("删除备注"),
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
        tell_refusal(request, refusal)
        return redirect("surveys:sample", sample_id)
    title = _("%(station)s %(year)s 年满意度回访名单") % {
        "station": current_station().name,
        "year": sample.year,
    }
    data = call_sheet(rows, title=title, who=actor.name, why=why, now=now)
    return as_file(data, name=f"calls-{sample.year}-{now:%Y%m%d-%H%M}.xlsx", media_type=WORKBOOK)


def year_asked(request: HttpRequest, years: list[int]) -> int:
    """Return the year that a form is about: the one sent or chosen, or the newest of ``years``."""
    typed = request.POST.get("year") or request.GET.get("year", "")
    if len(typed) == 4 and typed.isdecimal() and typed.isascii() and int(typed):
        return int(typed)
    return years[0] if years else clock.today().year


def take_refusal(form: DrawForm, refusal: DomainError) -> None:
    """Show in the form why nothing was drawn.

    Raises:
        DomainError: what does not belong into a form: out of sight, or not permitted.
    """
    if isinstance(refusal, InvalidInput):
        form.take_problems(refusal)
    elif refusal.http_status in {409, 422}:
        form.add_error(None, str(refusal))
    else:
        raise refusal


def named(row: Sample | Order, names: dict[str, str]) -> str:
    """Return of which programme a sample or an order is, in words."""
    return names.get(row.programme, row.programme) if row.programme else _("全部项目")


def _row(sample: Sample, names: dict[str, str]) -> SampleRow:
    return SampleRow(sample=sample, programme=named(sample, names))


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
