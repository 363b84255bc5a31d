"""How apps prove that a message took effect, and what they remember having sent.

Declared beside the handlers, in an app's ``messages.py``.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, TypeVar
from uuid import UUID

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from shared_apps.exchange.models import Message

Proof = Callable[[Sequence[Message]], set[UUID]]
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What ``exchange.services.post`` was once called with, from the sender's own records."""

    kind: str
    key: str
    body: dict[str, Any]


Memory = Callable[..., Iterable[Sent]]

_proofs: dict[str, Proof] = {}
_memories: dict[str, Memory] = {}


def proves(kind: str) -> Callable[[F], F]:
    """Declare how to see that messages of ``kind`` took effect.

    The function runs inside the recipient; it is given messages that were applied and returns the keys
    of those whose effect is **not** there.
    """

    def register(function: F) -> F:
        _proofs[kind] = function
        return function

    return register


def remembers(stream: str) -> Callable[[F], F]:
    """Declare what a station sent in streams whose name begins with ``stream`` and a colon.

    The function runs inside the sender, ``(stream: str, recipient: int) -> Iterable[Sent]``, and returns
    everything it sent there in order, drawn from its own records.
    """

    def register(function: F) -> F:
        _memories[stream] = function
        return function

    return register


def proof_of(kind: str) -> Proof | None:
    """Return how the effect of a kind is seen, or None where no app says."""
    _discover()
    return _proofs.get(kind)


def proven_kinds() -> list[str]:
    """Return the kinds whose effect can be seen."""
    _discover()
    return sorted(_proofs)


def memory_of(stream: str) -> Memory | None:
    """Return who remembers what was sent in a stream, or None where nobody does."""
    _discover()
    return _memories.get(stream.partition(":")[0])


@cache
def _discover() -> None:
    for config in apps.get_app_configs():
        if module_has_submodule(config.module, "messages"):
            import_module(f"{config.name}.messages")
