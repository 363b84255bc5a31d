"""An import as people send it: a workbook of the national form, checked, confirmed and applied."""

import io
from collections.abc import Callable, Iterator
from datetime import date
from random import Random
from resource import RUSAGE_SELF, getrusage
from time import perf_counter, process_time
from typing import Any

from infra.bench import ground
from infra.bench.measure import goal, title

ROWS = 5_000
SECONDS_AT_MOST = 60


def run(*, stations: list[int], quick: bool) -> None:
    """Import a workbook into one station, step by step as its worker does."""
    place = ground.open_tree(min(stations))[-1]
    rows = ROWS // 5 if quick else ROWS
    title(f"import of {rows} households beside {min(stations)} stations")
    seconds = import_workbook(place, rows=rows)
    goal(f"seconds for {ROWS} households", seconds * ROWS / rows, at_most=SECONDS_AT_MOST)


def import_workbook(place: Any, *, rows: int) -> float:
    """Upload, check and apply a workbook of so many households; print each step, return the seconds."""
    from bangfu.kernel import clock
    from bangfu.kernel.actors import Actor
    from bangfu.kernel.tenancy import in_station
    from shared_apps.importing.models import Run
    from tenant_apps.households.models import HouseholdFile, HouseholdMember
    from tenant_apps.imports.services import (
        apply_import,
        check_import,
        confirm_import,
        start_import,
    )

    data = workbook(rows, station_code=place.code)
    actor = Actor(
        user_id=None,
        name="基准",
        station=place.ref,
        capabilities=frozenset({"import.run", "file.edit"}),
    )
    total = 0.0
    with in_station(place.ref):
        before = HouseholdFile.objects.count()
        began = _Moment()
        one = start_import(data, filename="基准.xlsx", actor=actor, now=clock.now())
        total += began.show("upload", rows)
        began = _Moment()
        check_import(one.pk, now=clock.now())
        total += began.show("check", rows)
        confirm_import(one.pk, update_existing=False, actor=actor, now=clock.now())
        began = _Moment()
        apply_import(one.pk, now=clock.now())
        total += began.show("apply", rows)
        one = Run.objects.get(pk=one.pk)
        files = HouseholdFile.objects.count() - before
        members = HouseholdMember.objects.count()
    print(
        f"  {rows / total:.0f} households a second; {files} files, {members} members, "
        f"{one.error_rows} refused; workbook {len(data) / 1e6:.1f} MB"
    )
    return total


def workbook(rows: int, *, station_code: str) -> bytes:
    """Fill the form with invented households, as text and numbers the way Excel holds them."""
    import xlsxwriter

    from tenant_apps.imports.columns import HOUSEHOLDS, MEMBERS

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheets = {form.sheet: book.add_worksheet(form.sheet) for form in (HOUSEHOLDS, MEMBERS)}
    lines = dict.fromkeys(sheets, 1)
    for form in (HOUSEHOLDS, MEMBERS):
        sheets[form.sheet].write_row(0, 0, [column.heading for column in form.columns])
    for number, draft in enumerate(_drafts(rows, seed=station_code), start=1):
        places = [(HOUSEHOLDS, draft), *((MEMBERS, member) for member in draft.members)]
        for form, person in places:
            known = {"household_no": str(number), "station_code": station_code}
            for at, column in enumerate(form.columns):
                value = known.get(column.name) or _cell(person, column)
                if value not in (None, ""):
                    sheets[form.sheet].write(lines[form.sheet], at, value)
            lines[form.sheet] += 1
    book.close()
    return target.getvalue()


def _drafts(rows: int, *, seed: str) -> Iterator[Any]:
    from bangfu.demo.households import invented_household

    chance = Random(seed)  # noqa: S311
    for _number in range(rows):
        yield invented_household(
            chance,
            residence="130702001",
            employer="(虚构)基准有限公司",
            on=date(2026, 10, 12),
            complete=True,
        )


def _cell(person: Any, column: Any) -> str | float | None:
    from tenant_apps.households.fields import Kind

    if column.spec is None:
        return None
    value = getattr(person, column.field)
    kind = column.spec.kind
    if kind is Kind.CODES:
        at = int(column.name[-1]) - 1
        value = value[at] if at < len(value) else ""
    if value in (None, ""):
        return None
    worded: dict[str, Callable[[Any], str | float]] = {
        Kind.CODE: lambda code: str(column.spec.code_list.get(code).label),
        Kind.CODES: lambda code: str(column.spec.code_list.get(code).label),
        Kind.MONEY: lambda fen: float(fen / 100),
        Kind.YES_NO: lambda yes: "是" if yes else "否",
        Kind.INTEGER: float,
        Kind.DECIMAL: float,
    }
    return worded.get(kind, str)(value)


class _Moment:
    """When a step began, by the clock and by the processor."""

    def __init__(self) -> None:
        self._wall, self._cpu, self._server = (
            perf_counter(),
            process_time(),
            ground.backend_seconds(),
        )

    def show(self, step: str, rows: int) -> float:
        """Print what the step took; return its seconds."""
        wall, cpu = perf_counter() - self._wall, process_time() - self._cpu
        server = ground.backend_seconds() - self._server
        peak = getrusage(RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"  {step:7} {wall:7.2f} s, {rows / wall:5.0f} households a second; processor: Python {cpu:.2f} s, "
            f"PostgreSQL {server:.2f} s; peak {peak:.0f} MB",
            flush=True,
        )
        return wall
