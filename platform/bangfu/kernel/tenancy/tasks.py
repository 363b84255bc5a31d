"""Bases of background tasks: each says where it runs, and without that it does not run."""

from typing import Any, cast

from celery import Task
from django.apps import apps
from django.conf import settings

from bangfu.kernel.tenancy.context import NoStation, StationRef, in_network, in_station


class StationTask(Task):
    """A task inside one station. Its first argument is the station's key; ``run`` gets it too.

    There is no fall-back: a call without the key, or with one that is no whole number, raises
    ``NoStation`` when it is sent and again when it is received, and the body is never entered.
    """

    abstract = True

    def apply_async(self, args: Any = None, kwargs: Any = None, *rest: Any, **options: Any) -> Any:
        """Send the call, unless it names no station."""
        _station_key(self.name, tuple(args or ()), dict(kwargs or {}))
        return super().apply_async(args, kwargs, *rest, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        station = _station(_station_key(self.name, args, kwargs))
        with in_station(station):
            return self.run(*args, **kwargs)


class NetworkTask(Task):
    """A task on the shared tables, over all stations. What it does inside a station it enters itself."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with in_network():
            return self.run(*args, **kwargs)


def _station_key(task: str | None, args: tuple[Any, ...], kwargs: dict[str, Any]) -> int:
    key = kwargs["station_id"] if "station_id" in kwargs else (args[0] if args else None)
    if not isinstance(key, int) or isinstance(key, bool):
        raise NoStation(f"{task} was called without the key of a station")
    return key


def _station(key: int) -> StationRef:
    model = apps.get_model(settings.TENANT_MODEL)
    with in_network():
        row = model._default_manager.filter(pk=key).first()
    if row is None:
        raise NoStation(f"there is no station with the key {key}")
    return cast("StationRef", row.ref)
