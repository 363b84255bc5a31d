"""How imports look to programs."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.urls import reverse
from rest_framework import serializers

from shared_apps.importing.models import Row, Run
from tenant_apps.imports import selectors
from tenant_apps.imports.columns import MEMBER_SHEET

MOST_ERRORS = 1000
"""Problems told in one answer; the pages of rows and the error workbook have them all."""


class UploadSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(allow_empty_file=True, help_text="The workbook, or a CSV.")
    sheet = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        help_text="Another sheet of the same columns: it is checked against the form, never imported.",
    )


class ConfirmSerializer(serializers.Serializer[Any]):
    update_existing = serializers.BooleanField(
        default=False,
        help_text="Whether drafts that exist are changed; otherwise they are skipped.",
    )


class ProblemSerializer(serializers.Serializer[Any]):
    sheet = serializers.CharField()
    row = serializers.IntegerField(help_text="As Excel counts: the heading is row 1.")
    column = serializers.CharField()
    field = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()
    severity = serializers.ChoiceField(["error", "warning"])


# Declared fields are taken out of the class, so those called `errors` or `update` hide no method.


class RowSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField(source="number")
    household_no = serializers.CharField()
    station = serializers.CharField(source="target.code", default=None)
    verdict = serializers.CharField()
    outcome = serializers.CharField()
    reason = serializers.CharField()
    file = serializers.UUIDField(source="file_id", allow_null=True)
    errors = serializers.SerializerMethodField()  # type: ignore[assignment]

    def get_errors(self, row: Row) -> list[dict[str, Any]]:
        return problems_of(row, sheet=row.run.sheet)


class CountsSerializer(serializers.Serializer[Any]):
    total = serializers.IntegerField(source="total_rows")
    done = serializers.IntegerField(source="done_rows")
    new = serializers.IntegerField(source="new_rows")
    update = serializers.IntegerField(source="update_rows")  # type: ignore[assignment]
    error = serializers.IntegerField(source="error_rows")
    warning = serializers.IntegerField(source="warning_rows")


class RunSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    url = serializers.SerializerMethodField()
    state = serializers.CharField()
    filename = serializers.CharField()
    sheet = serializers.CharField()
    only_check = serializers.BooleanField()
    counts = CountsSerializer(source="*")
    notes = serializers.ListField(child=serializers.CharField())
    by = serializers.CharField(source="user_name")
    created_at = serializers.DateTimeField()
    confirmed_at = serializers.DateTimeField(allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)

    def get_url(self, run: Run) -> str:
        return reverse("api:imports:run", args=[run.pk])


class DestinationSerializer(serializers.Serializer[Any]):
    station = serializers.CharField(source="station.code")
    name = serializers.CharField(source="station.name")
    outcomes = serializers.DictField(source="counts", child=serializers.IntegerField())


class RunDetailSerializer(RunSerializer):
    outcomes = serializers.SerializerMethodField()
    stations = serializers.SerializerMethodField()
    earlier = serializers.SerializerMethodField()
    errors = serializers.SerializerMethodField()  # type: ignore[assignment]

    def get_outcomes(self, run: Run) -> dict[str, int]:
        return selectors.outcome_counts(run)

    def get_stations(self, run: Run) -> list[dict[str, Any]]:
        return list(DestinationSerializer(selectors.destinations_of(run), many=True).data)

    def get_earlier(self, run: Run) -> str | None:
        earlier = selectors.earlier_import_of(run)
        return reverse("api:imports:run", args=[earlier.pk]) if earlier else None

    def get_errors(self, run: Run) -> list[dict[str, Any]]:
        rows = selectors.rows_with_problems(run).defer("payload", "before")[:MOST_ERRORS]
        found = (problem for row in rows for problem in problems_of(row, sheet=run.sheet))
        return list(islice(found, MOST_ERRORS))


def problems_of(row: Row, *, sheet: str) -> list[dict[str, Any]]:
    """The problems of a row, each with the sheet its row number counts in."""
    return [
        {"sheet": MEMBER_SHEET if one["field"].startswith("members.") else sheet, **one}
        for one in row.problems
    ]
