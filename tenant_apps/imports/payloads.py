"""A household of an import as it is kept and sent: the rows exactly as typed, in one text to seal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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


def _row_to_json(row: RawRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "cells": {name: encoded_cell(cell) for name, cell in row.cells.items()},
    }


def _row_from_json(data: Mapping[str, Any]) -> RawRow:
    return RawRow(
        data["number"], {name: decoded_cell(cell) for name, cell in data["cells"].items()}
    )
