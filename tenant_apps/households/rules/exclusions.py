"""What bars a household from a tier, as it declared it itself. Source: domain reference NR06, V14."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from django.utils.translation import gettext_lazy

from bangfu.kernel.errors import Text

# What a car may be needed for. That it is 代步 alone says nothing: so is one for the way to work.
CAR_EXCUSES = (
    "残疾", "残障", "轮椅", "肢体", "功能性补偿",
    "就医", "求医", "看病", "治疗", "透析", "化疗", "放疗", "康复", "病人", "患者",
)  # fmt: skip

_EXCLUSIONS: dict[str, tuple[str, Text]] = {
    "E401": ("homes", gettext_lazy("有两套及以上住房，不符合建档条件。")),
    "E402": (
        "car",
        gettext_lazy("拥有机动车且不是残疾或就医代步，不符合建档条件；属代步的请写明用途。"),
    ),
    "E403": ("private_school", gettext_lazy("子女就读高收费私立学校或自费留学，不符合建档条件。")),
    "E404": ("shareholder", gettext_lazy("为企业控股股东或实际控制人，不符合建档条件。")),
    "E405": ("refuses_check", gettext_lazy("拒绝核查的，不予建档。")),
    "E406": ("hides_income", gettext_lazy("隐瞒收入或财产的，不予建档。")),
    "E407": ("refuses_work", gettext_lazy("无正当理由拒绝就业的，不予建档。")),
}
ALL_EXCLUSIONS = tuple(_EXCLUSIONS)
"""The codes of every exclusion; a place may switch single ones off by the rule `exclusions.items`."""


class Declarations(Protocol):
    """What a household declared about its assets and its conduct."""

    @property
    def homes(self) -> int | None: ...
    @property
    def car(self) -> bool | None: ...
    @property
    def car_use(self) -> str: ...
    @property
    def private_school(self) -> bool | None: ...
    @property
    def shareholder(self) -> bool | None: ...
    @property
    def refuses_check(self) -> bool | None: ...
    @property
    def hides_income(self) -> bool | None: ...
    @property
    def refuses_work(self) -> bool | None: ...


def excluded_by(household: Declarations, items: Collection[str] = ALL_EXCLUSIONS) -> list[str]:
    """List the codes of the exclusions a household declares, of those that count here."""
    has_car = household.car and not any(word in household.car_use for word in CAR_EXCUSES)
    declared = {
        "E401": (household.homes or 0) >= 2,
        "E402": has_car,
        "E403": household.private_school,
        "E404": household.shareholder,
        "E405": household.refuses_check,
        "E406": household.hides_income,
        "E407": household.refuses_work,
    }
    return [code for code in _EXCLUSIONS if declared[code] and code in items]


def exclusions_of(
    household: Declarations, items: Collection[str] = ALL_EXCLUSIONS
) -> list[tuple[str, str, Text]]:
    """List the exclusions a household declares: code, field, sentence."""
    return [
        (code, field, str(message))
        for code in excluded_by(household, items)
        for field, message in (_EXCLUSIONS[code],)
    ]
