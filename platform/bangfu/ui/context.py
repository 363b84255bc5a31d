"""What every page may show: the menu, where one is, who asks, what waits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils.functional import SimpleLazyObject

from bangfu.kernel import clock
from bangfu.kernel.errors import Text
from bangfu.ui import counters
from bangfu.ui.menu import Entry, UserLink, declared_user_links, link_to, menu_for

TODO = "todo"


@dataclass(frozen=True, slots=True)
class Crumb:
    """Where the page stands in the menu."""

    group: Text
    entry: Entry


@dataclass(frozen=True, slots=True)
class ResolvedLink:
    """A link under the user's name with its address."""

    link: UserLink
    url: str


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give templates the shell; nothing is computed until a whole page is drawn.

    ``station_notice``, why the station is read-only or suspended, is set on the request by the
    middleware that knows; ``demo_clock`` is the instant a demo network running ahead believes in.
    """
    menu = SimpleLazyObject(lambda: menu_for(request))
    return {
        "menu": menu,
        "crumb": SimpleLazyObject(lambda: _crumb(menu)),
        "actor": getattr(request, "actor", None),
        "station": getattr(request, "station", None),
        "todo_count": SimpleLazyObject(lambda: counters.count_for(request, TODO)),
        "todo_url": SimpleLazyObject(lambda: _todo_url(request)),
        "user_links": SimpleLazyObject(_user_links),
        "home_url": get_script_prefix(),
        "login_url": settings.LOGIN_URL,
        "demo_clock": SimpleLazyObject(_demo_clock),
        "station_notice": getattr(request, "station_notice", ""),
    }


def _crumb(menu: Any) -> Crumb | None:
    for group in menu:
        for entry in group.entries:
            if entry.current:
                return Crumb(group.label, entry)
    return None


def _todo_url(request: HttpRequest) -> str | None:
    # What waits, waits at a station; the network's pages have no such list.
    if getattr(request, "station", None) is None:
        return None
    todo = counters.find(TODO)
    return link_to(todo.url_name) if todo and todo.url_name else None


def _user_links() -> list[ResolvedLink]:
    return [
        ResolvedLink(link, url)
        for link in declared_user_links()
        if (url := link_to(link.url_name, outside=True))
    ]


def _demo_clock() -> datetime | None:
    return clock.now() if clock.offset() else None
