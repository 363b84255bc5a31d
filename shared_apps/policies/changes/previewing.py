"""Which files would change tier if rules had other values: counted, nothing written."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, Problem
from bangfu.kernel.tenancy import StationRef, in_network, in_station
from shared_apps.policies.kinds import Value
from shared_apps.policies.models import PolicyRule
from shared_apps.policies.movers import Moves, mover
from shared_apps.policies.rules import RULES, TIER_RULES
from shared_apps.policies.selectors import Rule, rules_of
from tenants.models import Station
from tenants.selectors import USABLE

_PROPOSED = -1


@dataclass(frozen=True, slots=True)
class StationMoves:
    """How many files of one station would move from which tier to which."""

    station: StationRef
    moves: Moves

    @property
    def files(self) -> int:
        """How many files in all."""
        return self.moves.total()


@dataclass(frozen=True, slots=True)
class Preview:
    """Which files would change tier: in each station, and in all."""

    stations: tuple[StationMoves, ...]
    looked_at: int

    @property
    def moves(self) -> Moves:
        """The sum over the stations."""
        total: Moves = Counter()
        for one in self.stations:
            total.update(one.moves)
        return total

    @property
    def files(self) -> int:
        """How many files in all."""
        return self.moves.total()


def preview_change(
    *,
    values: Mapping[str, Value],
    station: StationRef | None,
    valid_from: date,
    actor: Actor,
) -> Preview:
    """Count what files of a station and those below would change tier if rules had these values.

    One narrow query per station; nothing is written.

    Raises:
        NotPermitted: the actor does not manage rules.
        InvalidInput: a rule that moves no tier, or a value of another kind.
    """
    actor.require("policy.manage")
    problems = [
        Problem(code="E302", field="value", message=_("这项规则不影响困难类别，或填写的值不对。"))
        for key, value in values.items()
        if key not in TIER_RULES or not RULES[key].kind.accepts(value)
    ]
    if problems:
        raise InvalidInput(problems)
    scope_path = station.path if station else ""
    proposed = [
        PolicyRule(
            pk=_PROPOSED,
            key=key,
            scope_path=scope_path,
            value=value,
            valid_from=valid_from,
            version=2**31 - 1,
            source="",
        )
        for key, value in values.items()
    ]
    rows = tier_rows(valid_from)
    found = []
    here = stations_below(scope_path)
    for one in here:
        before, after = rules_at(one, rows), rules_at(one, [*rows, *proposed])
        with in_station(one):
            moves = mover().count(before=before, after=after)
        if moves:
            found.append(StationMoves(one, moves))
    return Preview(tuple(found), len(here))


def tier_rows(on: date) -> list[PolicyRule]:
    """Return the rows of the rules that move tiers, in force on a day, of the whole network."""
    with in_network():
        return list(
            PolicyRule.objects.filter(
                Q(valid_to__isnull=True) | Q(valid_to__gt=on),
                key__in=TIER_RULES,
                valid_from__lte=on,
                withdrawn_at__isnull=True,
            )
        )


def rules_at(station: StationRef, rows: list[PolicyRule]) -> dict[str, Rule]:
    """Return the rules in force at a station, of these rows."""
    return rules_of(row for row in rows if station.path.startswith(row.scope_path))


def stations_below(scope_path: str) -> list[StationRef]:
    """Return the usable stations of a part of the network, from above."""
    with in_network():
        rows = Station.objects.filter(path__startswith=scope_path, state__in=USABLE)
        return [row.ref for row in rows.order_by("path")]
