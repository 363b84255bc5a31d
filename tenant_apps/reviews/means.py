"""What a household declared of each thing that is looked up, and whether what was found agrees."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.text import kept
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.households.drafts import HouseholdDraft
from tenant_apps.reviews.models import MeansKind, MeansResult

# Kept beside what was found, so in the source language, whoever asks.
UNDECLARED, YES, NO = kept(_("未填报")), kept(_("是")), kept(_("否"))
_NONE = frozenset(
    {"无", "没有", "未查到", "未查询到", "无记录", "否", "0", "0.0", "0.00", "-", "—"}
)
# What is found in words of the other office cannot be compared with a declaration.
ONLY_BY_HAND = frozenset({MeansKind.SOCIAL_INSURANCE, MeansKind.DEPOSITS})


def declared_values(draft: HouseholdDraft) -> dict[MeansKind, str]:
    """Word what the household declared, item by item: wages in yuan a month, homes as a number."""
    wages = sum(
        fen for fen in (draft.own_income_fen, *(one.income_fen for one in draft.members)) if fen
    )
    return {
        MeansKind.WAGES: f"{Decimal(wages) / 100:.2f}",
        MeansKind.SOCIAL_INSURANCE: CODE_LISTS["insurance"].label(draft.insurance) or UNDECLARED,
        MeansKind.HOMES: UNDECLARED if draft.homes is None else str(draft.homes),
        MeansKind.CARS: _yes_no(draft.car),
        MeansKind.DEPOSITS: UNDECLARED,
        MeansKind.BUSINESS: _yes_no(draft.shareholder),
        MeansKind.DIBAO: _yes_no(draft.dibao),
    }


def judged(kind: str, *, declared: str, found: str) -> MeansResult | None:
    """Say whether what was found agrees with what was declared; None where a person has to say.

    Wages agree up to what was declared, homes only as the same number; of cars, business and dibao it
    counts whether there is any.
    """
    found = found.strip()
    if kind in ONLY_BY_HAND:
        return MeansResult.NOTHING if found in _NONE else None
    if kind in {MeansKind.WAGES, MeansKind.HOMES}:
        return _number_judged(kind, declared=declared, found=found)
    if found in _NONE and declared != YES:
        return MeansResult.FITS
    return MeansResult.FITS if (found not in _NONE) == (declared == YES) else MeansResult.CONFLICT


def _number_judged(kind: str, *, declared: str, found: str) -> MeansResult | None:
    said, seen = _number(declared), Decimal(0) if found in _NONE else _number(found)
    if seen is None:
        return None
    if said is None:
        return MeansResult.CONFLICT
    agrees = seen <= said if kind == MeansKind.WAGES else seen == said
    return MeansResult.FITS if agrees else MeansResult.CONFLICT


def _number(text: str) -> Decimal | None:
    plain = text.replace(",", "").replace("，", "").rstrip("元套 ")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _yes_no(value: bool | None) -> str:
    if value is None:
        return UNDECLARED
    return YES if value else NO
