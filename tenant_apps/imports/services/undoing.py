"""Take an import back while nobody has touched what it made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, IllegalMove, NotFound
from shared_apps.audit.services import record
from shared_apps.exchange.services import post
from shared_apps.importing.models import Outcome, Row, Run, RunState
from tenant_apps.households.services import delete_draft, replace_draft
from tenant_apps.imports.payloads import draft_from_text
from tenant_apps.imports.selectors import get_run
from tenant_apps.imports.services.checking import CHUNK, locked_run, save_rows
from tenant_apps.imports.services.confirming import SENT_AT_ONCE, actor_of, stream_of

TAKEN_BACK = (Outcome.APPLIED, Outcome.SENT)


class ImportNotDone(IllegalMove):
    """Only an import that is done can be taken back, and only once."""

    code = "import-not-done"
    message = _("只有已导入完成的批次才能撤销。")


@transaction.atomic
def undo_import(run_id: UUID, *, actor: Actor, now: datetime) -> Run:
    """Decide to take an import back: drafts it made are deleted, drafts it changed are as before.

    What somebody changed or submitted since is kept, and listed so. The work follows in the
    background; stations below are told by message.

    Raises:
        NotPermitted, NotFound: the actor may not import, or there is no such import here.
        ImportNotDone: it is not done, or was taken back already.
    """
    actor.require("import.run")
    get_run(run_id)
    run = Run.objects.select_for_update().get(pk=run_id)
    if run.state != RunState.DONE:
        raise ImportNotDone
    run.state = RunState.UNDOING
    run.done_rows = 0
    run.save(update_fields=["state", "done_rows"])
    record(event="import.undone", actor=actor, subject=("import", run.pk), now=now)
    return run


def take_back_import(run_id: UUID, *, now: datetime) -> None:
    """Take back every row of an import that is being undone. Safe to repeat and to be killed."""
    while take_back_chunk(run_id, now=now):
        pass


@transaction.atomic
def take_back_chunk(run_id: UUID, *, now: datetime) -> bool:
    """Take back the next rows; True when there may be more."""
    run = locked_run(run_id)
    if run is None or run.state != RunState.UNDOING:
        return False
    rows = list(run.rows.filter(outcome__in=TAKEN_BACK).order_by("number")[:CHUNK])
    if not rows:
        run.state = RunState.UNDONE
        run.undone_at = now
        run.save(update_fields=["state", "undone_at"])
        return False
    below: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if row.target_id == run.station_id:
            _take_back_here(run, row, now=now)
        elif row.target_id is not None:
            below[row.target_id].append(row)
    for target_id, sent in sorted(below.items()):
        for start in range(0, len(sent), SENT_AT_ONCE):
            _send(run, target_id, sent[start : start + SENT_AT_ONCE], now=now)
    save_rows(rows, ["outcome", "reason"])
    run.done_rows += len(rows)
    run.save(update_fields=["done_rows"])
    return True


def _take_back_here(run: Run, row: Row, *, now: datetime) -> None:
    actor = actor_of(run)
    version = row.file_version or 0
    try:
        if row.file_id is not None and row.before is not None:
            before = draft_from_text(row.before.reveal())
            replace_draft(row.file_id, before, expected_version=version, actor=actor, now=now)
        elif row.file_id is not None:
            delete_draft(row.file_id, actor=actor, now=now, expected_version=version)
    except NotFound:
        row.outcome = Outcome.UNDONE
    except DomainError as refusal:
        row.outcome = Outcome.KEPT
        row.reason = str(refusal)[:300]
    else:
        row.outcome = Outcome.UNDONE


def _send(run: Run, target_id: int, rows: Sequence[Row], *, now: datetime) -> None:
    post(
        kind="import.undo",
        recipient=target_id,
        stream=stream_of(run),
        key=str(rows[0].pk),
        body={
            "run": str(run.pk),
            "rows": [{"row": str(row.pk), "head": bytes(row.id_hash or b"").hex()} for row in rows],
        },
        now=now,
    )
    for row in rows:
        row.outcome = Outcome.UNDOING
