"""Which files belong together: pure, over what the register says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise
from uuid import NAMESPACE_URL, UUID, uuid5

NAMESPACE = uuid5(NAMESPACE_URL, "urn:bangfu:duplicates")
Pair = frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Sighting:
    """One hash on one file."""

    id_hash: bytes
    subject: UUID
    station_id: int
    role: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """Files that share hashes, directly or through one another, with the sightings they share."""

    shared: tuple[Sighting, ...]

    @property
    def subjects(self) -> frozenset[UUID]:
        """The files."""
        return frozenset(one.subject for one in self.shared)

    @property
    def signals(self) -> list[str]:
        """As what the shared hashes stand in the files."""
        return sorted({one.role for one in self.shared})

    def roles_of(self, subject: UUID) -> list[str]:
        """As what the shared hashes stand in one of the files."""
        return sorted({one.role for one in self.shared if one.subject == subject})

    def station_of(self, subject: UUID) -> int:
        """The station of one of the files."""
        return next(one.station_id for one in self.shared if one.subject == subject)


def clusters_in(sightings: Iterable[Sighting], *, judged: Collection[Pair] = ()) -> list[Cluster]:
    """Put files together that share a hash; pairs that were judged before do not count as sharing.

    In the order of their smallest file, so that two runs agree.
    """
    by_hash: dict[bytes, dict[UUID, Sighting]] = defaultdict(dict)
    for one in sightings:
        by_hash[one.id_hash].setdefault(one.subject, one)
    leader: dict[UUID, UUID] = {}
    shared: list[Sighting] = []
    for group in by_hash.values():
        joined = _joined(sorted(group), judged)
        for first, second in joined:
            _unite(leader, first, second)
        touched = {subject for pair in joined for subject in pair}
        shared += [group[subject] for subject in sorted(touched)]
    found: dict[UUID, list[Sighting]] = defaultdict(list)
    for one in shared:
        found[_leader(leader, one.subject)].append(one)
    clusters = [Cluster(tuple(members)) for members in found.values()]
    return sorted(clusters, key=lambda cluster: min(cluster.subjects))


def key_of(subjects: Iterable[UUID]) -> UUID:
    """Return the key of the cluster of exactly these files."""
    return uuid5(NAMESPACE, " ".join(sorted(str(one) for one in subjects)))


def _joined(subjects: list[UUID], judged: Collection[Pair]) -> list[tuple[UUID, UUID]]:
    if not judged:
        return list(pairwise(subjects))
    return [
        (first, second)
        for place, first in enumerate(subjects)
        for second in subjects[place + 1 :]
        if frozenset((first, second)) not in judged
    ]


def _unite(leader: dict[UUID, UUID], first: UUID, second: UUID) -> None:
    one, other = sorted((_leader(leader, first), _leader(leader, second)))
    leader[other] = one


def _leader(leader: dict[UUID, UUID], subject: UUID) -> UUID:
    while leader.setdefault(subject, subject) != subject:
        subject = leader[subject]
    return subject
