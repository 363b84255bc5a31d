"""Which function applies which kind of message. Apps declare theirs in ``messages.py``."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Protocol, TypeVar

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from shared_apps.exchange.errors import UnknownKind
from shared_apps.exchange.models import Message


class Handler(Protocol):
    """Applies one message inside its recipient; safe to run twice."""

    def __call__(self, message: Message, /, *, now: datetime) -> None: ...


H = TypeVar("H", bound=Handler)

_handlers: dict[str, Handler] = {}


class KindTaken(Exception):
    """Two functions want to handle one kind of message."""


def handles(kind: str) -> Callable[[H], H]:
    """Declare that the decorated function applies messages of ``kind``."""

    def register(handler: H) -> H:
        if kind in _handlers:
            raise KindTaken(kind)
        _handlers[kind] = handler
        return handler

    return register


def handler_of(kind: str) -> Handler:
    """Return the function that applies messages of ``kind``.

    Raises:
        UnknownKind: no installed app handles it.
    """
    _discover()
    try:
        return _handlers[kind]
    except KeyError:
        raise UnknownKind(f"no app handles messages of kind {kind!r}") from None


@cache
def _discover() -> None:
    for config in apps.get_app_configs():
        if module_has_submodule(config.module, "messages"):
            import_module(f"{config.name}.messages")
