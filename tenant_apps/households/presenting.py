"""How the values of a file are worded and masked, on pages, paper, exports and the API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from bangfu.kernel.crypto import MASK, mask_card, mask_id_no, mask_phone
from bangfu.kernel.errors import Problem, Text
from bangfu.ui.templatetags.ui import yuan
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS, HouseholdDraft, MemberDraft
from tenant_apps.households.fields import SECTION_TITLES, FieldSpec, Kind, Section
from tenant_apps.households.rules.tiers import INCOME, RIGID_COST

_MASKS = {"id_no": mask_id_no, "phone": mask_phone, "card": mask_card}
_WORDINGS: dict[Kind, Callable[[FieldSpec, Any], str]] = {
    Kind.CODE: lambda spec, value: spec.code_list.label(value),
    Kind.CODES: lambda spec, value: spec.code_list.labels(tuple(value)),
    Kind.YES_NO: lambda _spec, value: CODE_LISTS["yes_no"].label("yes" if value else "no"),
    Kind.MONEY: lambda _spec, value: yuan(value),
    Kind.DECIMAL: lambda _spec, value: f"{value.normalize():f}",
    Kind.DATE: lambda _spec, value: value.isoformat(),
}
_TERM_LABELS = dict((*INCOME, *RIGID_COST))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One value as a person reads it; `is_masked` when there is more to see with a reason."""

    spec: FieldSpec
    text: str
    is_masked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSection:
    """A section of the file with its values."""

    name: str
    title: Text
    values: tuple[Shown, ...]


def masked(spec: FieldSpec, value: str) -> str:
    """Mask a sensitive value as its kind asks; nothing of a hidden one is left."""
    if not value:
        return ""
    mask = _MASKS.get(spec.sensitive)
    return mask(value) if mask else MASK * 6


def worded(spec: FieldSpec, value: Any) -> str:
    """Word a value in the reader's language, without masking; an empty value is empty text."""
    if value in (None, "", ()):
        return ""
    word = _WORDINGS.get(spec.kind)
    return word(spec, value) if word else str(value)


def shown(spec: FieldSpec, value: Any) -> Shown:
    """Give a value as it is shown: sensitive ones masked."""
    if spec.sensitive and value:
        return Shown(spec=spec, text=masked(spec, value), is_masked=True)
    text = worded(spec, value)
    return Shown(spec=spec, text=f"{text} {spec.unit}" if text and spec.unit else text)


def sections_of(draft: HouseholdDraft) -> list[ShownSection]:
    """Give the sections of a file in the order of the form, values masked."""
    sections = []
    for name in Section:
        values = tuple(
            shown(spec, getattr(draft, spec.name)) for spec in FILE_FIELDS if spec.section is name
        )
        sections.append(ShownSection(name=name.value, title=SECTION_TITLES[name], values=values))
    return sections


def values_of(person: HouseholdDraft | MemberDraft, specs: Iterable[FieldSpec]) -> dict[str, Shown]:
    """Give the shown values by column name."""
    return {spec.name: shown(spec, getattr(person, spec.name)) for spec in specs}


def plain_values(
    person: HouseholdDraft | MemberDraft, specs: Iterable[FieldSpec]
) -> dict[str, Any]:
    """Give the values as the API answers them: codes, yuan as decimal text, sensitive masked."""
    return {spec.public_name: _plain(spec, getattr(person, spec.name)) for spec in specs}


def with_masked_kept(given: Mapping[str, Any], current: HouseholdDraft) -> dict[str, Any]:
    """Give what a program sent, with values it got masked and sends back taken for unchanged.

    A masked value stands for the stored one only where it stood: on the head, or on the member at the
    same place of the list.
    """
    kept = _kept(given, current, FILE_FIELDS)
    members = given.get("members")
    if isinstance(members, list):
        kept["members"] = [
            _kept(one, current.members[place], MEMBER_FIELDS)
            if isinstance(one, Mapping) and place < len(current.members)
            else one
            for place, one in enumerate(members)
        ]
    return kept


def _kept(
    given: Mapping[str, Any], current: HouseholdDraft | MemberDraft, specs: Iterable[FieldSpec]
) -> dict[str, Any]:
    kept = dict(given)
    for spec in specs:
        stored = getattr(current, spec.name) if spec.sensitive else ""
        if stored and kept.get(spec.public_name) == masked(spec, stored):
            kept[spec.public_name] = stored
    return kept


def _plain(spec: FieldSpec, value: Any) -> Any:
    if spec.sensitive:
        return masked(spec, value)
    if value is None:
        return None
    if spec.kind is Kind.MONEY:
        return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02d}"
    if spec.kind is Kind.DECIMAL:
        return f"{value:f}"
    if spec.kind is Kind.DATE:
        return value.isoformat()
    return list(value) if spec.kind is Kind.CODES else value


@dataclass(frozen=True, slots=True, kw_only=True)
class SumLine:
    """One line of the sum behind a tier."""

    label: Text
    fen: int
    is_cost: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """The sum behind a tier, as it was computed and kept with the file."""

    lines: tuple[SumLine, ...]
    income_fen: int
    cost_fen: int
    heads: int
    head_count: str
    net_month_fen: int
    line_fen: int
    relative_line_fen: int
    operator: str
    sudden_percent: int | None
    sudden_threshold_percent: int
    tier: str
    excluded: tuple[str, ...]
    rules: tuple[str, ...]

    @property
    def conclusion(self) -> str:
        """What follows from it, in words."""
        if self.tier:
            return CODE_LISTS["tier"].label(self.tier)
        if self.excluded:
            return _("有排除情形，不予认定")
        return _("未达到困难标准")


def sum_of(computation: Mapping[str, Any]) -> Sum | None:
    """Read a kept computation; None while there is none."""
    if not computation:
        return None
    multiplier, line = computation["multiplier"], computation["line_fen"]
    numerator, _slash, denominator = str(multiplier).partition("/")
    part, _slash, whole = str(computation["sudden_threshold"]).partition("/")
    return Sum(
        lines=tuple(
            SumLine(label=_TERM_LABELS[name], fen=fen, is_cost=sign < 0)
            for name, fen, sign in computation["terms"]
            if fen
        ),
        income_fen=computation["income_fen"],
        cost_fen=computation["cost_fen"],
        heads=computation["heads"],
        head_count=_("共同生活人口")
        if computation["head_count"] == "living_together"
        else _("家庭人口"),
        net_month_fen=computation["net_month_fen"],
        line_fen=line,
        relative_line_fen=line * int(numerator) // int(denominator or 1),
        operator="≤" if computation["operator"] == "<=" else "<",
        sudden_percent=computation["sudden_percent"],
        sudden_threshold_percent=100 * int(part) // int(whole or 1),
        tier=computation["tier"],
        excluded=tuple(computation["excluded"]),
        rules=tuple(computation["rules"]),
    )


def public_problems(problems: Sequence[Problem]) -> list[Problem]:
    """Name the fields of problems as they are called outside."""
    return [replace(problem, field=_public(problem.field)) for problem in problems]


def _public(field: str) -> str:
    return field.removesuffix("_fen")
