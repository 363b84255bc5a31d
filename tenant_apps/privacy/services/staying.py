"""Where the keyed hash of an erased household stays, because the household was counted: the certificate lists it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

from bangfu.kernel.crypto import blind_index
from bangfu.kernel.tenancy import in_network
from shared_apps.register.models import Alias
from shared_apps.rollup.models import Delta, Member, SharedSubject
from tenant_apps.households.mapping import phone_hash
from tenant_apps.households.models import HouseholdFile, HouseholdMember, HouseholdVersion
from tenant_apps.households.selectors import members_of


def keyed_hashes(file: HouseholdFile) -> frozenset[bytes]:
    """Return every keyed hash by which a household is known: of its people, its card, its telephone.

    Also those of former heads, with whom it was counted before.
    """
    people: list[HouseholdFile | HouseholdMember] = [file, *members_of(file)]
    found = [one.id_no_hash for one in people]
    found.append(file.card_no_hash)
    if file.mobile is not None and (number := file.mobile.reveal()):
        # A number that was kept as it was typed was registered as it was typed.
        found += [phone_hash(number), blind_index(number, purpose="phone")]
    counted = HouseholdVersion.objects.filter(file=file, counted__isnull=False)
    found += map(bytes.fromhex, counted.values_list("counted__subject", flat=True))
    return frozenset(bytes(one) for one in found if one)


def counted_under(
    hashes: Collection[bytes], scope: Mapping[type[models.Model], Collection[UUID]]
) -> dict[str, int]:
    """Return how many rows still hold one of the hashes after an erasure, by kind.

    Over the whole network in what was counted, in the station in force in the rows of ``scope``. Nothing
    else may hold one: a number of a household that is counted once over all stations cannot be had
    without a key that stands for it, and the key says nothing of who it was.
    """
    found: Counter[str] = Counter()
    in_text = [one.hex() for one in hashes]
    with in_network():
        waiting = Q()
        for one in in_text:
            waiting |= Q(taken_apart__contains=[{"s": one}])
        deltas = Delta.objects.annotate(taken_apart=Cast("facts", models.JSONField()))
        found[Member._meta.label_lower] = (
            Member.objects.filter(subject__in=hashes).count() + deltas.filter(waiting).count()
        )
        found[SharedSubject._meta.label_lower] = SharedSubject.objects.filter(
            subject__in=hashes
        ).count()
        found[Alias._meta.label_lower] = Alias.objects.filter(
            Q(old_hash__in=hashes) | Q(given_hash__in=hashes) | Q(new_hash__in=hashes)
        ).count()
    for model, keys in scope.items():
        for row in model._default_manager.filter(pk__in=keys):
            found[model._meta.label_lower] += _holds(row, hashes, in_text)
    return {kind: count for kind, count in sorted(found.items()) if count}


def _holds(row: models.Model, hashes: Collection[bytes], in_text: Collection[str]) -> bool:
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(field, models.BinaryField):
            if value and bytes(value) in hashes:
                return True
        elif isinstance(field, models.JSONField) and value:
            said = str(value)
            if any(one in said for one in in_text):
                return True
    return False
