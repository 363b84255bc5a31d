"""What the endpoints of privacy take and answer."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from tenant_apps.privacy.models import Channel, Consent, Correction, Disposal, LookRequest


class PurposeRow(serializers.Serializer[Any]):
    """One purpose with its basis, its years and the fields it needs."""

    code = serializers.CharField()
    title = serializers.CharField()
    why = serializers.CharField()
    basis = serializers.CharField()
    retention = serializers.CharField()
    consent = serializers.CharField()
    stops = serializers.CharField()
    fields = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]


class ConsentRow(serializers.ModelSerializer[Consent]):
    """One consent given or taken back."""

    class Meta:
        model = Consent
        fields = ["id", "purpose", "version", "is_given", "on", "channel", "recorded_by", "at"]


class OpenConsentRow(serializers.Serializer[Any]):
    """One consent to be asked for; `purpose` and `version` are what is sent back with the visit."""

    purpose = serializers.CharField()
    version = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    why = serializers.CharField()


class ConsentRequest(serializers.Serializer[Any]):
    """A word of a worker."""

    purpose = serializers.CharField(max_length=24)
    is_given = serializers.BooleanField()
    channel = serializers.ChoiceField(choices=Channel.choices)
    on = serializers.DateField(required=False, allow_null=True)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=200)


class AccessRow(serializers.Serializer[Any]):
    """One time somebody looked at a file."""

    at = serializers.DateTimeField()
    who = serializers.CharField()
    what = serializers.CharField()
    why = serializers.CharField()
    where = serializers.CharField()


class SubjectExport(serializers.Serializer[Any]):
    """Everything held about a household, in the open, and the digest that is noted with it."""

    digest = serializers.CharField()
    content = serializers.DictField()


class CorrectionRow(serializers.ModelSerializer[Correction]):
    """One request to correct; what was written is read singly, with a trace."""

    class Meta:
        model = Correction
        fields = [
            "id",
            "file_id",
            "field",
            "channel",
            "asked_by",
            "asked_at",
            "state",
            "answer",
            "answered_by",
            "answered_at",
        ]


class CorrectionRequest(serializers.Serializer[Any]):
    """What a worker wants corrected."""

    field = serializers.CharField(required=False, allow_blank=True, default="", max_length=40)
    wish = serializers.CharField(max_length=200)
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)
    asked_by = serializers.CharField(max_length=64)
    channel = serializers.ChoiceField(choices=Channel.choices, default=Channel.COUNTER)


class AnswerRequest(serializers.Serializer[Any]):
    """The words of an answer."""

    answer = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)


class LookRow(serializers.ModelSerializer[LookRequest]):
    """One request to look, at either end; never the picture."""

    class Meta:
        model = LookRequest
        fields = [
            "id",
            "side",
            "other_code",
            "other_name",
            "file_no",
            "reason",
            "state",
            "asked_by",
            "asked_at",
            "answer",
            "answered_by",
            "answered_at",
            "expires_at",
            "looks",
        ]


class GrantedPicture(serializers.Serializer[Any]):
    """What a file said when it was granted to be looked at, masked."""

    request = LookRow()
    state = serializers.CharField()
    values = serializers.DictField()
    members = serializers.ListField(child=serializers.DictField())
    visits = serializers.ListField(child=serializers.DictField())


class LookAsked(serializers.Serializer[Any]):
    """A request to look."""

    home_code = serializers.CharField(max_length=20)
    file_no = serializers.CharField(max_length=32)
    reason = serializers.CharField(max_length=500)


class GrantRequest(AnswerRequest):
    """An agreement, and for how many days."""

    days = serializers.IntegerField(required=False, default=7, min_value=1, max_value=30)


class DisposalRow(serializers.ModelSerializer[Disposal]):
    """One decision about an old file; for a deletion, its certificate."""

    digest = serializers.SerializerMethodField()

    class Meta:
        model = Disposal
        fields = [
            "id",
            "record",
            "file_id",
            "file_no",
            "number",
            "state",
            "keep_until",
            "kept_until",
            "rule_id",
            "rule_version",
            "reason",
            "proposed_by",
            "proposed_at",
            "decided_by",
            "decided_at",
            "erased",
            "kept",
            "digest",
        ]

    def get_digest(self, row: Disposal) -> str:
        """Give the digest in hexadecimal; empty before a deletion."""
        return bytes(row.digest).hex() if row.digest else ""


class ProposeRequest(serializers.Serializer[Any]):
    """Why a file is to be deleted."""

    file_id = serializers.UUIDField()
    reason = serializers.CharField(max_length=300)


class KeepRequest(serializers.Serializer[Any]):
    """To which day, and why, a file is kept longer."""

    until = serializers.DateField()
    reason = serializers.CharField(max_length=300)


class ReasonRequest(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=200)
