"""Take every word out of rows on which numbers rest: the rows stay, and say nothing of anybody.

Texts read “（已删除）”, sealed values and pictures are gone, keyed hashes are forgotten. What a recount reads stays:
codes of lists, quantities, and the hash under which something was counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_noop

from bangfu.kernel.crypto import EncryptedTextField, Secret, Unsealable
from tenant_apps.households.models import HouseholdVersion

COUNTED = "counted"
GONE = gettext_noop("（已删除）")
# A column of up to this many characters holds a code, never words.
_LONGEST_CODE = 16
# Numbers of records, stations and members of staff are not the household's.
_KEPT = frozenset(
    {
        "file_no",
        "batch_number",
        "home_code",
        "home_name",
        "other_code",
        "other_name",
        "giving_code",
        "giving_name",
        "taking_code",
        "taking_name",
        "above_name",
        "event",
        "custody",
        "place",
        "period",
        "first_visitor",
        "second_visitor",
        # What money and goods rest on: batches and their lines, programmes and campaigns, the bank's own
        # number, who handed out.
        "batch",
        "line",
        "bank_serial",
        "programme",
        "campaign",
        "group",
        "partner_name",
        "transfer_to",
        "by_name",
        "second_name",
        "standing_days",
        # How a pairing is made: one to one, or several.
        "form",
    }
)
# Apps whose rows are themselves what was counted: the keyed hash stays, as it does in ``counted`` elsewhere.
_COUNT_THEMSELVES = frozenset({"goods", "benefits", "pairing"})
_SUBJECTS = frozenset({"subject", "person_subject"})
_STAFF = ("_by", "_by_name")
# What a recount reads of a frozen version besides ``counted``: codes of lists.
_COUNTED_OF_SNAPSHOT = ("exit_reason", "exit_measure")
_AMOUNT = "_fen"


def scrub(scope: Mapping[type[models.Model], set[UUID]]) -> Counter[str]:
    """Take every word out of these rows; return how many said something, by kind."""
    erased: Counter[str] = Counter()
    for model, keys in scope.items():
        for row in model._default_manager.filter(pk__in=keys):
            changed = [
                field.name for field in model._meta.concrete_fields if _scrub_field(row, field)
            ]
            if changed:
                row.save(update_fields=changed)
                erased[model._meta.label_lower] += 1
    return erased


def _scrub_field(row: models.Model, field: models.Field[Any, Any]) -> bool:
    value = getattr(row, field.attname)
    fresh = _without_words(field, value)
    if fresh is value:
        return False
    setattr(row, field.attname, fresh)
    return True


def _without_words(field: models.Field[Any, Any], value: Any) -> Any:
    if value in (None, "", [], {}, GONE) or field.name in _KEPT or field.name.endswith(_STAFF):
        return value
    if field.name in _SUBJECTS and field.model._meta.app_label in _COUNT_THEMSELVES:
        return value
    if isinstance(field, models.JSONField | ArrayField):
        return value if field.name == COUNTED else _counted_of(field, value)
    if isinstance(field, EncryptedTextField):
        return None if field.null else _gone_instead_of(value)
    if isinstance(field, models.BinaryField) or field.name.endswith(_AMOUNT):
        return None if field.null else value
    return GONE if _holds_words(field) else value


def _counted_of(field: models.Field[Any, Any], value: Any) -> Any:
    if field.model is not HouseholdVersion or field.name != "snapshot":
        return type(value)()
    left = {name: value[name] for name in _COUNTED_OF_SNAPSHOT if name in value}
    return value if value == left else left


def _gone_instead_of(secret: Secret) -> Any:
    try:
        return secret if secret.reveal() == GONE else GONE
    except Unsealable:
        return GONE


def _holds_words(field: models.Field[Any, Any]) -> bool:
    return isinstance(field, models.TextField) or (
        isinstance(field, models.CharField)
        and not field.choices
        and not _tells_rows_apart(field)
        and (field.max_length or 0) > _LONGEST_CODE
    )


def _tells_rows_apart(field: models.Field[Any, Any]) -> bool:
    """Whether a column is a key, alone or with others: it names a record, and two erased ones may not be alike."""
    keys = field.model._meta.constraints
    return field.unique or any(
        field.name in key.fields for key in keys if isinstance(key, models.UniqueConstraint)
    )
