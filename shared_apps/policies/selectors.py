"""Which rule holds, where and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from bangfu.kernel.tenancy import StationRef
from shared_apps.policies.models import DemoClock, PolicyRule
from shared_apps.policies.rules import RULES, Value


class NoRuleInForce(LookupError):
    """No row says what holds there on that day: the network was not seeded, or the key is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The rule that held for a station on a day; a decision keeps ``id`` and ``version``."""

    key: str
    value: Value
    id: int
    version: int
    source: str


def rule_in_force(key: str, *, station: StationRef, on: date) -> Rule:
    """Return the most specific rule that holds at a station on a day. One query.

    Raises:
        NoRuleInForce: none holds there then.
    """
    return rules_in_force([key], station=station, on=on)[key]


def rules_in_force(keys: Iterable[str], *, station: StationRef, on: date) -> dict[str, Rule]:
    """Return the rules of several keys that hold at a station on a day. One query.

    Raises:
        NoRuleInForce: one of the keys has no rule there then.
    """
    wanted = set(keys)
    rows = PolicyRule.objects.filter(
        _valid(on), key__in=wanted, scope_path__in=_scopes_above(station)
    )
    # The longer path is nearer to the station; of two versions of one scope the later wins.
    found = {
        row.key: row for row in sorted(rows, key=lambda row: (len(row.scope_path), row.version))
    }
    if missing := sorted(wanted - found.keys()):
        raise NoRuleInForce(", ".join(missing))
    return {key: _as_rule(row) for key, row in found.items()}


def versions_of(key: str, *, scope_path: str = "") -> QuerySet[PolicyRule]:
    """Return every version of a rule in one scope, newest first."""
    return PolicyRule.objects.filter(key=key, scope_path=scope_path).order_by("-version")


def rules_laid_down(*, scope_path: str, on: date) -> list[PolicyRule]:
    """Return the rules that a scope itself lays down on a day, in the order they are declared."""
    rows = {row.key: row for row in PolicyRule.objects.filter(_valid(on), scope_path=scope_path)}
    return [rows[key] for key in RULES if key in rows]


def demo_clock_offset() -> timedelta:
    """Return how far a demonstration runs ahead; nothing until it was first moved."""
    row = DemoClock.objects.first()
    return row.ahead_by if row else timedelta()


def _valid(on: date) -> Q:
    return Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))


def _scopes_above(station: StationRef) -> list[str]:
    parts = station.path.rstrip(".").split(".")
    return ["", *(".".join(parts[: depth + 1]) + "." for depth in range(len(parts)))]


def _as_rule(row: PolicyRule) -> Rule:
    return Rule(key=row.key, value=row.value, id=row.pk, version=row.version, source=row.source)
