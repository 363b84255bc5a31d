"""Import what the check found good: into this station's drafts, or down to the stations it is for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.exchange.services import post
from shared_apps.importing.models import Outcome, Row, Run, RunState, Verdict
from tenant_apps.imports.selectors import get_run
from tenant_apps.imports.services.applying import apply_households
from tenant_apps.imports.services.checking import CHUNK, Candidate, locked_run, save_rows
from tenant_apps.imports.services.sealing import sealed

SENT_AT_ONCE = 40


class ImportNotReady(IllegalMove):
    """The import is still being checked, was confirmed already, or was only looked at."""

    code = "import-not-ready"
    message = _("这次导入还在校验，或已经确认过，现在不能确认。")


class NothingToImport(IllegalMove):
    """Every row of the import has errors."""

    code = "nothing-to-import"
    message = _("没有可以导入的行，请按错误原因修改后重新上传。")


class OnlyChecked(IllegalMove):
    """The sheet was only looked at and is never imported."""

    code = "import-only-checked"
    message = _("这张工作表只作校验，不能导入。")


@transaction.atomic
def confirm_import(run_id: UUID, *, update_existing: bool, actor: Actor, now: datetime) -> Run:
    """Decide that the good rows of an import become drafts; the rows follow in the background.

    Raises:
        NotPermitted, NotFound: the actor may not import, or there is no such import here.
        ImportNotReady, OnlyChecked, NothingToImport: there is nothing to confirm.
    """
    actor.require("import.run")
    get_run(run_id)
    run = Run.objects.select_for_update().get(pk=run_id)
    if run.only_check:
        raise OnlyChecked
    if run.state != RunState.CHECKED:
        raise ImportNotReady
    if not run.new_rows + run.update_rows:
        raise NothingToImport
    run.state = RunState.CONFIRMING
    run.update_existing = update_existing
    run.done_rows = 0
    run.confirmed_at = now
    run.user_id, run.user_name = actor.user_id, actor.name
    run.save(
        update_fields=[
            "state", "update_existing", "done_rows", "confirmed_at", "user_id", "user_name",
        ]
    )  # fmt: skip
    record(
        event="import.confirmed",
        actor=actor,
        subject=("import", run.pk),
        data={"new": run.new_rows, "update": run.update_rows, "update_existing": update_existing},
        now=now,
    )
    return run


def apply_import(run_id: UUID, *, now: datetime) -> None:
    """Import every row that waits. Safe to repeat and to be killed."""
    while apply_chunk(run_id, now=now):
        pass


@transaction.atomic
def apply_chunk(run_id: UUID, *, now: datetime) -> bool:
    """Import the next rows of a confirmed import; True when there may be more.

    Files, messages and the rows' outcome are committed together, so no row is imported twice.
    """
    run = locked_run(run_id)
    if run is None or run.state != RunState.CONFIRMING:
        return False
    rows = list(
        run.rows.filter(outcome=Outcome.WAITING, verdict__in=(Verdict.NEW, Verdict.UPDATE))
        .select_related("target")
        .order_by("number")[:CHUNK]
    )
    if not rows:
        run.state = RunState.DONE
        run.done_at = now
        run.save(update_fields=["state", "done_at"])
        return False
    own = [row for row in rows if row.target_id == run.station_id]
    _apply_here(run, own, now=now)
    below: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if row.target_id is not None and row.target_id != run.station_id:
            below[row.target_id].append(row)
    for target_id, sent in sorted(below.items()):
        for start in range(0, len(sent), SENT_AT_ONCE):
            _send(run, target_id, sent[start : start + SENT_AT_ONCE], now=now)
    save_rows(rows, ["outcome", "reason", "file_id", "file_version", "before"])
    run.done_rows += len(rows)
    run.save(update_fields=["done_rows"])
    return True


def actor_of(run: Run) -> Actor:
    """The person who confirmed an import, for the work that follows in the background."""
    return Actor(
        user_id=run.user_id,
        name=run.user_name,
        station=current_station(),
        capabilities=frozenset({"import.run", "file.edit"}),
        via="system",
    )


def _apply_here(run: Run, rows: Sequence[Row], *, now: datetime) -> None:
    results = apply_households(
        [Candidate.of(row).read() for row in rows],
        run_id=run.pk,
        update_existing=run.update_existing,
        actor=actor_of(run),
        now=now,
    )
    for row, applied in zip(rows, results, strict=True):
        row.outcome = applied.outcome
        row.reason = applied.reason
        row.file_id = applied.file_id
        row.file_version = applied.file_version
        row.before = applied.before or None


def _send(run: Run, target_id: int, rows: Sequence[Row], *, now: datetime) -> None:
    post(
        kind="import.rows",
        recipient=target_id,
        stream=stream_of(run),
        key=str(rows[0].pk),
        body={
            "run": str(run.pk),
            "by": run.user_name,
            "update_existing": run.update_existing,
            "rows": [{"row": str(row.pk), "sealed": sealed(row.payload.reveal())} for row in rows],
        },
        now=now,
    )
    for row in rows:
        row.outcome = Outcome.SENT


def stream_of(run: Run) -> str:
    """The stream of an import: rows and their undoing arrive in the order they were decided."""
    return f"import:{run.pk}"
