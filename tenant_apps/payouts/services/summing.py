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
from tenant_apps.payouts.models import Batch, BatchState, LineState
from tenant_apps.payouts.presenting import summary_headings
from tenant_apps.payouts.services.steps import locked_batch, subject_of

EXPORTS = "fund.export"
_SUMMED = frozenset(
    {BatchState.PARTLY_PAID, BatchState.PAID, BatchState.RECONCILED, BatchState.CLOSED}
)


@transaction.atomic
def export_summary(batch_id: UUID, *, actor: Actor, now: datetime) -> tuple[Batch, bytes]:
    """Return the summary by name of a batch as a workbook; that it was taken is noted.

    Raises:
        NotPermitted, NotFound: as their names say.
        IllegalMove: the bank has not answered yet.
    """
    actor.require(VIEWS)
    actor.require(EXPORTS)
    batch = locked_batch(batch_id)
    if batch.state not in _SUMMED:
        raise IllegalMove
    rows = list(_rows(batch))
    data = workbook_of([(batch.number, summary_headings(), rows)], who=actor.name, now=now)
    batch.summary_at = now
    batch.save(update_fields=["summary_at"])
    record(
        event="payout.summary_taken",
        actor=actor,
        subject=subject_of(batch),
        data={"number": batch.number, "rows": len(rows)},
        now=now,
    )
    return batch, data


def _rows(batch: Batch) -> Iterator[Sequence[Cell]]:
    lines = batch.lines.exclude(state=LineState.VOID).select_related("application")
    for line in lines.order_by("serial"):
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
