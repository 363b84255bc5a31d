"""By which rules a household leaves: kinds and reasons of exit, and what each must show.

Source: domain §3.2, NR14, NR15.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext as _

from bangfu.kernel.errors import Problem
from bangfu.ui.templatetags.ui import yuan
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.households.models import FileState
from tenant_apps.households.rules import IncomeRule

REASONS: dict[str, tuple[str, ...]] = {
    "out": ("income", "cause_gone"),
    "secured": ("state_support",),
    "cancelled": (
        "death",
        "moved",
        "false",
        "duplicate",
        "refused_check",
        "not_qualified",
        "other",
    ),
}
STATE_AFTER = {
    "out": FileState.OUT,
    "secured": FileState.SECURED,
    "cancelled": FileState.CANCELLED,
}
STEP_AFTER = {"out": "left_out", "secured": "left_secured", "cancelled": "left_cancelled"}


def hardship_line_fen(rule: IncomeRule) -> Fraction:
    """Return the line above which a household is in no hardship any more, per head and month."""
    return rule.multiplier * rule.line_fen


def exit_problems(
    *,
    kind: str,
    reason: str,
    measure: str = "",
    incomes_fen: Sequence[int],
    is_cause_gone: bool,
    months: int,
    rule: IncomeRule,
) -> list[Problem]:
    """Say what keeps an exit from being proposed; nothing when it may be.

    To be out of hardship a household shows so many monthly incomes per head, in a row, each above the
    line, and that the causes are gone.
    """
    if kind not in REASONS:
        return [Problem(code="V342", field="exit_kind", message=_("请选择退出类型。"))]
    if reason not in REASONS[kind]:
        message = _("请选择与退出类型相符的退出原因。")
        return [Problem(code="V342", field="exit_reason", message=message)]
    if kind != "out":
        return []
    problems = []
    if measure and measure not in CODE_LISTS["exit_measure"]:
        message = _("没有这项脱困措施，请从列表中选择。")
        problems.append(Problem(code="V342", field="exit_measure", message=message))
    line = hardship_line_fen(rule)
    if len(incomes_fen) != months:
        message = _("请填写连续 %(months)s 个月的家庭人均月收入。") % {"months": months}
        problems.append(Problem(code="V343", field="incomes", message=message))
    elif low := [
        number
        for number, income in enumerate(incomes_fen, start=1)
        if (income <= line if rule.at_line_counts else income < line)
    ]:
        message = _("第 %(which)s 个月的人均收入未超过标准 %(line)s 元，不符合脱困条件。") % {
            "which": "、".join(map(str, low)),
            "line": yuan(int(line)),
        }
        problems.append(Problem(code="V344", field="incomes", message=message))
    if not is_cause_gone:
        message = _("脱困须确认致困原因已经消除。")
        problems.append(Problem(code="V346", field="is_cause_gone", message=message))
    return problems
