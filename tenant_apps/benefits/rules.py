"""Shares, months and what is wrong with what people enter: pure, no row and no query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from bangfu.kernel.errors import Problem

WHOLE = 10_000
MOST_FEN = 10**10
TICKETS_A_YEAR = 2
SCHOOL_RELIEF_BASIS_POINTS = 7_000
"""Of the sundries of compulsory education 70 % are let off (I-I09)."""

BALANCE_KINDS: Mapping[str, tuple[str, ...]] = {
    "shopping": ("supermarket",),
    "medicine": ("love_pharmacy", "pharmacy"),
    "medical": ("love_hospital", "hospital"),
}
"""At which kinds of partner each card with a balance is used."""

CERTIFIED = ("utilities", "business", "rent")
"""Reliefs that need a certificate (I-I02, I-I04, I-I05)."""
MEDICAL = ("hospital", "pharmacy")
"""Reliefs given by a partner for treatment and medicine (I-J02, I-J04)."""
PARTNERS_OF = {
    "hospital": ("hospital", "love_hospital"),
    "pharmacy": ("pharmacy", "love_pharmacy"),
}
CARDS_FOR = {
    **dict.fromkeys(CERTIFIED, ("preferential", "extreme")),
    "hospital": ("preferential", "extreme", "medical"),
    "pharmacy": ("preferential", "extreme", "medicine"),
}
PROGRAMME_OF = {
    "supermarket": "living",
    "love_hospital": "medical",
    "hospital": "medical",
    "love_pharmacy": "medical",
    "pharmacy": "medical",
    "school": "schooling",
}
"""Which kind of aid the union's share of a purchase is spent for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a partner's statement: the number of the slip, and the whole amount in fen."""

    receipt: str
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unequal:
    """One slip on which the partner's statement and the own entries differ; None where one has none."""

    receipt: str
    ours_fen: int | None
    theirs_fen: int | None


def shares(amount_fen: int, union_basis_points: int) -> tuple[int, int]:
    """Split an amount: the union's share half a fen up, the partner's is the rest, so both are the whole.

    Source: domain I-O22.
    """
    union = (amount_fen * union_basis_points + WHOLE // 2) // WHOLE
    return union, amount_fen - union


def part_of(amount_fen: int, basis_points: int) -> int:
    """Return so many ten thousandths of an amount, half a fen up."""
    return (amount_fen * basis_points + WHOLE // 2) // WHOLE


def compared(ours: Mapping[str, int], theirs: Sequence[Line]) -> list[Unequal]:
    """Compare the slips entered here with those of the partner; a slip told twice is added up."""
    said: dict[str, int] = {}
    for line in theirs:
        said[line.receipt] = said.get(line.receipt, 0) + line.amount_fen
    return [
        Unequal(receipt=receipt, ours_fen=ours.get(receipt), theirs_fen=said.get(receipt))
        for receipt in sorted({*ours, *said})
        if ours.get(receipt) != said.get(receipt)
    ]


def month_of(day: date) -> date:
    """Return the first day of a day's month."""
    return day.replace(day=1)


def after(month: date) -> date:
    """Return the first day of the next month."""
    return date(month.year + 1, 1, 1) if month.month == 12 else date(month.year, month.month + 1, 1)


def amount_problems(amount_fen: int, field: str = "amount") -> list[Problem]:
    """Say that an amount is not above zero. B101."""
    if 0 < amount_fen <= MOST_FEN:
        return []
    return [Problem(code="B101", field=field, message=_("请填写大于 0 的金额。"))]


def text_problems(value: str, field: str, label: str, *, most: int) -> list[Problem]:
    """Say that a text is missing or too long. B102."""
    if 0 < len(value.strip()) <= most:
        return []
    message = _("请填写%(label)s，%(most)d 字以内。") % {"label": label, "most": most}
    return [Problem(code="B102", field=field, message=message)]


def day_problems(day: date, *, today: date, field: str = "on") -> list[Problem]:
    """Say that a day has not come yet. B103."""
    if day <= today:
        return []
    return [Problem(code="B103", field=field, message=_("日期不能晚于今天。"))]


def choice_problems(value: str, known: Iterable[str], field: str, label: str) -> list[Problem]:
    """Say that a value is not of its list. B104."""
    if value in set(known):
        return []
    message = _("请选择%(label)s。") % {"label": label}
    return [Problem(code="B104", field=field, message=message)]
