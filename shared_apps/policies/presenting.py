"""Rules, their history and what a change moves, as pages and the API show them."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from bangfu.kernel.errors import Text
from bangfu.kernel.tenancy import StationRef, in_network
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.policies.changes import Preview
from shared_apps.policies.models import PolicyRule, StationChange, TierChange
from shared_apps.policies.movers import Moves
from shared_apps.policies.rules import GROUPS, RULES, RuleDeclaration
from shared_apps.policies.selectors import (
    Looser,
    Rule,
    history_of,
    looser_below,
    names_of_scopes,
    rules_held,
    rules_to_come,
)
from shared_apps.policies.wording import (
    Difference,
    differences,
    rows_in_words,
    value_in_words,
)

LEAVES = "—"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """One rule as the list shows it: what holds, whose rule it is, and what is to come."""

    declared: RuleDeclaration
    rule: Rule
    rows: dict[str, str]
    scope: str
    is_own: bool
    is_joined: bool
    coming: tuple[PolicyRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleGroup:
    """The rules of one group."""

    title: Text
    lines: tuple[RuleLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """One version in the history of a rule, with what it changed."""

    row: PolicyRule
    scope: str
    words: dict[str, str]
    changes: tuple[Difference, ...]
    is_own: bool
    may_withdraw: bool
    state: str
    """`coming`, `held`, `over` or `withdrawn`."""

    @property
    def dialog(self) -> str:
        """The name of the dialog that asks before it is withdrawn."""
        return f"withdraw-{self.row.pk}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LooserLine:
    """A version below that is looser than what holds above it."""

    station: str
    label: Text
    value: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MovesTable:
    """Counts of files by station and by tier before and after."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...], int], ...]
    totals: tuple[int, ...]
    total: int

    @property
    def has_leavers(self) -> bool:
        """Whether some files would reach no tier any more."""
        return any(LEAVES in name for name in self.columns)


def groups_of(station: StationRef | None, *, on: date) -> list[RuleGroup]:
    """Return every rule that holds at a station on a day, by group. Three queries."""
    own_path = station.path if station else ""
    held = rules_held(station=station, on=on)
    coming = rules_to_come(station=station, on=on)
    names = names_of_scopes([rule.scope_path for rule in held.values()])
    lines = {
        key: RuleLine(
            declared=RULES[key],
            rule=rule,
            rows=rows_in_words(key, rule.value),
            scope=names.get(rule.scope_path, ""),
            is_own=rule.scope_path == own_path,
            is_joined=rule.joined_from is not None,
            coming=tuple(row for row in coming if row.key == key),
        )
        for key, rule in held.items()
    }
    return [
        RuleGroup(
            title=title,
            lines=tuple(
                lines[key]
                for key, declared in RULES.items()
                if declared.group == title and key in lines
            ),
        )
        for title in GROUPS
    ]


def versions_shown(key: str, station: StationRef | None, *, on: date) -> list[VersionLine]:
    """Return the history of a rule as it concerns a station, newest first, each with what it changed."""
    own_path = station.path if station else ""
    rows = history_of(key, station=station)
    names = names_of_scopes([row.scope_path for row in rows])
    lines = []
    for place, row in enumerate(rows):
        older = next(
            (
                other.value
                for other in rows[place + 1 :]
                if other.scope_path == row.scope_path and not other.is_withdrawn
            ),
            None,
        )
        state = _state_of(row, on=on)
        lines.append(
            VersionLine(
                row=row,
                scope=names.get(row.scope_path, ""),
                words=rows_in_words(key, row.value),
                changes=tuple(differences(key, older, row.value)) if older is not None else (),
                is_own=row.scope_path == own_path,
                may_withdraw=state == "coming" and row.scope_path == own_path,
                state=state,
            )
        )
    return lines


def looser_shown(station: StationRef | None, *, on: date) -> list[LooserLine]:
    """Return the work list of what became looser below a station."""
    with in_network():
        found: list[Looser] = looser_below(station=station, on=on)
    return [
        LooserLine(
            station=one.station.name,
            label=RULES[one.row.key].label,
            value=value_in_words(one.row.key, one.row.value),
            key=one.row.key,
        )
        for one in found
    ]


def table_of_preview(preview: Preview) -> MovesTable:
    """Lay a preview out by station and move."""
    return _table([(one.station.name, one.moves) for one in preview.stations])


def table_of_change(parts: list[StationChange]) -> MovesTable:
    """Lay out what a change listed, by station and move."""
    return _table([(part.station.name, moves_of(part)) for part in parts])


def moves_of(part: StationChange) -> Moves:
    """Return what a change moved in one station."""
    moves: Moves = Counter()
    for name, count in part.moves.items():
        before, _sign, after = name.partition(">")
        moves[(before, after)] = count
    return moves


def move_in_words(before: str, after: str) -> str:
    """Name a move: 相对困难 → 深度困难."""
    labels = CODE_LISTS["tier"]
    return " → ".join(labels.label(tier) if tier else LEAVES for tier in (before, after))


def rules_in_words(change: TierChange) -> str:
    """Name the rules that set a change off, with their new values."""
    return "、".join(
        f"{RULES[row.key].label} {value_in_words(row.key, row.value)}" for row in change.rules.all()
    )


def _table(rows: list[tuple[str, Moves]]) -> MovesTable:
    kinds = sorted({kind for _name, moves in rows for kind in moves})
    return MovesTable(
        columns=tuple(move_in_words(*kind) for kind in kinds),
        rows=tuple(
            (name, tuple(moves[kind] for kind in kinds), moves.total()) for name, moves in rows
        ),
        totals=tuple(sum(moves[kind] for _name, moves in rows) for kind in kinds),
        total=sum(moves.total() for _name, moves in rows),
    )


def _state_of(row: PolicyRule, *, on: date) -> str:
    if row.is_withdrawn:
        return "withdrawn"
    if row.valid_from > on:
        return "coming"
    return "held" if row.was_in_force(on) else "over"


def rule_as_json(key: str, rule: Rule, *, scope: str) -> dict[str, Any]:
    """Return a rule in force as the API shows it."""
    declared = RULES[key]
    return {
        "key": key,
        "name": str(declared.label),
        "group": str(declared.group),
        "value": rule.value,
        "words": value_in_words(key, rule.value),
        "scope": scope,
        "version": rule.version,
        "id": rule.id,
        "valid_from": rule.valid_from,
        "document": rule.source,
        "document_no": rule.document_no,
        "joined": rule.joined_from is not None,
        "direction": str(declared.strictness.words) if declared.strictness else "",
        "moves_tiers": declared.moves_tiers,
    }


def version_as_json(line: VersionLine) -> dict[str, Any]:
    """Return a version as the API shows it."""
    row = line.row
    return {
        "id": row.pk,
        "version": row.version,
        "scope": line.scope,
        "value": row.value,
        "state": line.state,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "document": row.source,
        "document_no": row.document_no,
        "laid_down_by": row.laid_down_by,
        "laid_down_at": row.laid_down_at,
    }
