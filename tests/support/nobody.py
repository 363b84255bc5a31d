"""People without a row, for what no page is opened for."""

from collections.abc import Callable
from itertools import count
from typing import Any

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import StationRef
from shared_apps.accounts.roles import Role, capabilities_of


def nobody_in_particular() -> Callable[..., Actor]:
    """Return what makes people as the fixture ``person_at`` does: each another number, none in the database."""
    numbers = count(101)

    def person_at(station: StationRef, *roles: Role | str, name: str = "", **_known: Any) -> Actor:
        number = next(numbers)
        return Actor(
            user_id=number,
            name=name or f"测试{number}",
            station=station,
            roles=frozenset(roles),
            capabilities=capabilities_of(roles),
        )

    return person_at
