"""Compare, keep what differs as breaks, and work on them."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bangfu.kernel import doorbell
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotPermitted, Text
from bangfu.kernel.tenancy import StationRef, in_network, in_station
from shared_apps.audit.services import record
from shared_apps.notifications.services import notify
from shared_apps.reconciliation.checks import CHECKS, Found
from shared_apps.reconciliation.errors import BreakSettled, RunGoesOn, StillBroken, WordsNeeded
from shared_apps.reconciliation.healing import HEALINGS
from shared_apps.reconciliation.indicators import facts_of_break
from shared_apps.reconciliation.kinds import AUDITED, FOUND_WITH
from shared_apps.reconciliation.models import (
    DEAD_AFTER,
    UNSETTLED,
    Break,
    BreakEvent,
    BreakKind,
    BreakState,
    Run,
    RunState,
)
from shared_apps.reconciliation.selectors import OVERDUE_AFTER, get_break, root_of_network
from shared_apps.rollup.indicators import Fact
from shared_apps.rollup.services import count_network, count_stocks, fold_facts, record_facts
from tenants.models import Station
from tenants.selectors import USABLE

log = structlog.get_logger(__name__)

# So many stations are compared while one waits; more are compared by a worker.
AT_ONCE = 40
# A backend remembers every table of every schema it has seen; a fresh connection forgets them.
RECYCLE_AFTER = 50
SYSTEM = "system"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one comparison brought: breaks found for the first time, and breaks that are gone."""

    found: int
    gone: int

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(self.found + other.found, self.gone + other.gone)


def reconcile_station(
    station: StationRef, *, now: datetime, kinds: Sequence[BreakKind] = tuple(CHECKS)
) -> Outcome:
    """Compare everything of one station; keep what differs, settle what no longer does.

    Reads the station's own schema as its own role, and the shared tables as the network.
    """
    count_stocks(station, on=now.date(), now=now)
    outcome = Outcome(0, 0)
    for kind in kinds:
        outcome += _keep(station, kind, CHECKS[kind](station), now=now)
    return outcome


def begin_run(root: StationRef, *, actor: Actor, now: datetime) -> Run:
    """Note that a reconciliation of ``root`` with everything below it begins.

    Raises:
        NotPermitted: the actor may not run one.
        RunGoesOn: one of the same station runs.
    """
    actor.require("reconcile.run")
    with in_network(), transaction.atomic():
        Station.objects.select_for_update().get(pk=root.id)
        running = Run.objects.filter(
            root_id=root.id, state=RunState.RUNNING, started_at__gt=now - DEAD_AFTER
        )
        if running.exists():
            raise RunGoesOn
        return Run.objects.create(
            root_id=root.id,
            asked_by=actor.name,
            started_at=now,
            total=_stations_of(root).count(),
        )


def work_on(run: Run, *, now: datetime, progress: Progress | None = None) -> Run:
    """Do a reconciliation that was begun, one station after the other; safe to be killed and begun anew."""
    fold_facts(now=now, wait=True)
    count_network(on=now.date())
    with in_network():
        stations = [row.ref for row in _stations_of(Station.objects.get(pk=run.root_id).ref)]
    outcome = Outcome(0, 0)
    failed = False
    for number, station in enumerate(stations, start=1):
        try:
            outcome += reconcile_station(station, now=now)
        except Exception:
            log.exception("reconciliation_failed", station=station.code)
            failed = True
        with in_network():
            Run.objects.filter(pk=run.pk).update(
                done=number, total=len(stations), found=outcome.found, gone=outcome.gone
            )
        if number % RECYCLE_AFTER == 0 and not connection.in_atomic_block:
            connection.close()
        if progress is not None:
            progress(station.name, number, len(stations))
    with in_network():
        Run.objects.filter(pk=run.pk).update(
            state=RunState.FAILED if failed else RunState.DONE, finished_at=now
        )
        run.refresh_from_db()
    return run


def run_now_or_soon(run: Run, *, now: datetime) -> Run:
    """Do a short run at once; leave a long one to a worker."""
    if run.total <= AT_ONCE:
        return work_on(run, now=now)
    heard = doorbell.ring("reconciliation.work_on", run.pk)
    return run if heard else work_on(run, now=now)


def reconcile_network(*, now: datetime) -> Run:
    """Compare every station of the network, as every night."""
    root = root_of_network()
    return work_on(begin_run(root, actor=Actor.system(SYSTEM), now=now), now=now)


@transaction.atomic
def explain(break_id: int, *, comment: str, actor: Actor, now: datetime) -> Break:
    """Note what is known about a break while the work on it goes on.

    Raises:
        NotPermitted: the actor may not, or keeps the very ledger that does not hold.
        NotFound, BreakSettled: as their names say.
        WordsNeeded: ``comment`` is empty.
    """
    return _settle(break_id, BreakState.EXPLAINED, comment=comment, actor=actor, now=now)


@transaction.atomic
def close(break_id: int, *, comment: str, actor: Actor, now: datetime) -> Break:
    """Close a break that needs no healing, saying why.

    Should the difference still be there at the next comparison, it is found as a new break.

    Raises:
        NotPermitted, NotFound, BreakSettled: as their names say.
        WordsNeeded: ``comment`` is empty.
    """
    return _settle(break_id, BreakState.CLOSED, comment=comment, actor=actor, now=now)


@transaction.atomic
def heal(break_id: int, *, actor: Actor, now: datetime) -> Break:
    """Bring a difference right from the records it should agree with, and compare again.

    A message that has to be applied again is settled by the next comparison after its delivery.

    Raises:
        NotPermitted, NotFound, BreakSettled: as their names say.
        CannotHeal: nothing in the records says what is right.
        StillBroken: it was not brought right; nothing was changed then.
    """
    case = _locked(break_id, actor)
    station = case.station.ref
    done = HEALINGS[case.kind](case, station, now)
    _note(case, "healed", actor=actor, comment=done, now=now)
    if not case.key.startswith("effect:"):
        kind = BreakKind(case.kind)
        if any(found.key == case.key for found in CHECKS[kind](station)):
            raise StillBroken
        _set_state(case, BreakState.HEALED, now=now)
    return case


def alert_parents(*, now: datetime) -> int:
    """Tell the parents of breaks that waited too long or are critical, once each; return how many."""
    with in_network(), transaction.atomic():
        late = Q(found_at__lt=now - OVERDUE_AFTER) | Q(detail__critical=True)
        overdue = list(
            Break.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("station__parent")
            .filter(
                late,
                state__in=UNSETTLED,
                escalated_at=None,
                station__parent__isnull=False,
            )
        )
        for case in overdue:
            case.escalated_at = now
            case.save(update_fields=["escalated_at"])
            BreakEvent.objects.create(case=case, at=now, action="escalated", by_name=SYSTEM)
            critical = bool(case.detail.get("critical"))
            title = _("%(station)s有重大资金差异") if critical else _("%(station)s的差异超期未处理")
            _tell([case], case.station.parent, title, now=now)
    return len(overdue)


def _stations_of(root: StationRef) -> QuerySet[Station]:
    return Station.objects.filter(path__startswith=root.path, state__in=USABLE).order_by("path")


def _keep(
    station: StationRef, kind: BreakKind, found: Sequence[Found], *, now: datetime
) -> Outcome:
    with in_network(), transaction.atomic():
        known = {
            case.key: case
            for case in Break.objects.select_for_update().filter(
                station_id=station.id, kind__in=FOUND_WITH.get(kind, (kind,)), state__in=UNSETTLED
            )
        }
        fresh = [one for one in found if one.key not in known]
        owners: dict[int, list[Break]] = defaultdict(list)
        facts: list[Fact] = []
        for one in fresh:
            case = Break.objects.create(**_columns(one), found_at=now, seen_at=now)
            facts += facts_of_break(case)
            BreakEvent.objects.create(case=case, at=now, action="found", by_name=SYSTEM)
            owners[case.owner_id].append(case)
        if facts:
            with in_station(station):
                record_facts(facts, now=now)
        for cases in owners.values():
            _tell(cases, cases[0].owner, _("核对发现 %(count)s 处差异：%(station)s"), now=now)
        for one in found:
            if one.key in known:
                # A break stays of the kind under which it was found and counted.
                columns = {**_columns(one), "kind": known[one.key].kind}
                Break.objects.filter(pk=known[one.key].pk).update(**columns, seen_at=now)
        gone = [case for key, case in known.items() if key not in {one.key for one in found}]
        for case in gone:
            BreakEvent.objects.create(case=case, at=now, action="gone", by_name=SYSTEM)
            _set_state(case, BreakState.HEALED, now=now)
    return Outcome(found=len(fresh), gone=len(gone))


def _columns(found: Found) -> Mapping[str, object]:
    return {
        "kind": found.kind,
        "station_id": found.station_id,
        "owner_id": found.owner_id,
        "key": found.key,
        "expected": found.expected[:80],
        "actual": found.actual[:80],
        "detail": dict(found.detail),
    }


def _settle(
    break_id: int, state: BreakState, *, comment: str, actor: Actor, now: datetime
) -> Break:
    case = _locked(break_id, actor)
    words = comment.strip()
    if not words:
        raise WordsNeeded
    _note(case, state, actor=actor, comment=words[:500], now=now)
    _set_state(case, state, now=now)
    return case


def _locked(break_id: int, actor: Actor) -> Break:
    actor.require("break.work")
    get_break(break_id)
    with in_network():
        case = (
            Break.objects.select_for_update(of=("self",))
            .select_related("station", "owner")
            .get(pk=break_id)
        )
    if case.is_settled:
        raise BreakSettled
    if case.kind in AUDITED and _keeps_the_books(actor, case):
        raise NotPermitted
    return case


def _keeps_the_books(actor: Actor, case: Break) -> bool:
    """Tell whether somebody makes the vouchers of the very books a break is about."""
    here = actor.station
    return here is not None and here.id == case.station_id and actor.may("fund.post")


def _set_state(case: Break, state: BreakState, *, now: datetime) -> None:
    case.state = state
    case.settled_at = now if case.is_settled else None
    with in_network():
        case.save(update_fields=["state", "settled_at"])


def _note(case: Break, action: str, *, actor: Actor, comment: str, now: datetime) -> None:
    with in_network():
        BreakEvent.objects.create(
            case=case, at=now, action=action, by_name=actor.name, comment=comment
        )
    record(
        event=f"break.{action}",
        actor=actor,
        subject=("break", case.pk),
        data={
            "kind": case.kind,
            "station": case.station.code,
            "key": case.key,
            "expected": case.expected,
            "actual": case.actual,
        },
        now=now,
    )


def _tell(cases: Sequence[Break], whom: Station | None, title: Text, *, now: datetime) -> None:
    """Tell the people of a station of breaks of one station: one notification, however many they are."""
    if whom is None:
        return
    first = cases[0]
    where = f"{first.pk}/" if len(cases) == 1 else ""
    notify(
        station_id=whom.pk,
        capability="break.work",
        kind="break",
        title=title,
        params={"station": first.station.name, "count": len(cases)},
        link=f"/s/{whom.code}/breaks/{where}",
        key=f"break:{first.pk}:{first.escalated_at is not None}",
        now=now,
    )
