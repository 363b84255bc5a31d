"""What the endpoints of cards and partners take and answer. Amounts are integer fen, shares ten thousandths."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.partners.models import Agreement, Partner
from tenant_apps.benefits.models import Card, Entry
from tenant_apps.benefits.rules import MOST_FEN, WHOLE

_GOODS = serializers.ListField(
    child=serializers.ChoiceField(choices=CODE_LISTS["goods_kind"].choices()), required=False
)


def _text(most: int) -> serializers.CharField:
    return serializers.CharField(max_length=most, required=False, allow_blank=True)


def _fen() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=MOST_FEN)


class PartnerView(serializers.ModelSerializer[Partner]):
    """One partner of this station, or of one above it."""

    station = serializers.CharField(source="station.code")

    class Meta:
        model = Partner
        fields = [
            "id", "station", "kind", "name", "contact", "phone", "address", "outlets", "opened_on",
            "closed_on",
        ]  # fmt: skip


class PartnerRequest(serializers.Serializer[Any]):
    """What is said of a partner."""

    kind = serializers.ChoiceField(choices=CODE_LISTS["partner_kind"].choices())
    name = serializers.CharField(max_length=80)
    contact = _text(40)
    phone = _text(30)
    address = _text(120)
    outlets = serializers.ListField(
        child=serializers.CharField(max_length=60), required=False, max_length=500
    )


class AgreementView(serializers.ModelSerializer[Agreement]):
    """One agreement."""

    station = serializers.CharField(source="station.code")

    class Meta:
        model = Agreement
        fields = [
            "id", "station", "partner", "number", "state", "valid_from", "valid_to",
            "union_basis_points", "discount_basis_points", "goods", "goes_down", "note", "made_by",
            "confirmed_by", "ended_on", "end_reason",
        ]  # fmt: skip


class AgreementRequest(serializers.Serializer[Any]):
    """What is agreed."""

    number = serializers.CharField(max_length=40)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField()
    union_basis_points = serializers.IntegerField(min_value=0, max_value=WHOLE, required=False)
    discount_basis_points = serializers.IntegerField(min_value=0, max_value=WHOLE, required=False)
    goods = _GOODS
    goes_down = serializers.BooleanField(required=False)
    note = _text(200)


class BenefitReasonRequest(serializers.Serializer[Any]):
    """Why."""

    reason = _text(200)


class CardView(serializers.ModelSerializer[Card]):
    """One card or certificate."""

    class Meta:
        model = Card
        fields = [
            "id", "kind", "number", "state", "file_id", "file_no", "holder_name", "goods",
            "balance_fen", "applied_on", "issued_on", "valid_to", "checked_on", "ended_on",
            "end_reason", "former_numbers",
        ]  # fmt: skip


class CardListRequest(serializers.Serializer[Any]):
    """A workbook or CSV of cards that were issued on paper."""

    file = serializers.FileField(allow_empty_file=True)
    leave_out_bad = serializers.BooleanField(default=False)


class CardListView(serializers.Serializer[Any]):
    """How many cards were taken in, and how many rows were left out."""

    cards = serializers.IntegerField()
    left_out = serializers.IntegerField()


class CardRequest(serializers.Serializer[Any]):
    """Which card a household asks for."""

    file_id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=CODE_LISTS["card_kind"].choices())
    goods = _GOODS


class CardStepRequest(serializers.Serializer[Any]):
    """What a step of a card needs: a number to issue or replace it, a reason to stop, cancel or replace it."""

    number = _text(32)
    reason = _text(200)


class ChargeRequest(serializers.Serializer[Any]):
    """How much is put on a card."""

    amount_fen = _fen()
    note = _text(200)


class PurchaseRequest(serializers.Serializer[Any]):
    """What was bought with a card."""

    partner_id = serializers.UUIDField()
    amount_fen = _fen()
    goods_kind = serializers.ChoiceField(
        choices=CODE_LISTS["goods_kind"].choices(), required=False, allow_blank=True
    )
    outlet = _text(60)
    receipt = _text(40)
    bought_on = serializers.DateField()


class ReliefRequest(serializers.Serializer[Any]):
    """What a household was let off: the amount, or the bill it is a known part of."""

    file_id = serializers.UUIDField()
    relief = serializers.ChoiceField(choices=CODE_LISTS["relief"].choices())
    amount_fen = serializers.IntegerField(min_value=1, max_value=MOST_FEN, required=False)
    bill_fen = serializers.IntegerField(min_value=1, max_value=MOST_FEN, required=False)
    granted_on = serializers.DateField()
    partner_id = serializers.UUIDField(required=False, allow_null=True)
    member_id = serializers.UUIDField(required=False, allow_null=True)
    department = _text(60)
    stage = serializers.ChoiceField(
        choices=CODE_LISTS["aid_stage"].choices(), required=False, allow_blank=True
    )
    note = _text(200)


class TicketsRequest(serializers.Serializer[Any]):
    """How many cinema tickets a household is given."""

    file_id = serializers.UUIDField()
    quantity = serializers.IntegerField(min_value=1, max_value=10)


class BenefitEntryView(serializers.ModelSerializer[Entry]):
    """One entry: its two shares add up to the whole."""

    class Meta:
        model = Entry
        fields = [
            "id", "kind", "card", "file_id", "file_no", "amount_fen", "union_fen",
            "partner_fen", "effect_fen", "quantity", "entered_on", "partner_id", "partner_name",
            "outlet", "goods_kind", "relief", "stage", "department", "receipt", "note", "by_name",
            "second_name", "reverses", "covers", "voucher_id",
        ]  # fmt: skip


class StatementLineRequest(serializers.Serializer[Any]):
    """One line of a partner's statement; what was taken back stands below zero."""

    receipt = serializers.CharField(max_length=40)
    amount_fen = serializers.IntegerField(min_value=-MOST_FEN, max_value=MOST_FEN)


class SettlementRequest(serializers.Serializer[Any]):
    """A month with a partner: any day of it, the fund that pays, and the partner's statement."""

    partner_id = serializers.UUIDField()
    month = serializers.DateField()
    fund_id = serializers.UUIDField()
    statement = serializers.ListField(child=StatementLineRequest(), max_length=5_000)


class WaitingMonthView(serializers.Serializer[Any]):
    """A month that waits for its second person, and where the statement differs."""

    id = serializers.UUIDField()
    partner_id = serializers.UUIDField(source="subject_id")
    month = serializers.CharField(source="params.month")
    amount_fen = serializers.IntegerField(source="params.amount_fen")
    union_fen = serializers.IntegerField(source="params.union_fen")
    partner_fen = serializers.IntegerField(source="params.partner_fen")
    carried_fen = serializers.IntegerField(
        source="params.carried_fen",
        default=0,
        help_text="What months before it, with more taken back than bought, take off; zero or less.",
    )
    statement_fen = serializers.IntegerField(source="params.statement_fen")
    different = serializers.IntegerField(source="params.different")
    by_name = serializers.CharField(source="params.name")
