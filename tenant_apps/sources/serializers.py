"""What the endpoints of transfers, donations and plans take and answer. Amounts are integer fen."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.sources.models import (
    Donation,
    DonationKind,
    DonationState,
    Transfer,
    TransferState,
)


class TransferRow(serializers.ModelSerializer[Transfer]):
    """One end of a transfer; both ends have the same `id` and `number`."""

    fund_code = serializers.CharField(source="fund.code", read_only=True)

    class Meta:
        model = Transfer
        fields = [
            "id", "number", "side", "direction", "state", "partner_code", "partner_name", "fund_id",
            "fund_code", "source", "programmes", "year", "purpose", "payee", "amount_fen", "moved_fen",
            "confirmed_fen", "back_fen", "given_fen", "wanted_back_fen", "difference", "planned_by",
            "checked_by", "approved_by", "chair_met_on", "chair_decided", "party_met_on",
            "party_decided", "moved_on", "confirmed_on", "used_fen", "report",
        ]  # fmt: skip


class TransferRequest(serializers.Serializer[Any]):
    """A planned transfer to the station `to_code`."""

    to_code = serializers.CharField(max_length=20)
    fund_id = serializers.UUIDField()
    amount_fen = serializers.IntegerField(min_value=1)
    purpose = serializers.CharField(max_length=200)
    payee = serializers.CharField(max_length=100)
    year = serializers.IntegerField(min_value=2000, max_value=2099)


class StepRequest(serializers.Serializer[Any]):
    """What a step takes: the meetings to `approve`, a reason to `cancel` or `recall`, what was used to `report`."""

    chair_met_on = serializers.DateField(required=False)
    chair_decided = serializers.CharField(max_length=200, required=False)
    party_met_on = serializers.DateField(required=False)
    party_decided = serializers.CharField(max_length=200, required=False)
    reason = serializers.CharField(max_length=200, required=False)
    amount_fen = serializers.IntegerField(min_value=0, required=False)
    used_fen = serializers.IntegerField(min_value=0, required=False)
    report = serializers.CharField(max_length=500, required=False)


class TransferQuery(serializers.Serializer[Any]):
    """Which transfers."""

    words = serializers.CharField(max_length=60, required=False)
    side = serializers.ChoiceField(["out", "in"], required=False)
    state = serializers.ChoiceField(TransferState.values, required=False)


class DonationRow(serializers.ModelSerializer[Donation]):
    """One donation. `donor` is known to whoever sees the ledger, also where `is_anonymous`."""

    receipt = serializers.CharField(source="receipt_text", read_only=True)
    void_receipts = serializers.SerializerMethodField(
        help_text="Receipts cancelled when a part of it went back."
    )
    returning_fen = serializers.SerializerMethodField(
        help_text="What is to go back to the donor: asked for (`to_return`) or waiting for the bank (`returning`)."
    )

    def get_void_receipts(self, donation: Donation) -> list[str]:
        """Name the cancelled receipts."""
        return [one["text"] for one in donation.void_receipts]

    def get_returning_fen(self, donation: Donation) -> int:
        """Say how much is to go back."""
        return int(donation.going_back.get("fen", 0))

    class Meta:
        model = Donation
        fields = [
            "id", "number", "kind", "state", "donor", "is_anonymous", "campaign", "fund_id",
            "amount_fen", "goods", "wish", "pledged_on", "received_on", "receipt", "use", "feedback",
            "returning_fen", "returned_fen", "void_receipts",
        ]  # fmt: skip


class DonationRequest(serializers.Serializer[Any]):
    """What somebody promises; `fund_id` for money, `goods` for goods."""

    kind = serializers.ChoiceField(DonationKind.choices)
    donor = serializers.CharField(max_length=60)
    is_anonymous = serializers.BooleanField(default=False)
    amount_fen = serializers.IntegerField(min_value=1)
    campaign = serializers.ChoiceField(
        CODE_LISTS["donation_campaign"].choices(), required=False, allow_blank=True
    )
    fund_id = serializers.UUIDField(required=False, allow_null=True)
    goods = serializers.CharField(max_length=200, required=False, allow_blank=True)
    wish = serializers.CharField(max_length=200, required=False, allow_blank=True)


class DonationQuery(serializers.Serializer[Any]):
    """Which donations."""

    words = serializers.CharField(max_length=60, required=False)
    kind = serializers.ChoiceField(DonationKind.values, required=False)
    state = serializers.ChoiceField(DonationState.values, required=False)
    campaign = serializers.CharField(max_length=24, required=False)


class WordsRequest(serializers.Serializer[Any]):
    """What is said of a donation; `amount_fen` is what `ask_return` gives back."""

    amount_fen = serializers.IntegerField(min_value=1, max_value=10**15, required=False)
    words = serializers.CharField(max_length=500, required=False, allow_blank=True)


class PlanRow(serializers.Serializer[Any]):
    """Planned against received money of one fund in one year."""

    fund_id = serializers.UUIDField(source="fund.pk")
    fund_code = serializers.CharField(source="fund.code")
    fund_source = serializers.CharField(source="fund.source")
    planned_fen = serializers.IntegerField()
    received_fen = serializers.IntegerField()
    rate = serializers.CharField()


class TermsRow(serializers.Serializer[Any]):
    """What is laid down for a fund: `rule`, `planned` by year, `split`; and how long its means last."""

    fund_id = serializers.UUIDField()
    terms = serializers.JSONField()
    tenths_of_years = serializers.IntegerField(allow_null=True)


class TermsRequest(serializers.Serializer[Any]):
    """What `plan`, `rule` and `share` take."""

    year = serializers.IntegerField(min_value=2000, max_value=2099, required=False)
    planned_fen = serializers.IntegerField(min_value=0, required=False)
    students = serializers.IntegerField(min_value=1, max_value=10_000, required=False)
    each_fen = serializers.IntegerField(min_value=1, required=False)
    until = serializers.IntegerField(
        min_value=2000, max_value=2099, required=False, allow_null=True
    )
    part = serializers.IntegerField(min_value=1, max_value=10**12, required=False)
    whole = serializers.IntegerField(min_value=1, max_value=10**12, required=False)
