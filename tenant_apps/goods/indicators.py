"""The indicators of goods, and their facts as a pure projection of single movements.

Source: domain reference §4.1, AID-04, AID-09, LOV-02 to LOV-04.
"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from shared_apps.rollup.indicators import Fact, Indicator, Source
from tenant_apps.goods.models import ON_HAND, Lot, MoveKind, Movement, Place
from tenant_apps.goods.rules import pieces_of

_BY_KIND = ("goods_kind",)

INDICATORS = [
    Indicator(
        code="AID-04",
        name=_("发放实物折价"),
        english="Value of goods issued",
        unit="元",
        cls="A",
        dims=_BY_KIND,
        measure="value",
    ),
    Indicator(
        code="AID-09",
        name=_("困难群体取暖煤"),
        english="Heating coal",
        unit="吨",
        cls="A",
        measure="value",
    ),
    Indicator(
        code="LOV-02",
        name=_("捐赠物资收入件数"),
        english="Goods in",
        unit="件",
        cls="A",
        dims=_BY_KIND,
        named=False,
    ),
    Indicator(
        code="LOV-03",
        name=_("捐赠物资发放件数"),
        english="Goods out",
        unit="件",
        cls="A",
        dims=_BY_KIND,
    ),
    Indicator(
        code="LOV-04",
        name=_("物资库存件数"),
        english="Stock of goods",
        unit="件",
        cls="S",
        dims=_BY_KIND,
        named=False,
    ),
]

# What was given in kind is aid too: households and household-times are declared by the app of aid.
AIDED, AIDED_TIMES = "AID-01", "AID-02"
AID_OF_KIND = {"medicine": "medical", "school": "schooling"}
NONE = "none"

SOURCE = Source(
    recount="tenant_apps.goods.selectors.facts_of_store",
    begins_in=("goods.Movement",),
)


def facts_of_movement(
    movement: Movement, lot: Lot, *, undone: Movement | None = None
) -> list[Fact]:
    """Derive the facts of one movement; ``undone`` is the movement that an ``undo`` takes back.

    What is taken back counts as less in the month in which it is taken back.
    """
    month = movement.moved_on.replace(day=1)
    if undone is not None:
        return [
            fact._replace(period=month, n=-fact.n, value=-fact.value)
            for fact in _facts_of(undone, lot, month)
        ]
    return _facts_of(movement, lot, month)


def _facts_of(movement: Movement, lot: Lot, month: date) -> list[Fact]:
    pieces = pieces_of(movement.quantity_milli, lot.unit)
    subject = bytes(movement.subject) if movement.subject else None
    dims = {"goods_kind": lot.kind}
    facts = []
    step = (movement.target in ON_HAND) - (movement.source in ON_HAND)
    if step and pieces:
        facts.append(Fact(indicator="LOV-04", period=month, dims=dims, n=step * pieces))
    if movement.kind == MoveKind.RECEIVE and lot.transfer_id is None and pieces:
        facts.append(Fact(indicator="LOV-02", period=month, dims=dims, n=pieces))
    if movement.kind == MoveKind.GIVE_BACK and pieces:
        facts.append(Fact(indicator="LOV-02", period=month, dims=dims, n=-pieces))
    if movement.target == Place.ISSUED:
        facts.append(
            Fact(
                indicator="AID-04", period=month, dims=dims, value=movement.value_fen,
                subject=subject,
            )
        )  # fmt: skip
        if pieces:
            facts.append(
                Fact(indicator="LOV-03", period=month, dims=dims, n=pieces, subject=subject)
            )
        facts += _aided(movement, lot, month, subject)
        if lot.kind == "coal" and lot.unit == "ton":
            facts.append(
                Fact(
                    indicator="AID-09", period=month, value=movement.quantity_milli, subject=subject
                )
            )
    return facts


def _aided(movement: Movement, lot: Lot, month: date, subject: bytes | None) -> list[Fact]:
    """Derive that a household was aided, or people of a group, who are counted as times and never as households."""
    aid = "warmth" if movement.group else AID_OF_KIND.get(lot.kind, "living")
    dims = {"aid": aid, "tier": NONE, "fund_source": NONE, "aid_mode": NONE}
    times = Fact(
        indicator=AIDED_TIMES, period=month, dims=dims, n=max(movement.persons, 1), subject=subject
    )
    if subject is None:
        return [times]
    return [times, Fact(indicator=AIDED, period=month, dims=dims, subject=subject)]
