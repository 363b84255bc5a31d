"""What changes divisions and working days."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound, Problem, refuse
from shared_apps.audit.services import record
from shared_apps.regions.models import CalendarOverride, Region
from shared_apps.regions.selectors import YEARS

DATA_FILE = Path(__file__).parent / "data" / "regions.csv"
_ROWS_AT_ONCE = 1000


def load_regions(model: type[Region] = Region, *, using: str = "default") -> int:
    """Bring the table of divisions up to the project's data file; safe to repeat.

    ``model`` and ``using`` are given by the migration that first runs it. Rows are never deleted:
    a division that ends gets its ``valid_to`` in the file. Returns the number of rows of the file.
    """
    rows = [model(**row) for row in _rows_of_file()]
    changing = ["name", "level", "parent_code", "kind", "valid_to", "predecessor_code"]
    model._default_manager.using(using).bulk_create(
        rows,
        batch_size=_ROWS_AT_ONCE,
        update_conflicts=True,
        unique_fields=["code", "valid_from"],
        update_fields=changing,
    )
    return len(rows)


@transaction.atomic
def overrule_day(
    *, day: date, is_working_day: bool, source: str, actor: Actor, now: datetime
) -> CalendarOverride:
    """Make a day a working day, or a day off, whatever the official calendar says.

    Raises:
        NotPermitted: the actor does not manage the network.
        InvalidInput: no notice is named as the source, or the year is none that deadlines run through.
    """
    actor.require("network.manage")
    refuse(_problems_of(day, source))
    row, _created = CalendarOverride.objects.update_or_create(
        day=day,
        defaults={
            "is_working_day": is_working_day,
            "source": source.strip(),
            "entered_by": actor.name,
            "entered_at": now,
        },
    )
    record(
        event="calendar.overruled",
        actor=actor,
        subject=("day", day.isoformat()),
        data={"is_working_day": is_working_day, "source": row.source},
        now=now,
    )
    return row


@transaction.atomic
def follow_calendar_again(*, day: date, actor: Actor, now: datetime) -> None:
    """Let a day be again what the official calendar says.

    Raises:
        NotPermitted: the actor does not manage the network.
        NotFound: the day is not overruled.
    """
    actor.require("network.manage")
    deleted, _by_model = CalendarOverride.objects.filter(day=day).delete()
    if not deleted:
        raise NotFound
    record(
        event="calendar.followed_again",
        actor=actor,
        subject=("day", day.isoformat()),
        now=now,
    )


def _problems_of(day: date, source: str) -> Iterator[Problem]:
    if not source.strip():
        yield Problem(code="E001", field="source", message=_("请填写依据的通知文号。"))
    if day.year not in YEARS:
        yield Problem(
            code="year-out-of-range",
            field="day",
            message=gettext("年份应在 %(first)d 至 %(last)d 之间，请核对。")
            % {"first": YEARS[0], "last": YEARS[-1]},
        )


def _rows_of_file() -> Iterator[dict[str, object]]:
    with DATA_FILE.open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            yield {
                **line,
                "level": int(line["level"]),
                "valid_from": _day(line["valid_from"]),
                "valid_to": _day(line["valid_to"]),
            }


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
