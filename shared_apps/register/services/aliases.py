"""Households that are known by more than one hash: after a new head, a split, a verdict of duplicate.

Facts keep the hash they were written with; the folder of the roll-up reads the aliases and counts both
hashes as one household. After a split both are households, and count as two: the alias that a split
leaves says whose history the new one shares.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import DomainError
from bangfu.kernel.tenancy import current_station, in_network
from shared_apps.register.models import Alias, SplitAlias
from shared_apps.rollup.services import move_subjects, recount_subjects


class AliasCircle(DomainError):
    """The household that is to be counted under another already stands for that other."""

    code = "alias-circle"
    message = _("两户已经按同一户统计，不能再互相归并。")


@transaction.atomic
def add_alias(
    *,
    old_hash: bytes,
    new_hash: bytes,
    reason: str,
    now: datetime,
    case_id: UUID | None = None,
) -> None:
    """Count the household of ``old_hash`` as the household of ``new_hash``, also in the past.

    Both are keyed hashes of heads (``number_hash``). Safe to repeat. What was folded moves at once; no
    sum changes, only the count of different households. Takes the folder's lock until the commit.
    Source: domain §4.2.6.

    Raises:
        AliasCircle: ``new_hash`` stands for ``old_hash`` already.
    """
    if old_hash == new_hash:
        return
    with in_network():
        known = {bytes(one.old_hash): one for one in Alias.objects.filter(removed_at__isnull=True)}
        if old_hash in known and bytes(known[old_hash].given_hash) == new_hash:
            return
        if _end_of(new_hash, known.values()) == old_hash:
            raise AliasCircle
        Alias.objects.filter(old_hash=old_hash, removed_at__isnull=True).update(removed_at=now)
        Alias.objects.create(
            old_hash=old_hash,
            given_hash=new_hash,
            new_hash=new_hash,
            reason=reason,
            case_id=case_id,
            added_at=now,
        )
        moved = _follow_chains()
    move_subjects(moved)


@transaction.atomic
def note_split(
    *, head_hash: bytes, former_hash: bytes, subject: UUID, former_subject: UUID, on: date
) -> None:
    """Keep by which hash the household of ``head_hash`` was known before it split off, in the station in force.

    Both are keyed hashes of heads, ``subject`` and ``former_subject`` their files. Safe to repeat. Nothing
    is counted otherwise by it. Source: domain §4.2.6.
    """
    station = current_station()
    with in_network():
        SplitAlias.objects.get_or_create(
            subject=subject,
            defaults={
                "head_hash": head_hash,
                "former_hash": former_hash,
                "former_subject": former_subject,
                "station_id": station.id,
                "split_on": on,
            },
        )


@transaction.atomic
def forget_split(subject: UUID) -> None:
    """Take back what a split left, its new file having been deleted before it was submitted."""
    with in_network():
        SplitAlias.objects.filter(subject=subject).delete()


@transaction.atomic
def forget_splits(subject: UUID) -> int:
    """Forget every split that made a household or that others made from it, both files; return how many.

    Its file is being erased: nobody is to learn any more by which hash it, or who left it, was known.
    """
    with in_network():
        splits = SplitAlias.objects.filter(Q(subject=subject) | Q(former_subject=subject))
        deleted, _by = splits.delete()
    return deleted


@transaction.atomic
def remove_alias(*, now: datetime, case_id: UUID) -> int:
    """Count the households again that a verdict made one; return how many.

    Which facts were whose is counted anew from the records of their stations by
    ``recount_removed_aliases``, within a minute.
    """
    with in_network():
        removed = Alias.objects.filter(case_id=case_id, removed_at__isnull=True).update(
            removed_at=now
        )
        _follow_chains()
    return removed


def recount_removed_aliases() -> int:
    """Give the facts of households that are no longer one back to each; return how many aliases."""
    with in_network():
        removed = list(Alias.objects.filter(removed_at__isnull=False))
    for one in removed:
        recount_subjects({bytes(one.old_hash), bytes(one.given_hash), bytes(one.new_hash)})
        with in_network():
            Alias.objects.filter(pk=one.pk).delete()
    return len(removed)


def _follow_chains() -> dict[bytes, bytes]:
    """Make every alias point at the end of its chain; return the hashes and where they count now."""
    aliases = list(Alias.objects.select_for_update().filter(removed_at__isnull=True))
    ends = {bytes(one.old_hash): _end_of(bytes(one.old_hash), aliases) for one in aliases}
    for one in aliases:
        end = ends[bytes(one.old_hash)]
        if bytes(one.new_hash) != end:
            one.new_hash = end
            one.save(update_fields=["new_hash"])
    return ends


def _end_of(hashed: bytes, aliases: Iterable[Alias]) -> bytes:
    given = {bytes(one.old_hash): bytes(one.given_hash) for one in aliases}
    while hashed in given:
        hashed = given[hashed]
    return hashed
