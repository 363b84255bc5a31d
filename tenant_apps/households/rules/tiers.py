"""Which tier a household belongs to, with every term of the sum that says so.

Source: domain reference NR01-NR06 and the worked examples of §2.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Text
from tenant_apps.households.drafts import HouseholdDraft

DEEP, RELATIVE, SUDDEN = "1", "2", "3"
MONTHS = 12

INCOME: tuple[tuple[str, Text], ...] = (
    ("inc_wages_fen", _("工资性收入")),
    ("inc_business_fen", _("经营净收入")),
    ("inc_property_fen", _("财产净收入")),
    ("inc_transfer_fen", _("转移净收入")),
    ("inc_other_fen", _("其他收入")),
)
RIGID_COST: tuple[tuple[str, Text], ...] = (
    ("cost_illness_fen", _("因病刚性支出")),
    ("cost_disability_fen", _("因残刚性支出")),
    ("cost_school_fen", _("因学刚性支出")),
    ("cost_housing_fen", _("住房刚性支出")),
    ("cost_work_fen", _("必要就业成本")),
    ("cost_other_fen", _("其他刚性支出")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeRule:
    """The local rule a tier is computed with; places differ in each of these points (NR02).

    `at_line_counts` is true where an income exactly at the line is still below it (≤). `head_count`
    is `persons` or `living_together`. `source` names the versions of the rules, kept with the file.
    """

    line_fen: int
    at_line_counts: bool = False
    head_count: str = "living_together"
    multiplier: Fraction = Fraction(2)
    sudden_threshold: Fraction = Fraction(4, 5)
    exclusions_bar: str = "all"
    """`all`: an exclusion bars every tier; `deep`: it bars the deep tier only (NR06)."""
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One line of the sum: what it is, its amount in fen, and whether it is added or taken off."""

    name: str
    label: Text
    fen: int
    sign: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TierResult:
    """The outcome: tier (empty when none), net income per head and month, and how it came about."""

    tier: str
    terms: tuple[Term, ...]
    income_fen: int
    cost_fen: int
    heads: int
    net_month: Fraction
    """Fen per head and month, exact."""
    sudden_share: Fraction | None
    rule: IncomeRule

    @property
    def net_month_fen(self) -> int:
        """Net income per head and month, rounded half up to whole fen."""
        return (2 * self.net_month.numerator + self.net_month.denominator) // (
            2 * self.net_month.denominator
        )

    @property
    def sudden_percent(self) -> int | None:
        """The sudden loss as rounded per cent of the year's income."""
        if self.sudden_share is None:
            return None
        return round(self.sudden_share * 100)


def compute_tier(
    draft: HouseholdDraft, *, rule: IncomeRule, excluded: bool = False
) -> TierResult | None:
    """Compute the tier, or None while the head count or the wages are not given.

    Deep lies below the line, relative below its multiple, both per head and month after rigid costs;
    otherwise a sudden loss of at least the threshold of the year's income makes the sudden tier. All
    comparisons are exact; only what is shown is rounded.
    """
    heads = getattr(draft, rule.head_count)
    if not heads or draft.inc_wages_fen is None:
        return None
    plus = [
        Term(name=name, label=label, fen=getattr(draft, name) or 0, sign=1)
        for name, label in INCOME
    ]
    minus = [
        Term(name=name, label=label, fen=getattr(draft, name) or 0, sign=-1)
        for name, label in RIGID_COST
    ]
    income, cost = sum(term.fen for term in plus), sum(term.fen for term in minus)
    net = Fraction(income - cost, heads * MONTHS)
    sudden = draft.sudden_net_fen or 0
    share = Fraction(sudden, income) if income > 0 and sudden > 0 else None
    overwhelmed = share >= rule.sudden_threshold if share is not None else sudden > 0
    if excluded and rule.exclusions_bar == "all":
        tier = ""
    elif _below(net, Fraction(rule.line_fen), rule) and not excluded:
        tier = DEEP
    elif _below(net, rule.multiplier * rule.line_fen, rule):
        tier = RELATIVE
    else:
        tier = SUDDEN if overwhelmed else ""
    return TierResult(
        tier=tier,
        terms=(*plus, *minus),
        income_fen=income,
        cost_fen=cost,
        heads=heads,
        net_month=net,
        sudden_share=share,
        rule=rule,
    )


def _below(net: Fraction, line: Fraction, rule: IncomeRule) -> bool:
    return net <= line if rule.at_line_counts else net < line
