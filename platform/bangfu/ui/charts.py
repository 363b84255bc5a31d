"""The numbers of a chart as a table, for those who cannot see it and those who want to copy it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ChartTable:
    """Heading row and rows of the same figures the chart draws."""

    head: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def table_of(options: Mapping[str, Any]) -> ChartTable:
    """Read the categories and series out of ECharts options.

    A pie has its names in its data; bars and lines share a category axis.
    """
    series = _as_list(options.get("series"))
    categories = _categories(options)
    if categories:
        names = [str(one.get("name", "")) for one in series]
        columns = [[_value(point) for point in one.get("data", ())] for one in series]
        rows = [
            (category, *(column[at] if at < len(column) else "" for column in columns))
            for at, category in enumerate(categories)
        ]
        return ChartTable(("", *names), tuple(rows))
    points = [
        point for one in series for point in one.get("data", ()) if isinstance(point, Mapping)
    ]
    rows = [(point.get("name", ""), _value(point)) for point in points]
    return ChartTable(("", str(series[0].get("name", "")) if series else ""), tuple(rows))


def _categories(options: Mapping[str, Any]) -> Sequence[Any]:
    for axis in (*_as_list(options.get("xAxis")), *_as_list(options.get("yAxis"))):
        if axis.get("data"):
            return [_value(category) for category in axis["data"]]
    return ()


def _value(point: Any) -> Any:
    return point.get("value", "") if isinstance(point, Mapping) else point


def _as_list(value: Any) -> list[Mapping[str, Any]]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]
