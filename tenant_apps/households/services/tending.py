"""What the passing of time brings about for the files of a station."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from tenant_apps.casework.services import close_todos, stop_clocks
from tenant_apps.households.flow import FILE_FLOW, LEFT
from tenant_apps.households.happenings import FileStep, Happening, tell
from tenant_apps.households.models import HouseholdFile
from tenant_apps.households.services.rounds import open_rounds
from tenant_apps.households.services.stepping import save_step, subject_of, tell_step
from tenant_apps.households.services.temporary import expire_temporary
from tenant_apps.households.services.versions import record_version

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Tended:
    """What one round did."""

    rounds: int
    expired: int
    archived: int


def tend_files(*, now: datetime) -> Tended:
    """Open the re-checks that are due, end temporary files, archive what was kept long enough.

    In the station in force; safe to repeat.
    """
    return Tended(
        rounds=open_rounds(now=now),
        expired=expire_temporary(now=now),
        archived=archive_due(now=now),
    )


def archive_due(*, now: datetime) -> int:
    """Archive the closed files whose retention is over; returns how many. Source: NR12."""
    on = clock.local_day(now)
    actor = Actor.system(kept(gettext_lazy("系统")), station=current_station())
    over = HouseholdFile.objects.filter(state__in=LEFT, keep_until__lt=on)
    archived = 0
    for key in list(over.values_list("pk", flat=True)[:_AT_ONCE]):
        with transaction.atomic():
            file = over.select_for_update().filter(pk=key).first()
            if file is None:
                continue
            before = file.state
            file.state = FILE_FLOW.advance("archived", state=before, actor=actor)
            save_step(file, actor=actor, now=now)
            record_version(file=file, event="archived", actor=actor, now=now)
            stop_clocks(subject=subject_of(file), now=now)
            close_todos(subject=subject_of(file), actor=actor, now=now)
            tell_step(file, "archived", before=before, actor=actor, now=now)
            happening = Happening(step=FileStep.ARCHIVED, file=file, on=on, data={"from": before})
            tell(happening, actor=actor, now=now)
            archived += 1
    return archived
