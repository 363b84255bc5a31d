"""The chart of accounts: what each code means, in which book, and what happens to it at the end of a year.

A debit is positive, a credit negative. Source: design of the ledger, docs/architecture/ledger.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Text
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.funds.models import Book

AID = "5001"
SURPLUS = "3001"
BANK, IN_TRANSIT, PAYOUTS, RETURNED = "1001", "1101", "1201", "1301"
OWED, UNIDENTIFIED = "2001", "2101"
APPROPRIATED, FROM_PARENT, DONATED, INTEREST = "4001", "4002", "4003", "4004"
PAID_DOWN = "5101"
SOURCE, AVAILABLE, RESERVED, EXECUTED = "8000", "8001", "8002", "8003"

Carry = Literal["itself", "surplus", "source"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartAccount:
    """One code of the chart.

    ``side`` is where it grows: +1 for a debit, -1 for a credit. ``floor_fen`` is what its balance may not
    fall below. ``carries_to`` says what its closing balance opens in the year after: itself, the surplus
    (income and spending), or the source of the budget (what was executed).
    """

    code: str
    name: Text
    book: Book
    side: Literal[1, -1]
    floor_fen: int | None = None
    carries_to: Carry = "itself"

    @property
    def programme(self) -> str:
        """The kind of aid an account of spending is for; empty for any other."""
        return self.code.partition(".")[2]

    @property
    def successor(self) -> str:
        """The code that this one's closing balance opens in the year after."""
        return {"itself": self.code, "surplus": SURPLUS, "source": SOURCE}[self.carries_to]


def _cash(code: str, name: Text, side: Literal[1, -1], **more: object) -> ChartAccount:
    return ChartAccount(code=code, name=name, book=Book.CASH, side=side, **more)  # type: ignore[arg-type]


def _budget(code: str, name: Text, side: Literal[1, -1], **more: object) -> ChartAccount:
    return ChartAccount(code=code, name=name, book=Book.BUDGET, side=side, **more)  # type: ignore[arg-type]


_ACCOUNTS = (
    _cash(BANK, _("专户银行存款"), 1, floor_fen=0),
    _cash(IN_TRANSIT, _("在途拨款"), 1, floor_fen=0),
    _cash(PAYOUTS, _("在途发放"), 1, floor_fen=0),
    _cash(RETURNED, _("退回款项"), 1),
    _cash(OWED, _("应付帮扶款"), -1),
    _cash(UNIDENTIFIED, _("待认领收款"), -1),
    _cash("2901", _("资金间往来"), -1),
    _cash(SURPLUS, _("结余"), -1),
    _cash(APPROPRIATED, _("财政和工会拨款收入"), -1, carries_to="surplus"),
    _cash(FROM_PARENT, _("上级拨入收入"), -1, carries_to="surplus"),
    _cash(DONATED, _("捐赠收入"), -1, carries_to="surplus"),
    _cash(INTEREST, _("利息收入"), -1, carries_to="surplus"),
    *(
        _cash(f"{AID}.{aid.value}", _("帮扶支出"), 1, carries_to="surplus")
        for aid in CODE_LISTS["aid"]
    ),
    _cash(PAID_DOWN, _("拨付下级支出"), 1, carries_to="surplus"),
    _budget(SOURCE, _("预算来源"), -1),
    _budget(AVAILABLE, _("可用预算"), 1, floor_fen=0),
    _budget(RESERVED, _("占用预算"), 1, floor_fen=0),
    _budget(EXECUTED, _("已执行预算"), 1, carries_to="source"),
)

CHART: Mapping[str, ChartAccount] = {account.code: account for account in _ACCOUNTS}
INCOME = (APPROPRIATED, FROM_PARENT, DONATED, INTEREST)


def account_name(code: str) -> str:
    """Return how an account is called; one of spending with its programme."""
    account = CHART[code]
    if account.programme:
        return f"{account.name}—{CODE_LISTS['aid'].label(account.programme)}"
    return str(account.name)
