"""What is kept for a while only: raw rows of imports, papers that no row names, remarks of people outside the files."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F, Func, IntegerField

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import stored_files
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.evaluations.models import Drawn
from shared_apps.importing.models import Row, Run, RunState
from shared_apps.policies.selectors import rule_in_force
from tenant_apps.casework.models import Attachment
from tenant_apps.households.services.stepping import years_after
from tenant_apps.privacy.services.disposing import RULE
from tenant_apps.privacy.services.scrubbing import GONE

IMPORTS_KEPT = timedelta(days=90)
# A paper is written to the disk before its row commits: a fresh one may still be waiting for it.
ORPHANS_KEPT = timedelta(days=2)
REMOVED_KEPT = timedelta(days=30)
# What a wiped row still weighs, sealed; a typed row is much longer.
_WIPED_BYTES = 100
_AT_ONCE = 2000
_ENDED = (RunState.DONE, RunState.UNDONE, RunState.CHECKED)


@transaction.atomic
def purge_imports(*, now: datetime) -> int:
    """Wipe what was typed in the rows of imports that ended long ago; verdicts and counts stay."""
    before = now - IMPORTS_KEPT
    runs = Run.objects.filter(
        station_id=current_station().id, state__in=_ENDED, created_at__lt=before
    )
    rows = list(
        Row.objects.select_for_update()
        .filter(run__in=runs.values("pk"))
        .alias(size=Func(F("payload"), function="octet_length", output_field=IntegerField()))
        .filter(size__gt=_WIPED_BYTES)[:_AT_ONCE]
    )
    for row in rows:
        row.payload, row.before = GONE, None
        row.id_hash, row.member_hashes, row.problems = None, [], []
    Row.objects.bulk_update(
        rows, ["payload", "before", "id_hash", "member_hashes", "problems"], batch_size=500
    )
    _log("privacy.imports_purged", len(rows), now=now)
    return len(rows)


@transaction.atomic
def purge_remarks(*, now: datetime) -> int:
    """Forget what people outside the files said beside an answer, once the years that a file is kept are over.

    The answer itself was counted and names nobody. What a household with a file said goes with its file.
    """
    station, today = current_station(), clock.local_day(now)
    years = rule_in_force(RULE, station=station, on=today).value
    rows = Drawn.objects.filter(
        station_id=station.id, file_id=None, answered_on__lt=years_after(today, -years)
    )
    count = rows.exclude(remark__isnull=True).update(remark=None)
    _log("privacy.remarks_purged", count, now=now)
    return count


@transaction.atomic
def purge_papers(*, now: datetime) -> int:
    """Delete from the disk the papers that no row names, and those taken off their record long ago."""
    removed = list(Attachment.objects.filter(removed_at__lt=now - REMOVED_KEPT))
    Attachment.objects.filter(pk__in=[paper.pk for paper in removed]).delete()
    root = Path(settings.MEDIA_ROOT)
    folder = root / current_station().schema
    named = {stored.path for stored in stored_files()}
    oldest = (now - ORPHANS_KEPT).timestamp()
    gone = 0
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(root))
        if path.is_file() and name not in named and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
            gone += 1
    _log("privacy.papers_purged", gone, now=now)
    return gone


def _log(event: str, count: int, *, now: datetime) -> None:
    if count:
        station = current_station()
        record(
            event=event,
            actor=Actor.system("privacy", station=station),
            subject=("station", station.id),
            data={"count": count},
            now=now,
        )
