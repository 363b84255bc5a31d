"""A file as it is sent up: a frozen picture with what is personal sealed, and how to read it again."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models

from bangfu.kernel.canonical import as_json, canonical_json
from bangfu.kernel.crypto import Secret, seal, sm3, unseal
from tenant_apps.households.drafts import HouseholdDraft
from tenant_apps.households.mapping import draft_of
from tenant_apps.households.models import HouseholdFile, HouseholdMember

_PLACE = "households.dossier"

Dossier = dict[str, Any]
Row = TypeVar("Row", HouseholdFile, HouseholdMember)


class DossierAltered(Exception):
    """The picture that arrived is not the one that was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What one station on the way said: who, where, when, and its stamp."""

    station_code: str
    station_name: str
    level: int
    name: str
    text: str
    on: str
    stamp: str = ""


def sealed_dossier(dossier: Mapping[str, Any]) -> dict[str, str]:
    """Give a picture as it travels: sealed as a whole, with the digest of what is inside."""
    content = as_json(dict(dossier))
    text = json.dumps(content, ensure_ascii=False)
    return {
        "sealed": base64.b64encode(seal(text, place=_PLACE)).decode(),
        "digest": sm3(canonical_json(content)).hex(),
    }


def opened_dossier(parcel: Mapping[str, str]) -> Dossier:
    """Open what travelled.

    Raises:
        DossierAltered: its digest does not fit.
        Unsealable: it was altered or sealed with an unknown key.
    """
    content: Dossier = json.loads(unseal(base64.b64decode(parcel["sealed"]), place=_PLACE))
    if sm3(canonical_json(content)).hex() != parcel["digest"]:
        raise DossierAltered
    return content


def draft_in(snapshot: Mapping[str, Any]) -> HouseholdDraft:
    """Read the household of a picture as a draft; sealed values are opened, so mask before showing."""
    file, members = rows_in(snapshot)
    return draft_of(file, members)


def rows_in(snapshot: Mapping[str, Any]) -> tuple[HouseholdFile, list[HouseholdMember]]:
    """Read the rows of a picture as they were, unsaved; what is sealed in it stays sealed."""
    file = _row(HouseholdFile, snapshot)
    return file, [_row(HouseholdMember, one) for one in snapshot.get("members", ())]


def _row(model: type[Row], columns: Mapping[str, Any]) -> Row:
    values: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if field.name in columns and not field.is_relation:
            values[field.attname] = _value(field, columns[field.name])
    return model(**values)


def _value(field: models.Field[Any, Any], value: Any) -> Any:
    if isinstance(value, Mapping) and "sealed" in value:
        place = getattr(field, "place", "")
        return Secret(place=place, sealed=base64.b64decode(value["sealed"]))
    return field.to_python(value)


def opinions_in(rows: Sequence[Mapping[str, Any]]) -> list[Opinion]:
    """Read the opinions of a picture in the order they were given."""
    return [Opinion(**row) for row in rows]
