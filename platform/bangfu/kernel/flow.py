"""Flows of records as plain tables, so that services, buttons, API, tests and documents read one source."""

from collections.abc import Mapping
from dataclasses import dataclass

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One legal move: where it may start, where it ends, what it needs, how it is called.

    ``levels`` names the levels of station (1 city … 4 enterprise) at which the step is taken; empty
    means any. ``clock`` names the deadline that the new state starts. ``tone`` colours the button.
    ``by_system`` steps have no button.
    """

    sources: frozenset[str]
    target: str
    capability: str
    label: Text = ""
    levels: frozenset[int] = frozenset()
    clock: str | None = None
    tone: str = "primary"
    by_system: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """Every legal move of one kind of record."""

    name: str
    steps: Mapping[str, Step]

    def advance(self, action: str, *, state: str, actor: Actor) -> str:
        """Return the state that ``action`` leads to from ``state``.

        The capability is checked first, so that a refusal tells nothing of the record.

        Raises:
            NotPermitted: ``actor`` lacks the capability of the step.
            IllegalMove: ``state`` is not a source of ``action``, or the level is wrong.
            KeyError: the flow has no such action; that is a bug, not a refusal.
        """
        step = self.steps[action]
        actor.require(step.capability)
        level_fits = not step.levels or actor.station is None or actor.station.level in step.levels
        if state not in step.sources or not level_fits:
            raise IllegalMove
        return step.target

    def actions_from(self, state: str, *, actor: Actor) -> list[str]:
        """Return the actions that ``actor`` may take now, in the order of the table."""
        level = actor.station.level if actor.station else None
        return [
            action
            for action, step in self.steps.items()
            if state in step.sources
            and not step.by_system
            and actor.may(step.capability)
            and (not step.levels or level is None or level in step.levels)
        ]
