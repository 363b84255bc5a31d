"""How apps prove that a message took effect, and how they send one again that vanished.

Declared beside the handlers, in an app's ``messages.py``.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
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


Resend = Callable[..., bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlike:
    """One place where a sealed record is not what it was sealed from: which, in words, and both numbers."""

    key: str
    place: str
    sealed: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place where records of a station contradict each other; ``key`` names it, ``detail`` says where to look.

    ``detail`` holds ``type``, ``place`` in words, ``amount_fen``, ``page`` (an address within the station) and
    whether it is ``critical``: of such a break the station above hears at once.
    """

    key: str
    expected: str
    actual: str
    detail: Mapping[str, Any]


Comparison = Callable[[], list[Unlike]]
Finder = Callable[[], list[Difference]]

_proofs: dict[str, Proof] = {}
_comparisons: list[Comparison] = []
_finders: dict[str, list[Finder]] = defaultdict(list)
_resends: dict[str, Resend] = {}


def proves(kind: str) -> Callable[[F], F]:
    """Declare how to see that messages of ``kind`` took effect.

    The function runs inside the recipient; it is given messages that were applied and returns the keys
    of those whose effect is **not** there.
    """

    def register(function: F) -> F:
        _proofs[kind] = function
        return function

    return register


def resends(stream: str) -> Callable[[F], F]:
    """Declare how a station sends again what vanished from streams named ``stream`` and a colon.

    The function runs inside the sender in a transaction, ``(stream: str, recipient: int, *, now: datetime)
    -> bool``. It draws from the sender's own records, posts through ``exchange.services.post_lost_again``
    and says whether it had anything to post.
    """

    def register(function: F) -> F:
        _resends[stream] = function
        return function

    return register


def compares_sealed(function: Comparison) -> Comparison:
    """Declare how a station's sealed records are compared with what they were sealed from.

    The function runs inside the station, every night and on demand, and changes nothing.
    """
    _comparisons.append(function)
    return function


def unlike_here() -> list[Unlike]:
    """Return where sealed records of the station in force are not what they were sealed from."""
    _discover()
    return [one for compare in _comparisons for one in compare()]


def finds(kind: str) -> Callable[[Finder], Finder]:
    """Declare how breaks of a kind are found: the bank against the books, the books against the cases they pay.

    The function runs inside the station, every night and on demand, and changes nothing.
    """

    def register(function: Finder) -> Finder:
        if function not in _finders[kind]:
            _finders[kind].append(function)
        return function

    return register


def differences_here(kind: str) -> list[Difference]:
    """Return every difference of a kind at the station in force, of all apps that look for them."""
    _discover()
    return [one for find in _finders[kind] for one in find()]


def proof_of(kind: str) -> Proof | None:
    """Return how the effect of a kind is seen, or None where no app says."""
    _discover()
    return _proofs.get(kind)


def proven_kinds() -> list[str]:
    """Return the kinds whose effect can be seen."""
    _discover()
    return sorted(_proofs)


def resend_of(stream: str) -> Resend | None:
    """Return who can send again what vanished from a stream, or None where nobody can."""
    _discover()
    return _resends.get(stream.partition(":")[0])


@cache
def _discover() -> None:
    for config in apps.get_app_configs():
        if module_has_submodule(config.module, "messages"):
            import_module(f"{config.name}.messages")
