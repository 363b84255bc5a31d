"""What reconciliation asks of cards every night and on demand."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shared_apps.reconciliation.models import BreakKind
from shared_apps.reconciliation.proofs import Difference, finds
from tenant_apps.benefits.selectors import (
    cards_other_than_entries,
    differences_said,
    waiting_settlements,
)


@finds(BreakKind.MONEY)
def statements_against_entries() -> list[Difference]:
    """Give every month whose statement differs from what was entered, and every card that does not add up."""
    found = []
    for todo in waiting_settlements():
        said = todo.params
        if not int(said["different"]):
            continue
        first = differences_said(todo)[0]
        found.append(
            Difference(
                key=f"cards:{todo.subject_id}:{said['month']}",
                expected=str(said["amount_fen"]),
                actual=str(said["statement_fen"]),
                detail={
                    "type": "cards",
                    "place": _(
                        "%(partner)s %(month)s 对账单，%(count)s 处不符，首处小票 %(receipt)s"
                    )
                    % {
                        "partner": said["partner"],
                        "month": said["month"],
                        "count": said["different"],
                        "receipt": first["receipt"],
                    },
                    "amount_fen": int(said["statement_fen"]) - int(said["amount_fen"]),
                    "page": "benefits/settlements/",
                    "critical": False,
                },
            )
        )
    found += [
        Difference(
            key=f"card:{card.pk}",
            expected="",
            actual=str(card.balance_fen),
            detail={
                "type": "cards",
                "place": card.number,
                "amount_fen": card.balance_fen,
                "page": f"benefits/cards/{card.pk}/",
                "critical": True,
            },
        )
        for card in cards_other_than_entries()
    ]
    return found
