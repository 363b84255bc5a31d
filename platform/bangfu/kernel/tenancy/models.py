"""The base of every model that lives in a station's schema."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, ClassVar, Self, TypeVar

from django.db import connection, models

from bangfu.kernel.ids import uuid7
from bangfu.kernel.tenancy.backend.compiler import STAMP
from bangfu.kernel.tenancy.context import WrongStation

M = TypeVar("M", bound=models.Model)


def _here() -> str | None:
    return getattr(connection, "schema_name", None)


def _check(instance: object) -> None:
    stamp = getattr(getattr(instance, "_state", None), STAMP, None)
    if stamp is not None and stamp != _here():
        raise WrongStation(f"a row of {stamp} was about to be used in {_here()}")


class StationQuerySet(models.QuerySet[M]):
    """A queryset that remembers the station it was built in."""

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        rows = list(objs)
        for row in rows:
            _check(row)
        created = super().bulk_create(rows, *args, **kwargs)
        for row in created:
            setattr(row._state, STAMP, _here())
        return created

    def bulk_update(
        self, objs: Iterable[M], fields: Iterable[str], batch_size: int | None = None
    ) -> int:
        rows = tuple(objs)
        for row in rows:
            _check(row)
        return super().bulk_update(rows, fields, batch_size)


class StationManager(models.Manager[M]):
    """Stamps each queryset where it is built; a relation of a foreign row raises."""

    def get_queryset(self) -> StationQuerySet[M]:
        # A relation followed forwards comes with the row as a hint, backwards with it as ``instance``.
        hints = getattr(self, "_hints", {})
        _check(getattr(self, "instance", None))
        _check(hints.get("instance"))
        queryset: StationQuerySet[M] = StationQuerySet(self.model, using=self._db, hints=hints)
        setattr(queryset.query, STAMP, _here())
        return queryset


class StationModel(models.Model):
    """A row of one station. Its key is a UUIDv7, so stations need no sequences and rows can move."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    objects = StationManager()

    rows_may_be_copied: ClassVar[bool] = True
    """Many rows go in by COPY: these tables have no row security, with which COPY is refused."""

    class Meta:
        abstract = True
        base_manager_name = "objects"

    @classmethod
    def from_db(  # type: ignore[override]
        cls, db: str | None, field_names: Collection[str], values: Sequence[Any]
    ) -> Self:
        row = super().from_db(db, field_names, values)
        setattr(row._state, STAMP, _here())
        return row

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        _check(self)
        for field in self._meta.concrete_fields:
            if field.is_relation and field.is_cached(self):  # type: ignore[attr-defined]
                _check(field.get_cached_value(self))  # type: ignore[attr-defined]
        super().save_base(*args, **kwargs)
        setattr(self._state, STAMP, _here())

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        _check(self)
        return super().delete(*args, **kwargs)
