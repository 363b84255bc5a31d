"""A case of duplicates side by side: the own file masked, of the others station and number only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bangfu.kernel.errors import Text
from bangfu.kernel.tenancy import current_station
from shared_apps.register.holders import FileFace, holder
from shared_apps.register.models import CasePart, DuplicateCase, IdentityRole


@dataclass(frozen=True, slots=True)
class Side:
    """One file of a case as the station in force sees it; ``face`` is None for another's."""

    part: CasePart
    is_own: bool
    roles: str
    face: FileFace | None


def sides_of(case: DuplicateCase) -> list[Side]:
    """Lay the files of a case side by side, the own ones first."""
    here = current_station().id
    sides = [
        Side(
            part=part,
            is_own=part.station_id == here,
            roles=roles_text(part.roles),
            face=holder().face(part.subject) if part.station_id == here else None,
        )
        for part in case.parts.all()
    ]
    return sorted(sides, key=lambda side: not side.is_own)


def roles_text(roles: Iterable[str]) -> str:
    """Say in words as what something shared stands in a file."""
    labels: list[Text] = [IdentityRole(role).label for role in roles]
    return "、".join(str(label) for label in labels)


def stations_text(case: DuplicateCase) -> str:
    """Name the stations and files of a case in one line."""
    return "、".join(f"{part.station.name} {part.file_no}".strip() for part in case.parts.all())
