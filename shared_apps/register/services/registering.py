"""Keep the register of identities in step with the open files of a station."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from bangfu.kernel.tenancy import current_station
from shared_apps.register.models import IdentityEntry, IdentityRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """The keyed hashes of one open file's people, of its bank card and of its telephones."""

    subject: UUID
    head: bytes | None
    members: tuple[bytes, ...] = ()
    card: bytes | None = None
    phones: tuple[bytes, ...] = ()


@transaction.atomic
def register_households(households: Iterable[Household]) -> None:
    """Make the register say exactly this about these files of the station in force.

    Two statements, however many files.
    """
    given = list(households)
    station = current_station()
    IdentityEntry.objects.filter(subject__in=[one.subject for one in given]).delete()
    rows = []
    for one in given:
        roles: dict[bytes, str] = dict.fromkeys(one.phones, IdentityRole.PHONE)
        if one.card is not None:
            roles[one.card] = IdentityRole.CARD
        roles |= dict.fromkeys(one.members, IdentityRole.MEMBER)
        if one.head is not None:
            roles[one.head] = IdentityRole.HEAD
        rows += [
            IdentityEntry(id_hash=hashed, station_id=station.id, role=role, subject=one.subject)
            for hashed, role in roles.items()
        ]
    IdentityEntry.objects.bulk_create(rows)


def unregister_household(subject: UUID) -> None:
    """Take a file that was closed or deleted off the register; safe to repeat."""
    IdentityEntry.objects.filter(subject=subject).delete()
