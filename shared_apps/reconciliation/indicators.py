"""How many differences were found between books, bank and reports.

Source: domain reference §4.1, FUN-08.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.clock import LOCAL
from shared_apps.reconciliation.kinds import AUDITED
from shared_apps.reconciliation.models import Break, BreakKind
from shared_apps.rollup.indicators import Fact, Indicator, Source

_MONEY = "FUN-"

INDICATORS = [
    Indicator(
        code="FUN-08",
        name=_("账实与报表差异数"),
        english="Differences between books, bank and reports",
        unit="笔",
        cls="A",
        dims=("break_kind",),
        named=False,
    ),
]

SOURCE = Source(recount="shared_apps.reconciliation.selectors.facts_of_breaks")


def facts_of_break(case: Break) -> Iterable[Fact]:
    """Derive the fact of a break, in the month in which it was found; none where it is not about money."""
    about_money = case.kind in {
        *AUDITED,
        BreakKind.BANK,
        BreakKind.MONEY,
        BreakKind.SEALED_REPORT,
    }
    if about_money or str(case.detail.get("indicator", "")).startswith(_MONEY):
        found_on = case.found_at.astimezone(LOCAL).date()
        yield Fact(
            indicator="FUN-08", period=found_on.replace(day=1), dims={"break_kind": case.kind}
        )
