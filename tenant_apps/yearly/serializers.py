"""What the endpoints of the yearly report take and answer.

Values are in the smallest unit: fen of a yuan, thousandths of a ton.
"""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from shared_apps.paperbooks.models import Book, BookKind
from tenant_apps.yearly.rules.columns import OLDEST_YEAR


class FrameQuery(serializers.Serializer[Any]):
    """Which year, and up to which month (``2005-03``)."""

    year = serializers.IntegerField(required=False, min_value=OLDEST_YEAR, max_value=9998)
    until = serializers.RegexField(r"^\d{4}-(0[1-9]|1[0-2])$", required=False)


class ReadingView(serializers.Serializer[Any]):
    """One reading of a number that the paper leaves open."""

    reading = serializers.CharField()
    value = serializers.IntegerField()


class NumberView(serializers.Serializer[Any]):
    """One number of a sentence; ``recorded`` is what rows give, ``bound`` says how exactly it is known."""

    name = serializers.CharField()
    value = serializers.IntegerField()
    unit = serializers.CharField()
    bound = serializers.CharField(allow_blank=True)
    recorded = serializers.IntegerField()
    variants = ReadingView(many=True)


class WarningView(serializers.Serializer[Any]):
    """Something that a person has to look at."""

    code = serializers.CharField()
    message = serializers.CharField()


class SentenceView(serializers.Serializer[Any]):
    """One sentence of the report."""

    key = serializers.CharField()
    chapter = serializers.CharField()
    text = serializers.CharField()
    indicators = serializers.ListField(child=serializers.CharField())
    is_on_paper = serializers.BooleanField()
    numbers = NumberView(many=True)
    warnings = WarningView(many=True)
    notes = serializers.ListField(child=serializers.CharField())


class ReportView(serializers.Serializer[Any]):
    """The yearly report of a station."""

    station = serializers.CharField()
    year = serializers.IntegerField()
    until = serializers.CharField()
    text = serializers.CharField()
    sentences = SentenceView(many=True)
    warnings = WarningView(many=True)


class BookView(serializers.ModelSerializer[Book]):
    """One book of the past."""

    class Meta:
        model = Book
        fields = [
            "id", "kind", "state", "source", "filename", "digest", "rows", "left_out", "kept_by",
            "kept_at", "undone_by", "undone_at", "reason",
        ]  # fmt: skip


class BookRequest(serializers.Serializer[Any]):
    """A ledger or a list of totals, as .xlsx or .csv with the headings of the template."""

    kind = serializers.ChoiceField(choices=BookKind.choices)
    origin = serializers.CharField(max_length=120)
    file = serializers.FileField(allow_empty_file=True)
    leave_out_bad = serializers.BooleanField(required=False, default=False)


class UndoRequest(serializers.Serializer[Any]):
    """Why a book is taken back."""

    reason = serializers.CharField(max_length=200)
