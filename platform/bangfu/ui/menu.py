"""The menu: what each app declares, what one person sees of it.

An app's ``menu.py`` holds ``MENU = [MenuItem(…)]`` and, for the menu under the user's name,
``USER_MENU = [UserLink(…)]``. Both are collected at first use.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse, set_script_prefix

from bangfu.kernel.errors import Text
from bangfu.kernel.tenancy import StationRef
from bangfu.ui.counters import count_for, keep

logger = logging.getLogger(__name__)

Scope = Literal["station", "network"]


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the left menu.

    Groups stand in the order of their first item; ``count`` names a counter; without a
    ``capability`` everybody sees the entry. ``at`` says of a station whether its work includes the
    page; without it every station's does.
    """

    label: Text
    icon: str
    url_name: str
    group: Text
    capability: str | None
    order: int
    count: str | None = None
    scope: Scope = "station"
    at: Callable[[StationRef], bool] | None = None


@dataclass(frozen=True, slots=True)
class UserLink:
    """One entry of the menu under the user's name, a page outside the stations.

    ``post`` makes it a button that changes something.
    """

    label: Text
    icon: str
    url_name: str
    order: int
    post: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A menu item as one person sees it."""

    label: Text
    icon: str
    url: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The entries under one heading."""

    label: Text
    entries: tuple[Entry, ...]

    @property
    def current(self) -> bool:
        return any(entry.current for entry in self.entries)

    @property
    def count(self) -> int:
        return sum(entry.count for entry in self.entries)


@cache
def declared_items() -> tuple[MenuItem, ...]:
    """Collect ``MENU`` of every installed app, in menu order."""
    return tuple(sorted(declarations("MENU"), key=lambda item: item.order))


@cache
def declared_user_links() -> tuple[UserLink, ...]:
    """Collect ``USER_MENU`` of every installed app, in order."""
    return tuple(sorted(declarations("USER_MENU"), key=lambda link: link.order))


def menu_for(request: HttpRequest, items: Iterable[MenuItem] | None = None) -> list[Group]:
    """Return the groups and entries the asker may open, the current one marked.

    Nobody signed in: an empty menu.
    """
    actor = getattr(request, "actor", None)
    if actor is None:
        return []
    scope: Scope = "station" if getattr(request, "station", None) else "network"
    visible = [
        (item, url)
        for item in (declared_items() if items is None else items)
        if item.scope == scope and (item.capability is None or actor.may(item.capability))
        if item.at is None or (actor.station is not None and item.at(actor.station))
        if (url := link_to(item.url_name))
    ]
    current = _current_url(request.path, [url for _, url in visible])
    groups: dict[str, tuple[Text, list[Entry]]] = {}
    for item, url in visible:
        count = count_for(request, item.count) if item.count else 0
        entry = Entry(item.label, item.icon, url, count, url == current)
        groups.setdefault(str(item.group), (item.group, []))[1].append(entry)
    keep(request)
    return [Group(label, tuple(entries)) for label, entries in groups.values()]


def shortcuts(groups: Iterable[Group], most: int = 12) -> list[Entry]:
    """Pick of a menu what a page that shows its own group offers besides: where work waits, then from the top."""
    others = [entry for group in groups if not group.current for entry in group.entries]
    return sorted(others, key=lambda entry: not entry.count)[:most]


def network_url(url_name: str, *args: object) -> str:
    """Return the address of a page outside the stations, from wherever one is."""
    return _from_root(url_name, settings.ROOT_URLCONF, args)


def link_to(url_name: str, *, outside: bool = False) -> str | None:
    """Return the address of a page, here or ``outside`` the stations; a missing one is logged and left out.

    A wrong name in one app's menu must not take every page down; a test proves all names.
    """
    try:
        if outside:
            return network_url(url_name)
        # Every page asks for some sixty addresses; they differ between stations in the prefix alone.
        return get_script_prefix() + _path(url_name, get_urlconf() or settings.ROOT_URLCONF)
    except NoReverseMatch:
        logger.exception("a menu names a page that does not exist: %s", url_name)
        return None


@cache
def _path(url_name: str, urlconf: str) -> str:
    """Return the address of a page below the prefix of whichever station."""
    return _from_root(url_name, urlconf).removeprefix("/")


def _from_root(url_name: str, urlconf: str, args: Sequence[object] = ()) -> str:
    prefix = get_script_prefix()
    set_script_prefix("/")
    try:
        return reverse(url_name, urlconf=urlconf, args=args)
    finally:
        set_script_prefix(prefix)


def _current_url(path: str, urls: Sequence[str]) -> str | None:
    home = min(urls, key=len, default="")
    leading = [url for url in urls if path == url or (url != home and path.startswith(url))]
    return max(leading, key=len, default=None)


def declarations(name: str) -> Iterable[Any]:
    """Give what every installed app's ``menu.py`` declares under a name, app by app."""
    for config in apps.get_app_configs():
        module = f"{config.name}.menu"
        if find_spec(module):
            yield from getattr(import_module(module), name, ())
