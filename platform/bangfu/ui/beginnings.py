"""What a new station does first: apps declare the steps, the workbench shows them until work has begun.

An app's ``menu.py`` holds ``FIRST_STEPS = [FirstStep(…)]`` and, where its records say that a station is at work,
``HAS_BEGUN = [function of the station]``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import Text
from bangfu.kernel.tenancy import StationRef
from bangfu.ui.menu import declarations, link_to

Asked = Callable[[StationRef], bool]


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One thing a new station does before its first file is sent, and the page where it is done.

    Only who holds the ``capability`` sees it. ``is_done`` says of a station whether it was done; without it
    nobody can tell. ``at`` says of a station whether the step is its own; without it every station's.
    """

    label: Text
    hint: Text
    icon: str
    url_name: str
    capability: str
    order: int
    is_done: Asked | None = None
    at: Asked | None = None


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A first step as one person sees it."""

    label: Text
    hint: Text
    icon: str
    url: str
    is_done: bool


@cache
def declared_steps() -> tuple[FirstStep, ...]:
    """Collect ``FIRST_STEPS`` of every installed app, in order."""
    return tuple(sorted(declarations("FIRST_STEPS"), key=lambda step: step.order))


@cache
def signs_of_work() -> tuple[Asked, ...]:
    """Collect ``HAS_BEGUN`` of every installed app."""
    return tuple(declarations("HAS_BEGUN"))


def first_steps_for(actor: Actor) -> list[ShownStep]:
    """Return what a person may do first at a station where nothing was done yet; nothing once it is at work.

    One or two queries at a station at work, one for each step that can be done at a new one.
    """
    station = actor.station
    if station is None or any(has_begun(station) for has_begun in signs_of_work()):
        return []
    return [
        ShownStep(
            label=step.label,
            hint=step.hint,
            icon=step.icon,
            url=url,
            is_done=step.is_done is not None and step.is_done(station),
        )
        for step in declared_steps()
        if actor.may(step.capability) and (step.at is None or step.at(station))
        if (url := link_to(step.url_name))
    ]
