"""What the API answers and takes about papers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from shared_apps.printing.models import Download, Paper, PaperKind, WordKind, WordTemplate
from tenant_apps.documents.services.making import BATCHED


class PaperRow(serializers.ModelSerializer[Paper]):
    """A paper of the register; ``about`` is a masked name."""

    digest = serializers.CharField(source="digest_text", read_only=True)

    class Meta:
        model = Paper
        fields = [
            "id",
            "number",
            "kind",
            "subject_kind",
            "subject_id",
            "about",
            "in_clear",
            "reason",
            "digest",
            "audit_seq",
            "printed_by",
            "printed_at",
        ]


class DownloadRow(serializers.ModelSerializer[Download]):
    """Something of the download centre; ``digest`` is SM3 over the file."""

    digest = serializers.CharField(source="digest_text", read_only=True)

    class Meta:
        model = Download
        fields = [
            "id",
            "kind",
            "title",
            "in_clear",
            "reason",
            "state",
            "total",
            "done",
            "problem",
            "file_name",
            "content_type",
            "size",
            "digest",
            "fetched",
            "asked_at",
            "ended_at",
            "expires_at",
        ]


class TemplateRow(serializers.ModelSerializer[WordTemplate]):
    """A station's own Word template."""

    class Meta:
        model = WordTemplate
        fields = ["kind", "file_name", "set_by", "set_at"]


class ClearBody(serializers.Serializer[dict[str, Any]]):
    """Whether nothing is masked, and why."""

    in_clear = serializers.BooleanField(default=False)
    reason = serializers.CharField(default="", allow_blank=True, max_length=200)


class PrintBody(ClearBody):
    """One paper about one record."""

    subject_kind = serializers.ChoiceField(choices=["file", "review", "notice"])
    subject_id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=PaperKind.choices)


class MeansRequestBody(ClearBody):
    """The reviews one letter names."""

    reviews = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=100)


class BatchBody(ClearBody):
    """One paper of each of many files."""

    kind = serializers.ChoiceField(choices=[(kind.value, kind.label) for kind in BATCHED])
    files = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=5000)


class WordBody(ClearBody):
    """One Word document about one record."""

    # The minutes of aid are of an application and a kind of meeting: they have a door of their own.
    kind = serializers.ChoiceField(
        choices=[(one.value, one.label) for one in WordKind if one != WordKind.AID_MINUTES]
    )
    subject_id = serializers.UUIDField()


class AidMinutesBody(serializers.Serializer[dict[str, Any]]):
    """How minutes are wanted."""

    as_word = serializers.BooleanField(required=False, default=False)


class TemplateBody(serializers.Serializer[dict[str, Any]]):
    """A Word template to use."""

    file = serializers.FileField()


class FindingRow(serializers.Serializer[dict[str, Any]]):
    """What is known of the number on a paper."""

    is_proved = serializers.BooleanField()
    paper = PaperRow()
