"""What the endpoints of the store take and answer. Quantities are integer thousandths of the unit, amounts fen."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.goods.models import COUNTABLE, Lot, Movement, Place
from tenant_apps.goods.rules import MOST_MILLI

_CHECKED = [*(place.value for place in COUNTABLE), Place.IN_TRANSIT.value]


def _milli(**more: Any) -> serializers.IntegerField:
    return serializers.IntegerField(max_value=MOST_MILLI, **{"min_value": 1, **more})


class LotView(serializers.ModelSerializer[Lot]):
    """One lot with how much of it stands where; ``donor`` is empty where they wish not to be named."""

    donor = serializers.SerializerMethodField()
    on_hand_milli = serializers.IntegerField(read_only=True)

    class Meta:
        model = Lot
        fields = [
            "id", "name", "kind", "unit", "unit_value_fen", "origin", "donor", "expires_on",
            "needs_disinfection", "season_limit_milli", "shelf", "note", "opened_on", "counted_on",
            "transfer_id", "transfer_from", "on_hand_milli", "announced_milli", "received_milli",
            "quarantined_milli", "disinfected_milli", "sorted_milli", "reserved_milli",
            "issued_milli", "scrapped_milli", "adjusted_milli", "in_transit_milli",
            "transferred_milli",
        ]  # fmt: skip

    def get_donor(self, lot: Lot) -> str:
        """Name the donor, unless they wish not to be named."""
        return "" if lot.is_anonymous else lot.donor


class LotRequest(serializers.Serializer[Any]):
    """Goods that come in, or are promised."""

    name = serializers.CharField(max_length=60)
    kind = serializers.ChoiceField(choices=CODE_LISTS["goods_kind"].choices())
    unit = serializers.ChoiceField(choices=CODE_LISTS["goods_unit"].choices())
    unit_value_fen = serializers.IntegerField(min_value=0, max_value=10**9)
    origin = serializers.ChoiceField(choices=CODE_LISTS["goods_origin"].choices())
    donor = serializers.CharField(max_length=80, required=False, allow_blank=True)
    is_anonymous = serializers.BooleanField(required=False)
    expires_on = serializers.DateField(required=False, allow_null=True)
    is_new = serializers.BooleanField(required=False)
    season_limit_milli = _milli(required=False, allow_null=True)
    shelf = serializers.CharField(max_length=40, required=False, allow_blank=True)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)
    quantity_milli = _milli()
    is_announced = serializers.BooleanField(required=False)


class QuantityRequest(serializers.Serializer[Any]):
    """How much."""

    quantity_milli = _milli()


class ArrivalRequest(serializers.Serializer[Any]):
    """How much arrived; of a transfer, why not all of it."""

    quantity_milli = _milli(min_value=0)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class GoodsIssueRequest(serializers.Serializer[Any]):
    """Who is given how much: a household on file, or so many people of a group."""

    quantity_milli = _milli()
    file_id = serializers.UUIDField(required=False, allow_null=True)
    group = serializers.ChoiceField(
        choices=CODE_LISTS["warmth_group"].choices(), required=False, allow_blank=True
    )
    name = serializers.CharField(max_length=40, required=False, allow_blank=True)
    persons = serializers.IntegerField(min_value=1, max_value=100_000, required=False)


class IssuesQuery(serializers.Serializer[Any]):
    """Whose goods are listed."""

    file = serializers.UUIDField(required=False, help_text="To one household")


class GoodsCountRequest(serializers.Serializer[Any]):
    """How much was counted at a place."""

    place = serializers.ChoiceField(choices=_CHECKED)
    counted_milli = _milli(min_value=0)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class ScrapRequest(serializers.Serializer[Any]):
    """How much of what stands at a place is to be thrown away, or given back to its donor, and why."""

    place = serializers.ChoiceField(choices=_CHECKED)
    quantity_milli = _milli()
    reason = serializers.CharField(max_length=200)


class GoodsSendRequest(serializers.Serializer[Any]):
    """To the station with which code how much goes."""

    to = serializers.CharField(max_length=20)
    quantity_milli = _milli()
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class WhyRequest(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class ReservationEndRequest(serializers.Serializer[Any]):
    """Whether what was kept back was fetched; otherwise it goes back on the shelf."""

    is_fetched = serializers.BooleanField()


class GoodsMovementView(serializers.ModelSerializer[Movement]):
    """One movement."""

    class Meta:
        model = Movement
        fields = [
            "id", "lot", "kind", "source", "target", "quantity_milli", "value_fen", "moved_on",
            "moved_at", "reason", "by_name", "second_name", "follows", "file_id", "file_no",
            "group", "recipient", "persons", "transfer_id", "transfer_to",
        ]  # fmt: skip


class GoodsCheckView(serializers.Serializer[Any]):
    """A count or scrapping that waits for its second person."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    lot = serializers.UUIDField(source="subject_id")
    place = serializers.CharField(source="params.place")
    milli = serializers.IntegerField(source="params.milli")
    book_milli = serializers.IntegerField(source="params.book_milli")
    reason = serializers.CharField(source="params.reason")
    by_name = serializers.CharField(source="params.name")


class StockView(serializers.Serializer[Any]):
    """What the store holds of one kind and unit."""

    kind = serializers.CharField()
    unit = serializers.CharField()
    taken_in = serializers.IntegerField()
    issued = serializers.IntegerField()
    waiting = serializers.IntegerField()
    on_shelf = serializers.IntegerField()
    reserved = serializers.IntegerField()
    on_hand = serializers.IntegerField()
    value_fen = serializers.IntegerField()
