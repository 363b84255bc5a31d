"""Every address of the product, found by walking its URLs."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.urls import URLResolver, get_resolver

STRANGE = UUID("01a1fd00-0000-7000-8000-000000000001")


@dataclass(frozen=True)
class Route:
    """One address: its name and its path with the names of its parts."""

    name: str
    pattern: str

    @property
    def is_api(self) -> bool:
        return self.pattern.startswith("api/")

    def path(self, **known: object) -> str:
        """Return a path with ``known`` parts filled in and made-up ones for the rest."""
        made = {
            "uuid": STRANGE, "int": 999_999, "slug": "nothing", "str": "nothing", "path": "x",
            "day": "2026-10-01",
        }  # fmt: skip
        parts = []
        for piece in self.pattern.split("/"):
            if piece.startswith("<"):
                kind, _, name = piece[1:-1].rpartition(":")
                parts.append(str(known.get(name, made[kind or "str"])))
            else:
                parts.append(piece)
        return "/".join(parts)


def routes(urlconf: str) -> list[Route]:
    """Return every route of ``urlconf``."""
    return sorted(_walk(get_resolver(urlconf)), key=lambda route: route.pattern)


def _walk(resolver: URLResolver, before: str = "", namespace: str = "") -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, pattern, inner)
        else:
            yield Route(f"{namespace}{entry.name or pattern}", pattern)
