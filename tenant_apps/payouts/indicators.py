"""FUN-07: how much was paid to the person under their own name, and how often somebody else signed.

A line counts from the day it was paid: to the person's own card, or by hand to whoever signed for it. It does not
count as own where somebody else signed. Source: domain reference §4.1, FUN-07; I-O06.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from shared_apps.rollup.indicators import Fact, Indicator, Source
from tenant_apps.payouts.models import Line

DIMS = ("aid",)

INDICATORS = [
    Indicator(
        code="FUN-07",
        name=_("实名发放率"),
        english="Paid under the person's own name",
        unit="%",
        cls="R",
        numerator=("FUN-07.N",),
        denominator=("FUN-07.D",),
    ),
    Indicator(
        code="FUN-07.N",
        name=_("实名发放笔数"),
        english="Payments under the person's own name",
        unit="笔",
        cls="A",
        dims=DIMS,
        listed=False,
    ),
    Indicator(
        code="FUN-07.D",
        name=_("发放笔数"),
        english="Payments",
        unit="笔",
        cls="A",
        dims=DIMS,
        listed=False,
    ),
    Indicator(
        code="FUN-07.P",
        name=_("代签例外笔数"),
        english="Payments another person signed for",
        unit="笔",
        cls="A",
        dims=DIMS,
    ),
]

SOURCE = Source(
    recount="tenant_apps.payouts.selectors.facts_of_station",
    begins_in=("payouts.Line",),
)


def facts_of_lines(lines: Sequence[Line], *, on: date | None = None, sign: int = 1) -> list[Fact]:
    """Derive the facts of paid lines, in the month each was paid; ``on`` for lines paid at this moment."""
    facts = []
    for line in lines:
        day = on or line.paid_on
        if day is None:
            continue
        codes = ["FUN-07.D", "FUN-07.P" if line.is_proxy else "FUN-07.N"]
        facts += [
            Fact(indicator=code, period=day.replace(day=1), dims={"aid": line.aid}, n=sign)
            for code in codes
        ]
    return facts
