"""Transfers of which less came than was sent, as the bank tells it."""

from __future__ import annotations

from datetime import datetime

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from tenant_apps.funds.models import Journal
from tenant_apps.funds.rules import Somebody
from tenant_apps.sources.models import Side, Transfer
from tenant_apps.sources.services.claiming import claim_for_transfer
from tenant_apps.sources.services.waiting import Transfers


class ClaimedTransfers(Transfers):
    """Transfers as the bank expects them; one of which less came is claimed, and both ends see the difference."""

    def claim(
        self, ref: str, receipt: Journal, *, maker: Somebody, actor: Actor, now: datetime
    ) -> None:
        """Say that a receipt is a transfer of which not all came. Raises: as ``claim_for_transfer``."""
        transfer = Transfer.objects.filter(number=ref, side=Side.IN).first()
        if transfer is None:
            raise NotFound
        claim_for_transfer(transfer.pk, receipt.pk, maker=maker, actor=actor, now=now)
