"""Closed files whose years are over, the decisions about them, and the certificates."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from bangfu.kernel import clock
from bangfu.kernel.actors import shown_name
from bangfu.kernel.errors import NotFound
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, edge, page_of
from tenant_apps.casework.subjects import subject_label
from tenant_apps.households.selectors import get_file
from tenant_apps.privacy import services
from tenant_apps.privacy.forms import KeepForm
from tenant_apps.privacy.models import Disposal, DisposalState
from tenant_apps.privacy.outsiders import outsiders_of
from tenant_apps.privacy.selectors import disposals, files_past_their_years, get_disposal
from tenant_apps.privacy.services.forgetting import BY_THEMSELVES, YEARS_OVER
from tenant_apps.privacy.views.requests import cleaned


@require_GET
def retention(request: HttpRequest) -> HttpResponse:
    """Show the files whose years are over, and what was decided about others."""
    actor = actor_of(request)
    decided = disposals(actor=actor)
    tab = request.GET.get("tab", "due")
    due = files_past_their_years(clock.today())
    context = {
        "tab": tab,
        "page": page_of(request, due if tab == "due" else decided),
        "due_count": due.count(),
        "open_count": decided.filter(state=DisposalState.PROPOSED).count(),
        "today": clock.today(),
    }
    return render(request, "privacy/retention.html", context)


@require_POST
def propose(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Propose to delete one file."""
    actor = actor_of(request)
    actor.require("privacy.view")
    get_file(file_id, actor=actor)
    reason = request.POST.get("reason", "")
    act_and_tell(
        request,
        lambda: services.propose_disposal(file_id, reason=reason, **edge(request)),
        label=_("提出删除"),
    )
    return redirect("privacy:retention")


@require_GET
def disposal_detail(request: HttpRequest, disposal_id: UUID) -> HttpResponse:
    """Show one decision about an old file."""
    actor = actor_of(request)
    row = get_disposal(disposal_id, actor=actor)
    is_open = row.state == DisposalState.PROPOSED
    context = {
        "row": row,
        **_what_was_done(row),
        "is_open": is_open,
        "may_decide": is_open and actor.may("privacy.manage"),
        "is_own": row.proposed_by_id == actor.user_id,
        "keep_form": KeepForm(),
    }
    return render(request, "privacy/disposal.html", context)


@require_GET
def certificate(request: HttpRequest, disposal_id: UUID) -> HttpResponse:
    """Show the certificate of a deletion as a sheet of paper, to be signed by both and stamped."""
    row = get_disposal(disposal_id, actor=actor_of(request))
    if row.state != DisposalState.DELETED:
        raise NotFound
    return render(request, "privacy/certificate.html", {"row": row, **_what_was_done(row)})


@require_POST
def forget(request: HttpRequest, kind: str, row_id: UUID) -> HttpResponse:
    """Forget what somebody without a file said, who asks for it."""
    outsiders = outsiders_of(kind)
    actor_of(request).require("privacy.manage")
    reason = request.POST.get("reason", "")
    act_and_tell(
        request,
        lambda: services.forget_outsider(kind, row_id, reason=reason, **edge(request)),
        label=_("删除个人信息"),
    )
    return redirect(outsiders.page, row_id)


@require_POST
def act_on_disposal(request: HttpRequest, disposal_id: UUID, action: str) -> HttpResponse:
    """Delete, keep longer, or take the proposal back."""
    if action not in _ACTS:
        raise NotFound
    get_disposal(disposal_id, actor=actor_of(request))
    act, label = _ACTS[action]
    act_and_tell(request, lambda: act(request, disposal_id), label=label)
    return redirect("privacy:disposal", disposal_id)


def _what_was_done(row: Disposal) -> dict[str, Any]:
    is_of_file = row.record == "file"
    return {
        "is_of_file": is_of_file,
        "kind": subject_label(row.record),
        "title": _("档案销毁证明") if is_of_file else _("个人信息销毁证明"),
        "reason": _(YEARS_OVER) if not is_of_file and row.rule_id else row.reason,
        "proposed_by": (
            shown_name(row.proposed_by) if is_of_file or row.rule_id else _(BY_THEMSELVES)
        ),
        "decided_by": shown_name(row.decided_by),
        "digest": bytes(row.digest).hex() if row.digest else "",
        "lists": [
            {
                "id": "erased",
                "title": _("已删除的内容"),
                "rows": _counts(row.erased),
                "help": _("统计数字和审计记录保留，其中没有所删除的任何个人信息。"),
            },
            {
                "id": "kept",
                "title": _("因统计而保留的匿名编码"),
                "rows": _counts(row.kept),
                "help": _("编码只用于同一户不重复统计，不能还原为姓名或号码。"),
            },
        ],
    }


def _counts(by_kind: dict[str, int]) -> list[dict[str, Any]]:
    return [{"what": _named(label), "count": count} for label, count in by_kind.items()]


def _named(label: str) -> str:
    try:
        return str(_NAMES[label])
    except KeyError:
        return str(apps.get_model(label)._meta.verbose_name)


def _confirm(request: HttpRequest, disposal_id: UUID) -> Any:
    return services.confirm_deletion(disposal_id, **edge(request))


def _keep(request: HttpRequest, disposal_id: UUID) -> Any:
    return services.keep_longer(disposal_id, **cleaned(KeepForm(request.POST)), **edge(request))


def _withdraw(request: HttpRequest, disposal_id: UUID) -> Any:
    return services.withdraw_disposal(disposal_id, **edge(request))


_ACTS = {
    "confirm": (_confirm, gettext_lazy("删除到期档案")),
    "keep": (_keep, gettext_lazy("延长保管")),
    "withdraw": (_withdraw, gettext_lazy("撤回删除申请")),
}
_NAMES = {
    "households.householdfile": gettext_lazy("档案内容"),
    "households.householdmember": gettext_lazy("家庭成员"),
    "households.householdpaper": gettext_lazy("材料登记"),
    "households.householdversion": gettext_lazy("历史版本"),
    "households.householdvisit": gettext_lazy("走访记录"),
    "households.householdrecheck": gettext_lazy("复核记录"),
    "casework.attachment": gettext_lazy("材料原件（磁盘文件）"),
    "exchange.message": gettext_lazy("站点间传送的内容"),
    "importing.row": gettext_lazy("导入原始行"),
    "register.splitalias": gettext_lazy("分户登记"),
    "register.alias": gettext_lazy("同一户登记"),
    "rollup.member": gettext_lazy("统计中的户"),
    "rollup.sharedsubject": gettext_lazy("多站点统计中的户"),
    "reviews.review": gettext_lazy("审核件"),
    "aid.application": gettext_lazy("帮扶申请"),
    "sources.donation": gettext_lazy("捐赠"),
    "casework.event": gettext_lazy("办理经过中的说明"),
    "payouts.line": gettext_lazy("发放明细"),
    "notices.notice": gettext_lazy("公示"),
    "notices.objection": gettext_lazy("异议"),
    "privacy.correction": gettext_lazy("更正申请"),
    "privacy.consent": gettext_lazy("同意书登记"),
    "privacy.lookrequest": gettext_lazy("调阅记录"),
}
