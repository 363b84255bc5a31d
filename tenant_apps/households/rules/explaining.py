"""Why a household is in its tier, in sentences a worker can follow: amounts, comparison, rule.

The figures are those kept with the file when the tier was computed; nothing is computed anew except
what is said of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from bangfu.kernel.errors import Text
from bangfu.ui.templatetags.ui import yuan
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.policies.rules import EXCLUSIONS
from tenant_apps.households.rules.tiers import DEEP, INCOME, MONTHS, RELATIVE, RIGID_COST

Computation = Mapping[str, Any]

_TERM_LABELS = dict((*INCOME, *RIGID_COST))
_EXCLUSION_LABELS = dict(EXCLUSIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSource:
    """One rule a tier rested on: what it is called and says, who laid it down, by which document."""

    label: Text
    value: str
    scope: str
    document: str
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the explanation: what it is about, and one or more plain sentences."""

    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """One line of the sum; a cost that is not taken off here is shown and left out."""

    label: Text
    fen: int
    is_cost: bool
    is_left_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The whole of it, for the page, the printed sheet, the worker's own page and the papers."""

    conclusion: str
    steps: tuple[Step, ...]
    amounts: tuple[Amount, ...]
    sources: tuple[RuleSource, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentences alone, for where there is no room for headings."""
        return tuple(step.text for step in self.steps)


def explain(computation: Computation, sources: Sequence[RuleSource] = ()) -> Explanation | None:
    """Explain a kept computation; None while there is none.

    `sources` are the rules it rested on, read by `rule_sources`.
    """
    if not computation:
        return None
    steps = [
        Step(name="income", title=_("家庭收入"), text=_income(computation)),
        Step(name="cost", title=_("刚性支出"), text=_costs(computation)),
        Step(name="net", title=_("人均收入"), text=_net(computation)),
        Step(name="lines", title=_("当地标准"), text=_lines(computation)),
        Step(name="comparison", title=_("比较"), text=_comparison(computation)),
    ]
    if computation.get("sudden_fen") or computation["sudden_percent"] is not None:
        steps.append(Step(name="sudden", title=_("意外支出"), text=_sudden(computation)))
    if computation["excluded"]:
        steps.append(Step(name="excluded", title=_("排除情形"), text=_excluded(computation)))
    conclusion = conclusion_of(computation)
    steps.append(
        Step(
            name="conclusion",
            title=_("结论"),
            text=_("测算结果：%(result)s。") % {"result": conclusion},
        )
    )
    return Explanation(
        conclusion=conclusion,
        steps=tuple(steps),
        amounts=tuple(_amounts(computation)),
        sources=tuple(sources),
    )


def conclusion_of(computation: Computation) -> str:
    """Name the tier that follows, with the case within it."""
    tier, sub = computation["tier"], computation.get("sub", "")
    if tier:
        name = CODE_LISTS["tier"].label(tier)
        return f"{name}（{CODE_LISTS['tier_sub'].label(sub)}）" if sub else name
    if computation["excluded"]:
        return _("有排除情形，不予认定")
    return _("未达到困难标准")


def _amounts(computation: Computation) -> list[Amount]:
    counted = [
        Amount(label=_TERM_LABELS[name], fen=fen, is_cost=sign < 0)
        for name, fen, sign in computation["terms"]
        if fen
    ]
    left_out = [
        Amount(label=_TERM_LABELS[name], fen=fen, is_cost=True, is_left_out=True)
        for name, fen in computation.get("left_out", ())
    ]
    return counted + left_out


def _said(amounts: Sequence[Amount]) -> str:
    return _("、").join(f"{one.label} {_yuan(one.fen)}" for one in amounts)


def _income(computation: Computation) -> str:
    parts = [one for one in _amounts(computation) if not one.is_cost]
    total = _yuan(computation["income_fen"])
    if not parts:
        return _("申请前 12 个月家庭没有收入，合计 %(total)s。") % {"total": total}
    return _("申请前 12 个月家庭收入合计 %(total)s：%(parts)s。") % {
        "total": total,
        "parts": _said(parts),
    }


def _costs(computation: Computation) -> str:
    amounts = _amounts(computation)
    parts = [one for one in amounts if one.is_cost and not one.is_left_out]
    left_out = [one for one in amounts if one.is_left_out]
    total = _yuan(computation["cost_fen"])
    text = (
        _("按规定可以扣减的刚性支出合计 %(total)s：%(parts)s。")
        % {"total": total, "parts": _said(parts)}
        if parts
        else _("没有可以扣减的刚性支出，合计 %(total)s。") % {"total": total}
    )
    if left_out:
        text += _("按当地规定不扣减：%(parts)s。") % {"parts": _said(left_out)}
    return text


def _net(computation: Computation) -> str:
    heads = _("共同生活人口") if computation["head_count"] == "living_together" else _("家庭人口")
    return _(
        "收入减去支出是 %(rest)s，除以%(kind)s %(heads)d 人，再除以 %(months)d 个月，"
        "每人每月 %(net)s。"
    ) % {
        "rest": _yuan(computation["income_fen"] - computation["cost_fen"]),
        "kind": heads,
        "heads": computation["heads"],
        "months": MONTHS,
        "net": _yuan(computation["net_month_fen"]),
    }


def _lines(computation: Computation) -> str:
    return _(
        "当地低保标准是每人每月 %(line)s；相对困难的标准是它的 %(times)s 倍，即 %(relative)s。"
    ) % {
        "line": _yuan(computation["line_fen"]),
        "times": _decimal(Fraction(computation["multiplier"])),
        "relative": _yuan_of(_relative_line(computation)),
    }


def _comparison(computation: Computation) -> str:
    net, shown = _net_month(computation), Fraction(computation["net_month_fen"])
    at_line_counts = computation["operator"] == "<="
    line, relative = Fraction(computation["line_fen"]), _relative_line(computation)
    is_deep = net <= line if at_line_counts else net < line
    is_relative = net <= relative if at_line_counts else net < relative
    if is_deep:
        against, follows = [line], _("达到深度困难的收入条件")
    elif is_relative:
        against, follows = [line, relative], _("达到相对困难的收入条件")
    else:
        against, follows = [relative], _("没有达到困难的收入条件")
    text = _("%(net)s %(compared)s，%(follows)s。") % {
        "net": _yuan(computation["net_month_fen"]),
        "compared": _("、").join(f"{_how(net, one)} {_yuan_of(one)}" for one in against),
        "follows": follows,
    }
    if net in against:
        text += (
            _("当地规定等于标准也算达到。")
            if at_line_counts
            else _("当地规定必须低于标准，等于不算。")
        )
    elif shown in against:
        text += _("显示的金额四舍五入到分，比较用的是没有舍入的数。")
    return text


def _how(net: Fraction, line: Fraction) -> str:
    if net == line:
        return _("恰好等于")
    return _("低于") if net < line else _("高于")


def _sudden(computation: Computation) -> str:
    loss = _yuan(computation.get("sudden_fen") or 0)
    least = Fraction(computation["sudden_threshold"])
    income = computation["income_fen"]
    if income <= 0:
        return _("意外造成的净支出 %(loss)s，家庭当年没有收入，超出了承受能力。") % {"loss": loss}
    share = Fraction(computation.get("sudden_fen") or 0, income)
    words = {"loss": loss, "share": _percent(share), "least": _percent(least)}
    if share < least:
        return (
            _("意外造成的净支出 %(loss)s，占家庭年收入的 %(share)s，没有达到 %(least)s。") % words
        )
    text = _("意外造成的净支出 %(loss)s，占家庭年收入的 %(share)s，达到了 %(least)s。") % words
    if computation["tier"] in {DEEP, RELATIVE}:
        text += _("收入条件已经达到更重的类别，按更重的认定。")
    return text


def _excluded(computation: Computation) -> str:
    items = _("、").join(str(_EXCLUSION_LABELS[code]) for code in computation["excluded"])
    if computation.get("exclusions_bar", "all") == "all":
        text = _("申报有这些情形：%(items)s。按当地规定，有这些情形的不予认定任何困难类别。")
    else:
        text = _("申报有这些情形：%(items)s。按当地规定，有这些情形的不认定深度困难。")
    return text % {"items": items}


def _net_month(computation: Computation) -> Fraction:
    kept = computation.get("net")
    if kept:
        return Fraction(*kept)
    rest = computation["income_fen"] - computation["cost_fen"]
    return Fraction(rest, computation["heads"] * MONTHS)


def _relative_line(computation: Computation) -> Fraction:
    line_fen: int = computation["line_fen"]
    return Fraction(computation["multiplier"]) * line_fen


def _yuan(fen: int) -> str:
    return _("%(amount)s 元") % {"amount": yuan(fen)}


def _yuan_of(fen: Fraction) -> str:
    """Write an amount that may fall between two fen, without rounding it."""
    if fen.denominator == 1:
        return _yuan(int(fen))
    return _("%(amount)s 元") % {"amount": _decimal(fen / 100)}


def _decimal(number: Fraction) -> str:
    text = f"{float(number):,.6f}"
    return text.rstrip("0").rstrip(".")


def _percent(share: Fraction) -> str:
    """Write a share cut, never rounded, to two decimals: 79.999 per cent must not look like 80."""
    hundredths = share.numerator * 10_000 // share.denominator
    return f"{_decimal(Fraction(hundredths, 100))}%"
