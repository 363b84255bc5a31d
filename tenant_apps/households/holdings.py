"""What apps above this one hold about a household, told to the household itself: it may take along all of it.

An app that keeps rows of a household declares itself in its ``AppConfig.ready``. Source: domain NR26;
personal-information law of 2021, article 45.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bangfu.kernel.errors import Text
from tenant_apps.households.models import HouseholdFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One kind of rows: ``columns`` gives the key and the heading of what each row says, in words, in order.

    What is kept apart from the file is handed over only by whoever holds ``capability``, and leaves the audit row
    ``trace`` each time, as a look at it does. Rows that hang on the file itself have neither.
    """

    key: str
    title: Text
    columns: tuple[tuple[str, Text], ...]
    rows: Callable[[HouseholdFile], Iterable[tuple[object, ...]]]
    capability: str = ""
    trace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is held of one kind about one household."""

    holding: Holding
    rows: tuple[tuple[str, ...], ...]

    @property
    def as_data(self) -> list[dict[str, str]]:
        """The rows by the keys of their columns."""
        keys = [key for key, _heading in self.holding.columns]
        return [dict(zip(keys, row, strict=True)) for row in self.rows]


_holdings: dict[str, Holding] = {}


def declare_holding(holding: Holding) -> None:
    """Let an app tell a household what it holds about it."""
    _holdings[holding.key] = holding


def held_about(file: HouseholdFile) -> list[Held]:
    """Return what every app holds about the household of a file of the station in force, also where it is nothing."""
    return [
        Held(
            holding=one,
            rows=tuple(
                tuple("" if said is None else str(said) for said in row) for row in one.rows(file)
            ),
        )
        for one in _holdings.values()
    ]
