"""Which tier a household belongs to, with every term of the sum that says so.

Source: domain reference NR01-NR06 and the worked examples of §2.4.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Text
from tenant_apps.households.drafts import HouseholdDraft
from tenant_apps.households.rules.exclusions import ALL_EXCLUSIONS, excluded_by

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
ALL_COSTS = tuple(name for name, _label in RIGID_COST)

_STOPPED = frozenset(
    {"half_stopped", "stopped", "restructured", "closed", "arrears", "deregistered"}
)
_LAID_OFF = frozenset({"03", "10"})
_ILL_OR_DISABLED = frozenset({"06", "12"})


@dataclass(slots=True, kw_only=True)
class Economy:
    """What a tier is computed from, and nothing else: one narrow row of a file."""

    persons: int | None = None
    living_together: int | None = None
    inc_wages_fen: int | None = None
    inc_business_fen: int | None = None
    inc_property_fen: int | None = None
    inc_transfer_fen: int | None = None
    inc_other_fen: int | None = None
    cost_illness_fen: int | None = None
    cost_disability_fen: int | None = None
    cost_school_fen: int | None = None
    cost_housing_fen: int | None = None
    cost_work_fen: int | None = None
    cost_other_fen: int | None = None
    sudden_net_fen: int | None = None
    homes: int | None = None
    car: bool | None = None
    car_use: str = ""
    private_school: bool | None = None
    shareholder: bool | None = None
    refuses_check: bool | None = None
    hides_income: bool | None = None
    refuses_work: bool | None = None
    dibao: bool | None = None
    main_cause: str = ""
    emp_state: str = ""
    disability: str = ""


INPUTS: tuple[str, ...] = tuple(Economy.__dataclass_fields__)
"""The columns of a file that a tier is computed from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeRule:
    """The local rule a tier is computed with; places differ in each of these points (NR02).

    `at_line_counts` is true where an income exactly at the line is still below it (≤). `head_count`
    is `persons` or `living_together`. `costs` are the rigid costs that are taken off, `exclusions` the
    exclusions that count. `source` names the versions of the rules, kept with the file.
    """

    line_fen: int
    at_line_counts: bool = False
    head_count: str = "living_together"
    multiplier: Fraction = Fraction(2)
    sudden_threshold: Fraction = Fraction(4, 5)
    costs: Collection[str] = ALL_COSTS
    exclusions: Collection[str] = ALL_EXCLUSIONS
    exclusions_bar: str = "all"
    """`all`: an exclusion bars every tier; `deep`: it bars the deep tier only (NR06)."""
    source: tuple[str, ...] = ()

    @property
    def relative_line(self) -> Fraction:
        """Below this a household is in relative hardship; fen per head and month, exact."""
        return self.multiplier * self.line_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One line of the sum: what it is, its amount in fen, and whether it is added or taken off."""

    name: str
    label: Text
    fen: int
    sign: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TierResult:
    """The outcome: tier and case within it (empty when none), net income, and how it came about."""

    tier: str
    sub: str
    terms: tuple[Term, ...]
    left_out: tuple[Term, ...]
    """Costs that were stated and are not taken off here."""
    income_fen: int
    cost_fen: int
    heads: int
    net_month: Fraction
    """Fen per head and month, exact."""
    sudden_fen: int
    sudden_share: Fraction | None
    excluded: tuple[str, ...]
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


def compute_tier(household: HouseholdDraft | Economy, *, rule: IncomeRule) -> TierResult | None:
    """Compute the tier, or None while the head count or the wages are not given.

    Deep lies below the line, relative below its multiple, both per head and month after rigid costs;
    otherwise a sudden loss of at least the threshold of the year's income makes the sudden tier. What
    excludes a household bars every tier or the deep one, as the place settled. All comparisons are exact;
    only what is shown is rounded.
    """
    heads = getattr(household, rule.head_count)
    if not heads or household.inc_wages_fen is None:
        return None
    plus = _terms(household, INCOME, 1)
    costs = _terms(household, RIGID_COST, -1)
    minus = [term for term in costs if term.name in rule.costs]
    income, cost = sum(term.fen for term in plus), sum(term.fen for term in minus)
    net = Fraction(income - cost, heads * MONTHS)
    sudden = household.sudden_net_fen or 0
    share = Fraction(sudden, income) if income > 0 and sudden > 0 else None
    overwhelmed = share >= rule.sudden_threshold if share is not None else sudden > 0
    excluded = tuple(excluded_by(household, rule.exclusions))
    if excluded and rule.exclusions_bar == "all":
        tier = ""
    elif _below(net, Fraction(rule.line_fen), rule) and not excluded:
        tier = DEEP
    elif _below(net, rule.relative_line, rule):
        tier = RELATIVE
    else:
        tier = SUDDEN if overwhelmed else ""
    return TierResult(
        tier=tier,
        sub=_case_within(tier, household),
        terms=(*plus, *minus),
        left_out=tuple(term for term in costs if term.name not in rule.costs and term.fen),
        income_fen=income,
        cost_fen=cost,
        heads=heads,
        net_month=net,
        sudden_fen=sudden,
        sudden_share=share,
        excluded=excluded,
        rule=rule,
    )


def computation_of(
    result: TierResult, household: HouseholdDraft | Economy | None = None
) -> dict[str, Any]:
    """Keep how a tier came about: inputs, terms, result, and the versions of the rules it rested on."""
    rule = result.rule
    return {
        "inputs": {
            name: value
            for name in INPUTS
            if household is not None and (value := getattr(household, name)) not in (None, "")
        },
        "terms": [[term.name, term.fen, term.sign] for term in result.terms],
        "left_out": [[term.name, term.fen] for term in result.left_out],
        "income_fen": result.income_fen,
        "cost_fen": result.cost_fen,
        "heads": result.heads,
        "head_count": rule.head_count,
        "net": [result.net_month.numerator, result.net_month.denominator],
        "net_month_fen": result.net_month_fen,
        "line_fen": rule.line_fen,
        "operator": "<=" if rule.at_line_counts else "<",
        "multiplier": str(rule.multiplier),
        "sudden_fen": result.sudden_fen,
        "sudden_percent": result.sudden_percent,
        "sudden_threshold": str(rule.sudden_threshold),
        "excluded": list(result.excluded),
        "exclusions_bar": rule.exclusions_bar,
        "tier": result.tier,
        "sub": result.sub,
        "rules": list(rule.source),
    }


def _terms(
    household: HouseholdDraft | Economy, names: tuple[tuple[str, Text], ...], sign: int
) -> list[Term]:
    return [
        Term(name=name, label=label, fen=getattr(household, name) or 0, sign=sign)
        for name, label in names
    ]


def _below(net: Fraction, line: Fraction, rule: IncomeRule) -> bool:
    return net <= line if rule.at_line_counts else net < line


def _case_within(tier: str, household: HouseholdDraft | Economy) -> str:
    if tier == DEEP:
        return _case_of_deep(household)
    return _case_of_sudden(household) if tier == SUDDEN else ""


def _case_of_deep(household: HouseholdDraft | Economy) -> str:
    """Name the case of deep hardship (NR03): on dibao with such costs, enterprise stopped, ill or disabled."""
    cared_for = household.cost_illness_fen or household.cost_disability_fen
    if household.dibao and (cared_for or household.cost_school_fen):
        return "101"
    if household.emp_state in _STOPPED or household.main_cause in _LAID_OFF:
        return "102"
    is_disabled = household.disability not in {"", "none"}
    if cared_for or is_disabled or household.main_cause in _ILL_OR_DISABLED:
        return "103"
    return ""


def _case_of_sudden(household: HouseholdDraft | Economy) -> str:
    """Name the case of sudden hardship (NR04): somebody hurt, a very large treatment, the home destroyed."""
    treated = bool(household.cost_illness_fen)
    if household.main_cause == "08" or (household.main_cause == "07" and treated):
        return "301"
    if household.main_cause == "07":
        return "303"
    return "302" if treated or household.main_cause == "06" else ""
