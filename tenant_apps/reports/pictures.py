"""The numbers of a form, drawn from facts in one pass, and the digest of who stands behind each.

Pure: given standings, the same picture comes out, whether they were read from the facts of a station,
from those of a subtree, or derived anew from the files.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bangfu.kernel.canonical import canonical_json
from bangfu.kernel.crypto import sm3
from shared_apps.rollup.indicators import Dims
from shared_apps.rollup.registry import indicator
from shared_apps.rollup.standings import Standing, dims_in
from tenant_apps.reports.declarations import Cell, Draw, Form
from tenant_apps.reports.declarations.declaring import Keys

Household = tuple[int, bytes]
# How many sets of dimensions a plan remembers before it begins anew.
_REMEMBERED = 50_000
Required = tuple[tuple[str, Keys], ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One number as it was drawn: its value, how many households stand behind it, and their digest.

    The digest is SM3 over the sorted keyed hashes, in hexadecimal; empty where there are none.
    ``overlap`` is by how much the value exceeds each household counted once.
    """

    value: int
    count: int = 0
    digest: str = ""
    overlap: int = 0

    def kept(self) -> list[Any]:
        """The number as a picture keeps it."""
        return [self.value, self.count, self.digest]


class Tally:
    """Who stands behind each cell: by cell and household, how often and with which amount."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self._behind: dict[str, dict[Household, list[int]]] = defaultdict(dict)
        self._plain: dict[str, int] = defaultdict(int)

    def add(self, cell: Cell, household: Household, n: int, amount: int) -> None:
        """Count a household in a cell."""
        row = self._behind[cell.key].setdefault(household, [0, 0])
        row[0] += n
        row[1] += amount

    def add_plain(self, cell: Cell, amount: int) -> None:
        """Add a number behind which no household stands."""
        self._plain[cell.key] += amount

    def subjects(self, key: str) -> list[bytes]:
        """The keyed hashes behind a cell, sorted, each once."""
        behind = self._behind.get(key, {})
        return sorted({subject for (_at, subject), (n, _amount) in behind.items() if n > 0})

    def drawn(self) -> dict[str, Drawn]:
        """Return every drawn cell of the form."""
        return {cell.key: self._cell(cell.key) for cell in self.form.drawn}

    def _cell(self, key: str) -> Drawn:
        behind = self._behind.get(key)
        if not behind:
            return Drawn(self._plain.get(key, 0))
        subjects = self.subjects(key)
        value = sum(amount for _n, amount in behind.values())
        return Drawn(
            value=value,
            count=len(subjects),
            digest=digest_of(subjects),
            overlap=value - self._once(behind) if len(subjects) < len(behind) else 0,
        )

    def _once(self, behind: Mapping[Household, list[int]]) -> int:
        most: dict[bytes, int] = {}
        for (_at, subject), (_n, amount) in behind.items():
            most[subject] = max(most.get(subject, amount), amount)
        return sum(most.values())


def digest_of(subjects: Iterable[bytes]) -> str:
    """Return the digest of a sorted list of keyed hashes; empty for nobody."""
    joined = b"".join(subjects)
    return sm3(joined).hex() if joined else ""


def seal_of(picture: Mapping[str, Any]) -> bytes:
    """Return the digest that a sealed picture is known by, here and at every station above."""
    return sm3(canonical_json(picture))


def tally(form: Form, standings: Iterable[Standing]) -> Tally:
    """Draw a form from standings, each of which is looked at once."""
    drawing = _Drawing(form)
    for standing in standings:
        drawing.take(standing)
    return drawing.finished()


class _Plan:
    """Which cells of a form ask which indicator; made once a form, and remembering what fits where."""

    def __init__(self, form: Form) -> None:
        self.direct: dict[str, list[Cell]] = defaultdict(list)
        self.joined: dict[str, list[Cell]] = defaultdict(list)
        self.moving: list[Cell] = []
        self.profiled: set[str] = set()
        self.fitting: dict[tuple[str, str], list[Cell]] = {}
        for cell in form.drawn:
            if cell.draw is None:
                continue
            self.profiled.add(cell.draw.profile)
            code = indicator(cell.draw.indicator).fact_code
            if cell.draw.at in {"moved_in", "moved_out"}:
                self.moving.append(cell)
            elif cell.draw.profile:
                self.joined[code].append(cell)
            else:
                self.direct[code].append(cell)

    def cells_fitting(self, one: Standing) -> list[Cell]:
        """Return the cells in which a standing counts by its own dimensions."""
        key = (one.indicator, one.cell)
        found = self.fitting.get(key)
        if found is None:
            if len(self.fitting) > _REMEMBERED:
                self.fitting.clear()
            cells = self.direct.get(one.indicator, ())
            found = [cell for cell in cells if cell.draw and _fits(one.cell, cell.draw.dims)]
            self.fitting[key] = found
        return found


_plans: dict[str, _Plan] = {}


def _plan_of(form: Form) -> _Plan:
    if form.code not in _plans:
        _plans[form.code] = _Plan(form)
    return _plans[form.code]


class _Drawing:
    def __init__(self, form: Form) -> None:
        self._tally = Tally(form)
        self._plan = _plan_of(form)
        self._later: list[Standing] = []
        self._profiles: dict[Household, tuple[tuple[bool, Any], str]] = {}
        # Net change of the stock, and how much of it opening and leaving explain.
        self._changes: dict[Household, dict[str, int]] = defaultdict(lambda: defaultdict(int))

    def take(self, one: Standing) -> None:
        if one.subject is None:
            self._take_plain(one)
            return
        household = (one.station_id, one.subject)
        for cell in self._plan.cells_fitting(one):
            n, amount = _amounts(cell.draw, one)
            if n or amount:
                self._tally.add(cell, household, n, amount)
        if one.indicator in self._plan.joined:
            self._later.append(one)
        if one.indicator in self._plan.profiled:
            rank = (one.opening_n + one.n > 0, one.last)
            known = self._profiles.get(household)
            if known is None or rank > known[0]:
                self._profiles[household] = (rank, one.cell)
        if self._plan.moving and one.n:
            self._changes[household][one.indicator] += one.n

    def finished(self) -> Tally:
        for one in self._later:
            household = (one.station_id, one.subject or b"")
            for cell in self._plan.joined[one.indicator]:
                if self._profile_fits(household, cell.draw):
                    n, amount = _amounts(cell.draw, one)
                    if n or amount:
                        self._tally.add(cell, household, n, amount)
        for household, changes in self._changes.items():
            for cell in self._plan.moving:
                moved = _unexplained(cell.draw, changes)
                if moved > 0 and self._profile_fits(household, cell.draw):
                    self._tally.add(cell, household, moved, moved)
        return self._tally

    def _take_plain(self, one: Standing) -> None:
        for cell in (
            *self._plan.direct.get(one.indicator, ()),
            *self._plan.joined.get(one.indicator, ()),
        ):
            if cell.draw is not None and _is_plain_part(cell.draw, one.dims):
                self._tally.add_plain(cell, _amounts(cell.draw, one)[1])

    def _profile_fits(self, household: Household, draw: Draw | None) -> bool:
        if draw is None:
            return False
        if not draw.dims:
            return True
        known = self._profiles.get(household)
        return known is not None and _fits(known[1], draw.dims)


@lru_cache(maxsize=100_000)
def _fits(cell: str, required: Required) -> bool:
    dims = dims_in(cell)
    return all(_holds(dims.get(name), keys) for name, keys in required)


def _holds(held: str | list[str] | None, keys: Keys) -> bool:
    wanted = {keys} if isinstance(keys, str) else set(keys)
    return bool(wanted & ({held} if isinstance(held, str) else set(held or ())))


def _is_plain_part(draw: Draw, dims: Dims) -> bool:
    """A number without households is kept in total and by one dimension at a time."""
    if len(draw.dims) > 1 or len(dims) != len(draw.dims):
        return False
    return all(name in dims and _holds(dims[name], keys) for name, keys in draw.dims)


def _amounts(draw: Draw | None, one: Standing) -> tuple[int, int]:
    """How often a standing counts in a cell, and with which amount."""
    if draw is None:
        return 0, 0
    by_value = indicator(draw.indicator).measure == "value"
    if draw.at == "opening":
        n, value = one.opening_n, one.opening_value
    elif draw.at == "closing":
        n, value = one.opening_n + one.n, one.opening_value + one.value
    else:
        n, value = one.n, one.value
    return n, value if by_value else n


def _unexplained(draw: Draw | None, changes: Mapping[str, int]) -> int:
    if draw is None:
        return 0
    opened = sum(changes.get(code, 0) for code in draw.opened)
    left = sum(changes.get(code, 0) for code in draw.left)
    rest = changes.get(draw.indicator, 0) - opened + left
    return rest if draw.at == "moved_in" else -rest
