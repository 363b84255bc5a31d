"""The summary by name (实名制汇总表): who got what, on which day, and who signed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove
from shared_apps.audit.services import record
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.funds.sheets import Cell, workbook_of
from tenant_apps.payouts.flow import VIEWS
from tenant_apps.payouts.models import GIVEN_UP, Batch, BatchState
from tenant_apps.payouts.presenting import summary_headings
from tenant_apps.payouts.selectors import listed_lines
from tenant_apps.payouts.services.steps import locked_batch, subject_of

EXPORTS = "fund.export"
SUMMED = frozenset(
    {BatchState.PARTLY_PAID, BatchState.PAID, BatchState.RECONCILED, BatchState.CLOSED}
)
# What may still change, or was given up, is no list of people who are paid.
LISTED = frozenset(BatchState) - {
    BatchState.PREPARING,
    BatchState.DRAFT,
    *GIVEN_UP,
}


@transaction.atomic
def export_summary(batch_id: UUID, *, actor: Actor, now: datetime) -> tuple[Batch, bytes]:
    """Return the summary by name of a batch as a workbook; that it was taken is noted.

    Raises:
        NotPermitted, NotFound: as their names say.
        IllegalMove: the bank has not answered yet.
    """
    batch = summed_batch(batch_id, states=SUMMED, actor=actor)
    rows = list(_rows(batch))
    data = workbook_of([(batch.number, summary_headings(), rows)], who=actor.name, now=now)
    note_summary(batch, form="xlsx", actor=actor, now=now)
    return batch, data


def summed_batch(batch_id: UUID, *, states: frozenset[BatchState] = LISTED, actor: Actor) -> Batch:
    """Lock and return a batch whose people are listed by name; ``note_summary`` follows in the same transaction.

    Raises:
        NotPermitted, NotFound: as their names say.
        IllegalMove: it may still change, or was given up.
    """
    actor.require(VIEWS)
    actor.require(EXPORTS)
    batch = locked_batch(batch_id)
    if batch.state not in states:
        raise IllegalMove
    return batch


def note_summary(batch: Batch, *, form: str, actor: Actor, now: datetime) -> None:
    """Note that the list by name was taken, as ``form``; once the bank has answered, that makes it the summary."""
    if batch.state in SUMMED:
        batch.summary_at = now
        batch.save(update_fields=["summary_at"])
    record(
        event="payout.summary_taken",
        actor=actor,
        subject=subject_of(batch),
        data={"number": batch.number, "rows": listed_lines(batch).count(), "form": form},
        now=now,
    )


def _rows(batch: Batch) -> Iterator[Sequence[Cell]]:
    for line in listed_lines(batch):
        signer = (line.receipt or {}).get("signer", "") if line.receipt_kind else ""
        relation = (line.receipt or {}).get("relation", "") if line.is_proxy else ""
        yield (
            str(line.serial), line.payee_name, line.application.number,
            str(CODE_LISTS["aid"].label(line.aid)), line.card_tail, line.amount_fen,
            str(line.get_state_display()), line.paid_on.isoformat() if line.paid_on else "",
            str(line.get_receipt_kind_display()) if line.receipt_kind else "",
            f"{signer}（{relation}）" if relation else signer,
            line.receipt_on.isoformat() if line.receipt_on and line.receipt_kind else "",
        )  # fmt: skip
