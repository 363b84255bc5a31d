"""What every page of reports reads from a request."""

from __future__ import annotations

from typing import Any, TypedDict, cast

from django.http import HttpRequest

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor


class Edge(TypedDict):
    """Who asks, and when."""

    actor: Actor
    now: Any


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks."""
    return cast("Actor", request.actor)  # type: ignore[attr-defined]


def edge(request: HttpRequest) -> Edge:
    """Return what every service takes from the edge."""
    return {"actor": actor_of(request), "now": clock.now()}


def numbers_in(request: HttpRequest, *, prefix: str) -> dict[str, str]:
    """Return the fields of a form whose names begin with ``prefix``, by the rest of their names."""
    return {
        name.removeprefix(prefix): str(value)
        for name, value in request.POST.items()
        if name.startswith(prefix)
    }
