"""The rules of the household file, free of any row or query."""

from tenant_apps.households.drafts import HouseholdDraft, MemberDraft
from tenant_apps.households.rules.checking import (
    REQUIRED_ON_FORM,
    check_household,
    payment_problems,
)
from tenant_apps.households.rules.context import CheckContext, Sighting, Stage
from tenant_apps.households.rules.exclusions import exclusions_of
from tenant_apps.households.rules.explaining import Explanation, RuleSource, explain
from tenant_apps.households.rules.schemes import tier_of_today
from tenant_apps.households.rules.submission import (
    FiveClears,
    PaperNeed,
    five_clears,
    missing_for_submission,
    papers_needed,
)
from tenant_apps.households.rules.tiers import (
    Economy,
    IncomeRule,
    Term,
    TierResult,
    computation_of,
    compute_tier,
)

__all__ = [
    "REQUIRED_ON_FORM",
    "CheckContext",
    "Economy",
    "Explanation",
    "FiveClears",
    "HouseholdDraft",
    "IncomeRule",
    "MemberDraft",
    "PaperNeed",
    "RuleSource",
    "Sighting",
    "Stage",
    "Term",
    "TierResult",
    "check_household",
    "computation_of",
    "compute_tier",
    "exclusions_of",
    "explain",
    "five_clears",
    "missing_for_submission",
    "papers_needed",
    "payment_problems",
    "tier_of_today",
]
