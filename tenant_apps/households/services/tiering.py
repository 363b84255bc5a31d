"""Give a file the tier that follows from its figures."""

from __future__ import annotations

from tenant_apps.households.drafts import HouseholdDraft
from tenant_apps.households.models import HouseholdFile
from tenant_apps.households.rules import (
    Economy,
    IncomeRule,
    TierResult,
    computation_of,
    compute_tier,
)


def set_tier(
    file: HouseholdFile,
    household: HouseholdDraft | Economy,
    *,
    rule: IncomeRule,
    is_on_file: bool = False,
) -> TierResult | None:
    """Write tier, case and computation into a file's row, which the caller saves; returns the result.

    A household that is on file keeps the tier and computation it has when it no longer reaches any: it
    leaves by an exit, never by a recomputation.
    """
    result = compute_tier(household, rule=rule)
    if is_on_file and (result is None or not result.tier):
        return result
    file.tier = result.tier if result else ""
    file.tier_sub = result.sub if result else ""
    file.computation = computation_of(result, household) if result else {}
    return result
