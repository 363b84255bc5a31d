"""Load the demo network: first what a visitor meets, then the rest while they look on.

Every step can be repeated: what is there already is left alone, so a load that was killed goes on where
it was. What has been furnished is known from the network's audit chain, written with it in one
transaction.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from bangfu.demo import people, plan
from bangfu.demo.announcing import announce
from bangfu.demo.doubling import meet_twice
from bangfu.demo.filling import put_on_file
from bangfu.demo.flowing import send_files_on_their_way
from bangfu.demo.living import live
from bangfu.demo.money import FURNISHED, tell_money
from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import in_network
from shared_apps.audit.models import AuditRow
from shared_apps.audit.services import record
from shared_apps.onboarding.models import Application, ApplicationState, Batch
from shared_apps.onboarding.services import many
from shared_apps.reconciliation.planting import plant_faults
from shared_apps.rollup.services import fold_facts
from tenants.models import Level, Station, StationKind, StationState
from tenants.provisioning import fill_pool, open_station

Progress = Callable[[str, int, int], None]
TITLE = "演示网络"
LOADED, PLANTED = "demo.loaded", "demo.planted"
ON_THEIR_WAY = "demo.on-their-way"
# How many stations one turn of a worker furnishes, and after how many seconds it makes room for others.
AT_ONCE = 20
TURN_SECONDS = 20.0


def load_first(
    *,
    size: str,
    sign_ins: Path,
    progress: Progress,
    households: int | None = None,
    seed: int = plan.SEED,
) -> None:
    """Open what the first sign-in needs and queue the rest of the network for the workers.

    A network that has stations of its own is left alone. ``households`` is how many are on file, where it
    is not what the size brings.
    """
    households = plan.HOUSEHOLDS[size] if households is None else households
    now = clock.now()
    with in_network():
        loaded = AuditRow.objects.filter(event=LOADED).exists()
        foreign = not loaded and Station.objects.exclude(code__in=plan.FIRST).exists()
    if foreign:
        return
    if not loaded:
        _open_first(now=now, progress=progress)
        _queue_rest(size, households=households, seed=seed, now=now)
    _furnish(
        _furnishable(plan.first_places()), size=size, households=households, seed=seed, now=now
    )
    people.make_network_administrator()
    if not sign_ins.exists():
        people.write_sign_ins(sign_ins, now=now)
    fold_facts(now=now, wait=True)


def go_on() -> int:
    """Furnish some of the stations that the workers have opened, or tell a part of the story; return how much.

    The story of the money begins when the townships it is about are furnished. When all is done the faults for
    visitors to find are planted, once.
    """
    with in_network():
        row = AuditRow.objects.filter(event=LOADED).order_by("-seq").first()
        if row is None or AuditRow.objects.filter(event=PLANTED).exists():
            return 0
        on_their_way = AuditRow.objects.filter(event=ON_THEIR_WAY).exists()
    if not on_their_way:
        _send_on_their_way(row.data["seed"], now=clock.now())
    size, households, seed = row.data["size"], row.data["households"], row.data["seed"]
    now = clock.now()
    waiting = _furnishable(plan.places_of(size))
    done = _furnish(
        waiting[:AT_ONCE],
        size=size,
        households=households,
        seed=seed,
        now=now,
        turn_seconds=TURN_SECONDS,
    )
    with in_network():
        opening = Application.objects.filter(
            batch__title=TITLE, state=ApplicationState.PROVISIONING
        ).exists()
    is_over = not opening and done == len(waiting)
    told = 0
    if plan.tells_of_money(size) and (is_over or _has_furnished(plan.townships_of(size))):
        told = tell_money(now=now, turn_seconds=TURN_SECONDS)
    if is_over and not told:
        _plant(seed, now=now)
    return done + told


def _has_furnished(codes: Sequence[str]) -> bool:
    with in_network():
        rows = AuditRow.objects.filter(event=FURNISHED, subject_id__in=codes)
        return rows.values("subject_id").distinct().count() == len(codes)


def _open_first(*, now: datetime, progress: Progress) -> None:
    places = plan.first_places()
    fill_pool(len(places))
    stations: dict[str, Station] = {}
    for number, place in enumerate(places, start=1):
        with in_network():
            station = Station.objects.filter(code=place.code).first()
        if station is None:
            station = open_station(
                code=place.code,
                name=place.name,
                level=place.level,
                parent=stations.get(place.parent_code),
                region_code=place.region_code,
                kind=_kind(place),
                union_uscc=place.union_uscc,
                now=now,
            )
        stations[place.code] = station
        progress("stations", number, len(places))


@transaction.atomic
def _queue_rest(size: str, *, households: int, seed: int, now: datetime) -> None:
    actor = Actor.system("demo")
    with in_network():
        lines = [
            many.Line(
                row=number,
                code=place.code,
                name=place.name,
                level=place.level,
                parent_code=place.parent_code,
                region_code=place.region_code,
                union_uscc=place.union_uscc,
            )
            for number, place in enumerate(plan.places_of(size), start=2)
            if place.code not in plan.FIRST
        ]
        if not Batch.objects.filter(title=TITLE).exists():
            many.import_stations(lines=lines, title=TITLE, actor=actor, now=now)
        record(
            event=LOADED,
            actor=actor,
            subject=("network", "demo"),
            data={"size": size, "households": households, "seed": seed},
            now=now,
        )


def _furnishable(places: Sequence[plan.Place]) -> list[tuple[plan.Place, Station]]:
    with in_network():
        furnished = set(
            AuditRow.objects.filter(event=FURNISHED).values_list("subject_id", flat=True)
        )
        stations = {station.code: station for station in Station.objects.order_by("path")}
    return [
        (place, stations[place.code])
        for place in places
        if place.code in stations and place.code not in furnished
    ]


def _furnish(
    waiting: Sequence[tuple[plan.Place, Station]],
    *,
    size: str,
    households: int,
    seed: int,
    now: datetime,
    turn_seconds: float = float("inf"),
) -> int:
    until = time.monotonic() + turn_seconds
    shares = plan.households_by_station(plan.places_of(size), households=households, seed=seed)
    for number, (place, station) in enumerate(waiting):
        if time.monotonic() > until:
            return number
        with in_network(), transaction.atomic():
            people.staff_station(station, now=now)
            station.other_codes = plan.OTHER_CODES.get(place.code, [])
            Station.objects.filter(pk=station.pk).update(
                state=StationState.ACTIVE,
                accepted_at=now,
                trial_until=None,
                other_codes=station.other_codes,
            )
            if shares.get(place.code):
                put_on_file(
                    station.ref,
                    households=shares[place.code],
                    region_code=_residence(place),
                    employer=_employer(place),
                    seed=f"{seed}:{place.code}",
                    now=now,
                )
            record(
                event=FURNISHED,
                actor=Actor.system("demo"),
                subject=("station", place.code),
                data={"households": shares.get(place.code, 0)},
                now=now,
            )
        if place.code in plan.OF_THE_FORM:
            people.add_tokens(station, folder=settings.STATE_DIR, now=now)
    return len(waiting)


def _send_on_their_way(seed: int, *, now: datetime) -> None:
    opened = send_files_on_their_way(seed=seed, now=now)
    live(seed=seed, now=now)
    announce(now=now)
    with in_network(), transaction.atomic():
        record(
            event=ON_THEIR_WAY,
            actor=Actor.system("demo"),
            subject=("network", "demo"),
            data={"files": opened},
            now=now,
        )


def _plant(seed: int, *, now: datetime) -> None:
    meet_twice(now=now)
    fold_facts(now=now, wait=True)
    planted = plant_faults(seed, now=now)
    with in_network(), transaction.atomic():
        record(
            event=PLANTED,
            actor=Actor.system("demo"),
            subject=("network", "demo"),
            data={"station": planted.station_code or ""},
            now=now,
        )


def _kind(place: plan.Place) -> str:
    point = place.level == Level.ENTERPRISE
    return StationKind.POINT if point else StationKind.COMPREHENSIVE


def _residence(place: plan.Place) -> str:
    # People of a city or county station live in one of its streets.
    return place.region_code if len(place.region_code) == 9 else f"{plan.BRANCH}001"


def _employer(place: plan.Place) -> str:
    if place.level == Level.ENTERPRISE:
        return place.name.removesuffix("工会帮扶点")
    return "(虚构)禾川纺织有限公司"
