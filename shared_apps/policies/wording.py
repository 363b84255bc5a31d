"""Values of rules in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shared_apps.policies.kinds import RuleKind, Value
from shared_apps.policies.rules import RULES


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs between a value and the one before it."""

    what: str
    before: str
    after: str


def value_in_words(key: str, value: Value) -> str:
    """Say a value of a rule in one line, in the reader's language."""
    kind = RULES[key].kind
    if kind.asks in {"lists", "table"}:
        return _("；").join(f"{row}：{words}" for row, words in rows_in_words(key, value).items())
    return _plain(kind, value)


def rows_in_words(key: str, value: Value) -> dict[str, str]:
    """Say a list or a table row by row; a plain value as one row without a name."""
    kind = RULES[key].kind
    if kind.asks not in {"lists", "table"}:
        return {"": _plain(kind, value)}
    columns = dict(kind.columns)
    return {
        str(label): _cells(kind, value[row], columns)
        for row, label in kind.choices
        if value.get(row)
    }


def differences(key: str, before: Value | None, after: Value) -> list[Difference]:
    """Say what differs between two values of a rule, row by row; nothing before is said as empty."""
    old = rows_in_words(key, before) if before is not None else {}
    new = rows_in_words(key, after)
    return [
        Difference(name, old.get(name, ""), new.get(name, ""))
        for name in dict.fromkeys((*old, *new))
        if old.get(name) != new.get(name)
    ]


def _plain(kind: RuleKind, value: Any) -> str:
    if kind.asks == "yuan":
        return _("%(amount)s 元") % {"amount": f"{value // 100:,}.{value % 100:02d}"}
    if kind.asks == "percent":
        return f"{_trimmed(Decimal(value) * 100)}%"
    if kind.asks == "decimal":
        return f"{_trimmed(Decimal(value))} {kind.unit}"
    if kind.asks == "choice":
        return str(dict(kind.choices)[value])
    if kind.asks == "several":
        labels = dict(kind.choices)
        return _("、").join(str(labels[one]) for one in value) or _("无")
    return f"{value} {kind.unit}"


def _cells(kind: RuleKind, cells: Any, columns: Mapping[str, Any]) -> str:
    if kind.asks == "table":
        return _("、").join(f"{label} {cells[name]} {kind.unit}" for name, label in columns.items())
    return _("、").join(str(columns[one]) for one in cells)


def _trimmed(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
