"""On which rules each step of a file rests: what a decision keeps beside itself.

A decision of another station comes with its rules, in its message; at home only what follows from it is added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from bangfu.kernel.tenancy import current_station
from shared_apps.policies.rules import TIER_RULES
from shared_apps.policies.selectors import rules_used

_SUBMITTED = (*TIER_RULES, "papers.required", "completeness.groups", "clock.first_review")
_TRANSFER = ("clock.transfer",)
_RECHECKED = ("recheck.months", "clock.recheck")

RULES_BEHIND: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "submit": _SUBMITTED,
        "convert": _SUBMITTED,
        "accept": ("clock.first_review",),
        "arrange_visit": ("clock.visit",),
        "return_to_applicant": ("papers.required", "completeness.groups", "clock.returned"),
        "report": (*TIER_RULES, "approval.route", "clock.level_review"),
        "ask_second_look": ("clock.second_look",),
        "open_temporary": ("clock.temporary",),
        "expired": ("clock.temporary", "retention.years"),
        "nat_entry": ("clock.nat_entry",),
        "report_event": ("clock.recheck",),
        "start_recheck": _RECHECKED,
        "drop_recheck": _RECHECKED,
        "verify_exit": ("spotcheck.share",),
        "offer_transfer": _TRANSFER,
        "cancel_transfer": _TRANSFER,
        "accept_transfer": _TRANSFER,
        "decline_transfer": _TRANSFER,
        "confirm_transfer": _TRANSFER,
        "refuse_transfer": _TRANSFER,
        "moved_in": ("clock.nat_entry",),
        "archived": ("retention.years",),
        "moved_out": ("retention.years",),
    }
)

BEHIND_WHAT_FOLLOWS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "approved": ("clock.nat_entry",),
        "returned": ("clock.returned",),
        "withdrawn": ("clock.visit",),
        "refused": ("retention.years",),
    }
)
"""What the home station adds to the rules of a decision from above: by these it counts its own days."""


def rules_behind(
    action: str, *, on: date, table: Mapping[str, tuple[str, ...]] = RULES_BEHIND
) -> list[str]:
    """Return the references of the rules in force that a step rests on; none where it rests on none.

    One query where there are any.
    """
    keys = table.get(action, ())
    return rules_used(keys, station=current_station(), on=on) if keys else []


def joined(*references: Iterable[str]) -> list[str]:
    """Put references together, each once, in their order."""
    return list(dict.fromkeys(one for some in references for one in some))
