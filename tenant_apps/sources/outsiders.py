"""What donors wished and were told, and who they were: it is forgotten in its time."""

from __future__ import annotations

from django.db.models import QuerySet

from tenant_apps.privacy.outsiders import Outsiders
from tenant_apps.sources.models import Donation, DonationState
from tenant_apps.sources.selectors import DONATION

_ENDED = (
    DonationState.USED,
    DonationState.FED_BACK,
    DonationState.CANCELLED,
    DonationState.RETURNED,
)


def _ended() -> QuerySet[Donation]:
    return Donation.objects.filter(state__in=_ENDED)


def _was_paid(row: Donation) -> bool:
    return row.received_on is not None


OUTSIDERS = Outsiders(
    kind=DONATION,
    page="sources:donation",
    ended=_ended,
    words=("wish", "feedback"),
    who=("donor",),
    hashes=("donor_hash",),
    was_paid=_was_paid,
    inside={"returns": ("why",), "going_back": ("why",)},
    steps=("pledge", "ask_return", "stop_return", "returned", "unreturned", "taken_back"),
)
