"""The pairs of transfers that a subtree leaves out, and the indicators of donations, plans and named funds.

A pair is counted at the sender above: a subtree that holds it holds the receiver as well, so what its totals leave
out is the sum over its stations. A share that goes up is less income below and as much income above, and needs none.
Source: domain §4.1 (FUN-06, LOV-06, EDU-05), §4.2.8.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from shared_apps.rollup.indicators import Fact, Indicator, Source
from tenant_apps.sources.models import Direction, Donation, DonationKind

_BY_SOURCE = ("fund_source",)
_SELECTORS = "tenant_apps.sources.selectors"


def _pair(of: str, name: Any, english: str) -> Indicator:
    return Indicator(
        code=f"{of}.X",
        name=name,
        english=english,
        unit="元",
        cls="A",
        dims=_BY_SOURCE,
        measure="value",
        listed=False,
        named=False,
    )


INDICATORS = [
    _pair("FUN-01", _("内部往来抵销（收入）"), "Internal pairs, income"),
    _pair("FUN-02", _("内部往来抵销（上级拨入）"), "Internal pairs, from above"),
    _pair("FUN-03", _("内部往来抵销（拨付下级）"), "Internal pairs, paid down"),
    Indicator(
        code="FUN-06",
        name=_("配套资金到位率"),
        english="Matching funds received",
        unit="%",
        cls="R",
        dims=_BY_SOURCE,
        numerator=("FUN-06.N",),
        denominator=("FUN-06.D",),
    ),
    Indicator(
        code="FUN-06.N",
        name=_("计划内已到位资金"),
        english="Planned funds received",
        unit="元",
        cls="S",
        dims=_BY_SOURCE,
        measure="value",
        listed=False,
        named=False,
        counted=f"{_SELECTORS}.received_stock",
    ),
    Indicator(
        code="FUN-06.D",
        name=_("计划资金"),
        english="Planned funds",
        unit="元",
        cls="S",
        dims=_BY_SOURCE,
        measure="value",
        listed=False,
        named=False,
        counted=f"{_SELECTORS}.planned_stock",
    ),
    Indicator(
        code="LOV-06",
        name=_("社会捐款额"),
        english="Donations",
        unit="元",
        cls="A",
        dims=("donation_campaign",),
        measure="value",
        named=False,
    ),
    Indicator(
        code="LOV-06.P",
        name=_("捐赠人数"),
        english="Donors",
        unit="人",
        cls="D",
        dims=("donation_campaign",),
    ),
    Indicator(
        code="EDU-05",
        name=_("命名助学金资助人数"),
        english="Students of named funds",
        unit="人",
        cls="S",
        named=False,
        counted=f"{_SELECTORS}.students_stock",
    ),
]

SOURCE = Source(
    recount=f"{_SELECTORS}.facts_of_sources",
    listing=f"{_SELECTORS}.donations_behind",
    begins_in=("sources.Transfer", "sources.Donation"),
)


def facts_of_pair(direction: str, source: str, pair: Mapping[str, Any]) -> list[Fact]:
    """Derive what one pair of ends takes out of the totals above both, each in the month of its own end."""
    if direction != Direction.DOWN:
        return []
    here, there = (date.fromisoformat(pair[end]).replace(day=1) for end in ("here", "there"))
    months = {"FUN-01.X": there, "FUN-02.X": there, "FUN-03.X": here}
    return [
        Fact(
            indicator=indicator,
            period=month,
            dims={"fund_source": source},
            n=1 if pair["fen"] > 0 else -1,
            value=pair["fen"],
        )
        for indicator, month in months.items()
    ]


def facts_of_donation(donation: Donation) -> list[Fact]:
    """Derive the facts of a donation that was received; goods have no part in the sum of money.

    What went back to the donor counts as less in the month in which it went.
    """
    if donation.received_on is None:
        return []
    month = donation.received_on.replace(day=1)
    dims = {"donation_campaign": donation.campaign or "other"}
    facts = [
        Fact(indicator="LOV-06.P", period=month, dims=dims, subject=bytes(donation.donor_hash))
    ]
    if donation.kind == DonationKind.CASH:
        facts.append(Fact(indicator="LOV-06", period=month, dims=dims, value=donation.amount_fen))
    left = donation.amount_fen
    for one in donation.returns:
        left -= one["fen"]
        facts += facts_of_return(donation, one, is_all=left == 0)
    return facts


def facts_of_return(donation: Donation, one: Mapping[str, Any], *, is_all: bool) -> list[Fact]:
    """Derive what one return takes away: its money, and the donor where nothing is left."""
    month = date.fromisoformat(one["on"]).replace(day=1)
    dims = {"donation_campaign": donation.campaign or "other"}
    facts = []
    if is_all:
        subject = bytes(donation.donor_hash)
        facts.append(Fact(indicator="LOV-06.P", period=month, dims=dims, n=-1, subject=subject))
    if donation.kind == DonationKind.CASH:
        facts.append(Fact(indicator="LOV-06", period=month, dims=dims, n=-1, value=-one["fen"]))
    return facts
