"""What a field of the file is, said once: its heading, kind, list and section.

The draft declares its fields with these words; reading of input, forms, pages, exports and the API
are all drawn from that declaration. Source: domain reference §2.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Text
from shared_apps.catalogues.codes import CODE_LISTS, CodeList


class Kind(StrEnum):
    """How the value of a field is read, kept and shown."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    IDENTIFIER = "identifier"
    """Digits that are a name, not a quantity."""
    CODE = "code"
    CODES = "codes"
    YES_NO = "yes_no"
    DATE = "date"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    """Whole fen in the draft and the column; yuan wherever a person or another system reads it."""


class Section(StrEnum):
    """The sections of the form, in order."""

    FILE = "file"
    HEAD = "head"
    CONTACT = "contact"
    HEALTH = "health"
    WORK = "work"
    ECONOMY = "economy"
    HOUSING = "housing"
    HARDSHIP = "hardship"
    DECLARATIONS = "declarations"
    BANK = "bank"
    PLAN = "plan"


SECTION_TITLES: dict[Section, Text] = {
    Section.FILE: _("档案信息"),
    Section.HEAD: _("户主信息"),
    Section.CONTACT: _("户籍与联系方式"),
    Section.HEALTH: _("健康与医保"),
    Section.WORK: _("工作与就业"),
    Section.ECONOMY: _("家庭经济（申请前 12 个月）"),
    Section.HOUSING: _("住房与资产"),
    Section.HARDSHIP: _("困难情况与需求"),
    Section.DECLARATIONS: _("申报与授权"),
    Section.BANK: _("银行账户"),
    Section.PLAN: _("帮扶计划"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One field: `name` is its column, `public_name` what the API and forms call it."""

    name: str
    label: Text
    kind: Kind
    section: Section
    codes: str = ""
    required: bool = False
    sensitive: str = ""
    """How it is masked where it is shown: `id_no`, `phone`, `card` or `hidden`; empty: in the open."""
    max_length: int = 0
    unit: Text = ""
    help_text: Text = ""

    @property
    def public_name(self) -> str:
        """The name outside: amounts are given in yuan, so the unit of the column is left out."""
        return self.name.removesuffix("_fen") if self.kind is Kind.MONEY else self.name

    @property
    def code_list(self) -> CodeList:
        """The list a code of this field comes from."""
        return CODE_LISTS[self.codes or self.name]


def _declare(kind: Kind, default: Any, label: Text, section: Section, **extra: Any) -> Any:
    return field(
        default=default, metadata={"kind": kind, "label": label, "section": section, **extra}
    )


def text(label: Text, section: Section, max_length: int = 64, **extra: Any) -> Any:
    return _declare(Kind.TEXT, "", label, section, max_length=max_length, **extra)


def long_text(label: Text, section: Section, max_length: int = 2000, **extra: Any) -> Any:
    return _declare(Kind.LONG_TEXT, "", label, section, max_length=max_length, **extra)


def identifier(label: Text, section: Section, max_length: int = 32, **extra: Any) -> Any:
    return _declare(Kind.IDENTIFIER, "", label, section, max_length=max_length, **extra)


def code(label: Text, section: Section, codes: str = "", **extra: Any) -> Any:
    return _declare(Kind.CODE, "", label, section, codes=codes, **extra)


def codes(label: Text, section: Section, codes: str = "", **extra: Any) -> Any:
    return _declare(Kind.CODES, (), label, section, codes=codes, **extra)


def yes_no(label: Text, section: Section, **extra: Any) -> Any:
    return _declare(Kind.YES_NO, None, label, section, **extra)


def day(label: Text, section: Section, **extra: Any) -> Any:
    return _declare(Kind.DATE, None, label, section, **extra)


def integer(label: Text, section: Section, **extra: Any) -> Any:
    return _declare(Kind.INTEGER, None, label, section, **extra)


def decimal(label: Text, section: Section, **extra: Any) -> Any:
    return _declare(Kind.DECIMAL, None, label, section, **extra)


def money(label: Text, section: Section, **extra: Any) -> Any:
    return _declare(Kind.MONEY, None, label, section, unit=_("元"), **extra)


def specs_of(draft: type[Any]) -> tuple[FieldSpec, ...]:
    """Give the declared fields of a draft class in their order."""
    return tuple(
        FieldSpec(name=one.name, **one.metadata) for one in fields(draft) if "kind" in one.metadata
    )


def spec_by_public_name(draft: type[Any]) -> Mapping[str, FieldSpec]:
    """Give the declared fields of a draft class by the name used outside."""
    return {spec.public_name: spec for spec in specs_of(draft)}
