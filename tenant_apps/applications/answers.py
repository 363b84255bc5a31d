"""What a worker filled in, as it rests sealed in one text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS, HouseholdDraft, MemberDraft
from tenant_apps.households.fields import FieldSpec, Kind


@dataclass(slots=True, kw_only=True)
class Answers:
    """The household as the worker described it, and what belongs to the asking itself.

    `lacking` are kinds of paper the worker says he does not have. `saved` counts how often each
    step was saved, so that two pages open at once are noticed.
    """

    draft: HouseholdDraft = field(default_factory=HouseholdDraft)
    lacking: tuple[str, ...] = ()
    signature: str = ""
    saved: dict[str, int] = field(default_factory=dict)


def packed(answers: Answers) -> str:
    """Write answers as the text that is sealed; what was left empty is left out."""
    return json.dumps(
        {
            "household": _values(answers.draft, FILE_FIELDS),
            "members": [_values(one, MEMBER_FIELDS) for one in answers.draft.members],
            "lacking": list(answers.lacking),
            "signature": answers.signature,
            "saved": answers.saved,
        },
        ensure_ascii=False,
    )


def unpacked(text: str) -> Answers:
    """Read the sealed text again; nothing was filled in yet where there is none."""
    if not text:
        return Answers()
    content = json.loads(text)
    draft = HouseholdDraft(
        **_read(content["household"], FILE_FIELDS),
        members=[MemberDraft(**_read(one, MEMBER_FIELDS)) for one in content["members"]],
    )
    return Answers(
        draft=draft,
        lacking=tuple(content["lacking"]),
        signature=content["signature"],
        saved=content["saved"],
    )


def _values(
    person: HouseholdDraft | MemberDraft, specs: Iterable[FieldSpec]
) -> dict[str, str | int | bool | list[str]]:
    found: dict[str, Any] = {}
    for spec in specs:
        value = getattr(person, spec.name)
        if value not in (None, "", ()):
            found[spec.name] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _read(values: Mapping[str, Any], specs: Iterable[FieldSpec]) -> dict[str, Any]:
    return {spec.name: _opened(spec, values[spec.name]) for spec in specs if spec.name in values}


def _opened(spec: FieldSpec, value: Any) -> Any:
    if spec.kind is Kind.DATE:
        return date.fromisoformat(value)
    if spec.kind is Kind.DECIMAL:
        return Decimal(value)
    return tuple(value) if spec.kind is Kind.CODES else value
