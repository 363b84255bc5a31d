"""The explanation in sentences: every number in them is one the engine computed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel.errors import Text
from bangfu.ui.templatetags.ui import yuan
from tenant_apps.aid.rules.assessing import Assessment, Bound

REASONS: Mapping[str, Text] = {
    "A101": gettext_lazy("没有在档的困难职工档案：先建档、后帮扶。"),
    "A102": gettext_lazy("这个项目不面向所填的档外慰问对象。"),
    "A103": gettext_lazy("这个项目不面向该困难类别。"),
    "A104": gettext_lazy("这个项目不面向该档案级别。"),
    "A105": gettext_lazy("这个项目只面向规定的特殊群体。"),
    "A106": gettext_lazy("没有填写就读阶段，或该阶段不在项目范围内。"),
    "A107": gettext_lazy("不在项目的申请时间内。"),
    "A108": gettext_lazy("请填写个人自付金额。"),
    "A109": gettext_lazy("规定的材料不齐。"),
    "A110": gettext_lazy("申请金额超过可批金额。"),
    "A111": gettext_lazy("上限已经用完，没有可批金额。"),
    "A112": gettext_lazy("已达到每年次数。"),
    "A113": gettext_lazy("该困难类别每年只享受一类帮扶，今年已有另一类。"),
    "A114": gettext_lazy("低于规定的最低金额。"),
    "A115": gettext_lazy("没有填写意外损失类别，或该类别不在项目范围内。"),
    "A116": gettext_lazy("该类意外损失按损失的比例封顶，请填写损失金额。"),
}

_TOO_MUCH = {"A110", "A111"}


def reason_sentence(code: str) -> str:
    """Say why a case may not be aided."""
    return str(REASONS[code])


def refusal_of(assessment: Assessment, codes: Collection[str]) -> str:
    """Say the reasons of these codes; of an amount that is too much, the bound that leaves least, with its numbers."""
    said = [reason_sentence(code) for code in codes]
    if assessment.binding is not None and not _TOO_MUCH.isdisjoint(codes):
        said.append(bound_sentence(assessment.binding))
    return "".join(said)


def bound_sentence(bound: Bound) -> str:
    """Say one bound with its numbers: the limit, how it came about, what is used, what is left."""
    said = {
        "limit": yuan(bound.limit_fen),
        "used": yuan(bound.used_fen),
        "left": yuan(bound.left_fen),
        "base": yuan(bound.base_fen),
        "times": bound.times,
        "share": _percent(bound.share),
    }
    return _HOW[bound.code]() % said


def _percent(share: str) -> str:
    return f"{(Decimal(share) * 100).normalize():f}%" if share else ""


_HOW = {
    "per_time": lambda: _("每次不超过 %(limit)s 元。"),
    "per_year": lambda: _("每年不超过 %(limit)s 元，今年已列 %(used)s 元，还可 %(left)s 元。"),
    "total": lambda: _("累计不超过 %(limit)s 元，此前已列 %(used)s 元，还可 %(left)s 元。"),
    "living_months": lambda: _(
        "不超过 %(times)s 个月低保标准：%(base)s 元 × %(times)s = %(limit)s 元，"
        "今年已列 %(used)s 元，还可 %(left)s 元。"
    ),
    "self_paid": lambda: _("不超过个人自付的 %(share)s：%(base)s 元 × %(share)s = %(limit)s 元。"),
    "stage": lambda: _(
        "该就读阶段每年不超过 %(limit)s 元，今年已列 %(used)s 元，还可 %(left)s 元。"
    ),
    "loss": lambda: _("该类意外损失每次不超过 %(limit)s 元。"),
    "loss_share": lambda: _("不超过损失的 %(share)s：%(base)s 元 × %(share)s = %(limit)s 元。"),
    "urgent": lambda: _("急救先行不超过 %(limit)s 元。"),
}
