"""Who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bangfu.kernel.errors import NotPermitted

if TYPE_CHECKING:
    from bangfu.kernel.tenancy import StationRef

EVERYTHING = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who is asking, where, and what they may do there.

    ``station`` is None on network pages. ``via`` says how they came: a page, an API token, or the
    system itself (a relay, a clock), which has no user.
    """

    user_id: int | None
    name: str
    station: StationRef | None = None
    roles: frozenset[str] = frozenset()
    capabilities: frozenset[str] = frozenset()
    via: Literal["page", "token", "system"] = "page"

    @classmethod
    def system(cls, name: str, *, station: StationRef | None = None) -> Actor:
        """Return the actor of a background job called ``name``; it may do everything there."""
        return cls(
            user_id=None,
            name=name,
            station=station,
            capabilities=frozenset({EVERYTHING}),
            via="system",
        )

    def may(self, capability: str) -> bool:
        """Say whether the actor holds ``capability``."""
        return capability in self.capabilities or EVERYTHING in self.capabilities

    def require(self, capability: str) -> None:
        """Raise ``NotPermitted`` unless the actor holds ``capability``."""
        if not self.may(capability):
            raise NotPermitted
