"""Recording facts, folding them, and proving them against the records they came from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.module_loading import import_string

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import StationRef, in_network, in_station
from shared_apps.audit.services import record
from shared_apps.rollup import fold as folder
from shared_apps.rollup.fold import CellDifference, Folded, MemberDifference
from shared_apps.rollup.indicators import Fact, Indicator
from shared_apps.rollup.network import NETWORK_CODES, network_facts
from shared_apps.rollup.periods import Period
from shared_apps.rollup.recounting import recounted_facts
from shared_apps.rollup.registry import counted_indicators, fact_codes, recounted_codes
from tenants.selectors import refs_of

KEY_LENGTH = 40


class FactOutsideTransaction(Exception):
    """Facts were recorded apart from the write they tell of: a fault of the code."""


class BadFact(Exception):
    """A fact nobody declared, or one that could not be folded: a fault of the code."""


@dataclass(frozen=True, slots=True)
class Differences:
    """Where the facts of a station are not what its records give."""

    cells: tuple[CellDifference, ...]
    members: tuple[MemberDifference, ...]

    def __bool__(self) -> bool:
        return bool(self.cells or self.members)


def record_facts(facts: Sequence[Fact], *, now: datetime) -> None:
    """Append the facts of the write in progress, to be folded within seconds.

    Costs one INSERT under the station's own role and takes no lock. No facts, no statement.

    Raises:
        FactOutsideTransaction: called outside the writer's transaction.
        BadFact: an indicator nobody declares, a period that is no month, a subject that is no hash.
    """
    if not facts:
        return
    if not connection.in_atomic_block:
        raise FactOutsideTransaction
    folder.append(facts=[stored_form(fact) for fact in facts], at=now)


def stored_form(fact: Fact) -> dict[str, Any]:
    """Return a fact as a delta holds it, after checking that it can be folded.

    Raises:
        BadFact: it cannot.
    """
    if fact.indicator not in fact_codes():
        raise BadFact(f"no app declares {fact.indicator}")
    if fact.period.day != 1:
        raise BadFact(f"{fact.period} is not the first of a month")
    if fact.subject is not None and len(fact.subject) != 16:
        raise BadFact("a subject is a keyed hash of 16 bytes")
    for name, value in fact.dims.items():
        keys = [value] if isinstance(value, str) else value
        if len(name) > 24 or any(len(key) > KEY_LENGTH for key in keys):
            raise BadFact(f"dimension {name} of {fact.indicator} is too long")
    stored: dict[str, Any] = {
        "i": fact.indicator,
        "p": fact.period.isoformat(),
        "d": dict(fact.dims),
        "n": fact.n,
        "v": fact.value,
    }
    if fact.subject is not None:
        stored["s"] = fact.subject.hex()
    return stored


def fold_facts(*, now: datetime, wait: bool = False, batch: int = folder.BATCH) -> Folded:
    """Fold what the stations appended; at most one folder runs in the network.

    With ``wait`` it folds after a running folder has finished, so that whatever was committed before
    the call is in the totals when it returns.
    """
    return folder.fold(now=now, wait=wait, batch=batch)


def recount_station(station: StationRef) -> Differences:
    """Compare the facts of a station with its records, and change nothing.

    A write that commits during the comparison shows as a difference that the next look does not
    have; only what two looks in a row agree on counts.
    """
    first = _look(station)
    if not first:
        return first
    second = _look(station)
    return Differences(
        cells=tuple(cell for cell in second.cells if cell in first.cells),
        members=tuple(member for member in second.members if member in first.members),
    )


def correct_station(station: StationRef, differences: Differences) -> None:
    """Bring the facts of a station to what its records give, as found by ``recount_station``."""
    folder.apply_differences(
        station_id=station.id, cells=differences.cells, members=differences.members
    )


def correct_totals(station: StationRef, differences: Sequence[CellDifference]) -> None:
    """Bring the totals of a station to the sum of its subtree, as ``tree_differences_of`` found them."""
    folder.correct_tree(station_id=station.id, differences=differences)


def move_subjects(moves: Mapping[bytes, bytes]) -> None:
    """Count households under another hash: everything under a key moves to its value.

    Only ``shared_apps.register``, which keeps why, calls it.
    """
    folder.move_members(moves)


def recount_subjects(subjects: Collection[bytes]) -> int:
    """Count anew, from the records of their stations, who stands behind these hashes; return the rows.

    Differences of other households and of sums are left for reconciliation to show.
    """
    with in_network():
        stations = refs_of(folder.stations_counting(subjects))
    corrected = 0
    for station in stations.values():
        found = recount_station(station).members
        wrong = tuple(one for one in found if one.subject in subjects)
        correct_station(station, Differences(cells=(), members=wrong))
        corrected += len(wrong)
    return corrected


def rebuild_totals() -> int:
    """Make every total anew from the facts of the stations, as after one moved; return the cells."""
    return folder.rebuild_tree()


def count_stocks(station: StationRef, *, on: date, now: datetime) -> int:
    """Count anew, inside the station, what changes by the passing of days; return the cells corrected.

    The change goes into the month of ``on``: what earlier months said stays as it was said.
    """
    indicators = counted_indicators()
    if not indicators:
        return 0
    with in_station(station):
        facts = [
            stored_form(fact)
            for indicator in indicators
            for fact in import_string(indicator.counted)(on=on)
        ]
    return folder.set_stocks(
        facts={station.id: facts},
        codes=[indicator.fact_code for indicator in indicators],
        month=on.replace(day=1),
    )


def count_network(*, on: date) -> int:
    """Count the stations in operation, the units due and the staff; return the cells corrected.

    Three queries over the shared tables and one statement, for all stations together.
    """
    facts = {
        station_id: [stored_form(fact) for fact in counted]
        for station_id, counted in network_facts(month=on.replace(day=1)).items()
    }
    return folder.set_stocks(facts=facts, codes=NETWORK_CODES, month=on.replace(day=1))


@transaction.atomic
def record_export(
    *,
    indicator: Indicator,
    station: StationRef,
    period: Period,
    by: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Note in the audit chain that somebody takes numbers away in a workbook.

    Raises:
        NotPermitted: the actor may not export.
    """
    actor.require("rollup.export")
    record(
        event="rollup.exported",
        actor=actor,
        subject=("indicator", indicator.code),
        data={"station": station.code, "period": period.text, "by": by},
        now=now,
    )


def _look(station: StationRef) -> Differences:
    with in_station(station):
        facts = list(recounted_facts())
    cells, members = folder.differences(station_id=station.id, facts=facts, codes=recounted_codes())
    return Differences(cells=tuple(cells), members=tuple(members))
