"""Columns that several rows of a household have."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models


def code_column(**options: object) -> models.CharField[str, str]:
    """A code of a code list; empty where none was chosen."""
    return models.CharField(max_length=16, blank=True, **options)  # type: ignore[arg-type]


def codes_column() -> ArrayField[list[str], list[str]]:
    """Several codes of a code list."""
    return ArrayField(models.CharField(max_length=16), default=list, blank=True)


def fen_column() -> models.BigIntegerField[int | None, int | None]:
    """An amount in fen; null where nobody said."""
    return models.BigIntegerField(null=True, blank=True)


def day_column() -> models.DateField[str | date | None, date | None]:
    """A day; null where nobody said."""
    return models.DateField(null=True, blank=True)
