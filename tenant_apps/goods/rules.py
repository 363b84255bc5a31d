"""Quantities, values and seasons: pure, no row and no query. Source: domain §3.7."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from bangfu.kernel.errors import Problem
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.rollup.periods import earlier_month, next_month
from tenant_apps.goods.models import FOOD

MILLI = 1000
MOST_MILLI = 10**12
MOST_UNIT_VALUE_FEN = 10**9
BY_WEIGHT = ("kilogram", "ton")
"""Units that are divided; of the others only whole ones are moved, and only they are counted in pieces."""

DISINFECTED_KINDS = ("clothes", "bedding")
"""Kinds that go through disinfection unless they are new (I-N08)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LotDetails:
    """What is said of goods that come in. ``is_new`` goods were never used and need no disinfection."""

    name: str
    kind: str
    unit: str
    unit_value_fen: int
    origin: str
    donor: str = ""
    is_anonymous: bool = False
    expires_on: date | None = None
    is_new: bool = False
    season_limit_milli: int | None = None
    shelf: str = ""
    note: str = ""

    @property
    def needs_disinfection(self) -> bool:
        """Whether the goods are disinfected before they go on the shelf."""
        return self.kind in DISINFECTED_KINDS and not self.is_new


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who is given something: a household on file, by file or card, or ``persons`` people of a group outside."""

    file_id: UUID | None = None
    card_id: UUID | None = None
    group: str = ""
    name: str = ""
    persons: int = 1


def value_of(quantity_milli: int, unit_value_fen: int) -> int:
    """Return what a quantity is worth in fen, half a fen up."""
    return (quantity_milli * unit_value_fen + MILLI // 2) // MILLI


def quantity_text(quantity_milli: int, unit: str) -> str:
    """Write a quantity with its unit: ``1.05 吨``, ``12 袋``."""
    number = (Decimal(quantity_milli) / MILLI).normalize()
    return f"{number:f} {CODE_LISTS['goods_unit'].label(unit)}"


def pieces_of(quantity_milli: int, unit: str) -> int:
    """Return how many pieces a quantity is; goods by weight are none."""
    return 0 if unit in BY_WEIGHT else quantity_milli // MILLI


def season_of(day: date) -> tuple[date, date]:
    """Return the first day of the quarter of a day, and the first of the next."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    following = (
        date(first.year + 1, 1, 1) if first.month == 10 else date(first.year, first.month + 3, 1)
    )
    return first, following


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier, or the last day of a shorter month."""
    first = earlier_month(day.replace(day=1), months)
    return min(first + (day - day.replace(day=1)), next_month(first) - date.resolution)


def quantity_problems(quantity_milli: int, unit: str, *, field: str = "quantity") -> list[Problem]:
    """Say what is wrong with a quantity. G101 not above zero, or beyond all measure · G102 not whole."""
    if not 0 < quantity_milli <= MOST_MILLI:
        return [Problem(code="G101", field=field, message=_("请填写大于 0 的数量。"))]
    if unit not in BY_WEIGHT and quantity_milli % MILLI:
        return [Problem(code="G102", field=field, message=_("这种单位只能填写整数。"))]
    return []


def reason_problems(reason: str) -> list[Problem]:
    """Say that a reason is missing or too long. G103."""
    if 0 < len(reason.strip()) <= 200:
        return []
    return [Problem(code="G103", field="reason", message=_("请写明原因，200 字以内。"))]


def lot_problems(details: LotDetails, *, on: date) -> list[Problem]:
    """Say what is wrong with goods that come in.

    G104 no name · G105 not of its list · G106 no value · G107 food without a last day, or past it ·
    G108 no donor of donated goods · G109 a limit of nothing.
    """
    problems = []
    if not 0 < len(details.name.strip()) <= 60:
        problems.append(Problem(code="G104", field="name", message=_("请填写品名，60 字以内。")))
    for field, listed in (
        ("kind", "goods_kind"),
        ("unit", "goods_unit"),
        ("origin", "goods_origin"),
    ):
        if getattr(details, field) not in CODE_LISTS[listed]:
            message = _("请选择%(list)s。") % {"list": CODE_LISTS[listed].title}
            problems.append(Problem(code="G105", field=field, message=message))
    if not 0 <= details.unit_value_fen <= MOST_UNIT_VALUE_FEN:
        problems.append(Problem(code="G106", field="unit_value", message=_("请填写单价（折价）。")))
    if details.kind in FOOD and details.expires_on is None:
        problems.append(Problem(code="G107", field="expires_on", message=_("食品须填写保质期。")))
    elif details.expires_on is not None and details.expires_on <= on:
        problems.append(
            Problem(code="G107", field="expires_on", message=_("已过保质期，不能入库。"))
        )
    if details.origin in {"donation", "staff"} and not (
        details.donor.strip() or details.is_anonymous
    ):
        message = _("请填写捐赠人；不愿具名的勾选匿名。")
        problems.append(Problem(code="G108", field="donor", message=message))
    if details.season_limit_milli is not None:
        problems += [
            Problem(code="G109", field="season_limit", message=one.message)
            for one in quantity_problems(details.season_limit_milli, details.unit)
        ]
    return problems
