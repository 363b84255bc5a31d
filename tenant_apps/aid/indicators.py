"""The indicators of aid, and their facts as a pure projection of what was paid.

A paid application keeps under which dimensions it counts (``counted``): its facts are derived from nothing else, so a
recount comes out equal whatever becomes of the file. Households and students are counted once by their keyed hash; a
person without a number counts in amounts and times, never in a distinct number. Amounts are fen.

Source: domain reference §4.1, AID-01 to AID-10, EDU-01, EDU-02, MED-04, MED-05; §4.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from shared_apps.rollup.indicators import Fact, Indicator, Source
from tenant_apps.aid.models import Application
from tenant_apps.households.models import COUNTED_STATES

NONE = "none"
AIDED = ("aid", "tier", "fund_source", "aid_mode")
MONEY = ("aid", "fund_source", "aid_mode", "file_kind")
VISITED = ("campaign", "warmth_group", "group")
SCHOOLING = ("aid_stage", "file_level", "sub_programme", "campaign")
FESTIVALS = "two_festivals"

INDICATORS = [
    Indicator(
        code="AID-01",
        name=_("帮扶救助户数（去重）"),
        english="Households aided, each once",
        unit="户",
        cls="D",
        dims=AIDED,
    ),
    Indicator(
        code="AID-02",
        name=_("帮扶救助户次"),
        english="Household-times aided",
        unit="户次",
        cls="A",
        dims=AIDED,
    ),
    Indicator(
        code="AID-03",
        name=_("帮扶资金发放额"),
        english="Money paid",
        unit="元",
        cls="A",
        dims=MONEY,
        measure="value",
    ),
    Indicator(
        code="AID-05",
        name=_("走访慰问户数（去重）"),
        english="Households given warmth, each once",
        unit="户",
        cls="D",
        dims=VISITED,
    ),
    Indicator(
        code="AID-06",
        name=_("两节慰问户数（去重）"),
        english="Households at the two festivals, each once",
        unit="户",
        cls="D",
        dims=("warmth_group", "group"),
    ),
    Indicator(
        code="AID-07",
        name=_("两节慰问金额"),
        english="Money at the two festivals",
        unit="元",
        cls="A",
        dims=("fund_source",),
        measure="value",
    ),
    Indicator(
        code="AID-08",
        name=_("户均救助金额"),
        english="Average per household",
        unit="元/户",
        cls="R",
        numerator=("AID-03",),
        denominator=("AID-01",),
        quotient="yuan",
    ),
    Indicator(
        code="AID-10",
        name=_("在档户帮扶覆盖率"),
        english="On-file households helped",
        unit="%",
        cls="R",
        numerator=("AID-10.N",),
        denominator=("FIL-01",),
    ),
    Indicator(
        code="AID-10.N",
        name=_("受到帮扶的在档户数（去重）"),
        english="On-file households aided, each once",
        unit="户",
        cls="D",
        dims=("tier",),
        listed=False,
    ),
    Indicator(
        code="EDU-01",
        name=_("助学救助人数（去重）"),
        english="Students aided, each once",
        unit="人",
        cls="D",
        dims=SCHOOLING,
    ),
    Indicator(
        code="EDU-02",
        name=_("助学救助金额"),
        english="Schooling money",
        unit="元",
        cls="A",
        dims=SCHOOLING,
        measure="value",
    ),
    Indicator(
        code="MED-04",
        name=_("大病救助人数（去重）"),
        english="Persons aided for serious illness, each once",
        unit="人",
        cls="D",
        dims=("tier",),
    ),
    Indicator(
        code="MED-05",
        name=_("大病救助金额"),
        english="Money for serious illness",
        unit="元",
        cls="A",
        dims=("tier",),
        measure="value",
    ),
]

SOURCE = Source(
    recount="tenant_apps.aid.selectors.facts_of_station",
    listing="tenant_apps.aid.selectors.records_of_hashes",
    begins_in=("aid.Application",),
)


def counted_of(application: Application, *, sub_programme: str = "") -> dict[str, Any]:
    """Say under which dimensions an application counts, as it and its file are on the day it is paid."""
    file = application.file
    is_on_file = file is not None and file.state in COUNTED_STATES
    fund = application.fund
    return {
        "subject": bytes(application.household).hex() if application.is_identified else "",
        "person": bytes(application.member or application.household).hex()
        if application.is_identified
        else "",
        "on_file": is_on_file,
        "on": application.paid_on.isoformat() if application.paid_on else "",
        "fen": application.amount_fen,
        "aid": application.aid,
        "aid_mode": application.mode,
        "campaign": application.campaign or NONE,
        "fund_source": fund.source if fund else NONE,
        "tier": (file.tier if file else "") or NONE,
        "file_level": (file.file_level if file else "") or NONE,
        "file_kind": (file.file_kind if file else "") or NONE,
        "group": (sorted(file.groups) if file else []) or [NONE],
        "warmth_group": application.group or "on_file",
        "aid_stage": application.stage or NONE,
        "sub_programme": sub_programme or NONE,
    }


def facts_of_application(application: Application) -> list[Fact]:
    """Derive the facts of a paid application; none of one that is not paid."""
    return facts_of_counted(application.counted) if application.counted else []


def facts_of_counted(counted: Mapping[str, Any]) -> list[Fact]:
    """Derive the facts of aid that was paid from the dimensions under which it counts, as ``counted_of`` says them."""
    facts = [
        _fact("AID-02", counted, AIDED),
        _fact("AID-03", counted, MONEY, value=True),
    ]
    is_warmth = counted["aid"] == "warmth" or counted["campaign"] != NONE
    if counted["campaign"] == FESTIVALS:
        facts.append(_fact("AID-07", counted, ("fund_source",), value=True))
    if counted["aid"] == "schooling":
        facts.append(_fact("EDU-02", counted, SCHOOLING, value=True, who="person"))
    if counted["aid"] == "medical":
        facts.append(_fact("MED-05", counted, ("tier",), value=True, who="person"))
    if not counted["subject"]:
        return facts
    facts.append(_fact("AID-01", counted, AIDED))
    if is_warmth:
        facts.append(_fact("AID-05", counted, VISITED))
    if counted["campaign"] == FESTIVALS:
        facts.append(_fact("AID-06", counted, ("warmth_group", "group")))
    if counted["on_file"]:
        facts.append(_fact("AID-10.N", counted, ("tier",)))
    if counted["aid"] == "schooling":
        facts.append(_fact("EDU-01", counted, SCHOOLING, who="person"))
    if counted["aid"] == "medical":
        facts.append(_fact("MED-04", counted, ("tier",), who="person"))
    return facts


def _fact(
    indicator: str,
    counted: Mapping[str, Any],
    dims: tuple[str, ...],
    *,
    value: bool = False,
    who: str = "subject",
) -> Fact:
    return Fact(
        indicator=indicator,
        period=date.fromisoformat(counted["on"]).replace(day=1),
        dims={name: counted[name] for name in dims},
        value=counted["fen"] if value else 0,
        subject=bytes.fromhex(counted[who]) if counted[who] else None,
    )
