"""What the endpoints of aid take and give. Card and identity number never leave in the clear."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.aid.earlier import warnings_of
from tenant_apps.aid.models import Application
from tenant_apps.aid.presenting import reasons_of, sentences_of


def codes(code_list: str) -> list[str]:
    """Return the values of a code list."""
    return [code.value for code in CODE_LISTS[code_list]]


class ApplicationRow(serializers.ModelSerializer[Application]):
    """An application as lists show it."""

    class Meta:
        model = Application
        fields = [
            "id", "number", "state", "file_id", "group", "programme", "aid", "mode", "cycle",
            "campaign_id", "person_name", "amount_fen", "asked_fen", "is_urgent", "submitted_on",
            "approved_on", "paid_on",
        ]  # fmt: skip


class ApplicationWhole(ApplicationRow):
    """An application with how it was judged, its meetings and who acted."""

    meetings = serializers.JSONField()
    assessment = serializers.JSONField()
    words = serializers.SerializerMethodField()
    warnings = serializers.SerializerMethodField()

    class Meta(ApplicationRow.Meta):
        fields = [
            *ApplicationRow.Meta.fields, "unit", "stage", "loss_kind", "loss_fen", "self_paid_fen", "case_on",
            "need", "fund_id", "payee_name", "payee_bank", "payee_state", "meetings", "assessment",
            "words", "warnings", "entered_by", "owner", "reviewed_by", "approved_by", "papers_due_on",
            "papers_in_on", "batch", "line", "reason", "effect", "fed_back_on",
        ]  # fmt: skip

    def get_words(self, row: Application) -> list[str]:
        """Say how it was judged, in sentences."""
        return sentences_of(row.assessment) + reasons_of(row.assessment)

    def get_warnings(self, row: Application) -> list[str]:
        """Say what the books of the past tell beside the caps, while it is undecided."""
        return warnings_of(row)


class ApplicationRequest(serializers.Serializer[Any]):
    """What is applied for: of a household's file, or of a person outside the files by group and name."""

    programme = serializers.CharField(max_length=40)
    amount_fen = serializers.IntegerField(min_value=1, max_value=10**10)
    file_id = serializers.UUIDField(default=None, allow_null=True)
    member_id = serializers.UUIDField(default=None, allow_null=True)
    campaign_id = serializers.UUIDField(default=None, allow_null=True)
    group = serializers.ChoiceField(choices=["", *codes("warmth_group")], default="")
    name = serializers.CharField(max_length=20, default="", allow_blank=True)
    unit = serializers.CharField(max_length=64, default="", allow_blank=True)
    id_no = serializers.CharField(max_length=18, default="", allow_blank=True)
    bank = serializers.CharField(max_length=64, default="", allow_blank=True)
    card_no = serializers.CharField(max_length=30, default="", allow_blank=True)
    need = serializers.CharField(max_length=500, default="", allow_blank=True)
    stage = serializers.ChoiceField(choices=["", *codes("aid_stage")], default="")
    loss_kind = serializers.ChoiceField(choices=["", *codes("loss_kind")], default="")
    loss_fen = serializers.IntegerField(
        min_value=1, max_value=10**10, default=None, allow_null=True
    )
    self_paid_fen = serializers.IntegerField(
        min_value=1, max_value=10**10, default=None, allow_null=True
    )
    case_on = serializers.DateField(default=None, allow_null=True)


class ReasonRequest(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=300)


class ReviewRequest(serializers.Serializer[Any]):
    """From which fund, and how much; without an amount what was asked stands."""

    fund_id = serializers.UUIDField()
    amount_fen = serializers.IntegerField(
        min_value=1, max_value=10**10, default=None, allow_null=True
    )
    comment = serializers.CharField(max_length=300, default="", allow_blank=True)


class UrgentRequest(serializers.Serializer[Any]):
    """From which fund, and why at once."""

    fund_id = serializers.UUIDField()
    reason = serializers.CharField(max_length=300)


class MinutesRequest(serializers.Serializer[Any]):
    """What a meeting decided."""

    held_on = serializers.DateField()
    number = serializers.CharField(max_length=60)
    members = serializers.CharField(max_length=200)
    decision = serializers.CharField(max_length=500)


class PayeeRequest(serializers.Serializer[Any]):
    """Another account of the same person."""

    bank = serializers.CharField(max_length=64)
    card_no = serializers.CharField(max_length=30)
    reason = serializers.CharField(max_length=300)


class EffectRequest(serializers.Serializer[Any]):
    """What the aid did."""

    effect = serializers.CharField(max_length=500)


class OpinionRequest(serializers.Serializer[Any]):
    """What the station above says."""

    agrees = serializers.BooleanField()
    opinion = serializers.CharField(max_length=300)


class OutcomeRow(serializers.Serializer[Any]):
    """What was done with a request from below: agreed, refused, or sent on up."""

    action = serializers.CharField()


class PayeeRow(serializers.Serializer[Any]):
    """The account and identity number in the clear."""

    card_no = serializers.CharField()
    id_no = serializers.CharField()


class CampaignRequest(serializers.Serializer[Any]):
    """What a campaign is, and whom it is for."""

    kind = serializers.ChoiceField(choices=codes("campaign"))
    name = serializers.CharField(max_length=60)
    programme = serializers.CharField(max_length=40)
    opens_on = serializers.DateField()
    closes_on = serializers.DateField()
    groups = serializers.ListField(
        child=serializers.ChoiceField(choices=codes("warmth_group")), default=list
    )
    rule = serializers.DictField(default=dict)
    amount_fen = serializers.IntegerField(
        min_value=1, max_value=10**10, default=None, allow_null=True
    )
    note = serializers.CharField(max_length=300, default="", allow_blank=True)


class ListedRow(serializers.Serializer[Any]):
    """How many were newly listed."""

    listed = serializers.IntegerField()


class IdsRequest(serializers.Serializer[Any]):
    """Which rows of the list."""

    ids = serializers.ListField(child=serializers.UUIDField(), max_length=200)


class LeaveOutRequest(IdsRequest):
    """Which rows of the list, and why they are left out."""

    reason = serializers.CharField(max_length=300)


class BulkReviewRequest(IdsRequest):
    """Which rows of the list, and from which fund."""

    fund_id = serializers.UUIDField()


class RefusedRow(serializers.Serializer[Any]):
    """One that did not go through, and why."""

    number = serializers.CharField()
    reason = serializers.CharField()


class BulkRow(serializers.Serializer[Any]):
    """What an act on many did."""

    done = serializers.IntegerField()
    refused = RefusedRow(many=True)


class ShareRow(serializers.Serializer[Any]):
    """So many applications with so many fen."""

    n = serializers.IntegerField()
    fen = serializers.IntegerField()


class ChasedRow(serializers.Serializer[Any]):
    """How often a station was urged on about its list, and when last."""

    times = serializers.IntegerField()
    last_at = serializers.DateTimeField()


class ChaseRequest(serializers.Serializer[Any]):
    """Whom to urge on: one station by its code, or all whose list is not in; with words for them."""

    station = serializers.CharField(required=False, default="", allow_blank=True)
    text = serializers.CharField(required=False, default="", allow_blank=True, max_length=500)


class ChasedCount(serializers.Serializer[Any]):
    """How many stations were urged on."""

    chased = serializers.IntegerField()


class NobodyRow(serializers.Serializer[Any]):
    """Whether the station reported that nobody there fits a campaign: through whom and when, else empty and null."""

    nobody_by = serializers.CharField()
    nobody_at = serializers.DateTimeField(allow_null=True)


class StandingRow(serializers.Serializer[Any]):
    """How far a station below, with its subtree, is with a campaign, in numbers alone."""

    code = serializers.CharField()
    name = serializers.CharField()
    listed = ShareRow(help_text="On the list, not handed in")
    open = ShareRow(help_text="Between the list and the decision")
    off = ShareRow(help_text="Left out, refused or withdrawn")
    approved = ShareRow(help_text="Approved, in no batch")
    batched = ShareRow()
    paid = ShareRow()
    counted_at = serializers.DateTimeField(allow_null=True)
    is_owing = serializers.BooleanField(help_text="Its list is not in")
    is_empty = serializers.BooleanField(help_text="It reported that nobody there fits")
    nobody = serializers.IntegerField(
        help_text="How many of its `stations` reported so, while it is not all of them"
    )
    stations = serializers.IntegerField(help_text="Its stations; 0 while none reported so")
    chased = ChasedRow(allow_null=True)
