"""How many people a station may have, and how long links and sessions last."""

from collections.abc import Iterable
from datetime import timedelta

from shared_apps.accounts.roles import SECOND_FACTOR_ROLES

INVITATION_LASTS = timedelta(days=14)
IDLE_SECONDS = 30 * 60
# For how long a password just given counts for acts that ask for it again.
FRESH_SECONDS = 10 * 60

# People of one station by its level. The national system allowed five and two; separating enterer,
# reviewer, approver, finance, supervision and administration needs at least six.
# Source: domain NR18.
QUOTA = {1: 30, 2: 20, 3: 12, 4: 8}


def needs_second_factor(roles: Iterable[str]) -> bool:
    """Say whether somebody with these roles must use a second factor."""
    return bool(SECOND_FACTOR_ROLES.intersection(roles))
