"""What leaves a fund otherwise than as what was promised out of it takes nothing of what was promised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from bangfu.ui.templatetags.ui import yuan
from tenant_apps.funds.chart import (
    AVAILABLE,
    BANK,
    OWED,
    PAYOUTS,
    RESERVED,
    RETURNED,
    UNIDENTIFIED,
)
from tenant_apps.funds.errors import PromisedAlready
from tenant_apps.funds.models import Account, Fund, JournalKind
from tenant_apps.funds.promises import promised_from
from tenant_apps.funds.rules import Leg

_OWN_MONEY = (BANK, PAYOUTS, RETURNED, UNIDENTIFIED, OWED)
"""What of the cash book is the fund's own: at the bank and on its way out or back, less what it owes."""
_IN_CASH_ALONE = (
    JournalKind.MANUAL,
    JournalKind.TAKEOVER,
    JournalKind.REVERSAL,
    JournalKind.CORRECTION,
)
"""These may take money without touching the budget; whatever else takes money went through the budget before."""


def check_promises(legs: Sequence[Leg], funds: Iterable[Fund], *, kind: str, year: int) -> None:
    """Return only if a journal leaves each fund so much as was promised out of it.

    Asked of every journal but those that pay a promise, under the lock of the books; and of a draft, so that its maker
    hears of it. One query for each fund out of which the journal takes something, two more where anything is promised.

    Raises:
        PromisedAlready: with the fund, what is committed, wanted and left.
    """
    if kind == JournalKind.OPENING:
        return
    for fund in funds:
        budget = -_moved(legs, fund.pk, (AVAILABLE,))
        money = _moved(legs, fund.pk, (RESERVED,)) - _moved(legs, fund.pk, _OWN_MONEY)
        if kind not in _IN_CASH_ALONE:
            money = 0
        if budget > 0 or money > 0:
            _check(fund, budget=budget, money=money, year=year)


def _check(fund: Fund, *, budget: int, money: int, year: int) -> None:
    promised = promised_from(fund, year)
    if not promised.fen:
        return
    there = dict(
        Account.objects.filter(
            fund=fund, year=year, code__in=(AVAILABLE, RESERVED, *_OWN_MONEY)
        ).values_list("code", "balance_fen")
    )
    held = there.get(RESERVED, 0)
    own = sum(there.get(code, 0) for code in _OWN_MONEY)
    for wanted, has in ((budget, there.get(AVAILABLE, 0)), (money, own - held)):
        left = has + promised.pledged_fen - promised.fen
        if wanted > 0 and wanted > left:
            raise PromisedAlready(
                fund=fund.name,
                committed=yuan(held + promised.fen),
                wanted=yuan(wanted),
                left=yuan(max(left, 0)),
            )


def _moved(legs: Sequence[Leg], fund_id: UUID, codes: Sequence[str]) -> int:
    return sum(leg.amount_fen for leg in legs if leg.fund_id == fund_id and leg.code in codes)
