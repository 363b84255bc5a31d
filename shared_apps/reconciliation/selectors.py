"""Questions about breaks and runs."""

from datetime import timedelta

from django.db.models import Count, QuerySet

from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import StationRef, current_station, in_network, station_in_force
from shared_apps.reconciliation.indicators import facts_of_break
from shared_apps.reconciliation.models import UNSETTLED, Break, BreakEvent, BreakKind, Run
from shared_apps.rollup.indicators import Fact
from tenants.models import Station

# After so long without being settled, a break is the parent's business too.
OVERDUE_AFTER = timedelta(days=3)


def breaks_in_sight(
    *, state: str = "", kind: str = "", below: StationRef | None = None
) -> QuerySet[Break]:
    """Return the breaks of the station in force and of those below it, newest first.

    ``state`` is one state, or ``unsettled``. Read it inside ``in_network()``.
    """
    rows = Break.objects.select_related("station", "owner").order_by("-found_at", "-pk")
    root = below or station_in_force()
    if root is not None:
        rows = rows.filter(station__path__startswith=root.path)
    if state == "unsettled":
        rows = rows.filter(state__in=UNSETTLED)
    elif state:
        rows = rows.filter(state=state)
    return rows.filter(kind=kind) if kind else rows


def get_break(break_id: int) -> Break:
    """Return one break in sight; read its events inside ``in_network()``.

    Raises:
        NotFound: there is none, or it is not of the station in force nor of one below.
    """
    here = station_in_force()
    with in_network():
        case = Break.objects.select_related("station", "owner").filter(pk=break_id).first()
    if case is None or (here is not None and not case.station.path.startswith(here.path)):
        raise NotFound
    return case


def unsettled_count(root: StationRef | None) -> int:
    """Return how many breaks wait for work below a station; of the whole network without one."""
    with in_network():
        rows = Break.objects.filter(state__in=UNSETTLED)
        if root is not None:
            rows = rows.filter(station__path__startswith=root.path)
        return rows.count()


def unsettled_by_kind() -> dict[str, int]:
    """Return how many breaks of each kind wait for work in the network; for the metrics."""
    with in_network():
        rows = Break.objects.filter(state__in=UNSETTLED).values_list("kind").annotate(n=Count("*"))
        return {kind.value: 0 for kind in BreakKind} | dict(rows)


def last_run(root: StationRef) -> Run | None:
    """Return the latest reconciliation that began at a station."""
    with in_network():
        return Run.objects.filter(root_id=root.id).order_by("-started_at").first()


def get_run(run_id: int) -> Run:
    """Return one reconciliation of the station in force or of one below.

    Raises:
        NotFound: there is none in sight.
    """
    here = station_in_force()
    with in_network():
        run = Run.objects.select_related("root").filter(pk=run_id).first()
    if run is None or (here is not None and not run.root.path.startswith(here.path)):
        raise NotFound
    return run


def root_of_network() -> StationRef:
    """Return the station at the top.

    Raises:
        NotFound: no station was opened yet.
    """
    with in_network():
        root = Station.objects.filter(parent=None).order_by("path").first()
    if root is None:
        raise NotFound
    return root.ref


def facts_of_breaks() -> list[Fact]:
    """Derive every fact of the breaks of the station in force anew."""
    here = current_station().id
    with in_network():
        rows = list(Break.objects.filter(station_id=here).order_by("pk"))
    return [fact for case in rows for fact in facts_of_break(case)]


def events_of(case: Break) -> list[BreakEvent]:
    """Return what was done about a break, oldest first."""
    with in_network():
        return list(case.events.order_by("at", "pk"))
