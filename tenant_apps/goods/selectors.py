"""Questions about the store."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.reading import in_pages
from bangfu.kernel.tenancy import current_station
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.policies.selectors import rule_in_force
from shared_apps.rollup.indicators import Fact
from tenant_apps.casework.models import Todo
from tenant_apps.goods.indicators import facts_of_movement
from tenant_apps.goods.models import ON_HAND, Lot, MoveKind, Movement, Place
from tenant_apps.goods.rules import months_before, season_of, value_of
from tenant_apps.households.models import HouseholdFile

VIEWS = "goods.view"
LOT = "goods_lot"
COUNT_WAITS, SCRAP_WAITS, COUNT_DUE = "goods.count", "goods.scrap", "goods.count_due"
RETURN_WAITS = "goods.give_back"
CHECKS = (COUNT_WAITS, SCRAP_WAITS, RETURN_WAITS)
COUNT_RULE = "goods.count_months"
"""After how many months a lot in the store is due to be counted (domain §3.7: every quarter)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LotSearch:
    """What the list of lots is narrowed by; empty means any."""

    words: str = ""
    kind: str = ""
    place: str = ""
    tab: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What is in the store of one kind and unit, in thousandths, and what it is worth in fen."""

    kind: str
    unit: str
    taken_in: int
    issued: int
    waiting: int
    on_shelf: int
    reserved: int
    value_fen: int

    @property
    def on_hand(self) -> int:
        """Everything in the store."""
        return self.waiting + self.on_shelf + self.reserved


def lots(search: LotSearch, *, actor: Actor, on: date) -> QuerySet[Lot]:
    """The lots that fit, the newest first."""
    actor.require(VIEWS)
    found = Lot.objects.order_by("-id")
    if search.words.strip():
        words = search.words.strip()
        named = Q(name__icontains=words) | Q(shelf__icontains=words)
        found = found.filter(named | Q(donor__icontains=words, is_anonymous=False))
    if search.kind:
        found = found.filter(kind=search.kind)
    if search.place in Place.values:
        found = found.filter(**{f"{search.place}_milli__gt": 0})
    in_store = _in_store()
    tabs = {
        "store": in_store | Q(announced_milli__gt=0) | Q(in_transit_milli__gt=0),
        "shelf": Q(sorted_milli__gt=0) & (Q(expires_on__isnull=True) | Q(expires_on__gt=on)),
        "expiring": in_store & Q(expires_on__lte=on + timedelta(days=30)),
        "uncounted": in_store & due_for_count(on),
    }
    return found.filter(tabs[search.tab]) if search.tab in tabs else found


def _in_store() -> Q:
    found = Q()
    for place in ON_HAND:
        found |= Q(**{f"{place}_milli__gt": 0})
    return found


def lots_due_for_count(*, on: date) -> list[Lot]:
    """The lots in the store that nobody counted for as long as the rule allows, the oldest first."""
    return list(Lot.objects.filter(_in_store() & due_for_count(on)).order_by("id"))


def due_for_count(on: date) -> Q:
    """The lots that nobody counted for so many months as the rule of a day gives."""
    months = int(rule_in_force(COUNT_RULE, station=current_station(), on=on).value)
    before = months_before(on, months)
    return Q(counted_on__lt=before) | Q(counted_on__isnull=True, opened_on__lt=before)


def get_lot(lot_id: UUID, *, actor: Actor) -> Lot:
    """Return one lot.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    actor.require(VIEWS)
    lot = Lot.objects.filter(pk=lot_id).first()
    if lot is None:
        raise NotFound
    return lot


def lot_door(lot_id: UUID, actor: Actor) -> object:
    """Let somebody pass who may see the lot. Raises: as ``get_lot``."""
    return get_lot(lot_id, actor=actor)


def movements_of(lot: Lot) -> QuerySet[Movement]:
    """The movements of a lot, newest first: in the order of their keys, as they were written."""
    movements = Movement.objects.filter(lot=lot).select_related("followed_by", "follows")
    return movements.order_by("-id")


def get_movement(movement_id: UUID, *, actor: Actor) -> Movement:
    """Return one movement with its lot.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    actor.require(VIEWS)
    found = Movement.objects.select_related("lot", "followed_by").filter(pk=movement_id).first()
    if found is None:
        raise NotFound
    return found


def issues(*, actor: Actor, file_id: UUID | None = None) -> QuerySet[Movement]:
    """What was given out and not taken back, newest first; to one household where it is named."""
    actor.require(VIEWS)
    # Not by a join that is then empty: what fits is taken for one row there, and all are sorted for the first page.
    undone = Movement.objects.filter(follows_id=OuterRef("pk"), follows_id__isnull=False)
    found = Movement.objects.filter(~Exists(undone), kind=MoveKind.ISSUE)
    if file_id is not None:
        found = found.filter(file_id=file_id)
    return found.select_related("lot", "followed_by").order_by("-moved_at", "-id")


def names_of(file_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of the heads of these files, as the files say today. One query."""
    found = HouseholdFile.objects.filter(pk__in=file_ids).values_list("pk", "name")
    return dict(found)


def had_in_season(file_id: UUID, lot: Lot, *, on: date) -> int:
    """Return how much of this kind and unit a household was given or promised in the quarter of a day."""
    first, following = season_of(on)
    found = Movement.objects.filter(
        file_id=file_id,
        kind__in=[MoveKind.ISSUE, MoveKind.RESERVE],
        followed_by__isnull=True,
        moved_on__gte=first,
        moved_on__lt=following,
        lot__kind=lot.kind,
        lot__unit=lot.unit,
    )
    return int(found.aggregate(had=Sum("quantity_milli"))["had"] or 0)


def stock(*, actor: Actor) -> list[Stock]:
    """Say what the store holds, by kind and unit in the order of the list. One query."""
    actor.require(VIEWS)
    sums: dict[tuple[str, str], dict[str, int]] = {}
    for lot in Lot.objects.all():
        row = sums.setdefault(
            (lot.kind, lot.unit),
            dict.fromkeys(
                ("taken_in", "issued", "waiting", "on_shelf", "reserved", "value_fen"), 0
            ),
        )
        row["taken_in"] += lot.taken_in_milli
        row["issued"] += lot.issued_milli
        row["waiting"] += lot.received_milli + lot.quarantined_milli + lot.disinfected_milli
        row["on_shelf"] += lot.sorted_milli
        row["reserved"] += lot.reserved_milli
        row["value_fen"] += value_of(lot.on_hand_milli, lot.unit_value_fen)
    order = [code.value for code in CODE_LISTS["goods_kind"]]
    return [
        Stock(kind=kind, unit=unit, **row)
        for (kind, unit), row in sorted(
            sums.items(), key=lambda item: (order.index(item[0][0]), item[0][1])
        )
    ]


def waiting_checks(*, lot_id: UUID | None = None) -> QuerySet[Todo]:
    """The counts, scrappings and returns to donors that wait for a second person, oldest first."""
    found = Todo.objects.filter(subject_kind=LOT, kind__in=CHECKS, closed_at__isnull=True)
    return (found.filter(subject_id=lot_id) if lot_id else found).order_by("id")


def count_waiting_checks(actor: Actor) -> int:
    """How many counts and scrappings of others wait for the actor to check them."""
    return waiting_checks().exclude(not_for__contains=[actor.user_id]).count()


def unsettled_transfers() -> QuerySet[Movement]:
    """What was sent to other stations and has not been taken in there in full."""
    return (
        Movement.objects.filter(kind=MoveKind.SEND, lot__in_transit_milli__gt=0)
        .select_related("lot")
        .order_by("-id")
    )


def facts_of_store() -> Iterator[Fact]:
    """Derive every fact of the store anew from its movements."""
    movements = Movement.objects.select_related("lot", "follows")
    for movement in in_pages(movements):
        undone = movement.follows if movement.kind == MoveKind.UNDO else None
        yield from facts_of_movement(movement, movement.lot, undone=undone)


def lots_other_than_movements() -> QuerySet[Lot]:
    """The lots whose stock is not what their movements give: none, as long as nobody got past the database."""
    into = Sum("movements__quantity_milli", filter=Q(movements__target__in=ON_HAND))
    out = Sum("movements__quantity_milli", filter=Q(movements__source__in=ON_HAND))
    held = (
        F("received_milli")
        + F("quarantined_milli")
        + F("disinfected_milli")
        + F("sorted_milli")
        + F("reserved_milli")
    )
    return Lot.objects.annotate(into=into, out=out, held=held).exclude(held=F("into") - F("out"))


def files_given_to() -> QuerySet[Movement, UUID | None]:
    """The keys of the files that were ever given goods, none of them null."""
    given = Movement.objects.filter(kind=MoveKind.ISSUE, file_id__isnull=False)
    return given.exclude(followed_by__kind=MoveKind.UNDO).values_list("file_id", flat=True)
