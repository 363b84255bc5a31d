"""Check the rows of an import in the background, a chunk at a time, and say what each would do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from bangfu.kernel import clock
from bangfu.kernel.errors import Problem, Text
from bangfu.kernel.tenancy import StationRef, current_station
from shared_apps.importing.models import Part, Row, Run, RunState, Verdict
from shared_apps.notifications.services import notify
from shared_apps.policies.selectors import Rule, rules_in_force
from shared_apps.regions.selectors import region_labels
from tenant_apps.households.mapping import number_hash
from tenant_apps.households.models import EDITABLE_STATES, HouseholdFile
from tenant_apps.households.rules import CheckContext, Stage
from tenant_apps.imports.judging import Reading, problems_of, read_bundle
from tenant_apps.imports.links import run_link
from tenant_apps.imports.payloads import Bundle
from tenant_apps.imports.reading import RawRow
from tenant_apps.imports.selectors import (
    TAKES_FILES,
    get_run,
    people_of,
    people_on_file,
)
from tenant_apps.imports.sightings import People, Place, Surroundings
from tenants.models import Station
from tenants.selectors import stations_with_codes

CHUNK = 200
MOST_KEPT_PROBLEMS = 60


@dataclass(frozen=True)
class Candidate:
    """A household to judge: where it stands in the import, and its rows."""

    place: Place
    household: RawRow
    members: tuple[RawRow, ...]

    @classmethod
    def of(cls, row: Row) -> Candidate:
        """The household a row of an import keeps sealed."""
        bundle = Bundle.from_text(row.payload.reveal())
        if bundle.household is None:
            raise ValueError(row)
        return cls(
            Place.of(row.part, row.number, row.household_no), bundle.household, bundle.members
        )

    def read(self) -> Reading:
        """The household as a draft."""
        return read_bundle(self.household, self.members)


@dataclass(frozen=True)
class Judgement:
    """What was found: the draft, its problems, the station it is for, the file it would change."""

    reading: Reading
    problems: tuple[Problem, ...]
    station: Station | None
    existing_file: UUID | None

    @property
    def verdict(self) -> Verdict:
        """What importing the household would do."""
        if any(problem.severity == "error" for problem in self.problems):
            return Verdict.ERROR
        return Verdict.UPDATE if self.existing_file else Verdict.NEW


def check_import(run_id: UUID, *, now: datetime) -> None:
    """Check every row of an import that is not checked yet. Safe to repeat and to be killed."""
    people = people_of(get_run(run_id))
    while check_chunk(run_id, people=people, now=now):
        pass


@transaction.atomic
def check_chunk(run_id: UUID, *, now: datetime, people: People | None = None) -> bool:
    """Check the next rows of an import; True when there may be more.

    Locks the import; a second worker that finds it locked leaves it alone. `people` are those of the
    whole import, read here where they are not given. A chunk costs about ten queries, whatever the
    number of its rows.
    """
    run = locked_run(run_id)
    if run is None or run.state != RunState.CHECKING:
        return False
    rows = list(
        run.rows.filter(verdict=Verdict.UNCHECKED)
        .exclude(part=Part.CONTEXT)
        .order_by("part", "number")[:CHUNK]
    )
    if not rows:
        _finish_check(run, now=now)
        return False
    _check_rows(rows, people=people or people_of(run), on=clock.local_day(now))
    save_rows(rows, ["verdict", "problems", "has_warning", "target"])
    run.done_rows += len(rows)
    run.save(update_fields=["done_rows"])
    return True


def locked_run(run_id: UUID) -> Run | None:
    """The import, locked until the commit; None while another worker is at it."""
    get_run(run_id)
    return Run.objects.select_for_update(skip_locked=True).filter(pk=run_id).first()


def save_rows(rows: Sequence[Row], fields: Sequence[str]) -> None:
    """Write these fields of rows that exist, in one statement.

    An upsert: `bulk_update` would take ten times as long to put its CASE expressions together.
    """
    Row.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=fields)


def _check_rows(rows: Sequence[Row], *, people: People, on: date) -> None:
    households = [row for row in rows if row.part == Part.HOUSEHOLD]
    candidates = [Candidate.of(row) for row in households]
    for row, judgement in zip(
        households, judge(candidates, people=people, station=current_station(), on=on), strict=True
    ):
        row.verdict = judgement.verdict
        row.target = judgement.station
        row.has_warning = any(one.severity == "warning" for one in judgement.problems)
        row.problems = [problem_data(one) for one in judgement.problems[:MOST_KEPT_PROBLEMS]]
    for row in rows:
        if row.part == Part.MEMBER:
            row.verdict = Verdict.ERROR
            row.problems = [problem_data(_without_household(row))]


def judge(
    candidates: Sequence[Candidate], *, people: People, station: StationRef, on: date
) -> list[Judgement]:
    """Judge households for `station` and those below it. Queries are made once for all of them."""
    readings = [one.read() for one in candidates]
    named = stations_with_codes({one.household.station_code for one in candidates})
    around = _surroundings(readings, people, station)
    codes = {code for one in readings for code in (one.draft.hukou_region, one.draft.residence)}
    regions = region_labels(codes - {""}, on=on)
    exclusions: dict[int, dict[str, Rule]] = {}
    judgements = []
    for one, reading in zip(candidates, readings, strict=True):
        code = one.household.station_code
        refusal = station_refusal(code, named.get(code), uploader=station)
        target = None if refusal else named[code]
        where = target.ref if target else station
        if where.id not in exclusions:
            exclusions[where.id] = rules_in_force(
                ["exclusions.scope", "exclusions.items"], station=where, on=on
            )
        ctx = CheckContext(
            on=on,
            stage=Stage.IMPORT,
            station_refusal=refusal,
            sightings=around.sightings(reading.draft, one.place, where.id),
            region_exists=regions.__contains__,
            exclusions_bar=exclusions[where.id]["exclusions.scope"].value,
            exclusions=exclusions[where.id]["exclusions.items"].value,
        )
        problems = [
            *_number_problems(one, people),
            *problems_of(reading, Bundle(one.household, one.members), ctx),
        ]
        head = number_hash(reading.draft.id_no) if reading.draft.id_no else None
        existing = around.existing_file(head, where.id)
        judgements.append(Judgement(reading, tuple(problems), target, existing))
    return judgements


def station_refusal(code: str, named: Station | None, *, uploader: StationRef) -> Text:
    """Say why the station a row names cannot take it from the uploader; empty when it can (E601)."""
    if not code:
        return _("请填写建档站点编码。")
    if named is None:
        return _("没有编码为“%(code)s”的站点，或该站点尚未开通，请核对编码。") % {"code": code}
    if not named.ref.is_below(uploader):
        return _("站点“%(code)s”不在本站(%(own)s)的管辖范围内。") % {
            "code": code,
            "own": uploader.code,
        }
    if named.state not in TAKES_FILES:
        return _("站点“%(code)s”当前为“%(state)s”，不能接收档案。") % {
            "code": code,
            "state": named.get_state_display(),
        }
    return ""


def problem_data(problem: Problem) -> dict[str, Any]:
    """A problem as it is kept with its row and given to the API."""
    return {
        "row": problem.row,
        "column": problem.column,
        "field": problem.field,
        "code": problem.code,
        "message": str(problem.message),
        "severity": problem.severity,
    }


def _surroundings(readings: Sequence[Reading], people: People, station: StationRef) -> Surroundings:
    drafts = [reading.draft for reading in readings]
    numbers = {draft.id_no for draft in drafts} | {
        member.id_no for draft in drafts for member in draft.members
    }
    on_file = people_on_file([number_hash(number) for number in numbers if number])
    own = {
        seen.file_id
        for places in on_file.values()
        for seen in places
        if seen.station_id == station.id
    }
    closed: Mapping[UUID, Text] = {}
    if own:
        files = HouseholdFile.objects.filter(pk__in=own).exclude(state__in=EDITABLE_STATES)
        closed = {file.pk: file.get_state_display() for file in files.only("state")}
    return Surroundings(people, on_file, closed)


def _number_problems(candidate: Candidate, people: People) -> list[Problem]:
    place = candidate.place
    if not place.household_no:
        return [_number_problem(place, "required", _("请填写“户序号”。"))]
    first = people.households.get(place.household_no, place)
    if first < place:
        message = _("户序号“%(number)s”与第 %(row)d 行重复，每户应有不同的户序号。")
        words = {"number": place.household_no, "row": first.number}
        return [_number_problem(place, "household-no", message % words)]
    return []


def _number_problem(place: Place, code: str, message: str) -> Problem:
    return Problem(
        code=code, message=message, field="household_no", row=place.number, column=_("户序号")
    )


def _without_household(row: Row) -> Problem:
    message = _("“困难职工家庭”中没有户序号为“%(number)s”的户，请核对。") % {
        "number": row.household_no
    }
    return Problem(
        code="household-no",
        message=message,
        field="members.0.household_no",
        row=row.number,
        column=_("户序号"),
    )


def _finish_check(run: Run, *, now: datetime) -> None:
    counts = run.rows.exclude(part=Part.CONTEXT).aggregate(
        new_rows=Count("id", filter=Q(verdict=Verdict.NEW)),
        update_rows=Count("id", filter=Q(verdict=Verdict.UPDATE)),
        error_rows=Count("id", filter=Q(verdict=Verdict.ERROR)),
        warning_rows=Count("id", filter=Q(has_warning=True)),
    )
    for name, number in counts.items():
        setattr(run, name, number)
    run.state = RunState.CHECKED
    run.checked_at = now
    run.save(update_fields=["state", "checked_at", *counts])
    if run.total_rows > CHUNK and run.user_id is not None:
        notify(
            station_id=run.station_id,
            user_ids=[run.user_id],
            kind="import.checked",
            title=_lazy("导入校验完成：%(good)s 行可导入，%(bad)s 行有错误"),
            params={"good": run.new_rows + run.update_rows, "bad": run.error_rows},
            link=run_link(run.pk),
            key=f"import.checked:{run.pk}",
            now=now,
        )
