"""How rows and totals of books are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shared_apps.paperbooks.models import PastRow, Total
from shared_apps.rollup.dimensions import label_of, title_of, unit_text
from tenant_apps.yearly.rules.catalogue import measured
from tenant_apps.yearly.rules.columns import KINDS

_THOUSANDTHS = 1_000


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of the page of a book."""

    number: int
    name: str
    who: str
    when: str
    about: str
    amount: str
    quantity: str
    note: str


def line_rows(lines: Sequence[PastRow | Total]) -> list[LineRow]:
    """Return lines as the page shows them."""
    return [_of_total(one) if isinstance(one, Total) else _of_row(one) for one in lines]


def _of_row(row: PastRow) -> LineRow:
    return LineRow(
        number=row.number,
        name=KINDS[row.kind],
        who=row.who or _("身份证号（已加密匹配）"),
        when=f"{row.on:%Y-%m-%d}",
        about="、".join(label_of(name, value) for name, value in row.dims.items()),
        amount=_plain(Decimal(row.amount_fen + row.goods_fen) / 100)
        if row.amount_fen or row.goods_fen
        else "",
        quantity=_plain(Decimal(row.quantity) / _THOUSANDTHS) if row.quantity else "",
        note=row.get_bound_display() if row.bound else "",
    )


def _of_total(total: Total) -> LineRow:
    known = measured(total.indicator)
    about = [f"{title_of(name)}：{label_of(name, value)}" for name, value in total.dims.items()]
    return LineRow(
        number=total.number,
        name=f"{total.indicator} {known.name}",
        who=total.unit_name or total.get_role_display(),
        when=f"{total.first:%Y-%m} – {total.last:%Y-%m}",
        about="、".join([*about, *([total.variant] if total.variant else [])]),
        amount=_plain(Decimal(total.value) / known.scale),
        quantity=unit_text(known.unit),
        note=" ".join(filter(None, [total.get_bound_display() if total.bound else "", total.note])),
    )


def _plain(number: Decimal) -> str:
    return f"{number:,f}" if number != number.to_integral_value() else f"{int(number):,}"


def told_as_data(told: Any) -> dict[str, Any]:
    """Return a report as the API answers it: numbers in their smallest unit, as everywhere."""
    return {
        "station": told.station.code,
        "year": told.frame.year,
        "until": f"{told.frame.until:%Y-%m}",
        "text": told.text,
        "sentences": [
            {
                "key": one.key,
                "chapter": one.chapter,
                "text": one.text,
                "indicators": list(one.codes),
                "is_on_paper": one.is_on_paper,
                "numbers": [
                    {
                        "name": name,
                        "value": number.value,
                        "unit": number.unit,
                        "bound": number.bound,
                        "recorded": number.recorded,
                        "variants": [
                            {"reading": reading, "value": value}
                            for reading, value in number.variants
                        ],
                    }
                    for name, number in one.numbers.items()
                ],
                "warnings": [
                    {"code": warned.code, "message": warned.message} for warned in one.warnings
                ],
                "notes": list(one.notes),
            }
            for one in told.sentences
        ],
        "warnings": [{"code": warned.code, "message": warned.message} for warned in told.warnings],
    }
