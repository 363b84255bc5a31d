"""What the services of this app share: who may, which file, where its page is."""

from __future__ import annotations

from django.urls import get_script_prefix, reverse

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotPermitted
from bangfu.kernel.tenancy import current_station


def require_any(actor: Actor, *capabilities: str) -> None:
    """Let pass whoever holds one of these.

    Raises:
        NotPermitted: the actor holds none.
    """
    if not any(actor.may(one) for one in capabilities):
        raise NotPermitted


def link_to(name: str, *args: object) -> str:
    """Give the address of a page of this app in the station in force, from the root of the site."""
    page = reverse(name, urlconf="bangfu.urls.station", args=args)
    return f"/s/{current_station().code}/{page.removeprefix(get_script_prefix())}"
