"""What is done to open stations from above, and by a station to its own profile."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.clock import local_day
from bangfu.kernel.errors import InvalidInput, NotFound, Problem
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.audit.services import record
from shared_apps.console.errors import TooFewStandards
from shared_apps.console.rules import PASS_MARK, RESUMED, STANDARDS
from shared_apps.console.selectors import evidence_of
from shared_apps.exchange.services import post
from shared_apps.notifications.services import notify
from shared_apps.onboarding.errors import StationExists
from shared_apps.onboarding.rules import region_problem
from shared_apps.regions.selectors import region_exists
from tenants.lifecycle import STATION_FLOW, move_station
from tenants.models import Level, Station, StationKind, StationState
from tenants.selectors import forget_stations, get_station

# What the station above may correct of an open station.
CORRECTED = ("name", "kind", "region_code")
_LONGEST_NAME = 120
PROFILE = ("union_name", "union_uscc", "address", "phone", "founded_on", "takes_direct_units")


@transaction.atomic
def accept_station(
    *, code: str, met: Collection[str], reason: str = "", actor: Actor, now: datetime
) -> Station:
    """End the trial of a station that meets enough of the ten standards.

    A report of it was accepted by then, and it paid somebody; where not, ``reason`` says what it is accepted by
    instead, such as a rehearsal. The audit chain keeps what there was.

    Raises:
        NotFound, IllegalMove: as ``move_station``.
        TooFewStandards: fewer than the pass mark are met.
        InvalidInput: no report was accepted or nobody paid, and no reason is given.

    Source: domain §3.1, I-B01.
    """
    known = sorted(set(met) & set(STANDARDS))
    actor.require("onboarding.decide")
    if len(known) < PASS_MARK:
        raise TooFewStandards(wanted=PASS_MARK, met=len(known))
    # First, so that nobody is told anything of a station that is not below the own one.
    station = move_station(code, "accept", actor=actor, now=now)
    shown = evidence_of(station)
    if shown.lacks and not reason.strip():
        message = _(
            "该站已接收报表 %(reports)s 份、到账发放 %(payments)s 笔；缺少的请写明验收依据，如发放演练的日期和结果。"
        ) % {"reports": shown.reports, "payments": shown.payments}
        raise InvalidInput([Problem(code="required", field="reason", message=message)])
    said = {
        "standards": known,
        "reports": shown.reports,
        "payments": shown.payments,
        "reason": reason.strip(),
    }
    _tell_of(station, "accept", data=said, actor=actor, now=now)
    return station


@transaction.atomic
def suspend_station(*, code: str, reason: str, actor: Actor, now: datetime) -> Station:
    """Make a station read-only for its people, for a reason they are told; the one above watches its deadlines.

    Raises:
        InvalidInput: no reason is given.
    """
    if not reason.strip():
        raise InvalidInput([Problem(code="required", field="reason", message=_("请填写理由。"))])
    return _move(code, "suspend", data={"reason": reason}, actor=actor, now=now)


@transaction.atomic
def resume_station(*, code: str, actor: Actor, now: datetime) -> Station:
    """Let a suspended station work again."""
    station = _move(code, "resume", data={}, actor=actor, now=now)
    _tell_station(station, now=now)
    return station


@transaction.atomic
def correct_station(
    *, code: str, said: Mapping[str, str], reason: str, actor: Actor, now: datetime
) -> Station:
    """Correct name, kind and division of a station: a unit was renamed, or its division is another now.

    Its code stays: papers and other stations know it by that.

    Raises:
        NotFound: there is no such station below the actor's own.
        NotPermitted: the actor lacks the capability.
        StationExists: the division has a station of that kind already.
        InvalidInput: nothing changes, no reason or no name is given, or the division does not fit.
    """
    actor.require("onboarding.decide")
    with in_network():
        station = (
            Station.objects.select_for_update(of=("self",))
            .select_related("parent")
            .filter(code=code)
            .first()
        )
        above = actor.station
        if station is None or (above is not None and station.parent_id != above.id):
            raise NotFound
        before = {name: getattr(station, name) for name in CORRECTED}
        after = {name: said.get(name, before[name]).strip() for name in CORRECTED}
        changed = {
            name: [before[name], after[name]] for name in CORRECTED if before[name] != after[name]
        }
        problems = list(_problems_of(station, after, on=local_day(now)))
        if not changed:
            problems.append(
                Problem(code="unchanged", field="name", message=_("没有需要更正的内容。"))
            )
        if not reason.strip():
            problems.append(Problem(code="required", field="reason", message=_("请填写理由。")))
        if problems:
            raise InvalidInput(problems)
        _refuse_second(station, after)
        for name in changed:
            setattr(station, name, after[name])
        station.save(update_fields=list(changed))  # type: ignore[no-untyped-call]
        notify(
            station_id=station.pk,
            capability="settings.view",
            kind="station.corrected",
            title=_("上级更正了本站资料：%(name)s"),
            params={"name": station.name},
            body=reason.strip(),
            link=f"/s/{station.code}/settings/",
            now=now,
        )
    record(
        event="station.corrected",
        actor=actor,
        subject=("station", station.pk),
        data={"changed": changed, "reason": reason.strip()},
        now=now,
    )
    forget_stations()
    return station


@transaction.atomic
def change_profile(
    *, station_id: int, said: Mapping[str, object], actor: Actor, now: datetime
) -> Station:
    """Change what a station says of itself; its name, level and place are the parent's to change."""
    actor.require("settings.manage")
    with in_network():
        station = Station.objects.select_for_update().get(pk=station_id)
        changed = sorted(name for name in PROFILE if getattr(station, name) != said[name])
        for name in changed:
            setattr(station, name, said[name])
        station.save(update_fields=changed or ["phone"])  # type: ignore[no-untyped-call]
    record(
        event="station.profile-changed",
        actor=actor,
        subject=("station", station_id),
        data={"fields": changed},
        now=now,
    )
    forget_stations()
    return station


def _problems_of(station: Station, after: Mapping[str, str], *, on: date) -> Iterator[Problem]:
    if not after["name"] or len(after["name"]) > _LONGEST_NAME:
        yield Problem(
            code="required",
            field="name",
            message=_("请填写站点名称，不超过 %(most)s 个字。") % {"most": _LONGEST_NAME},
        )
    if after["kind"] not in StationKind.values:
        yield Problem(
            code="unknown-kind", field="kind", message=_("没有这个类型，请从列表中选择。")
        )
    if after["region_code"] == station.region_code:
        return
    if station.parent is not None:
        wrong = region_problem(
            level=station.level,
            region_code=after["region_code"],
            parent_region=station.parent.region_code,
        )
        if wrong is not None:
            yield wrong
            return
    code = after["region_code"]
    if not region_exists(code if len(code) != 4 else f"{code}00", on=on):
        yield Problem(
            code="unknown-region",
            field="region_code",
            message=_("没有这个行政区划代码，请从列表中选择。"),
        )


def _refuse_second(station: Station, after: Mapping[str, str]) -> None:
    if station.level == Level.ENTERPRISE:
        return
    other = (
        Station.objects.filter(
            level=station.level, kind=after["kind"], region_code=after["region_code"]
        )
        .exclude(pk=station.pk)
        .exclude(state__in=[StationState.CLOSED, StationState.ARCHIVED])
        .first()
    )
    if other is not None:
        raise StationExists(name=other.name)


def _tell_station(station: Station, *, now: datetime) -> None:
    if station.parent_id is None:
        return
    with in_network():
        above = get_station(station.parent_id).ref
    with in_station(above):
        post(
            kind=RESUMED,
            recipient=station.pk,
            stream=f"station:{station.pk}",
            key=f"{station.pk}:{now.isoformat()}",
            body={"station": station.code, "at": now.isoformat()},
            now=now,
        )


def _move(
    code: str, action: str, *, data: Mapping[str, object], actor: Actor, now: datetime
) -> Station:
    station = move_station(code, action, actor=actor, now=now)
    _tell_of(station, action, data=data, actor=actor, now=now)
    return station


def _tell_of(
    station: Station, action: str, *, data: Mapping[str, object], actor: Actor, now: datetime
) -> None:
    record(
        event=f"station.{action}", actor=actor, subject=("station", station.pk), data=data, now=now
    )
    with in_network():
        notify(
            station_id=station.pk,
            capability="settings.view",
            kind=f"station.{action}",
            title=_("上级对本站办理了：%(step)s"),
            params={"step": str(STATION_FLOW.steps[action].label)},
            body=str(data.get("reason", "")),
            now=now,
        )
