"""Print what goes with money that comes and goes: the letter to the bank, the receipt of a donation."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import override

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import SOURCE_LANGUAGE
from tenant_apps.documents import papers
from tenant_apps.documents.errors import PaperNotOfThis
from tenant_apps.documents.services.printing import PRINTS_VOUCHERS, Printed, print_papers
from tenant_apps.sources.models import Side
from tenant_apps.sources.selectors import get_donation, get_transfer


def print_transfer_letter(transfer_id: UUID, *, actor: Actor, now: datetime) -> Printed:
    """Print the letter by which the bank is told to pay an approved transfer.

    Raises:
        NotPermitted, NotFound: as for the transfer.
        PaperNotOfThis: it was not approved, or is the receiver's end.
    """
    actor.require(PRINTS_VOUCHERS)
    transfer = get_transfer(transfer_id, actor=actor)
    if transfer.side != Side.OUT or transfer.chair_met_on is None:
        raise PaperNotOfThis
    with override(SOURCE_LANGUAGE):
        sheet = papers.transfer_letter(transfer, station_name=current_station().name)
    return print_papers([sheet], capability=PRINTS_VOUCHERS, actor=actor, now=now)


def print_donation_receipt(donation_id: UUID, *, actor: Actor, now: datetime) -> Printed:
    """Print the receipt of a donation.

    Raises:
        NotPermitted, NotFound: as for the donation.
        PaperNotOfThis: it has no receipt number yet.
    """
    actor.require(PRINTS_VOUCHERS)
    donation = get_donation(donation_id, actor=actor)
    if donation.receipt_number is None:
        raise PaperNotOfThis
    with override(SOURCE_LANGUAGE):
        sheet = papers.donation_receipt(donation, station_name=current_station().name)
    return print_papers([sheet], capability=PRINTS_VOUCHERS, actor=actor, now=now)
