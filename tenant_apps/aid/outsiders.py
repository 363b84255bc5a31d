"""What people without a file said when they applied for aid, and who they were: it is forgotten in its time."""

from __future__ import annotations

from django.db.models import QuerySet

from tenant_apps.aid.models import PAID_STATES, AidState, Application
from tenant_apps.aid.selectors import SUBJECT
from tenant_apps.privacy.outsiders import Outsiders

_ENDED = (*PAID_STATES, AidState.LEFT_OUT, AidState.REFUSED, AidState.WITHDRAWN)


def _ended() -> QuerySet[Application]:
    return Application.objects.filter(file=None, state__in=_ENDED)


def _was_paid(row: Application) -> bool:
    return row.state in PAID_STATES or bool(row.payouts.exists())


OUTSIDERS = Outsiders(
    kind=SUBJECT,
    page="aid:application",
    ended=_ended,
    words=("need", "reason", "effect"),
    who=(
        "person_name",
        "unit",
        "payee_name",
        "payee_bank",
        "payee_id_no",
        "payee_id_hash",
        "payee_card",
        "payee_card_hash",
    ),
    hashes=("household", "member", "payee_id_hash", "payee_card_hash"),
    was_paid=_was_paid,
    inside={"asked_above": ("person", "decision"), "meetings": ("decision",)},
)
