"""Rounds over many files: what is due in a quarter, who declares anew, which exits are verified."""

from __future__ import annotations

import hashlib
import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.workdays import add_working_days, working_days_left
from shared_apps.audit.services import record
from shared_apps.policies.selectors import Rule, rules_in_force
from shared_apps.regions.selectors import calendar_in_force
from tenant_apps.casework.services import close_todos, open_todo, start_clock, stop_clock
from tenant_apps.households.links import work_link
from tenant_apps.households.models import (
    RECHECK_WAITS,
    FileState,
    HouseholdFile,
    HouseholdRecheck,
    HouseholdRound,
    RecheckKind,
    RecheckState,
    RoundKind,
)
from tenant_apps.households.services.stepping import months_after

SUBJECT = "recheck_round"
_CLOCK = "recheck"
_RULES = ("recheck.months", "redeclare.months", "spotcheck.share", "clock.recheck")
_IN_ROUND = (FileState.ON_FILE, FileState.RECHECKING)
_KIND_OF_RECHECK = {
    RoundKind.QUARTERLY: RecheckKind.QUARTERLY,
    RoundKind.YEARLY: RecheckKind.YEARLY,
    RoundKind.REDECLARE: RecheckKind.REDECLARE,
    RoundKind.EXITS: RecheckKind.EXIT_CHECK,
}
_TITLES = {
    RoundKind.QUARTERLY: gettext_noop("季度复核 %(period)s：%(files)s 户"),
    RoundKind.YEARLY: gettext_noop("年度复核 %(period)s：%(files)s 户"),
    RoundKind.REDECLARE: gettext_noop("重新申报 %(period)s：%(files)s 户"),
    RoundKind.EXITS: gettext_noop("退出核查 %(period)s：%(files)s 户"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The part of a year in which every file is looked at once."""

    first: date
    last: date

    @property
    def code(self) -> str:
        """How the period is written: 2026Q4, or its months where it is no quarter."""
        if (self.last.month - self.first.month) == 2 and self.last.month % 3 == 0:
            return f"{self.first.year}Q{self.last.month // 3}"
        return f"{self.first.year}.{self.first.month:02d}-{self.last.month:02d}"

    @property
    def ends_the_year(self) -> bool:
        """Whether this is the round of the yearly clean-up."""
        return self.last.month == 12


def period_of(day: date, *, months: int) -> Period:
    """Return the period a day falls in; a year is cut into equal parts of at most so many months."""
    length = max(part for part in (1, 2, 3, 4, 6, 12) if part <= max(months, 1))
    first = date(day.year, (day.month - 1) // length * length + 1, 1)
    return Period(first=first, last=months_after(first, length) - timedelta(days=1))


def sample_of(keys: Sequence[UUID], *, seed: int, share: Fraction) -> set[UUID]:
    """Draw at least a share of some files: the first ones when sorted by the digest of seed and key.

    The same seed and files always give the same sample, whatever their order.
    """
    size = math.ceil(len(keys) * share)
    ranked = sorted(keys, key=lambda key: hashlib.sha256(f"{seed}:{key}".encode()).digest())
    return set(ranked[:size])


@transaction.atomic
def open_rounds(*, now: datetime) -> int:
    """Open the rounds that are due at the station in force; returns how many. Safe to repeat.

    Every file on file is due once a period, the last one of a year being the yearly clean-up; of each
    round a share is drawn for a visit. Who declared himself longer ago than the rule allows declares
    anew; of those who left in the period before, a share is verified.
    """
    on = clock.local_day(now)
    rules = rules_in_force(_RULES, station=current_station(), on=on)
    period = period_of(on, months=rules["recheck.months"].value)
    month = f"{on:%Y-%m}"
    known = set(
        HouseholdRound.objects.filter(period__in=[period.code, month]).values_list("kind", "period")
    )
    opened = 0
    regular = RoundKind.YEARLY if period.ends_the_year else RoundKind.QUARTERLY
    if (regular, period.code) not in known:
        opened += _open(
            regular, period.code, _due_files(period), due_on=period.last, rules=rules, now=now
        )
    if (RoundKind.REDECLARE, month) not in known:
        due_on = add_working_days(on, rules["clock.recheck"].value, calendar_in_force())
        files = _to_declare(months_after(on, -rules["redeclare.months"].value))
        opened += _open(RoundKind.REDECLARE, month, files, due_on=due_on, rules=rules, now=now)
    if (RoundKind.EXITS, period.code) not in known:
        before = period_of(period.first - timedelta(days=1), months=rules["recheck.months"].value)
        opened += _open(
            RoundKind.EXITS,
            period.code,
            _left_in(before),
            due_on=period.last,
            rules=rules,
            now=now,
        )
    return opened


def settle_round(round_id: UUID | None, *, now: datetime) -> None:
    """Close a round whose last re-check is decided; its deadline ends."""
    if (
        round_id is None
        or HouseholdRecheck.objects.filter(round_id=round_id, state__in=RECHECK_WAITS).exists()
    ):
        return
    HouseholdRound.objects.filter(pk=round_id, closed_at__isnull=True).update(closed_at=now)
    stop_clock(subject=(SUBJECT, round_id), kind=_CLOCK, now=now)
    close_todos(subject=(SUBJECT, round_id), now=now)


def _due_files(period: Period) -> list[UUID]:
    return list(
        HouseholdFile.objects.filter(state__in=_IN_ROUND)
        .filter(Q(on_file_on__lt=period.first) | Q(on_file_on__isnull=True))
        .values_list("pk", flat=True)
    )


def _to_declare(limit: date) -> list[UUID]:
    waiting = HouseholdRecheck.objects.filter(kind=RecheckKind.REDECLARE, state__in=RECHECK_WAITS)
    return list(
        HouseholdFile.objects.filter(state__in=_IN_ROUND)
        .filter(Q(declared_on__lte=limit) | Q(declared_on__isnull=True, on_file_on__lte=limit))
        .exclude(pk__in=waiting.values("file_id"))
        .values_list("pk", flat=True)
    )


def _left_in(period: Period) -> list[UUID]:
    return list(
        HouseholdFile.objects.filter(
            state__in=[FileState.OUT, FileState.SECURED],
            closed_on__range=(period.first, period.last),
        ).values_list("pk", flat=True)
    )


def _open(
    kind: RoundKind,
    period: str,
    files: list[UUID],
    *,
    due_on: date,
    rules: dict[str, Rule],
    now: datetime,
) -> int:
    if not files:
        return 0
    share = Fraction(rules["spotcheck.share"].value)
    seed = secrets.randbits(62)
    drawn = sample_of(files, seed=seed, share=share)
    chosen = sorted(drawn) if kind == RoundKind.EXITS else files
    row = HouseholdRound.objects.create(
        kind=kind,
        period=period,
        due_on=due_on,
        seed=seed,
        share=rules["spotcheck.share"].value,
        population=len(files),
        sampled=len(drawn),
        opened_at=now,
    )
    # A file that came from another station brought its own re-check of the period along.
    brought = HouseholdRecheck.objects.filter(
        file_id__in=chosen, kind=_KIND_OF_RECHECK[kind], period=period
    ).exclude(state=RecheckState.CANCELLED)
    known = set(brought.values_list("file_id", flat=True))
    brought.update(round=row)
    HouseholdRecheck.objects.bulk_create(
        HouseholdRecheck(
            file_id=key,
            round=row,
            kind=_KIND_OF_RECHECK[kind],
            period=period,
            due_on=due_on,
            is_sampled=key in drawn and kind != RoundKind.REDECLARE,
            opened_at=now,
        )
        for key in chosen
        if key not in known
    )
    _announce(row, len(chosen), now=now)
    return 1


def _announce(row: HouseholdRound, files: int, *, now: datetime) -> None:
    subject = (SUBJECT, row.pk)
    link = work_link()
    days = working_days_left(clock.local_day(now), row.due_on, calendar_in_force())
    start_clock(
        subject=subject,
        kind=_CLOCK,
        working_days=max(days, 1),
        capability="file.recheck",
        reference=f"{row.get_kind_display()} {row.period}",
        link=link,
        now=now,
    )
    open_todo(
        subject=subject,
        kind="file.recheck",
        capability="file.recheck",
        title=_TITLES[RoundKind(row.kind)],
        params={"period": row.period, "files": files},
        link=link,
        due_on=row.due_on,
        now=now,
    )
    record(
        event="round.opened",
        actor=Actor.system("clock", station=current_station()),
        subject=subject,
        data={
            "kind": row.kind,
            "period": row.period,
            "seed": row.seed,
            "share": str(row.share),
            "population": row.population,
            "sampled": row.sampled,
        },
        now=now,
    )
