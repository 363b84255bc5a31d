"""The kinds of value a rule may have: what is accepted, which of two is stricter, how a form asks for it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Text

Value = Any
Choices = tuple[tuple[str, Text], ...]

LONGEST_CLOCK = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleKind:
    """What values a rule may take.

    ``accepts`` judges one; ``hint`` says in words what is accepted. ``asks`` names the control of the form:
    ``whole``, ``yuan``, ``decimal``, ``percent``, ``choice``, ``several``, ``lists`` or ``table``.
    ``choices`` are the words to choose from (the rows of lists and tables); ``columns`` what each row of a
    table or list is filled from.
    """

    accepts: Callable[[Value], bool]
    hint: Text
    asks: str
    unit: Text = ""
    choices: Choices = ()
    columns: Choices = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Strictness:
    """Which way a rule is stricter, so that a station below may tighten it and never loosen it.

    ``words`` tells people the direction. ``is_looser`` compares a value with the one above it; ``joined`` is
    what applies where a value that was laid down before has become looser than the one above.
    """

    words: Text
    is_looser: Callable[[Value, Value], bool]
    joined: Callable[[Value, Value], Value]


def _stricter_of(own: Value, above: Value) -> Value:
    del own
    return above


def _number(value: Value) -> Decimal:
    return Decimal(value)


def _lists_joined(own: Mapping[str, list[Any]], above: Mapping[str, list[Any]]) -> Value:
    return {
        name: [
            *above.get(name, ()),
            *(one for one in own.get(name, ()) if one not in above.get(name, ())),
        ]
        for name in (*above, *(name for name in own if name not in above))
    }


def _lacks_some(own: Mapping[str, list[Any]], above: Mapping[str, list[Any]]) -> bool:
    return any(set(needed) - set(own.get(name, ())) for name, needed in above.items())


def _exceeds_some(own: Mapping[str, Any], above: Mapping[str, Any]) -> bool:
    return any(
        own.get(row, {}).get(column, 0) > most
        for row, cells in above.items()
        for column, most in cells.items()
    )


def _least_of_each(own: Mapping[str, Any], above: Mapping[str, Any]) -> Value:
    return {
        row: {
            column: min(own.get(row, {}).get(column, most), most) for column, most in cells.items()
        }
        for row, cells in above.items()
    }


def _routes_joined(own: Value, above: Value) -> Value:
    joined = _lists_joined(own, above)
    return {row: sorted(levels, reverse=True) for row, levels in joined.items()}


MORE = Strictness(
    words=_("下级可以更多，不能更少"),
    is_looser=lambda own, above: _number(own) < _number(above),
    joined=_stricter_of,
)
LESS = Strictness(
    words=_("下级可以更少，不能更多"),
    is_looser=lambda own, above: _number(own) > _number(above),
    joined=_stricter_of,
)
EVERYTHING_ABOVE = Strictness(
    words=_("下级可以增加，不能减少"), is_looser=_lacks_some, joined=_lists_joined
)
EVERY_LEVEL = Strictness(
    words=_("下级可以增加层级，不能减少"), is_looser=_lacks_some, joined=_routes_joined
)
NO_CELL_ABOVE = Strictness(
    words=_("下级每一项可以更低，不能更高"), is_looser=_exceeds_some, joined=_least_of_each
)


def _is_whole(value: Value, *, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_decimal(value: Value, *, least: Decimal, most: Decimal) -> bool:
    if not isinstance(value, str):
        return False
    try:
        number = Decimal(value)
    except InvalidOperation:
        return False
    return number.is_finite() and least <= number <= most


def whole(unit: Text, *, least: int = 1, most: int) -> RuleKind:
    """Accept whole numbers of a unit, both bounds included."""
    return RuleKind(
        accepts=lambda value: _is_whole(value, least=least, most=most),
        hint=format_lazy(
            _("{least} 至 {most} 之间的整数（{unit}）"), least=least, most=most, unit=unit
        ),
        asks="whole",
        unit=unit,
    )


def one_of(*choices: tuple[str, Text]) -> RuleKind:
    """Accept one of the given words."""
    words = [word for word, _label in choices]
    return RuleKind(
        accepts=lambda value: isinstance(value, str) and value in words,
        hint=" / ".join(words),
        asks="choice",
        choices=choices,
    )


def several_of(*choices: tuple[str, Text]) -> RuleKind:
    """Accept a list of the given words, each once; none is allowed."""
    words = {word for word, _label in choices}
    return RuleKind(
        accepts=lambda value: _are_words(value, words),
        hint=_("从所列各项中选择，每项至多一次"),
        asks="several",
        choices=choices,
    )


def lists_of(rows: Choices, columns: Choices) -> RuleKind:
    """Accept for each of the rows a list of the columns; a row left out has none."""
    names = {word for word, _label in rows}
    words = {word for word, _label in columns}
    return RuleKind(
        accepts=lambda value: (
            isinstance(value, dict)
            and set(value) <= names
            and all(_are_words(one, words) for one in value.values())
        ),
        hint=_("按所列各行选择，每项至多一次"),
        asks="lists",
        choices=rows,
        columns=columns,
    )


def table_of(rows: Choices, columns: Choices, *, unit: Text, most: int) -> RuleKind:
    """Accept a whole number from 0 for each cell of a table."""
    names = {word for word, _label in rows}
    words = {word for word, _label in columns}
    return RuleKind(
        accepts=lambda value: (
            isinstance(value, dict)
            and set(value) == names
            and all(
                isinstance(cells, dict)
                and set(cells) == words
                and all(_is_whole(one, least=0, most=most) for one in cells.values())
                for cells in value.values()
            )
        ),
        hint=format_lazy(_("每格填 0 至 {most} 之间的整数（{unit}）"), most=most, unit=unit),
        asks="table",
        unit=unit,
        choices=rows,
        columns=columns,
    )


def routes_of(rows: Choices, levels: Choices) -> RuleKind:
    """Accept for each row the levels a matter passes, from the lowest up; none is allowed."""
    return RuleKind(
        accepts=lambda value: (
            isinstance(value, dict)
            and set(value) == {word for word, _label in rows}
            and all(_is_route(one, {word for word, _label in levels}) for one in value.values())
        ),
        hint=_("每个档案级别由低到高选择审批层级，至少一级"),
        asks="lists",
        choices=rows,
        columns=levels,
    )


def _are_words(value: Value, words: Iterable[str]) -> bool:
    return (
        isinstance(value, list)
        and all(isinstance(one, str) and one in words for one in value)
        and len(value) == len(set(value))
    )


def _is_route(value: Value, levels: Iterable[str]) -> bool:
    return _are_words(value, levels) and bool(value) and value == sorted(value, reverse=True)


WORKING_DAYS = whole(_("工作日"), most=LONGEST_CLOCK)
MONTHS = whole(_("个月"), most=120)
YEARS = whole(_("年"), most=100)
TIMES = whole(_("次"), least=0, most=366)
FEN = RuleKind(
    accepts=lambda value: _is_whole(value, least=1, most=10**9),
    hint=_("大于 0 的金额（元，最多两位小数）"),
    asks="yuan",
    unit=_("元"),
)
MULTIPLE = RuleKind(
    accepts=lambda value: _is_decimal(value, least=Decimal(1), most=Decimal(10)),
    hint=_("1 至 10 之间的小数"),
    asks="decimal",
    unit=_("倍"),
)
SHARE = RuleKind(
    accepts=lambda value: _is_decimal(value, least=Decimal("0.01"), most=Decimal(1)),
    hint=_("1 至 100 之间的百分数"),
    asks="percent",
    unit="%",
)
