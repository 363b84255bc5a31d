"""What reconciliation asks of the bank's return files every night, on demand, and when one was taken in or refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from bangfu.ui.templatetags.ui import yuan
from shared_apps.bankfiles.models import CRITICAL
from shared_apps.reconciliation.models import BreakKind
from shared_apps.reconciliation.proofs import Difference, finds
from tenant_apps.payouts.models import Batch, BatchState
from tenant_apps.payouts.selectors import DROPPED, REFUSED


@finds(BreakKind.BANK)
def refused_return_files() -> list[Difference]:
    """Give every return file that was refused and that no good one of its batch followed."""
    batches = (
        Batch.objects.filter(answers__contains=[{"kind": REFUSED}])
        .exclude(state__in=[BatchState.RETURNED, BatchState.VOID])
        .defer("file", "answer")
        .order_by("pk")
    )
    return [_difference(batch, one) for batch in batches for one in _unanswered(batch.answers)]


def _unanswered(answers: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the refused files after the last good one, in the order in which they came."""
    left: list[Mapping[str, Any]] = []
    for one in answers:
        if one["kind"] == DROPPED:  # it says nothing any more, neither good nor bad
            continue
        left = [*left, one] if one["kind"] == REFUSED else []
    return left


def _difference(batch: Batch, refused: Mapping[str, Any]) -> Difference:
    line = refused.get("line")
    words = _("批次 %(number)s 回盘文件第 %(line)s 行") if line else _("批次 %(number)s 回盘文件")
    return Difference(
        key=f"answer:{batch.pk}:{str(refused['digest'])[:32]}",
        expected=yuan(batch.total_fen),
        actual="",
        detail={
            "type": str(refused["break"]),
            "place": words % {"number": batch.number, "line": line},
            "amount_fen": batch.total_fen,
            "page": f"payouts/{batch.pk}/",
            "critical": refused["break"] in CRITICAL,
            "said": str(refused["why"]),
        },
    )
