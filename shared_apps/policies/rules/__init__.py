"""Every rule a station works by: its name, the kind of its value, and what the network begins with.

A rule that is not declared here can neither be laid down nor asked for. The starting values are
those of ``domain.md`` 2.1 and 3.2; a city, county or station overrules them by its own rows.
"""

from types import MappingProxyType

from shared_apps.policies.rules.declaring import (
    CLEARS,
    EXCLUSIONS,
    GROUPS,
    RuleDeclaration,
)
from shared_apps.policies.rules.of_files import FILE_LIFE, NOTICE_RULES, TIER_DECLARATIONS
from shared_apps.policies.rules.of_work import (
    AID_RULES,
    CLOCK_RULES,
    MONEY_RULES,
    ONBOARDING_RULES,
    PAIRING_RULES,
    REPORT_RULES,
)

__all__ = [
    "CLEARS",
    "EXCLUSIONS",
    "GROUPS",
    "RULES",
    "TIER_RULES",
    "RuleDeclaration",
    "route_of",
]

RULES = MappingProxyType(
    {
        declared.key: declared
        for declared in (
            *TIER_DECLARATIONS,
            *FILE_LIFE,
            *NOTICE_RULES,
            *CLOCK_RULES,
            *PAIRING_RULES,
            *REPORT_RULES,
            *AID_RULES,
            *MONEY_RULES,
            *ONBOARDING_RULES,
        )
    }
)
TIER_RULES = tuple(key for key, declared in RULES.items() if declared.moves_tiers)


def route_of(
    routes: dict[str, list[str]], *, file_level: str, station_level: int
) -> tuple[int, ...]:
    """Return the levels a file passes from its station upward, lowest first (``approval.route``)."""
    return tuple(int(one) for one in routes[file_level] if int(one) <= station_level)
