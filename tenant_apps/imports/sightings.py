"""Who in an import is known already: from an earlier row, from the station's files, from the network.

Built once for a batch of rows, so that the number of queries does not grow with the rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from bangfu.kernel.errors import Text
from shared_apps.importing.models import Part
from tenant_apps.households.drafts import HouseholdDraft
from tenant_apps.households.mapping import number_hash
from tenant_apps.households.rules.context import Sighting

HEAD, MEMBER = "head", "member"


@dataclass(frozen=True, order=True)
class Place:
    """A row of the import; context stands before all rows, then the order of the sheet counts."""

    is_row: bool
    number: int
    household_no: str = field(compare=False)

    @classmethod
    def of(cls, part: str, number: int, household_no: str) -> Place:
        """The place of a row of the import."""
        return cls(part != Part.CONTEXT, number, household_no)

    @property
    def words(self) -> str:
        """How the place is called in a message."""
        if self.household_no:
            return _("本表第 %(number)s 户") % {"number": self.household_no}
        return _("本表第 %(row)d 行") % {"row": self.number}


@dataclass(frozen=True)
class OnFile:
    """A person on an open file of a station of the network."""

    station_id: int
    station_name: str
    role: str
    file_id: UUID


@dataclass
class People:
    """The people of the import itself, by keyed hash."""

    heads: dict[bytes, list[Place]] = field(default_factory=lambda: defaultdict(list))
    members: dict[bytes, list[Place]] = field(default_factory=lambda: defaultdict(list))
    households: dict[str, Place] = field(default_factory=dict)
    """First household with each number: later ones with the same number are refused."""

    def add(self, place: Place, id_hash: bytes | None, member_hashes: Iterable[bytes]) -> None:
        """Note the people of one row; rows come in the order of their places."""
        if id_hash is not None:
            self.heads[id_hash].append(place)
        for hashed in member_hashes:
            self.members[hashed].append(place)
        if place.is_row:
            self.households.setdefault(place.household_no, place)

    def seen_before(self, hashed: bytes, here: Place) -> Sighting | None:
        """Where a person of the row at `here` stands in an earlier row; a head counts first."""
        for role, places in ((HEAD, self.heads[hashed]), (MEMBER, self.members[hashed])):
            if earlier := [place for place in places if place < here]:
                return Sighting(role=role, where=min(earlier).words)
        return None


@dataclass(frozen=True)
class Surroundings:
    """What a batch of rows is compared with."""

    people: People
    on_file: Mapping[bytes, Sequence[OnFile]]
    closed_to_update: Mapping[UUID, Text]
    """Own files that an import may not change, with the name of their state."""

    def existing_file(self, head: bytes | None, station_id: int) -> UUID | None:
        """The open file this head already has in the station the row is for."""
        return next(
            (
                seen.file_id
                for seen in self.on_file.get(head or b"", ())
                if seen.station_id == station_id and seen.role == HEAD
            ),
            None,
        )

    def sightings(self, draft: HouseholdDraft, here: Place, station_id: int) -> dict[str, Sighting]:
        """Every number of the household that is known from elsewhere."""
        found: dict[str, Sighting] = {}
        head = number_hash(draft.id_no) if draft.id_no else None
        existing = self.existing_file(head, station_id)
        if head is not None:
            seen = self.people.seen_before(head, here) or self._head_on_file(head, station_id)
            if seen:
                found[draft.id_no] = seen
        for member in draft.members:
            if member.id_no and member.id_no != draft.id_no:
                hashed = number_hash(member.id_no)
                seen = self.people.seen_before(hashed, here) or self._on_another_file(
                    hashed, existing
                )
                if seen:
                    found[member.id_no] = seen
        return found

    def _head_on_file(self, hashed: bytes, station_id: int) -> Sighting | None:
        existing = self.existing_file(hashed, station_id)
        state = self.closed_to_update.get(existing) if existing else None
        if state is not None:
            where = _("本站%(state)s的档案") % {"state": state}
            return Sighting(role=HEAD, where=where)
        return self._on_another_file(hashed, existing)

    def _on_another_file(self, hashed: bytes, own: UUID | None) -> Sighting | None:
        others = [seen for seen in self.on_file.get(hashed, ()) if seen.file_id != own]
        first = min(others, key=lambda seen: seen.role != HEAD, default=None)
        if first is None:
            return None
        where = _("“%(station)s”的在册档案") % {"station": first.station_name}
        return Sighting(role=first.role, where=where)
