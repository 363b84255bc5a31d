"""Which rule holds, where and when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import StationRef
from shared_apps.policies.kinds import Value
from shared_apps.policies.models import DemoClock, PolicyRule
from shared_apps.policies.rules import RULES
from tenants.models import Station


class NoRuleInForce(LookupError):
    """No row says what holds there on that day: the network was not seeded, or the key is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The rule that held for a station on a day; a decision keeps ``id`` and ``version``.

    ``scope_path`` is the part of the network that laid it down. Where a value laid down nearer to the
    station had become looser than the one above, ``joined_from`` names the row that no longer applies as it
    stands, and ``value`` is what both together ask.
    """

    key: str
    value: Value
    id: int
    version: int
    source: str
    scope_path: str = ""
    document_no: str = ""
    valid_from: date | None = None
    joined_from: int | None = None

    @property
    def reference(self) -> str:
        """The name under which a decision keeps it: ``income.line@3#41``."""
        return f"{self.key}@{self.version}#{self.id}"


@dataclass(frozen=True, slots=True)
class Looser:
    """A version laid down below that is looser than a rule above it allows."""

    row: PolicyRule
    station: Station


def rule_in_force(key: str, *, station: StationRef, on: date) -> Rule:
    """Return the most specific rule that holds at a station on a day. One query.

    Raises:
        NoRuleInForce: none holds there then.
    """
    return rules_in_force([key], station=station, on=on)[key]


def rules_in_force(keys: Iterable[str], *, station: StationRef, on: date) -> dict[str, Rule]:
    """Return the rules of several keys that hold at a station on a day. One query.

    Of two that hold the one nearer to the station wins, except where it is looser than the one above and
    the rule forbids that: then the stricter of both applies.

    Raises:
        NoRuleInForce: one of the keys has no rule there then.
    """
    wanted = set(keys)
    found = rules_of(rows_above(wanted, scopes=_scopes_above(station), on=on))
    if missing := sorted(wanted - found.keys()):
        raise NoRuleInForce(", ".join(missing))
    return found


def rules_held(*, station: StationRef | None, on: date) -> dict[str, Rule]:
    """Return every declared rule that holds at a station, or over the whole network. One query."""
    found = rules_of(rows_above(RULES, scopes=_scopes_above(station), on=on))
    return {key: found[key] for key in RULES if key in found}


def rules_used(keys: Iterable[str], *, station: StationRef, on: date) -> list[str]:
    """Return the references a decision keeps of the rules it rested on, in the order asked. One query."""
    asked = list(dict.fromkeys(keys))
    found = rules_in_force(asked, station=station, on=on)
    return [found[key].reference for key in asked]


def rows_above(keys: Iterable[str], *, scopes: Sequence[str], on: date) -> list[PolicyRule]:
    """Return the rows of some keys that some scopes hold on a day. One query."""
    return list(
        PolicyRule.objects.filter(_valid(on), key__in=set(keys), scope_path__in=list(scopes))
    )


def rules_of(rows: Iterable[PolicyRule]) -> dict[str, Rule]:
    """Return what applies, by key, where all of the rows hold at once."""
    # The longer path is nearer to the station; of two versions of one scope the later wins.
    in_order = sorted(rows, key=lambda row: (len(row.scope_path), row.version))
    latest = {(row.key, row.scope_path): row for row in in_order}
    found: dict[str, Rule] = {}
    for row in latest.values():
        above = found.get(row.key)
        found[row.key] = _as_rule(row) if above is None else _nearer(row, above)
    return found


def rule_above(key: str, *, station: StationRef | None, on: date) -> Rule | None:
    """Return what holds just above a station on a day: what its own version is measured against."""
    if station is None:
        return None
    return rules_of(rows_above([key], scopes=_scopes_above(station)[:-1], on=on)).get(key)


def versions_of(key: str, *, scope_path: str = "") -> QuerySet[PolicyRule]:
    """Return every version of a rule in one scope, newest first."""
    return PolicyRule.objects.filter(key=key, scope_path=scope_path).order_by("-version")


def history_of(key: str, *, station: StationRef | None) -> list[PolicyRule]:
    """Return every version of a rule that concerns a station, its own and those above, newest first."""
    rows = PolicyRule.objects.filter(key=key, scope_path__in=_scopes_above(station))
    return list(rows.order_by("-valid_from", "-scope_path", "-version"))


def get_rule(rule_id: int, *, scope_path: str) -> PolicyRule:
    """Return one version that a scope laid down itself.

    Raises:
        NotFound: there is none, or another scope laid it down.
    """
    row = PolicyRule.objects.filter(pk=rule_id, scope_path=scope_path).first()
    if row is None:
        raise NotFound
    return row


def rules_laid_down(*, scope_path: str, on: date) -> list[PolicyRule]:
    """Return the rules that a scope itself lays down on a day, in the order they are declared."""
    rows = {
        row.key: row
        for row in PolicyRule.objects.filter(_valid(on), scope_path=scope_path).order_by("version")
    }
    return [rows[key] for key in RULES if key in rows]


def rules_to_come(*, station: StationRef | None, on: date) -> list[PolicyRule]:
    """Return the versions that will come into force for a station after a day, soonest first."""
    rows = PolicyRule.objects.filter(
        withdrawn_at__isnull=True, valid_from__gt=on, scope_path__in=_scopes_above(station)
    )
    return list(rows.order_by("valid_from", "id"))


def looser_below(*, station: StationRef | None, on: date) -> list[Looser]:
    """Return the versions below a station that have become looser than what holds above them.

    Two queries. The stricter of both applies there already; the stations listed should follow.
    """
    scope_path = station.path if station else ""
    keys = [key for key, declared in RULES.items() if declared.strictness is not None]
    held = PolicyRule.objects.filter(_still_valid(on), key__in=keys)
    rows = list(held.filter(scope_path__startswith=scope_path))
    if station is not None:
        rows += held.filter(scope_path__in=_scopes_above(station)[:-1])
    stations = {
        one.path: one
        for one in Station.objects.filter(path__in={row.scope_path for row in rows} - {""})
    }
    return [
        Looser(row, stations[row.scope_path])
        for row in sorted(rows, key=lambda row: (row.key, row.scope_path, row.version))
        if len(row.scope_path) > len(scope_path)
        and row.scope_path in stations
        and _is_looser_than_above(row, rows, on=on)
    ]


def names_of_scopes(paths: Iterable[str]) -> dict[str, str]:
    """Return what the scopes are called: the station's name; the empty path is the whole network."""
    wanted = {path for path in paths if path}
    rows = Station.objects.filter(path__in=wanted).values_list("path", "name")
    return {"": gettext("全网"), **dict(rows)}


def demo_clock_offset() -> timedelta:
    """Return how far a demonstration runs ahead; nothing until it was first moved."""
    row = DemoClock.objects.first()
    return row.ahead_by if row else timedelta()


def _valid(on: date) -> Q:
    return Q(valid_from__lte=on) & _still_valid(on)


def _still_valid(on: date) -> Q:
    return Q(withdrawn_at__isnull=True) & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))


def _scopes_above(station: StationRef | None) -> list[str]:
    if station is None:
        return [""]
    parts = station.path.rstrip(".").split(".")
    return ["", *(".".join(parts[: depth + 1]) + "." for depth in range(len(parts)))]


def _nearer(row: PolicyRule, above: Rule) -> Rule:
    declared = RULES.get(row.key)
    direction = declared.strictness if declared else None
    if direction is None or not direction.is_looser(row.value, above.value):
        return _as_rule(row)
    return replace(above, value=direction.joined(row.value, above.value), joined_from=row.pk)


def _is_looser_than_above(row: PolicyRule, rows: Sequence[PolicyRule], *, on: date) -> bool:
    begins = max(on, row.valid_from)
    above = rules_of(
        other
        for other in rows
        if other.key == row.key
        and row.scope_path.startswith(other.scope_path)
        and other.scope_path != row.scope_path
        and other.was_in_force(begins)
    ).get(row.key)
    direction = RULES[row.key].strictness
    return (
        above is not None and direction is not None and direction.is_looser(row.value, above.value)
    )


def _as_rule(row: PolicyRule) -> Rule:
    return Rule(
        key=row.key,
        value=row.value,
        id=row.pk,
        version=row.version,
        source=row.source,
        scope_path=row.scope_path,
        document_no=row.document_no,
        valid_from=row.valid_from,
    )
