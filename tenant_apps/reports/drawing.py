"""Reading a form's numbers: from the facts of a station, of a subtree, or from the files themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from bangfu.kernel.tenancy import StationRef, current_station, in_network
from shared_apps.register.models import Alias
from shared_apps.rollup.periods import Period
from shared_apps.rollup.recounting import recounted_facts
from shared_apps.rollup.standings import (
    standings_below,
    standings_here,
    standings_in,
    tells_households_apart,
)
from tenant_apps.reports.declarations import Form
from tenant_apps.reports.pictures import Drawn, Tally, tally


def drawn_here(form: Form, period: Period) -> dict[str, Drawn]:
    """Draw a form from the facts of the station in force; two queries."""
    return tallied_here(form, period).drawn()


def tallied_here(form: Form, period: Period) -> Tally:
    """Return who stands behind each cell of a form in the station in force."""
    return tally(form, standings_here(form.codes, period=period))


def drawn_below(form: Form, period: Period, *, station: StationRef) -> dict[str, Drawn]:
    """Draw a form from the facts of a station with everything below it; two queries.

    ``overlap`` of a cell is what households on file at several of these stations add to its value.
    """
    with in_network():
        return tally(form, standings_below(station, form.codes, period=period)).drawn()


def drawn_from_files(
    form: Form, period: Period, *, aliases: Mapping[bytes, bytes]
) -> dict[str, Drawn]:
    """Draw a form anew from the records of the station in force; only what can be derived from them.

    ``aliases`` are the other hashes that households were known by.
    """
    counted = (
        fact._replace(subject=aliases.get(fact.subject, fact.subject)) if fact.subject else fact
        for fact in recounted_facts()
    )
    standings = standings_in(counted, form.codes, period=period, station_id=current_station().id)
    drawn = tally(form, standings).drawn()
    return {key: cell for key, cell in drawn.items() if is_derived(form, key)}


@dataclass(frozen=True, slots=True)
class Aliases:
    """Under which hash households counted at a moment, and whether that changed since."""

    known: Mapping[bytes, bytes]
    changed_since: bool


def aliases_at(instant: datetime) -> Aliases:
    """Return which hashes stood for other households at a moment; two queries."""
    with in_network():
        known = Alias.objects.filter(added_at__lte=instant).exclude(removed_at__lte=instant)
        later = Alias.objects.filter(Q(added_at__gt=instant) | Q(removed_at__gt=instant))
        return Aliases(
            known={bytes(one.old_hash): bytes(one.new_hash) for one in known},
            changed_since=later.exists(),
        )


def is_derived(form: Form, key: str) -> bool:
    """Say whether a cell can be derived anew from the records, household by household."""
    draw = form.cells[key].draw
    return draw is not None and all(tells_households_apart(code) for code in draw.codes)
