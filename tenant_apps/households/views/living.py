"""Pages of one file once it is on file: its re-check, its exit, what happened, where it goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import InvalidInput
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of
from tenant_apps.households.life_forms import (
    EntryForm,
    EventForm,
    ExitCheckForm,
    FindingsForm,
    HeadForm,
    HelperForm,
    SplitForm,
    TemporaryForm,
    TransferForm,
)
from tenant_apps.households.mapping import draft_of
from tenant_apps.households.models import HouseholdFile, RecheckState
from tenant_apps.households.selectors import get_file, members_of
from tenant_apps.households.services import entering, heading, moving, rechecking, temporary
from tenant_apps.households.work import exit_months, rechecks_of, stations_to_offer

_UNDER_WAY = (RecheckState.FILLING, RecheckState.SENT, RecheckState.EXITING)


@require_http_methods(["GET", "POST"])
def recheck_page(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Let somebody fill in a re-check that was begun, and send it up."""
    file = _file(request, file_id, "file.recheck")
    form = FindingsForm(request.POST or None, months=exit_months(on=clock.today()))
    if request.method == "POST" and _done(
        form,
        lambda: rechecking.send_recheck(file_id, form.findings_given, **_edge(request)),
        request,
        _("复核已上报。"),
    ):
        return redirect("households:detail", file_id)
    current = next((one for one in rechecks_of(file) if one.state in _UNDER_WAY), None)
    context = {"file": file, "form": form, "recheck": current, "is_exit": False}
    return render(request, "households/recheck.html", context)


@require_http_methods(["GET", "POST"])
def exit_page(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Let somebody propose that a household leaves."""
    file = _file(request, file_id, "file.recheck")
    form = FindingsForm(request.POST or None, months=exit_months(on=clock.today()), is_exit=True)
    if request.method == "POST" and _done(
        form,
        lambda: rechecking.propose_exit(file_id, form.findings_given, **_edge(request)),
        request,
        _("退出建议已上报。"),
    ):
        return redirect("households:detail", file_id)
    context = {"file": file, "form": form, "recheck": None, "is_exit": True}
    return render(request, "households/recheck.html", context)


@require_http_methods(["GET", "POST"])
def event_page(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Let somebody note what happened in a household."""
    file = _file(request, file_id, "file.recheck")
    form = EventForm(request.POST or None, initial={"happened_on": clock.today()})
    if request.method == "POST" and _done(
        form,
        lambda: rechecking.report_event(file_id, **form.cleaned_data, **_edge(request)),
        request,
        _("变更已登记，请在期限内完成复核。"),
    ):
        return redirect("households:detail", file_id)
    title = _("登记家庭情况变更")
    return render(
        request, "households/life_form.html", {"file": file, "form": form, "title": title}
    )


@require_http_methods(["GET", "POST"])
def transfer_page(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Let somebody offer a file to another station."""
    file = _file(request, file_id, "file.transfer")
    form = TransferForm(request.POST or None)
    if request.method == "POST" and _done(
        form,
        lambda: moving.offer_transfer(file_id, **form.cleaned_data, **_edge(request)),
        request,
        _("已提出转移，等待对方接收、上级确认。"),
    ):
        return redirect("households:detail", file_id)
    title = _("转移档案")
    hint = _("对方接收并经共同的上级确认后，档案连同材料一并移交；移交前可以撤回。")
    context = {"file": file, "form": form, "title": title, "hint": hint, "button": _("提出转移")}
    return render(
        request, "households/life_form.html", {**context, "stations": stations_to_offer()}
    )


@require_http_methods(["GET", "POST"])
def head_page(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Let somebody make another member the head of a household."""
    file = _file(request, file_id, "file.edit")
    members = draft_of(file, members_of(file)).members
    form = HeadForm(request.POST or None, members=members)
    if request.method == "POST" and _done(
        form,
        lambda: heading.change_head(
            file_id,
            **form.cleaned_data,
            expected_version=file.lock_version,
            **_edge(request),
        ),
        request,
        _("户主已变更，请补齐新户主的签名和银行卡。"),
    ):
        return redirect("households:detail", file_id)
    title = _("变更户主")
    hint = _("原户主的签名和银行卡不再有效；档案编号不变，统计时仍算同一户。")
    context = {"file": file, "form": form, "title": title, "hint": hint}
    return render(request, "households/life_form.html", context)


@require_http_methods(["GET", "POST"])
def split_page(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Let some members form a household of their own."""
    file = _file(request, file_id, "file.edit")
    members = draft_of(file, members_of(file)).members
    form = SplitForm(request.POST or None, members=members)
    if request.method == "POST" and form.is_valid():
        made: list[HouseholdFile] = []
        if _done(
            form,
            lambda: made.append(
                heading.split_household(
                    file_id,
                    positions=form.in_order,
                    expected_version=file.lock_version,
                    **_edge(request),
                )
            ),
            request,
            _("已分户，请补齐新户的草稿后提交。"),
        ):
            return redirect("households:detail", made[0].pk)
    title = _("分户")
    hint = _("选出的成员离开本户，另建一份草稿；两户各自计算、各自计数。")
    context = {"file": file, "form": form, "title": title, "hint": hint}
    return render(request, "households/life_form.html", context)


@require_http_methods(["GET", "POST"])
def temporary_page(request: HttpRequest) -> HttpResponse:
    """Let somebody open a temporary file with the few fields it needs."""
    actor_of(request).require("file.edit")
    form = TemporaryForm(request.POST or None)
    made: list[HouseholdFile] = []
    if request.method == "POST" and _done(
        form,
        lambda: made.append(temporary.open_temporary(form.draft, **_edge(request))),
        request,
        _("临时救助档已建立，不计入在档户数；请在期限内补齐材料转正。"),
    ):
        return redirect("households:detail", made[0].pk)
    title = _("建立临时救助档")
    return render(request, "households/life_form.html", {"form": form, "title": title})


@require_POST
def nat_entry_act(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Note the entry of a file in the national system."""
    return _small(
        request,
        file_id,
        EntryForm(request.POST),
        entering.enter_nationally,
        _("登记全国系统录入"),
    )


@require_POST
def helper_act(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Name who answers for the help to a household."""
    return _small(
        request, file_id, HelperForm(request.POST), entering.name_helper, _("明确帮扶责任人")
    )


@require_POST
def verify_exit_act(request: HttpRequest, recheck_id: UUID) -> HttpResponse:
    """Note what the verification of an exit found."""
    actor_of(request).require("file.recheck")
    form = ExitCheckForm(request.POST)

    def verify() -> None:
        form.is_valid()
        rechecking.verify_exit(
            recheck_id,
            findings=form.cleaned_data.get("findings", ""),
            stands=form.cleaned_data.get("stands") == "yes",
            **_edge(request),
        )

    act_and_tell(request, verify, label=_("退出核查"))
    return redirect("households:work-list", "exits")


@require_POST
def file_again_act(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Open a new draft for a household that fell back into hardship."""
    actor_of(request).require("file.edit")
    made: list[HouseholdFile] = []
    act_and_tell(
        request,
        lambda: made.append(heading.file_again(file_id, **_edge(request))),
        label=_("返困重新建档"),
    )
    return redirect("households:detail", made[0].pk if made else file_id)


def _small(
    request: HttpRequest, file_id: UUID, form: Form, service: Callable[..., object], label: str
) -> HttpResponse:
    actor_of(request).require("file.edit")
    if form.is_valid():
        act_and_tell(
            request, lambda: service(file_id, **form.cleaned_data, **_edge(request)), label=label
        )
    else:
        get_file(file_id, actor=actor_of(request))
        for errors in form.errors.values():
            messages.error(request, " ".join(str(one) for one in errors))
    return redirect("households:detail", file_id)


def _file(request: HttpRequest, file_id: UUID, capability: str) -> HouseholdFile:
    actor = actor_of(request)
    file = get_file(file_id, actor=actor)
    actor.require(capability)
    return file


def _edge(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "now": clock.now()}


def _done(form: Any, act: Callable[[], object], request: HttpRequest, said: str) -> bool:
    if not form.is_valid():
        return False
    try:
        act()
    except InvalidInput as refusal:
        form.show_refusal(refusal)
        return False
    messages.success(request, said)
    return True
