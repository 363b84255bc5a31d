"""What the endpoints of the yearly report take and answer.

Values are in the smallest unit: fen of a yuan, thousandths of a ton.
"""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from shared_apps.paperbooks.models import Book, BookKind
from shared_apps.targets.models import Reached, Target
from tenant_apps.yearly.aims import Examined
from tenant_apps.yearly.rules.catalogue import measured
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


class TargetView(serializers.ModelSerializer[Target]):
    """One target of a year; `goal` and `done` in the smallest part of `unit` (fen of 元), null of one in words."""

    station = serializers.CharField(source="station.code", read_only=True)
    done = serializers.SerializerMethodField(
        help_text="What was counted so far of the own targets, and of those below that wait to be confirmed."
    )
    unit = serializers.SerializerMethodField(
        help_text="The unit of the indicator; empty of one in words."
    )

    class Meta:
        model = Target
        fields = [
            "id", "station", "year", "position", "title", "indicator", "goal", "done", "unit", "due_on",
            "reached", "words", "said_on", "said_by", "verdict", "verdict_words", "verdict_by", "verdict_place",
            "verdict_on", "dropped_on", "drop_reason",
        ]  # fmt: skip

    def get_unit(self, target: Target) -> str:
        """Say what is counted."""
        return measured(target.indicator).unit if target.indicator else ""

    def get_done(self, target: Target) -> int | None:
        """Say how far a counted target is; null of one in words, and where a list does not count it."""
        standing = self.context.get("standings", {}).get(target.pk)
        return None if standing is None else int(standing.counted.value)


class ExaminedView(serializers.Serializer[Any]):
    """One target with what was counted, in the smallest part of its unit: numbers alone.

    `way` says how: `sum` over the months of the year, `distinct` (each household or person once), `without_transfers`
    (a sum in which money moved within the subtree counts once), `stock` (what there is at `until`), empty of one in
    words. Of `done`, `recorded` comes from records, the rest from paper.
    """

    target = serializers.SerializerMethodField()
    indicator_name = serializers.SerializerMethodField(help_text="Empty of one in words.")
    done = serializers.IntegerField(source="standing.counted.value", default=None, allow_null=True)
    recorded = serializers.IntegerField(
        source="standing.counted.recorded", default=None, allow_null=True
    )
    percent = serializers.IntegerField(source="standing.percent", default=None, allow_null=True)
    way = serializers.ChoiceField(
        choices=["sum", "distinct", "without_transfers", "stock"], allow_blank=True
    )
    until = serializers.DateField(help_text="The first day of the month up to which is counted.")
    is_short = serializers.BooleanField(
        help_text="The station says done, the count is below the goal."
    )
    is_asked = serializers.BooleanField(
        help_text="Somebody of this station is to confirm or return it."
    )

    @extend_schema_field(TargetView)
    def get_target(self, seen: Examined) -> dict[str, Any]:
        """Show the target itself."""
        return dict(
            TargetView(seen.target, context={"standings": {seen.target.pk: seen.standing}}).data
        )

    def get_indicator_name(self, seen: Examined) -> str:
        """Name what is counted."""
        return str(seen.counts.name) if seen.counts else ""


class TargetsView(serializers.Serializer[Any]):
    """The targets of a year: the own ones, and those of the stations right below."""

    own = TargetView(many=True)
    below = TargetView(many=True)


class TargetQuery(serializers.Serializer[Any]):
    """Which year; the present one where it is left out."""

    year = serializers.IntegerField(required=False, min_value=OLDEST_YEAR, max_value=9998)


class TargetRequest(serializers.Serializer[Any]):
    """A target in words, or with a `goal` of an `indicator`, in the smallest part of its unit: fen of money."""

    year = serializers.IntegerField(min_value=OLDEST_YEAR, max_value=9998)
    title = serializers.CharField(max_length=120)
    indicator = serializers.CharField(max_length=24, required=False, allow_blank=True)
    goal = serializers.IntegerField(min_value=1, max_value=10**14, required=False, allow_null=True)
    due_on = serializers.DateField(required=False, allow_null=True)


class ProgressRequest(serializers.Serializer[Any]):
    """How far a target is."""

    reached = serializers.ChoiceField(choices=Reached.choices)
    words = serializers.CharField(max_length=500)


class AnswerRequest(serializers.Serializer[Any]):
    """Whether what a station below said is confirmed; a reason where it is not."""

    agrees = serializers.BooleanField()
    words = serializers.CharField(max_length=300, required=False, allow_blank=True)


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
