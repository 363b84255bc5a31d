"""Many stations at once: a parent invites its own, an administrator imports a list."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, Problem, Text
from shared_apps.accounts import links
from shared_apps.audit.services import record
from shared_apps.onboarding import doorbell
from shared_apps.onboarding.errors import ParentNotOpen, StationExists
from shared_apps.onboarding.models import Application, ApplicationState, Batch, Letter, Origin
from shared_apps.onboarding.rules import region_problem, uscc_problem, written_problems
from shared_apps.onboarding.services.applying import open_application
from shared_apps.onboarding.services.history import due_day, owe
from shared_apps.regions.selectors import known_regions
from tenants.models import Level, Station, StationKind, StationState
from tenants.provisioning import WrongParent

AT_MOST = 2000
_CODE = re.compile("[0-9A-Z]{1,12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a list of stations as it was typed; ``row`` is its number in the sheet."""

    row: int
    name: str
    region_code: str = ""
    code: str = ""
    parent_code: str = ""
    level: int | None = None
    union_uscc: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""


@dataclass(slots=True)
class Preview:
    """What a list would do: the lines that are good, and what is wrong with the others."""

    good: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def preview_import(lines: Sequence[Line]) -> Preview:
    """Check a list of an administrator against the network and against itself. Five queries.

    A line is good when its code is free, its parent is open or stands on a good line of the list, level and
    region fit below it, and its region has no station of the kind, neither open nor on a line above.
    """
    if len(lines) > AT_MOST:
        raise InvalidInput(
            [
                Problem(
                    code="too-many-rows",
                    message=_("一次最多导入 %(limit)s 个站点，请分批导入。") % {"limit": AT_MOST},
                )
            ]
        )
    check = _Checking(lines)
    found: dict[int, list[Problem]] = {}
    # Parents first, wherever they stand: what is wrong with one stops those below it.
    for at, line in sorted(enumerate(lines), key=lambda one: one[1].level or Level.ENTERPRISE):
        found[at] = check.problems_of(line)
    return Preview(
        good=[line for at, line in enumerate(lines) if not found[at]],
        problems=[problem for at in sorted(found) for problem in found[at]],
    )


@transaction.atomic
def import_stations(*, lines: Sequence[Line], title: str, actor: Actor, now: datetime) -> Batch:
    """Queue the good lines of a list; the workers open them, parents before children.

    Raises:
        InvalidInput: a line is no longer good.
    """
    actor.require("network.manage")
    preview = preview_import(lines)
    if preview.problems:
        raise InvalidInput(preview.problems)
    parents = {
        station.code: station
        for station in Station.objects.filter(code__in={line.parent_code for line in lines})
    }
    batch = Batch.objects.create(
        title=title, origin=Origin.IMPORT, total=len(lines), made_by_name=actor.name, made_at=now
    )
    Application.objects.bulk_create(
        (_imported(line, batch, parents, now=now) for line in lines), batch_size=200
    )
    record(
        event="onboarding.imported",
        actor=actor,
        subject=("batch", batch.pk),
        data={"title": title, "stations": len(lines)},
        now=now,
    )
    transaction.on_commit(doorbell.ring_for_waiting)
    return batch


@transaction.atomic
def invite_stations(
    *, parent: Station, lines: Sequence[Line], title: str, actor: Actor, now: datetime
) -> Batch:
    """Make a draft with a link of its own for each unit that a parent invites; workers send the letters.

    Raises:
        InvalidInput: some lines are wrong; each problem names its row.
    """
    actor.require("onboarding.invite")
    if len(lines) > AT_MOST or not lines:
        raise InvalidInput(
            [Problem(code="no-rows", message=_("请填写 1 至 2000 个单位，每行一个。"))]
        )
    batch = Batch.objects.create(
        title=title,
        origin=Origin.INVITED,
        parent=parent,
        total=len(lines),
        made_by_name=actor.name,
        made_at=now,
    )
    due = due_day("apply", now=now)
    problems: list[Problem] = []
    for line in lines:
        try:
            with transaction.atomic():
                application = open_application(
                    parent=parent,
                    level=line.level,
                    said=_said(line),
                    now=now,
                    origin=Origin.INVITED,
                    batch=batch,
                )
                application.due_on = due
                owe(application, Letter.INVITED)
                application.save()
        except InvalidInput as error:
            problems += [
                Problem(code=each.code, field=each.field, message=each.message, row=line.row)
                for each in error.problems
            ]
        except (WrongParent, ParentNotOpen) as error:
            problems.append(_problem(line, error.code, "level", str(error)))
    if problems:
        raise InvalidInput(problems)
    record(
        event="onboarding.invited",
        actor=actor,
        subject=("batch", batch.pk),
        data={"title": title, "stations": len(lines)},
        now=now,
    )
    transaction.on_commit(doorbell.ring_for_letters)
    return batch


def _said(line: Line) -> Mapping[str, str]:
    return {
        "name": line.name,
        "region_code": line.region_code,
        "union_uscc": line.union_uscc,
        "contact_name": line.contact_name,
        "contact_phone": line.contact_phone,
        "contact_email": line.contact_email,
    }


def _imported(
    line: Line, batch: Batch, parents: Mapping[str, Station], *, now: datetime
) -> Application:
    return Application(
        nonce=links.fresh_nonce(),
        state=ApplicationState.PROVISIONING,
        origin=Origin.IMPORT,
        batch=batch,
        parent=parents.get(line.parent_code),
        parent_code=line.parent_code,
        level=line.level or Level.ENTERPRISE,
        kind=StationKind.POINT if line.level == Level.ENTERPRISE else StationKind.COMPREHENSIVE,
        assigned_code=line.code,
        made_at=now,
        submitted_at=now,
        decided_at=now,
        **_said(line),
    )


class _Checking:
    """The lines of a list, one after the other, with what is known of the network and of the list."""

    def __init__(self, lines: Sequence[Line]) -> None:
        codes = {line.code for line in lines} | {line.parent_code for line in lines}
        regions = {_full_code(line.region_code) for line in lines}
        self._stations = {
            station.code: _Place(station.level, station.region_code, station.takes_direct_units)
            for station in Station.objects.filter(code__in=codes)
        }
        self._promised = set(
            Application.objects.filter(assigned_code__in=codes).values_list(
                "assigned_code", flat=True
            )
        )
        self._regions = known_regions(regions, on=clock.today())
        self._served: dict[tuple[int, str], str] = dict(
            _served_regions({line.region_code for line in lines})
        )
        self._times = Counter(line.code for line in lines)
        self._listed = {line.code for line in lines}
        self._good: dict[str, _Place] = {}

    def problems_of(self, line: Line) -> list[Problem]:
        """Say what is wrong with a line; a good one may be the parent of those that follow."""
        problems = [
            *self._of_writing(line),
            *self._of_code(line),
            *(self._of_city(line) if line.level == Level.CITY else self._of_place(line)),
        ]
        if not problems:
            self._good[line.code] = _Place(line.level or 0, line.region_code, takes_direct=False)
            if line.level != Level.ENTERPRISE:
                self._served[line.level or 0, line.region_code] = line.name
        return problems

    def _of_writing(self, line: Line) -> Iterator[Problem]:
        if not line.name:
            yield _problem(line, "required", "name", _("缺少站点名称。"))
        for wrong in written_problems(_said(line)):
            yield _problem(line, wrong.code, wrong.field, wrong.message)
        if wrong_code := uscc_problem(line.union_uscc):
            yield _problem(line, wrong_code.code, wrong_code.field, wrong_code.message)

    def _of_code(self, line: Line) -> Iterator[Problem]:
        if not _CODE.fullmatch(line.code):
            yield _problem(line, "bad-code", "code", _("站点编码应为 12 位以内的字母和数字。"))
        if line.code in self._stations or line.code in self._promised:
            yield _problem(line, "code-taken", "code", _("站点编码已被使用。"))
        elif self._times[line.code] > 1:
            yield _problem(line, "code-repeated", "code", _("编码在表中重复。"))
        elif line.level != Level.ENTERPRISE:
            other = self._served.get((line.level or 0, line.region_code))
            if other is not None:
                refusal = StationExists(name=other)
                yield _problem(line, refusal.code, "region_code", str(refusal))

    def _of_city(self, line: Line) -> Iterator[Problem]:
        if line.parent_code:
            yield _problem(line, "wrong-parent", "parent_code", str(WrongParent()))
        yield from self._of_region(line, None)

    def _of_place(self, line: Line) -> Iterator[Problem]:
        parent = self._stations.get(line.parent_code) or self._good.get(line.parent_code)
        if parent is not None:
            if line.level is None or not parent.takes(line.level):
                yield _problem(line, "wrong-parent", "parent_code", str(WrongParent()))
            else:
                yield from self._of_region(line, parent)
        elif line.parent_code in self._listed:
            message = _("上级站点 %(code)s 所在的行有误，本行须与它一起改正后再导入。")
            words = {"code": line.parent_code}
            yield _problem(line, "parent-refused", "parent_code", message % words)
        else:
            yield _problem(line, "parent-missing", "parent_code", _("上级站点不存在，也不在表中。"))

    def _of_region(self, line: Line, parent: "_Place | None") -> Iterator[Problem]:
        wrong = parent and region_problem(
            level=line.level or 0, region_code=line.region_code, parent_region=parent.region
        )
        if wrong:
            yield _problem(line, wrong.code, wrong.field, wrong.message)
        elif _full_code(line.region_code) not in self._regions:
            message = _("没有这个行政区划代码，请从列表中选择。")
            yield _problem(line, "unknown-region", "region_code", message)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a line's parent stands: its level, its region, and whether it takes units directly."""

    level: int
    region: str
    takes_direct: bool

    def takes(self, level: int) -> bool:
        direct = self.takes_direct and level == Level.ENTERPRISE and self.level < level
        return level == self.level + 1 or direct


def _full_code(region: str) -> str:
    """Return the code under which a division is known: a city's four digits are the first of six."""
    return region if len(region) != 4 else f"{region}00"


def _served_regions(regions: Collection[str]) -> Iterator[tuple[tuple[int, str], str]]:
    """Give level and region of each comprehensive station there is or will be, with its name."""
    same = {"region_code__in": regions, "kind": StationKind.COMPREHENSIVE}
    promised = Application.objects.filter(state=ApplicationState.PROVISIONING, **same)
    stations = Station.objects.filter(**same).exclude(
        state__in=[StationState.CLOSED, StationState.ARCHIVED]
    )
    for level, region, name in (
        *promised.values_list("level", "region_code", "name"),
        *stations.values_list("level", "region_code", "name"),
    ):
        yield (level, region), name


def _problem(line: Line, code: str, name: str, message: Text) -> Problem:
    return Problem(code=code, field=name, message=message, row=line.row)
