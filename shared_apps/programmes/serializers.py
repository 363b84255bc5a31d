"""What the endpoints of programmes take and give."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from shared_apps.programmes.models import Campaign, Programme
from shared_apps.programmes.selectors import terms_of
from shared_apps.programmes.wording import terms_in_words


class ProgrammeRow(serializers.ModelSerializer[Programme]):
    """A version of a programme, its terms, and the same in sentences."""

    terms = serializers.JSONField()
    words = serializers.SerializerMethodField()

    class Meta:
        model = Programme
        fields = [
            "id", "key", "name", "english", "aid", "scope_path", "version", "terms", "words",
            "valid_from", "valid_to", "source", "document_no", "is_example",
        ]  # fmt: skip

    def get_words(self, row: Programme) -> list[str]:
        """Say the terms in sentences."""
        return terms_in_words(terms_of(row))


class ProgrammeRequest(serializers.Serializer[Any]):
    """A version to lay down; `terms` as a version shows them."""

    key = serializers.SlugField(max_length=40)
    name = serializers.CharField(max_length=60)
    english = serializers.CharField(max_length=80, default="", allow_blank=True)
    aid = serializers.CharField(max_length=16)
    terms = serializers.DictField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(default=None, allow_null=True)
    source = serializers.CharField(max_length=200)  # type: ignore[assignment]
    document_no = serializers.CharField(max_length=60, default="", allow_blank=True)


class CampaignRow(serializers.ModelSerializer[Campaign]):
    """A campaign that a station may join."""

    rule = serializers.JSONField()

    class Meta:
        model = Campaign
        fields = [
            "id", "key", "kind", "name", "programme", "scope_path", "opens_on", "closes_on",
            "groups", "rule", "amount_fen", "note", "closed_at",
        ]  # fmt: skip
