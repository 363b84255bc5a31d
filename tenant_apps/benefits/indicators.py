"""The indicators of cards, reliefs, purchases and partners, and their facts as a projection of rows.

Source: domain reference §4.1, CER-01 to CER-04, MED-01 to MED-03, EDU-03, EDU-04, LOV-01, LOV-05.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from shared_apps.partners.models import Partner
from shared_apps.rollup.indicators import Fact, Indicator, Source
from tenant_apps.benefits.models import CERTIFICATES, Card, Entry, EntryKind
from tenant_apps.benefits.rules import MEDICAL

NONE = "none"
PLATFORMS = ("supermarket", "love_hospital", "love_pharmacy", "school", "corner")
TREATING = ("hospital", "pharmacy", "love_hospital", "love_pharmacy")


def _indicator(code: str, name: Any, english: str, unit: str, cls: Any, **more: Any) -> Indicator:
    return Indicator(code=code, name=name, english=english, unit=unit, cls=cls, **more)


INDICATORS = [
    _indicator(
        "CER-01", _("持证户数"), "Certificates valid", "户", "S", dims=("card_kind",)
    ),
    _indicator(
        "CER-02", _("优待减免金额"), "Relief granted", "元", "A", dims=("relief",), measure="value"
    ),
    _indicator(
        "CER-03", _("优待减免户数（去重）"), "Households with relief, each once", "户", "D",
        fact="CER-02", dims=("relief",),
    ),
    _indicator("CER-04", _("电影票发放张数"), "Cinema tickets", "张", "A"),
    _indicator(
        "MED-01", _("定点医院药店数"), "Designated hospitals and pharmacies", "家", "S",
        dims=("partner_kind",), named=False,
    ),
    _indicator(
        "MED-02", _("医疗减免人数（去重）"), "Persons with medical relief, each once", "人", "D",
        fact="MED-03", dims=("partner_kind",),
    ),
    _indicator(
        "MED-03", _("医疗减免金额"), "Medical relief", "元", "A", dims=("partner_kind",),
        measure="value",
    ),
    _indicator(
        "EDU-03", _("学杂费减免人数（去重）"), "Pupils with relief, each once", "人", "D",
        fact="EDU-04", dims=("aid_stage",),
    ),
    _indicator(
        "EDU-04", _("学杂费减免金额"), "School fee relief", "元", "A", dims=("aid_stage",),
        measure="value",
    ),
    _indicator(
        "LOV-01", _("爱心平台及网点数"), "Love platforms and outlets", "个", "S",
        dims=("partner_kind",), named=False,
    ),
    _indicator(
        "LOV-05", _("爱心卡消费额"), "Card spending", "元", "A",
        dims=("share_of", "partner_kind"), measure="value", named=False,
    ),
]  # fmt: skip

SOURCE = Source(
    recount="tenant_apps.benefits.selectors.facts_of_benefits",
    begins_in=("benefits.Card", "benefits.Entry", "partners.Partner"),
)


def facts_of_card(card: Card) -> list[Fact]:
    """Derive CER-01 from the days on which a certificate began and ceased to be valid."""
    if card.kind not in CERTIFICATES:
        return []
    return [
        Fact(
            indicator="CER-01",
            period=day.replace(day=1),
            dims={"card_kind": card.kind},
            n=-1 if turn % 2 else 1,
            subject=_hash(card.subject),
        )
        for turn, day in enumerate(card.standing_days)
    ]


def facts_of_entry(entry: Entry, *, reversed_entry: Entry | None = None) -> list[Fact]:
    """Derive the facts of one entry; a reversal takes back those of ``reversed_entry`` in its own month."""
    month = entry.entered_on.replace(day=1)
    if reversed_entry is not None:
        return [
            fact._replace(period=month, n=-fact.n, value=-fact.value)
            for fact in _facts_of(reversed_entry, month)
        ]
    return _facts_of(entry, month)


def facts_of_partner(partner: Partner) -> list[Fact]:
    """Derive MED-01 and LOV-01 from how many places a partner counted as, from which day on."""
    facts = []
    before = 0
    for day, places in partner.counted:
        month = date.fromisoformat(day).replace(day=1)
        dims = {"partner_kind": partner.kind}
        if partner.kind in PLATFORMS and places != before:
            facts.append(Fact(indicator="LOV-01", period=month, dims=dims, n=places - before))
        step = bool(places) - bool(before)
        if partner.kind in TREATING and step:
            facts.append(Fact(indicator="MED-01", period=month, dims=dims, n=step))
        before = places
    return facts


def _facts_of(entry: Entry, month: date) -> list[Fact]:
    if entry.kind == EntryKind.PURCHASE:
        return [
            Fact(
                indicator="LOV-05",
                period=month,
                dims={"share_of": whose, "partner_kind": entry.partner_kind},
                n=int(whose == "union"),
                value=fen,
            )
            for whose, fen in (("union", entry.union_fen), ("partner", entry.partner_fen))
        ]
    if entry.kind == EntryKind.TICKETS:
        return [
            Fact(indicator="CER-04", period=month, n=entry.quantity, subject=_hash(entry.subject))
        ]
    if entry.kind != EntryKind.RELIEF:
        return []
    if entry.relief in MEDICAL:
        return [
            Fact(
                indicator="MED-03", period=month, dims={"partner_kind": entry.partner_kind},
                value=entry.amount_fen, subject=_hash(entry.person_subject),
            )
        ]  # fmt: skip
    facts = [
        Fact(
            indicator="CER-02", period=month, dims={"relief": entry.relief},
            value=entry.amount_fen, subject=_hash(entry.subject),
        )
    ]  # fmt: skip
    if entry.relief == "fees":
        facts.append(
            Fact(
                indicator="EDU-04", period=month, dims={"aid_stage": entry.stage or NONE},
                value=entry.amount_fen, subject=_hash(entry.person_subject),
            )
        )  # fmt: skip
    return facts


def _hash(value: Any) -> bytes | None:
    return bytes(value) if value else None
