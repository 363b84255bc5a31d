"""What a form is: rows, columns, where each cell is drawn from, and what must hold between cells.

A new form is one declaration; drawing, checking, the flow, pages, print and workbook read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from bangfu.kernel.errors import Text
from shared_apps.rollup.standings import is_declared

At = Literal["opening", "period", "closing", "moved_in", "moved_out"]
Keys = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draw:
    """Where the number of a cell comes from: an indicator, a moment, and a value of each dimension.

    ``at`` is the stock before the period (``opening``) or at its end (``closing``), or what the
    ``period`` itself brought. ``moved_in`` and ``moved_out`` are the households whose stock changed by
    more than ``opened`` less ``left`` explain: files that came from or went to another station. A
    dimension that the facts do not carry is taken from the household's own facts of ``profile``.
    """

    indicator: str
    at: At
    dims: tuple[tuple[str, Keys], ...] = ()
    profile: str = ""
    opened: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def codes(self) -> frozenset[str]:
        """The indicators whose facts are needed."""
        named = {self.indicator, *self.opened, *self.left}
        return frozenset(named | {self.profile} if self.profile else named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of numbers, below a heading it may share with its neighbours."""

    code: str
    title: Text
    group: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line: by column, where its number comes from; ``None`` is filled in by hand.

    A column that is not named has no cell in this line. A line with no cells is a heading.
    """

    code: str
    title: Text
    draws: Mapping[str, Draw | None] = field(default_factory=dict)
    indent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One number of a form. ``key`` names it everywhere: ``row.column``."""

    key: str
    row: Row
    column: Column
    draw: Draw | None

    @property
    def is_drawn(self) -> bool:
        """Whether its number comes from facts; otherwise somebody fills it in."""
        return self.draw is not None and all(is_declared(code) for code in self.draw.codes)

    @property
    def title(self) -> str:
        """How messages name it."""
        group = f"{self.column.group}·" if self.column.group else ""
        return f"{self.row.title}（{group}{self.column.title}）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """``plus`` less ``minus`` must give the cell ``equals``, or, ``at_most``, may not exceed it.

    Where ``may_be_explained``, a report that breaks it can be sent with an explanation.
    """

    code: str
    title: Text
    plus: tuple[str, ...]
    equals: str
    minus: tuple[str, ...] = ()
    at_most: bool = False
    may_be_explained: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedOver:
    """What a period opens with must be what the one before closed with, as it was reported."""

    code: str
    title: Text
    opening: str
    closing: str


@dataclass(frozen=True, kw_only=True)
class Form:
    """One periodic report. ``version`` goes up when cells or rules change; a picture keeps it.

    ``number`` is its place among the standard forms. Source: domain §4.4.
    """

    code: str
    number: int
    title: Text
    english: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    rules: tuple[Rule, ...] = ()
    carried: tuple[CarriedOver, ...] = ()
    notes: tuple[Text, ...] = ()
    version: int = 1

    @cached_property
    def cells(self) -> dict[str, Cell]:
        """Every cell by its key, in reading order."""
        return {cell.key: cell for cell in self._cells()}

    @cached_property
    def codes(self) -> frozenset[str]:
        """The indicators that the drawn cells need."""
        return frozenset(code for cell in self.drawn if cell.draw for code in cell.draw.codes)

    @cached_property
    def drawn(self) -> tuple[Cell, ...]:
        """The cells whose numbers come from facts."""
        return tuple(cell for cell in self.cells.values() if cell.is_drawn)

    @cached_property
    def entered(self) -> list[Cell]:
        """The cells that somebody fills in."""
        return [cell for cell in self.cells.values() if not cell.is_drawn]

    def _cells(self) -> Iterator[Cell]:
        for row in self.rows:
            for column in self.columns:
                if column.code in row.draws:
                    yield Cell(
                        key=f"{row.code}.{column.code}",
                        row=row,
                        column=column,
                        draw=row.draws[column.code],
                    )
