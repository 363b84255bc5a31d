"""Named counts shown in red on the menu and in the top bar.

An app registers what it can count, once, in its ``AppConfig.ready`` or its ``menu.py``; a page asks
by name. A count runs at most once per request, and only when a whole page is drawn; a person who only
looks sees the counts of the last seconds, and one who has just done something sees them counted anew.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
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
    known = _known(request)
    if name not in known:
        counter = find(name)
        known[name] = counter.count(request) if counter else 0
    return known[name]


def keep(request: HttpRequest) -> None:
    """Keep what was counted for the asker's next pages, some seconds long.

    Counts that were kept already are not kept anew: whoever turns pages quickly would never see others.
    """
    key = _key(request)
    known = _known(request)
    if key and settings.BANGFU_COUNTS_KEPT_SECONDS and not request.__dict__["_ui_counts_kept"]:
        cache.set(key, known, settings.BANGFU_COUNTS_KEPT_SECONDS)


def forget(request: HttpRequest) -> None:
    """Count anew on the asker's next page: something was done."""
    key = _key(request)
    if key and settings.BANGFU_COUNTS_KEPT_SECONDS:
        cache.delete(key)


def _known(request: HttpRequest) -> dict[str, int]:
    held: dict[str, int] | None = request.__dict__.get("_ui_counts")
    if held is None:
        key = _key(request)
        kept = cache.get(key) if key and settings.BANGFU_COUNTS_KEPT_SECONDS else None
        held = request.__dict__["_ui_counts"] = kept or {}
        request.__dict__["_ui_counts_kept"] = bool(kept)
    return held


def _key(request: HttpRequest) -> str | None:
    actor = getattr(request, "actor", None)
    if actor is None or actor.user_id is None:
        return None
    roles = ",".join(sorted(actor.roles))
    return f"ui.counts:{actor.user_id}:{roles}"
