"""Which rows of the station in force belong to a file or to a person, also by way of other such rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

from django.apps import apps
from django.db import models

from bangfu.kernel.tenancy import current_station
from bangfu.kernel.tenancy.models import StationModel
from tenant_apps.households.models import HouseholdFile

# What is never changed says nobody's name: the books of goods and of cards hold keys, kinds and quantities.
_UNTOUCHED = frozenset({"privacy.disposal", "goods.movement", "benefits.entry"})


def belonging_to(file_id: UUID, *, home_id: int | None) -> dict[type[models.Model], set[UUID]]:
    """Find the rows of every station model that belong to a file, also by way of other such rows."""
    found: dict[type[models.Model], set[UUID]] = {}
    for model in _station_models():
        names = {field.name for field in model._meta.concrete_fields}
        rows = model._default_manager.none()
        if _points_to(model, HouseholdFile) and home_id is None:
            rows = model._default_manager.filter(file=file_id)
        elif "file_id" in names:
            rows = model._default_manager.filter(file_id=file_id)
            if "home_id" in names:
                rows = rows.filter(home_id=home_id or current_station().id)
        keys = set(rows.values_list("pk", flat=True))
        if keys:
            found[model] = keys
    return _with_what_hangs_on(found)


def hanging_on(row: models.Model) -> dict[type[models.Model], set[UUID]]:
    """Find the rows of every station model that hang on one row, also by way of other such rows; with the row."""
    return _with_what_hangs_on({type(row): {row.pk}})


def _with_what_hangs_on(
    found: dict[type[models.Model], set[UUID]],
) -> dict[type[models.Model], set[UUID]]:
    while more := list(_reached(found)):
        for model, keys in more:
            found.setdefault(model, set()).update(keys)
    return found


def _reached(
    found: Mapping[type[models.Model], set[UUID]],
) -> Iterator[tuple[type[models.Model], set[UUID]]]:
    everything = {key for keys in found.values() for key in keys}
    for model in _station_models():
        known = found.get(model, set())
        columns = [
            field.attname
            for field in model._meta.concrete_fields
            if isinstance(field, models.ForeignKey) and field.related_model in found
        ]
        names = {field.name for field in model._meta.concrete_fields}
        if "subject_id" in names and "subject_kind" not in names:
            columns.append("subject_id")
        for column in columns:
            keys = set(
                model._default_manager.filter(**{f"{column}__in": everything})
                .exclude(pk__in=known)
                .values_list("pk", flat=True)
            )
            if keys:
                yield model, keys


def _station_models() -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        if not issubclass(model, StationModel) or model is HouseholdFile:
            continue
        if model._meta.label_lower not in _UNTOUCHED and model._meta.app_label != "casework":
            yield model


def _points_to(model: type[models.Model], target: type[models.Model]) -> bool:
    return any(
        isinstance(field, models.ForeignKey)
        and field.name == "file"
        and field.related_model is target
        for field in model._meta.concrete_fields
    )
