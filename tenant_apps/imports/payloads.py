"""What an import keeps and sends of a household, as one text to seal.

A bundle is the rows exactly as typed; a draft is what a file said before an import changed it.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS, HouseholdDraft, MemberDraft
from tenant_apps.households.fields import FieldSpec, Kind
from tenant_apps.imports.reading import RawRow
from tenant_apps.imports.sheets import decoded_cell, encoded_cell


@dataclass(frozen=True)
class Bundle:
    """The row of a household and those of its members; or members whose household is missing."""

    household: RawRow | None
    members: tuple[RawRow, ...] = ()

    def to_text(self) -> str:
        """The bundle as text, for sealing."""
        household = _row_to_json(self.household) if self.household else None
        members = [_row_to_json(member) for member in self.members]
        return json.dumps({"household": household, "members": members}, ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> Bundle:
        """The bundle that was written as `text`."""
        data = json.loads(text)
        household = _row_from_json(data["household"]) if data["household"] else None
        return cls(household, tuple(_row_from_json(member) for member in data["members"]))


def draft_to_text(draft: HouseholdDraft) -> str:
    """A draft as text, for sealing."""
    return json.dumps(dataclasses.asdict(draft), cls=DjangoJSONEncoder, ensure_ascii=False)


def draft_from_text(text: str) -> HouseholdDraft:
    """The draft that was written as `text`."""
    data = json.loads(text)
    members = [MemberDraft(**_restored(member, MEMBER_FIELDS)) for member in data.pop("members")]
    return HouseholdDraft(**_restored(data, FILE_FIELDS), members=members)


def _restored(data: Mapping[str, Any], specs: Iterable[FieldSpec]) -> dict[str, Any]:
    restore: dict[Kind, Callable[[Any], Any]] = {
        Kind.DATE: date.fromisoformat,
        Kind.DECIMAL: Decimal,
        Kind.CODES: tuple,
    }
    kinds = {spec.name: spec.kind for spec in specs}
    return {
        name: value if value is None else restore.get(kinds[name], _as_it_is)(value)
        for name, value in data.items()
    }


def _as_it_is(value: Any) -> Any:
    return value


def _row_to_json(row: RawRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "cells": {name: encoded_cell(cell) for name, cell in row.cells.items()},
    }


def _row_from_json(data: Mapping[str, Any]) -> RawRow:
    return RawRow(
        data["number"], {name: decoded_cell(cell) for name, cell in data["cells"].items()}
    )
