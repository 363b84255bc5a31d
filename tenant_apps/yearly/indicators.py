"""The facts of rows of the past: the same as if they had been done today, under indicators that other apps declare.

Source: domain reference §4.2, §4.3.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from shared_apps.paperbooks.models import PastRow
from shared_apps.rollup.indicators import Fact, Indicator, Source
from tenant_apps.aid.indicators import NONE, facts_of_counted
from tenant_apps.goods.indicators import AID_OF_KIND

_AIMS = "tenant_apps.yearly.aims"
INDICATORS: list[Indicator] = [
    Indicator(
        code="GOV-02",
        name=_("年度目标完成率"),
        english="Targets of the year reached",
        unit="%",
        cls="R",
        numerator=("GOV-02.N",),
        denominator=("GOV-02.D",),
    ),
    Indicator(
        code="GOV-02.N",
        name=_("已核定完成的年度目标"),
        english="Targets reached and confirmed",
        unit="项",
        cls="S",
        listed=False,
        named=False,
        counted=f"{_AIMS}.targets_reached",
    ),
    Indicator(
        code="GOV-02.D",
        name=_("年度目标数"),
        english="Targets of the year",
        unit="项",
        cls="S",
        listed=False,
        named=False,
        counted=f"{_AIMS}.targets_set",
    ),
]
SOURCE = Source(
    recount="tenant_apps.yearly.selectors.facts_of_past",
    begins_in=("paperbooks.PastRow",),
)

_MEDICAL = {"hospital": "hospital", "pharmacy": "pharmacy"}
# Quantities are kept in thousandths.
_PIECE = 1_000


def facts_of_row(row: PastRow) -> list[Fact]:
    """Derive the facts of one row of the past."""
    month = row.on.replace(day=1)
    match row.kind:
        case "aid":
            return [*facts_of_counted(_counted(row, month)), *_facts_of_goods(row, month)]
        case "goods":
            return [*_facts_of_aid_in_kind(row, month), *_facts_of_goods(row, month)]
        case "relief":
            return _facts_of_relief(row, month)
        case _:
            return _facts_of_paper(row, month)


def _facts_of_paper(row: PastRow, month: date) -> list[Fact]:
    """Derive the facts of certificates, tickets, donations and income."""
    subject = bytes(row.subject)
    if row.kind == "certificate":
        dims = {"card_kind": row.dims.get("card_kind", NONE)}
        return [Fact(indicator="CER-01", period=month, dims=dims, subject=subject)]
    if row.kind == "tickets":
        pieces = row.quantity // _PIECE
        return [Fact(indicator="CER-04", period=month, n=pieces, subject=subject)]
    if row.kind == "donation":
        dims = {"donation_campaign": row.dims.get("donation_campaign", "other")}
        return [
            Fact(indicator="LOV-06", period=month, dims=dims, value=row.amount_fen),
            Fact(indicator="LOV-06.P", period=month, dims=dims, subject=subject),
        ]
    dims = {"fund_source": row.dims.get("fund_source", NONE)}
    return [Fact(indicator="FUN-01", period=month, dims=dims, value=row.amount_fen)]


def _counted(row: PastRow, month: date) -> dict[str, Any]:
    said = row.dims
    subject = bytes(row.subject).hex()
    return {
        "subject": subject,
        "person": subject,
        "on_file": False,
        "on": month.isoformat(),
        "fen": row.amount_fen,
        "aid": said.get("aid", "other"),
        "aid_mode": said.get("aid_mode", "everyday"),
        "campaign": said.get("campaign", NONE),
        "fund_source": said.get("fund_source", NONE),
        "tier": NONE,
        "file_level": NONE,
        "file_kind": NONE,
        "group": [said.get("group", NONE)],
        "warmth_group": said.get("warmth_group", "on_file"),
        "aid_stage": said.get("aid_stage", NONE),
        "sub_programme": said.get("sub_programme", NONE),
    }


def _facts_of_aid_in_kind(row: PastRow, month: date) -> list[Fact]:
    """Derive that a household was aided by goods alone, as the store counts it."""
    said = row.dims
    dims = {
        "aid": said.get("aid") or AID_OF_KIND.get(said.get("goods_kind", ""), "living"),
        "tier": NONE,
        "fund_source": said.get("fund_source", NONE),
        "aid_mode": said.get("aid_mode", NONE),
    }
    subject = bytes(row.subject)
    return [
        Fact(indicator=code, period=month, dims=dims, subject=subject)
        for code in ("AID-01", "AID-02")
    ]


def _facts_of_goods(row: PastRow, month: date) -> list[Fact]:
    kind = row.dims.get("goods_kind", "")
    if not kind:
        return []
    subject = bytes(row.subject)
    dims = {"goods_kind": kind}
    facts = [
        Fact(indicator="AID-04", period=month, dims=dims, value=row.goods_fen, subject=subject)
    ]
    if kind == "coal":
        facts.append(Fact(indicator="AID-09", period=month, value=row.quantity, subject=subject))
    elif row.quantity:
        pieces = row.quantity // _PIECE
        facts.append(Fact(indicator="LOV-03", period=month, dims=dims, n=pieces, subject=subject))
    return facts


def _facts_of_relief(row: PastRow, month: date) -> list[Fact]:
    relief = row.dims.get("relief", NONE)
    subject = bytes(row.subject)
    if relief in _MEDICAL:
        dims = {"partner_kind": _MEDICAL[relief]}
        return [
            Fact(indicator="MED-03", period=month, dims=dims, value=row.amount_fen, subject=subject)
        ]
    facts = [
        Fact(
            indicator="CER-02", period=month, dims={"relief": relief}, value=row.amount_fen,
            subject=subject,
        )
    ]  # fmt: skip
    if relief == "fees":
        dims = {"aid_stage": row.dims.get("aid_stage", NONE)}
        facts.append(
            Fact(indicator="EDU-04", period=month, dims=dims, value=row.amount_fen, subject=subject)
        )
    return facts
