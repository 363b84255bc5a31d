"""The indicators of money, and their facts as a pure projection of the entries.

FUN-05 is what income and takeover brought, less what was spent and paid down, so that opening + FUN-01 -
FUN-03 - FUN-04 = closing holds of every station and month. Amounts are fen. A pair of transfer ends that
both lie in one subtree is left out of its totals; ``tenant_apps.sources`` counts the pairs.

Source: domain reference §4.1, FUN-01 to FUN-05.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from shared_apps.rollup.indicators import Fact, Indicator, Source
from tenant_apps.funds.chart import CHART, FROM_PARENT, INCOME, PAID_DOWN, SURPLUS
from tenant_apps.funds.models import JournalKind

_BY_SOURCE = ("fund_source",)

INDICATORS = [
    Indicator(
        code="FUN-01",
        name=_("帮扶资金收入"),
        english="Income of funds",
        unit="元",
        cls="E",
        dims=_BY_SOURCE,
        measure="value",
        named=False,
        pairs="FUN-01.X",
    ),
    Indicator(
        code="FUN-02",
        name=_("其中：上级拨入"),
        english="Of which from above",
        unit="元",
        cls="E",
        dims=_BY_SOURCE,
        measure="value",
        named=False,
        pairs="FUN-02.X",
    ),
    Indicator(
        code="FUN-03",
        name=_("拨付下级"),
        english="Paid down",
        unit="元",
        cls="E",
        dims=_BY_SOURCE,
        measure="value",
        named=False,
        pairs="FUN-03.X",
    ),
    Indicator(
        code="FUN-04",
        name=_("资金支出"),
        english="Spending",
        unit="元",
        cls="A",
        dims=("aid", *_BY_SOURCE),
        measure="value",
        named=False,
    ),
    Indicator(
        code="FUN-05",
        name=_("期末结余"),
        english="Closing balance",
        unit="元",
        cls="S",
        dims=_BY_SOURCE,
        measure="value",
        named=False,
    ),
]

SOURCE = Source(
    recount="tenant_apps.funds.selectors.facts_of_ledger",
    begins_in=("funds.Entry",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """One entry as the indicators see it."""

    on: date
    kind: str
    code: str
    source: str
    amount_fen: int


def facts_of_entries(entries: Iterable[Posted]) -> list[Fact]:
    """Derive the facts of entries. What a reversal takes back counts as less."""
    return [fact for entry in entries for fact in _facts_of(entry)]


def _facts_of(entry: Posted) -> list[Fact]:
    account = CHART[entry.code]
    is_result = account.carries_to == "surplus"
    if entry.kind == JournalKind.OPENING or not (is_result or entry.code == SURPLUS):
        return []
    facts = [_fact("FUN-05", entry, -entry.amount_fen)]
    if entry.code in INCOME:
        facts.append(_fact("FUN-01", entry, -entry.amount_fen))
    if entry.code == FROM_PARENT:
        facts.append(_fact("FUN-02", entry, -entry.amount_fen))
    if entry.code == PAID_DOWN:
        facts.append(_fact("FUN-03", entry, entry.amount_fen))
    if account.programme:
        facts.append(_fact("FUN-04", entry, entry.amount_fen, aid=account.programme))
    return facts


def _fact(indicator: str, entry: Posted, value: int, **dims: str) -> Fact:
    return Fact(
        indicator=indicator,
        period=entry.on.replace(day=1),
        dims={"fund_source": entry.source, **dims},
        n=-1 if entry.kind == JournalKind.REVERSAL else 1,
        value=value,
    )
