"""Who is on an open file, and where: the answer never says more than the name of a station."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bangfu.kernel.tenancy import current_station, in_network
from shared_apps.register.models import IdentityEntry, IdentityRole


@dataclass(frozen=True, slots=True)
class SeenElsewhere:
    """A person is on an open file of another station."""

    station_name: str
    role: str


def people_seen_elsewhere(hashes: Collection[bytes]) -> dict[bytes, SeenElsewhere]:
    """Say which of these people are on open files of other stations than the one in force.

    A head counts before a member. One query on the shared tables, whatever the number of hashes.
    """
    if not hashes:
        return {}
    own = current_station().id
    with in_network():
        rows = list(
            IdentityEntry.objects.filter(id_hash__in=list(hashes))
            .exclude(station_id=own)
            .order_by("id")
            .values_list("id_hash", "role", "station__name")
        )
    found: dict[bytes, SeenElsewhere] = {}
    for hashed, role, name in sorted(rows, key=lambda row: row[1] != IdentityRole.HEAD):
        found.setdefault(bytes(hashed), SeenElsewhere(station_name=name, role=role))
    return found
