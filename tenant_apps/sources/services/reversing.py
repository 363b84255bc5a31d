"""What it takes to say that a line of the bank was another's."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from bangfu.kernel.actors import Actor
from tenant_apps.funds.models import Journal
from tenant_apps.funds.rules import Somebody
from tenant_apps.funds.services import reverse_journal


def reverse_pair(
    journal: Journal, *, reason: str, maker: Somebody, actor: Actor, now: datetime
) -> None:
    """Reverse the voucher of a pair that is taken back, on its own day. Raises: as ``reverse_journal``."""
    reverse_journal(
        journal.pk,
        effective_on=journal.effective_on,
        reason=_("撤销配对：%(reason)s") % {"reason": reason},
        maker=maker,
        actor=actor,
        now=now,
    )
