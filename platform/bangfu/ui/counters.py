"""Named counts shown in red on the menu and in the top bar.

An app registers what it can count, once, in its ``AppConfig.ready`` or its ``menu.py``; a page asks
by name. A count runs at most once per request, and only when a whole page is drawn.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

Count = Callable[[HttpRequest], int]


@dataclass(frozen=True, slots=True)
class Counter:
    """A count by name, and the page that lists what was counted."""

    name: str
    count: Count
    url_name: str | None = None


class CounterTaken(Exception):
    """Two apps registered a counter of the same name."""


_counters: dict[str, Counter] = {}


def register(name: str, count: Count, *, url_name: str | None = None) -> None:
    """Offer a count under ``name``; ``url_name`` is the page listing what is counted.

    Raises:
        CounterTaken: another function holds the name.
    """
    held = _counters.get(name)
    if held is not None and held.count is not count:
        raise CounterTaken(name)
    _counters[name] = Counter(name, count, url_name)


def find(name: str) -> Counter | None:
    """Return the counter of that name, or None where its app is not installed."""
    return _counters.get(name)


def count_for(request: HttpRequest, name: str) -> int:
    """Count once per request; an unknown name counts nothing, its app is not installed."""
    known: dict[str, int] = request.__dict__.setdefault("_ui_counts", {})
    if name not in known:
        counter = find(name)
        known[name] = counter.count(request) if counter else 0
    return known[name]
