"""Less came than was expected: the line is held as a receipt, and who waits for it talks with the sender."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from bangfu.kernel.actors import Actor
from shared_apps.bankfiles.models import Line, LineState
from tenant_apps.banking.selectors import expectations
from tenant_apps.banking.services.posting import Hand
from tenant_apps.funds.chart import UNIDENTIFIED
from tenant_apps.funds.expectations import Claiming, Expectation, waiting
from tenant_apps.funds.models import Journal
from tenant_apps.funds.selectors import is_open
from tenant_apps.funds.services import receive_bank_line


def claim_less(
    lines: Sequence[Line], maker: Hand, *, actor: Actor, now: datetime
) -> Journal | None:
    """Claim a single line that is less than what it was paired with; None where that is not what the pair is.

    The voucher is the one under which the money is held: it proves the line from now on.

    Raises:
        DomainError: the app that waits, or the ledger, refuses; nothing is posted.
    """
    app = waiting().get(lines[0].kind)
    one = _expected(lines[0], now=now)
    if not isinstance(app, Claiming) or one is None or len(lines) > 1:
        return None
    line = lines[0]
    if not one.incoming or not 0 < line.amount_fen < one.amount_fen:
        return None
    receipt = _held(line, one, maker, actor=actor, now=now)
    app.claim(line.ref, receipt, maker=maker, actor=actor, now=now)
    Line.objects.filter(pk=line.pk).update(
        state=LineState.MATCHED,
        break_type="",
        journal_id=receipt.pk,
        maker_id=maker.user_id,
        maker_name=maker.name,
        checker_id=actor.user_id,
        checker_name=actor.name,
        settled_at=now,
    )
    return receipt


def _expected(line: Line, *, now: datetime) -> Expectation | None:
    found = (
        one for one in expectations(on=now.date()) if (one.kind, one.ref) == (line.kind, line.ref)
    )
    return next(found, None)


def _held(line: Line, one: Expectation, maker: Hand, *, actor: Actor, now: datetime) -> Journal:
    if line.journal_id is not None:
        return Journal.objects.get(pk=line.journal_id)
    return receive_bank_line(
        serial=f"bank:{line.pk}",
        fund_id=one.fund_id,
        amount_fen=line.amount_fen,
        received_on=line.booked_on if is_open(line.booked_on) else now.date(),
        account=UNIDENTIFIED,
        memo=_("待认领收款：%(name)s") % {"name": one.counterparty},
        maker=maker,
        actor=actor,
        now=now,
    )
