"""Terms of a programme in sentences, as pages, previews and the API say them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel.errors import Text
from bangfu.ui.templatetags.ui import level_name, yuan
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.programmes.terms import Standard, Terms

CYCLE_WORDS: Mapping[str, Text] = {
    "year": gettext_lazy("每年一次"),
    "month": gettext_lazy("每月一次"),
    "campaign": gettext_lazy("每次活动一次"),
    "case": gettext_lazy("按事由，每个事由一次"),
}
UNIT_WORDS: Mapping[str, Text] = {
    "household": gettext_lazy("按户"),
    "student": gettext_lazy("按学生"),
    "person": gettext_lazy("按人"),
}


def percent_of(share: str) -> str:
    """Say a share in per cent, as many decimals as it has: 0.125 is 12.5."""
    return f"{(Decimal(share) * 100).normalize():f}"


def terms_in_words(terms: Terms) -> list[str]:
    """Say the terms of a programme, one sentence each."""
    often = _("%(unit)s，%(cycle)s。") % {
        "unit": UNIT_WORDS[terms.unit],
        "cycle": CYCLE_WORDS[terms.cycle],
    }
    said = [often, *_whom(terms)]
    if terms.window:
        said.append(
            _("申请时间：每年 %(first)s 至 %(last)s。")
            % {"first": terms.window[0], "last": terms.window[1]}
        )
    said += [_standard(one) for one in terms.standards]
    said += _caps(terms)
    if terms.papers:
        said.append(
            _("须有材料：%(papers)s。") % {"papers": CODE_LISTS["paper"].labels(terms.papers)}
        )
    return said + _decision(terms)


def _whom(terms: Terms) -> list[str]:
    said = []
    for values, code_list, words in (
        (terms.tiers, "tier", _("困难类别：%(values)s。")),
        (terms.levels, "file_level", _("档案级别：%(values)s。")),
        (terms.groups, "group", _("只面向：%(values)s。")),
        (terms.outside, "warmth_group", _("档外对象：%(values)s。")),
        (terms.stages, "aid_stage", _("就读阶段：%(values)s。")),
    ):
        if values:
            said.append(words % {"values": CODE_LISTS[code_list].labels(values)})
    return said


def _standard(one: Standard) -> str:
    who = [
        CODE_LISTS[code_list].label(value)
        for value, code_list in (
            (one.level, "file_level"),
            (one.tier, "tier"),
            (one.stage, "aid_stage"),
        )
        if value
    ]
    return _("标准：%(who)s %(amount)s 元。") % {
        "who": "、".join(who) or _("所有对象"),
        "amount": yuan(one.amount_fen),
    }


def _caps(terms: Terms) -> list[str]:
    said = []
    for amount, words in (
        (terms.per_time_fen, _("每次不超过 %(amount)s 元。")),
        (terms.total_fen, _("累计不超过 %(amount)s 元。")),
        (terms.urgent_limit_fen, _("急救先行不超过 %(amount)s 元。")),
    ):
        if amount is not None:
            said.append(words % {"amount": yuan(amount)})
    if terms.per_year_fen is not None:
        words = (
            _("同类项目每年合计不超过 %(amount)s 元。")
            if terms.year_cap_is_shared
            else _("每年不超过 %(amount)s 元。")
        )
        said.append(words % {"amount": yuan(terms.per_year_fen)})
    if terms.times_per_year is not None:
        said.append(_("每年不超过 %(times)s 次。") % {"times": terms.times_per_year})
    if terms.living_months:
        said.append(_("不超过规则“生活救助上限”规定的月数乘以当地低保标准。"))
    if terms.line_floor:
        said.append(_("不低于当地低保标准。"))
    said += [
        _("%(tier)s不超过个人自付的 %(share)s。")
        % {"tier": CODE_LISTS["tier"].label(tier), "share": f"{float(share):.0%}"}
        for tier, share in terms.self_paid_share.items()
    ]
    said += [
        _("%(stage)s每年不超过 %(amount)s 元。")
        % {"stage": CODE_LISTS["aid_stage"].label(stage), "amount": yuan(amount)}
        for stage, amount in terms.stage_caps_fen.items()
    ]
    said += [
        _loss(CODE_LISTS["loss_kind"].label(loss), amount, terms.loss_shares.get(loss))
        for loss, amount in terms.loss_caps_fen.items()
    ]
    if terms.one_kind_tiers:
        said.append(
            _("%(tiers)s每年只享受一类帮扶。")
            % {"tiers": CODE_LISTS["tier"].labels(terms.one_kind_tiers)}
        )
    return said


def _loss(loss: str, amount_fen: int, share: str | None) -> str:
    words = (
        _("%(loss)s每次不超过 %(amount)s 元。")
        if share is None
        else _("%(loss)s每次不超过 %(amount)s 元，且不超过损失的 %(share)s。")
    )
    return words % {
        "loss": loss,
        "amount": yuan(amount_fen),
        "share": f"{percent_of(share)}%" if share else "",
    }


def _decision(terms: Terms) -> list[str]:
    said = [
        _("超过 %(amount)s 元须经主席办公会和党组会。") % {"amount": yuan(terms.meeting_above_fen)}
        if terms.meeting_above_fen
        else _("须经主席办公会和党组会。")
    ]
    said += [
        _("%(level)s站点超过 %(amount)s 元须上报审批。")
        % {"level": level_name(int(level)), "amount": yuan(amount)}
        for level, amount in sorted(terms.own_limits_fen.items(), reverse=True)
    ]
    return said
