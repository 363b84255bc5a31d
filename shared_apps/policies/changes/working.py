"""A change of rules at work: listed station by station, confirmed there, undone as a whole."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from bangfu.kernel import doorbell
from bangfu.kernel.actors import Actor
from bangfu.kernel.clock import local_day
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted, Problem
from bangfu.kernel.tenancy import StationRef, current_station, in_network, in_station
from shared_apps.audit.services import record
from shared_apps.exchange.relay import only_worker
from shared_apps.policies.changes.previewing import rules_at, stations_below, tier_rows
from shared_apps.policies.models import ChangeState, PolicyRule, StationChange, TierChange
from shared_apps.policies.movers import mover
from shared_apps.policies.rules import TIER_RULES

log = structlog.get_logger(__name__)

JOB = "policies.work_on"
CONFIRM = "policies.confirm"
# A backend remembers every table of every schema it has seen; a fresh connection forgets them.
RECYCLE_AFTER = 50


class NotUndoable(IllegalMove):
    """Only what was listed completely can be undone, and only once."""

    code = "change-not-undoable"
    message = _("正在处理或已经撤销，现在不能撤销。")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a change has come, in numbers."""

    stations: int
    done: int
    files: int
    confirmed: int
    returned: int
    kept: int

    @property
    def percent(self) -> int:
        """The share of stations that are through with the step at hand."""
        return 100 * self.done // self.stations if self.stations else 0


def start_due_changes(*, now: datetime) -> list[TierChange]:
    """Begin a recomputation for the rules that came into force since, one for each part of the network."""
    begun = []
    with in_network(), transaction.atomic():
        due: dict[str, list[PolicyRule]] = defaultdict(list)
        rows = PolicyRule.objects.select_for_update().filter(
            key__in=TIER_RULES,
            change__isnull=True,
            laid_down_at__isnull=False,
            withdrawn_at__isnull=True,
            valid_from__lte=local_day(now),
        )
        for row in rows:
            due[row.scope_path].append(row)
        for scope_path, rules in sorted(due.items()):
            change = TierChange.objects.create(scope_path=scope_path, started_at=now)
            PolicyRule.objects.filter(pk__in=[rule.pk for rule in rules]).update(change=change)
            begun.append(change)
    return begun


def ring_for_changes() -> int:
    """Ask workers to go on with what is not finished, so that a lost bell or a killed worker costs little.

    Returns how many changes and stations there are.
    """
    with in_network():
        waiting = list(_at_work().order_by("started_at").values_list("pk", flat=True))
        asked = StationChange.objects.filter(asked__gt=0).values_list("station_id", flat=True)
        stations = sorted(set(asked))
    for change_id in waiting:
        doorbell.ring(JOB, str(change_id))
    for station_id in stations:
        doorbell.ring(CONFIRM, station_id)
    return len(waiting) + len(stations)


def work_on_change(change_id: UUID, *, now: datetime) -> bool:
    """Go on with a change, station by station; safe to be killed and begun anew.

    Returns whether it is through with its step. A station that fails is tried again at the next round.
    """
    with in_network():
        change = _at_work().filter(pk=change_id).first()
    if change is None:
        return True
    work = _list_station if change.state == ChangeState.LISTING else _undo_station
    for number, station in enumerate(_open_stations_of(change), start=1):
        with only_worker(JOB, station.id) as mine:
            try:
                if mine and not _is_done(change, station):
                    work(change, station, now)
            except Exception:
                log.exception("change_failed", station=station.code, change=str(change_id))
        if number % RECYCLE_AFTER == 0 and not connection.in_atomic_block:
            connection.close()
    return _finish(change, now=now)


@transaction.atomic
def undo_change(
    change_id: UUID,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    station: StationRef | None = None,
) -> TierChange:
    """Undo a recomputation as a whole, in the background.

    What nobody confirmed leaves the work lists; a file that was confirmed and not changed since goes back
    to the tier it had; one that was changed since stays. The rules themselves stay: another version follows
    them where they were wrong.

    Raises:
        NotPermitted, NotFound: the change belongs to another part of the network.
        InvalidInput: no reason.
        NotUndoable: it still runs, or was undone before.
    """
    actor.require("policy.manage")
    change = get_change(change_id, station=station)
    if actor.station != station or change.scope_path != (station.path if station else ""):
        raise NotPermitted
    if not reason.strip():
        raise InvalidInput([Problem(code="E001", field="reason", message=_("请填写撤销理由。"))])
    with in_network():
        change = TierChange.objects.select_for_update().get(pk=change_id)
        if change.state != ChangeState.LISTED:
            raise NotUndoable
        change.state = ChangeState.UNDOING
        change.undone_by = actor.name[:40]
        change.undo_reason = reason.strip()[:200]
        change.save(update_fields=["state", "undone_by", "undo_reason"])
        change.stations.update(done=False)
    record(
        event="tiers.undo_asked",
        actor=actor,
        subject=("tier_change", change.pk),
        data={"scope": change.scope_path, "reason": change.undo_reason},
        now=now,
    )
    transaction.on_commit(lambda: doorbell.ring(JOB, str(change_id)))
    return change


def get_change(change_id: UUID, *, station: StationRef | None) -> TierChange:
    """Return a change that concerns a station: its own, one of those above, or one of those below.

    Raises:
        NotFound: there is none in sight.
    """
    with in_network():
        change = TierChange.objects.filter(_in_sight(station), pk=change_id).first()
    if change is None:
        raise NotFound
    return change


def changes_in_sight(*, station: StationRef | None) -> list[TierChange]:
    """Return the latest changes that concern a station, newest first, with the rules that set them off."""
    with in_network():
        rows = TierChange.objects.filter(_in_sight(station)).prefetch_related("rules")
        return list(rows.order_by("-started_at")[:20])


def parts_of(
    change: TierChange, *, station: StationRef | None
) -> tuple[Progress, list[StationChange]]:
    """Return how far a change is in a station and below, and its stations that have files in it."""
    with in_network():
        rows = change.stations.select_related("station")
        if station is not None:
            rows = rows.filter(station__path__startswith=station.path)
        sums = rows.aggregate(
            files=Sum("files"),
            confirmed=Sum("confirmed"),
            returned=Sum("returned"),
            kept=Sum("kept"),
        )
        progress = Progress(
            stations=rows.count(),
            done=rows.filter(done=True).count(),
            **{name: total or 0 for name, total in sums.items()},
        )
        return progress, list(rows.filter(files__gt=0).order_by("station__path"))


def note_confirming(change_id: UUID, *, asked: int, confirmed: int) -> None:
    """Note how many files of the station in force a worker is to confirm, and how many are decided."""
    station = current_station()
    with in_network():
        StationChange.objects.filter(change_id=change_id, station_id=station.id).update(
            asked=asked, confirmed=confirmed
        )


def _list_station(change: TierChange, station: StationRef, now: datetime) -> None:
    on = local_day(now)
    with in_network():
        own = set(change.rules.values_list("pk", flat=True))
    rows = tier_rows(on)
    before = [row for row in tier_rows(_day_before(change)) if row.pk not in own]
    with in_station(station), transaction.atomic():
        moves = mover().put_on_list(
            change.pk,
            before=rules_at(station, before),
            after=rules_at(station, rows),
            now=now,
        )
        with in_network():
            StationChange.objects.filter(change=change, station_id=station.id).update(
                moves={f"{old}>{new}": count for (old, new), count in moves.items()},
                files=moves.total(),
                done=True,
            )


def _undo_station(change: TierChange, station: StationRef, now: datetime) -> None:
    is_finished = False
    actor = Actor.system(change.undone_by, station=station)
    while not is_finished:
        with in_station(station), transaction.atomic():
            round_ = mover().take_back(change.pk, reason=change.undo_reason, actor=actor, now=now)
            is_finished = round_.is_finished
            with in_network():
                row = StationChange.objects.select_for_update().get(
                    change=change, station_id=station.id
                )
                row.returned += round_.returned
                row.kept += round_.kept
                row.done = is_finished
                row.save(update_fields=["returned", "kept", "done"])


def _finish(change: TierChange, *, now: datetime) -> bool:
    with in_network():
        if change.stations.filter(done=False).exists():
            return False
        if change.state == ChangeState.LISTING:
            change.state, change.listed_at = ChangeState.LISTED, now
        else:
            change.state, change.undone_at = ChangeState.UNDONE, now
        change.save(update_fields=["state", "listed_at", "undone_at"])
    return True


def _open_stations_of(change: TierChange) -> list[StationRef]:
    stations = stations_below(change.scope_path)
    with in_network():
        if change.state == ChangeState.LISTING:
            StationChange.objects.bulk_create(
                [StationChange(change=change, station_id=one.id) for one in stations],
                ignore_conflicts=True,
            )
        waiting = set(change.stations.filter(done=False).values_list("station_id", flat=True))
    return [one for one in stations if one.id in waiting]


def _is_done(change: TierChange, station: StationRef) -> bool:
    with in_network():
        return change.stations.filter(station_id=station.id, done=True).exists()


def _day_before(change: TierChange) -> date:
    with in_network():
        first: date = min(change.rules.values_list("valid_from", flat=True))
    return first - timedelta(days=1)


def _at_work() -> QuerySet[TierChange]:
    return TierChange.objects.filter(state__in=[ChangeState.LISTING, ChangeState.UNDOING])


def _in_sight(station: StationRef | None) -> Q:
    if station is None:
        return Q()
    parts = station.path.rstrip(".").split(".")
    above = ["", *(".".join(parts[: depth + 1]) + "." for depth in range(len(parts)))]
    return Q(scope_path__in=above) | Q(scope_path__startswith=station.path)
