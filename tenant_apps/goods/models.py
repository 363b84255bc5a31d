"""The goods book of a station: what the database itself keeps true of it stands in migration 0002."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.tenancy.models import StationModel

FOOD = ("grain_oil", "food")


class Place(models.TextChoices):
    """Where goods stand. What leaves one place enters another, so all of a lot's places add up to nothing."""

    OUTSIDE = "outside", _("库外")
    ANNOUNCED = "announced", _("拟捐")
    RECEIVED = "received", _("已入库")
    QUARANTINED = "quarantined", _("待消毒")
    DISINFECTED = "disinfected", _("已消毒")
    SORTED = "sorted", _("已上架")
    RESERVED = "reserved", _("已预留")
    ISSUED = "issued", _("已发放")
    SCRAPPED = "scrapped", _("已报废")
    ADJUSTED = "adjusted", _("盘点调整")
    IN_TRANSIT = "in_transit", _("调拨在途")
    TRANSFERRED = "transferred", _("已调出")


ON_HAND = (
    Place.RECEIVED,
    Place.QUARANTINED,
    Place.DISINFECTED,
    Place.SORTED,
    Place.RESERVED,
)
"""In these the goods are in the store."""

COUNTABLE = (Place.RECEIVED, Place.QUARANTINED, Place.DISINFECTED, Place.SORTED)
"""What a count may find to be more or less."""


class MoveKind(models.TextChoices):
    """What happened to goods."""

    ANNOUNCE = "announce", _("登记拟捐")
    CANCEL = "cancel", _("取消拟捐")
    RECEIVE = "receive", _("入库登记")
    QUARANTINE = "quarantine", _("送消毒")
    DISINFECT = "disinfect", _("消毒完成")
    SORT = "sort", _("分拣上架")
    RESERVE = "reserve", _("预留")
    RELEASE = "release", _("取消预留")
    ISSUE = "issue", _("发放")
    SCRAP = "scrap", _("报废")
    GIVE_BACK = "give_back", _("退还捐赠人")
    COUNT = "count", _("盘点")
    SEND = "send", _("调出")
    ARRIVE = "arrive", _("对方签收")
    COME_BACK = "come_back", _("调拨退回")
    UNDO = "undo", _("冲回")


_HAND = [place.value for place in COUNTABLE]

ROUTES: dict[str, tuple[tuple[str, str], ...]] = {
    MoveKind.ANNOUNCE: ((Place.OUTSIDE, Place.ANNOUNCED),),
    MoveKind.CANCEL: ((Place.ANNOUNCED, Place.OUTSIDE),),
    MoveKind.RECEIVE: ((Place.OUTSIDE, Place.RECEIVED), (Place.ANNOUNCED, Place.RECEIVED)),
    MoveKind.QUARANTINE: ((Place.RECEIVED, Place.QUARANTINED),),
    MoveKind.DISINFECT: ((Place.QUARANTINED, Place.DISINFECTED),),
    # From "received" only what needs no disinfection: the trigger asks the lot.
    MoveKind.SORT: ((Place.DISINFECTED, Place.SORTED), (Place.RECEIVED, Place.SORTED)),
    MoveKind.RESERVE: ((Place.SORTED, Place.RESERVED),),
    MoveKind.RELEASE: ((Place.RESERVED, Place.SORTED),),
    MoveKind.ISSUE: ((Place.SORTED, Place.ISSUED), (Place.RESERVED, Place.ISSUED)),
    MoveKind.SCRAP: (
        *((place, Place.SCRAPPED) for place in _HAND),
        (Place.IN_TRANSIT, Place.SCRAPPED),
    ),
    # What is kept back for somebody is promised, and what was given out is gone: neither goes back.
    MoveKind.GIVE_BACK: tuple((place, Place.OUTSIDE) for place in _HAND),
    MoveKind.COUNT: (
        *((place, Place.ADJUSTED) for place in _HAND),
        *((Place.ADJUSTED, place) for place in _HAND),
    ),
    MoveKind.SEND: ((Place.SORTED, Place.IN_TRANSIT),),
    MoveKind.ARRIVE: ((Place.IN_TRANSIT, Place.TRANSFERRED),),
    MoveKind.COME_BACK: ((Place.IN_TRANSIT, Place.SORTED),),
}
"""Which way each kind of movement goes; ``undo`` goes any of them back."""


def _goes_a_known_way() -> Q:
    ways = Q(kind=MoveKind.UNDO)
    for kind, routes in ROUTES.items():
        for source, target in routes:
            ways |= Q(kind=str(kind), source=str(source), target=str(target))
    return ways


def _quantity() -> models.BigIntegerField[int, int]:
    return models.BigIntegerField(default=0)


class Lot(StationModel):
    """Goods of one sort that came in together, with how much of them stands where, in thousandths of the unit.

    What the goods are never changes: kind, unit, value of a unit in fen, last day of use. The quantities are
    moved by movements alone, by trigger. ``season_limit_milli`` is the most that a household may be given of
    goods of this kind in a quarter. ``transfer_id`` names the transfer the lot came by.

    Source: domain §3.7, I-H08, I-H14, I-N04…N08.
    """

    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=16)
    unit = models.CharField(max_length=10)
    unit_value_fen = models.BigIntegerField()
    origin = models.CharField(max_length=10)
    donor = models.CharField(max_length=80, blank=True)
    is_anonymous = models.BooleanField(default=False)
    expires_on = models.DateField(null=True)
    needs_disinfection = models.BooleanField()
    season_limit_milli = models.BigIntegerField(null=True)
    shelf = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=200, blank=True)
    opened_on = models.DateField()
    counted_on = models.DateField(null=True)
    transfer_id = models.UUIDField(null=True)
    transfer_from = models.CharField(max_length=80, blank=True)
    transfer_station = models.BigIntegerField(null=True)

    outside_milli = _quantity()
    announced_milli = _quantity()
    received_milli = _quantity()
    quarantined_milli = _quantity()
    disinfected_milli = _quantity()
    sorted_milli = _quantity()
    reserved_milli = _quantity()
    issued_milli = _quantity()
    scrapped_milli = _quantity()
    adjusted_milli = _quantity()
    in_transit_milli = _quantity()
    transferred_milli = _quantity()

    class Meta(StationModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="goods_lot_never_below_zero",
                condition=Q(
                    announced_milli__gte=0,
                    received_milli__gte=0,
                    quarantined_milli__gte=0,
                    disinfected_milli__gte=0,
                    sorted_milli__gte=0,
                    reserved_milli__gte=0,
                    issued_milli__gte=0,
                    scrapped_milli__gte=0,
                    in_transit_milli__gte=0,
                    transferred_milli__gte=0,
                    outside_milli__lte=0,
                ),
            ),
            models.CheckConstraint(
                name="goods_lot_adds_up",
                condition=Q(
                    outside_milli=-(
                        F("announced_milli")
                        + F("received_milli")
                        + F("quarantined_milli")
                        + F("disinfected_milli")
                        + F("sorted_milli")
                        + F("reserved_milli")
                        + F("issued_milli")
                        + F("scrapped_milli")
                        + F("adjusted_milli")
                        + F("in_transit_milli")
                        + F("transferred_milli")
                    )
                ),
            ),
            models.CheckConstraint(
                name="goods_lot_food_has_a_last_day",
                condition=~Q(kind__in=FOOD) | Q(expires_on__isnull=False),
            ),
            models.CheckConstraint(
                name="goods_lot_food_is_not_disinfected",
                condition=~Q(kind__in=FOOD) | Q(needs_disinfection=False),
            ),
            models.CheckConstraint(
                name="goods_lot_has_a_value", condition=Q(unit_value_fen__gte=0)
            ),
            models.UniqueConstraint(
                name="goods_lot_transfer_once",
                fields=["transfer_id"],
                condition=Q(transfer_id__isnull=False),
            ),
        ]
        indexes = [
            # The store by kind, and the shelf one issues from.
            models.Index(name="goods_lot_by_kind", fields=["kind", "-id"]),
        ]

    def __str__(self) -> str:
        return self.name

    def at(self, place: str) -> int:
        """Return how much stands at a place, in thousandths of the unit."""
        return int(getattr(self, f"{place}_milli"))

    @property
    def on_hand_milli(self) -> int:
        """Everything that is in the store."""
        return sum(self.at(place) for place in ON_HAND)

    @property
    def taken_in_milli(self) -> int:
        """Everything that ever came in."""
        return -self.outside_milli - self.announced_milli

    def is_usable_on(self, day: date) -> bool:
        """Whether goods may still be given out on a day: their last day lies after it."""
        return self.expires_on is None or self.expires_on > day


class Movement(StationModel):
    """So much of a lot went from one place to another; never changed. A mistake is taken back by ``undo``.

    Goods are given to a household on file, by file or card, or to a group of the warmth-giving outside the files,
    which is then named with how many people it was. ``second`` is who checked a count, a scrapping or a
    return to the donor.
    A household is never named here: a row that is never changed could not forget it.
    ``follows`` is the movement this one undoes, or the reservation it ends. ``value_fen`` is what was valued.

    Source: domain §3.7.
    """

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="movements", db_index=False)
    kind = models.CharField(max_length=10, choices=MoveKind)
    source = models.CharField(max_length=12, choices=Place)
    target = models.CharField(max_length=12, choices=Place)
    quantity_milli = models.BigIntegerField()
    value_fen = models.BigIntegerField()
    moved_on = models.DateField()
    moved_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=60)
    second_id = models.BigIntegerField(null=True)
    second_name = models.CharField(max_length=60, blank=True)
    follows = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="followed_by"
    )
    file_id = models.UUIDField(null=True)
    file_no = models.CharField(max_length=32, blank=True)
    card_id = models.UUIDField(null=True)
    group = models.CharField(max_length=16, blank=True)
    recipient = models.CharField(max_length=40, blank=True)
    persons = models.PositiveIntegerField(default=0)
    subject = models.BinaryField(max_length=16, null=True, editable=False)
    transfer_id = models.UUIDField(null=True)
    transfer_to = models.CharField(max_length=80, blank=True)
    transfer_station = models.BigIntegerField(null=True)

    class Meta(StationModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="goods_movement_goes_a_known_way", condition=_goes_a_known_way()
            ),
            models.CheckConstraint(
                name="goods_movement_moves_something",
                condition=Q(quantity_milli__gt=0) | Q(kind=MoveKind.COUNT, quantity_milli=0),
            ),
            models.CheckConstraint(
                name="goods_movement_undoes_something",
                condition=~Q(kind=MoveKind.UNDO) | Q(follows__isnull=False),
            ),
            models.CheckConstraint(
                name="goods_movement_issued_to_somebody",
                condition=~Q(kind__in=[MoveKind.ISSUE, MoveKind.RESERVE])
                | Q(file_id__isnull=False)
                | (~Q(group="") & Q(persons__gte=1)),
            ),
            models.CheckConstraint(
                name="goods_movement_checked_by_two",
                condition=(
                    ~Q(kind__in=[MoveKind.COUNT, MoveKind.SCRAP, MoveKind.GIVE_BACK])
                    | (Q(second_id__isnull=False) & ~Q(by_id=F("second_id")) & ~Q(reason=""))
                ),
            ),
        ]
        indexes = [
            # The page of a lot, newest first.
            models.Index(name="goods_movement_of_lot", fields=["lot", "-id"]),
            # What a household was given: its page, and the limit of the season.
            models.Index(
                name="goods_movement_of_file",
                fields=["file_id", "moved_on"],
                condition=Q(file_id__isnull=False),
            ),
            # What was given out, newest first.
            models.Index(
                name="goods_movement_issued",
                fields=["-moved_at", "-id"],
                condition=Q(kind=MoveKind.ISSUE),
            ),
            # The two ends of a transfer.
            models.Index(
                name="goods_movement_of_transfer",
                fields=["transfer_id"],
                condition=Q(transfer_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity_milli}"
