"""Who gave goods, and what was noted of them: it is forgotten in its time."""

from __future__ import annotations

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Left

from tenant_apps.goods.models import ON_HAND, Lot, Movement
from tenant_apps.goods.selectors import LOT
from tenant_apps.privacy.outsiders import Outsiders

# What a certificate calls the lot by; as long as the number of a file may be.
_LONGEST_NUMBER = 32


def _ended() -> QuerySet[Lot]:
    """Lots that somebody gave, of which nothing is awaited, on its way or in the store; with when they last moved."""
    nothing = {f"{place}_milli": 0 for place in (*ON_HAND, "announced", "in_transit")}
    last = Movement.objects.filter(lot=OuterRef("pk")).order_by("-id").values("moved_at")[:1]
    given = Lot.objects.filter(**nothing).exclude(donor="")
    return given.annotate(number=Left(F("name"), _LONGEST_NUMBER), changed_at=Subquery(last))


def _came_in(lot: Lot) -> bool:
    return lot.taken_in_milli > 0


OUTSIDERS = Outsiders(
    kind=LOT,
    page="goods:lot",
    ended=_ended,
    words=("note",),
    who=("donor",),
    hashes=(),
    was_paid=_came_in,
)
