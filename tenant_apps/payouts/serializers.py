"""What the endpoints of payouts take and answer. Amounts are integer fen; of a card the last four digits."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from tenant_apps.payouts.bankfile import LAYOUTS
from tenant_apps.payouts.models import Batch, Channel, Line
from tenant_apps.payouts.selectors import DROPPED, REFUSED

STEPS = (
    "freeze", "check", "audit", "approve", "send", "return", "void", "reconcile", "close",
    "waive_ask", "waive_agree", "waive_refuse",
)  # fmt: skip


class BatchRow(serializers.ModelSerializer[Batch]):
    """One batch; `digest` is the SM3 of its bank file, in hexadecimal.

    While it is `preparing`, `count` of `planned` payments are in it.
    """

    digest = serializers.SerializerMethodField()

    class Meta:
        model = Batch
        fields = [
            "id", "number", "title", "state", "channel", "reason", "fund_id", "layout", "planned",
            "count", "total_fen", "digest", "frozen_at", "made_by", "made_at", "checked_by", "audited_by",
            "approved_by", "sent_by", "sent_on", "waits", "answered_by", "reconciled_by",
            "closed_at",
        ]  # fmt: skip

    def get_digest(self, batch: Batch) -> str:
        """Give the digest in hexadecimal; empty before the batch is frozen."""
        return bytes(batch.digest or b"").hex()


class AnswerRow(serializers.Serializer[Any]):
    """What came of a return file: taken, refused with the type of break or dropped, and the lines of each result."""

    digest = serializers.CharField()
    kind = serializers.ChoiceField(choices=["whole", "more", REFUSED, DROPPED])
    by = serializers.CharField()
    at = serializers.CharField()
    used = serializers.CharField(required=False)
    counts = serializers.DictField(child=serializers.IntegerField(), required=False)
    why = serializers.CharField(required=False)
    line = serializers.IntegerField(required=False)
    dropped_by = serializers.CharField(required=False)
    dropped_at = serializers.CharField(required=False)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Give what is kept, the type of break under its own name."""
        return dict(instance)


class ProblemRow(serializers.Serializer[Any]):
    """Why a batch was not put together: a code, and a sentence that names the application."""

    code = serializers.CharField()
    message = serializers.CharField()


class GivenUpRow(serializers.Serializer[Any]):
    """By which act a batch was given up, by whom, when and why, and how many lines of how many fen it held then."""

    action = serializers.ChoiceField(choices=["void", "return"])
    by = serializers.CharField()
    at = serializers.CharField()
    reason = serializers.CharField()
    count = serializers.IntegerField()
    fen = serializers.IntegerField()


class WaiverRow(serializers.Serializer[Any]):
    """Why a batch is to be put away though it is not entered in the national system; `agreed` by another person."""

    why = serializers.CharField(required=False)
    by = serializers.CharField(required=False)
    at = serializers.CharField(required=False)
    agreed = serializers.CharField(required=False)
    agreed_at = serializers.CharField(required=False)
    left = serializers.IntegerField(required=False)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Give what was said, without the keys of the people; empty where nobody asked."""
        return {name: value for name, value in instance.items() if not name.endswith("_id")}


class BatchWhole(BatchRow):
    """One batch with what the bank said, with what kept it from being prepared, and with how it was given up."""

    problems = ProblemRow(many=True)
    answers = AnswerRow(many=True)
    given_up = GivenUpRow(allow_null=True)
    nat_waiver = WaiverRow()

    class Meta(BatchRow.Meta):
        fields = [*BatchRow.Meta.fields, "problems", "answers", "given_up", "nat_waiver"]


class LineRow(serializers.ModelSerializer[Line]):
    """One attempt to pay one application."""

    application_number = serializers.CharField(source="application.number")

    class Meta:
        model = Line
        fields = [
            "id", "serial", "ref", "application_id", "application_number", "state", "aid",
            "amount_fen", "payee_name", "card_tail", "reason", "bank_serial", "moved_on",
            "paid_on", "back_on", "receipt_kind", "receipt_on", "is_proxy",
        ]  # fmt: skip


class BatchRequest(serializers.Serializer[Any]):
    """A new batch of approved applications of one fund."""

    application_ids = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=20_000
    )
    title = serializers.CharField(max_length=80)
    layout = serializers.ChoiceField(
        choices=[(layout.key, layout.name) for layout in LAYOUTS.values()]
    )
    channel = serializers.ChoiceField(choices=Channel.choices, required=False)
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)


class StepRequest(serializers.Serializer[Any]):
    """Why a batch is returned or given up, or why it is (not) to be put away without the national entry."""

    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)


class NationalEntryRequest(serializers.Serializer[Any]):
    """On which day a batch was entered in the national system."""

    entered_on = serializers.DateField()


class DropRequest(serializers.Serializer[Any]):
    """Which payee is taken out, and why."""

    line_id = serializers.UUIDField()
    reason = serializers.CharField(max_length=300)


class AnswerRequest(serializers.Serializer[Any]):
    """The return file of the bank, untouched."""

    file = serializers.FileField(allow_empty_file=True)


class ReceiptRequest(serializers.Serializer[Any]):
    """One signature for one payment: `signature` a PNG as data address, or `scan` of a slip.

    Another person signs by exception: `name`, `relation`, `reason` and `power`, a scan of the written power.
    """

    signature = serializers.CharField(required=False, allow_blank=True, max_length=400_000)
    scan = serializers.FileField(required=False)
    photo = serializers.FileField(required=False)
    name = serializers.CharField(max_length=32, required=False, allow_blank=True)
    relation = serializers.CharField(max_length=32, required=False, allow_blank=True)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)
    power = serializers.FileField(required=False)
