"""What the endpoints of reports take and answer."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from tenant_apps.reports.declarations import Form, get_form
from tenant_apps.reports.models import Received, Report, Version
from tenant_apps.reports.numbers import Picture, range_of


class ReportRow(serializers.ModelSerializer[Report]):
    """One report of the own station."""

    title = serializers.SerializerMethodField()
    state_label = serializers.CharField(source="get_state_display")
    version = serializers.IntegerField(source="version.number", default=None, allow_null=True)

    class Meta:
        model = Report
        fields = [
            "id",
            "form",
            "title",
            "period",
            "state",
            "state_label",
            "is_top",
            "version",
            "due_on",
            "is_on_time",
            "as_of",
            "submitted_at",
            "accepted_at",
            "locked_at",
        ]

    def get_title(self, report: Report) -> str:
        """The title of the form."""
        return str(get_form(report.form).title)


class UnitRow(serializers.ModelSerializer[Received]):
    """What one unit below reported, or owes."""

    state_label = serializers.CharField(source="get_state_display")
    version = serializers.IntegerField(source="latest.number", default=None, allow_null=True)
    counted_version = serializers.IntegerField(
        source="counted.number", default=None, allow_null=True
    )

    class Meta:
        model = Received
        fields = [
            "id",
            "form",
            "period",
            "code",
            "name",
            "is_paper",
            "state",
            "state_label",
            "version",
            "counted_version",
            "is_on_time",
            "received_at",
            "decided_at",
            "decided_by",
            "reason",
            "differences",
            "chased_at",
            "times_chased",
        ]


class CellRow(serializers.Serializer[Any]):
    """One cell: its sum, the own part, how many households stand behind that, and the digest of their hashes.

    Where households cannot be told apart, ``least`` and ``most`` are not the same.
    """

    key = serializers.CharField()
    title = serializers.CharField()
    value = serializers.IntegerField(allow_null=True)
    own = serializers.IntegerField(allow_null=True)
    count = serializers.IntegerField()
    digest = serializers.CharField()
    least = serializers.IntegerField()
    most = serializers.IntegerField()
    origin = serializers.CharField()
    comment = serializers.CharField()


class FindingRow(serializers.Serializer[Any]):
    """One thing that does not hold."""

    rule = serializers.CharField()
    message = serializers.CharField()
    cells = serializers.ListField(child=serializers.CharField())
    may_be_explained = serializers.BooleanField()
    explanation = serializers.CharField()


class ReportDetail(ReportRow):
    """One report with its cells and what does not hold."""

    cells = CellRow(many=True)
    findings = FindingRow(many=True)
    digest = serializers.CharField()

    class Meta(ReportRow.Meta):
        fields = [*ReportRow.Meta.fields, "cells", "findings", "digest"]


class UnitDetail(UnitRow):
    """What a unit reported, cell by cell."""

    cells = CellRow(many=True)

    class Meta(UnitRow.Meta):
        fields = [*UnitRow.Meta.fields, "cells"]


class VersionRow(serializers.ModelSerializer[Version]):
    """One sealed version, and why there is it."""

    digest = serializers.SerializerMethodField()

    class Meta:
        model = Version
        fields = [
            "number",
            "digest",
            "cause",
            "by_name",
            "at",
            "returned_at",
            "superseded_at",
        ]

    def get_digest(self, version: Version) -> str:
        """The seal in hexadecimal."""
        return bytes(version.digest).hex()


class DifferenceRow(serializers.Serializer[Any]):
    """One cell of a sealed report that is not what files or facts give today."""

    station_code = serializers.CharField()
    station_name = serializers.CharField()
    cell = serializers.CharField()
    title = serializers.CharField()
    against = serializers.ChoiceField(choices=["files", "facts", "sum", "seal"])
    sealed = serializers.IntegerField()
    found = serializers.IntegerField()


class ListedRow(serializers.Serializer[Any]):
    """One file behind a cell."""

    number = serializers.CharField()
    title = serializers.CharField()
    url = serializers.CharField()


class WordsRequest(serializers.Serializer[Any]):
    """A reason, an opinion, or nothing."""

    text = serializers.CharField(default="", allow_blank=True, max_length=500)


class EnteredCell(serializers.Serializer[Any]):
    """A number that cannot be drawn, and where it comes from."""

    cell = serializers.CharField(max_length=60)
    value = serializers.IntegerField(min_value=0, allow_null=True)
    origin = serializers.CharField(default="", allow_blank=True, max_length=500)


class EnterRequest(serializers.Serializer[Any]):
    """The numbers to enter."""

    cells = EnteredCell(many=True)


class ExplainRequest(WordsRequest):
    """Why a rule does not hold; an empty text takes the explanation back."""

    rule = serializers.CharField(max_length=60)


class CommentRow(serializers.Serializer[Any]):
    """A comment on one cell."""

    cell = serializers.CharField(max_length=60)
    text = serializers.CharField(max_length=500)


class ReturnRequest(WordsRequest):
    """Why a report is returned, in general and cell by cell."""

    comments = CommentRow(many=True, default=list)


class PaperRequest(serializers.Serializer[Any]):
    """What a unit that is not on the network reported, cell by cell."""

    name = serializers.CharField(max_length=120)
    cells = serializers.DictField(child=serializers.IntegerField(min_value=0))


class DoneRow(serializers.Serializer[Any]):
    """What an act on many did."""

    done = serializers.IntegerField()
    left = serializers.ListField(child=serializers.CharField())


def cells_of(
    form: Form, picture: Picture, *, comments: list[dict[str, str]] | None = None
) -> list[dict[str, Any]]:
    """Give the cells of a picture as the API answers them."""
    said = {one["cell"]: one["text"] for one in comments or []}
    rows = []
    for key, cell in form.cells.items():
        own = picture.get("own", {}).get(key)
        entered = picture.get("entered", {}).get(key)
        span = range_of(picture, key)
        rows.append(
            {
                "key": key,
                "title": cell.title,
                "value": picture["total"].get(key),
                "own": own[0] if own else (entered["v"] if entered else None),
                "count": own[1] if own else 0,
                "digest": own[2] if own else "",
                "least": span.least,
                "most": span.most,
                "origin": entered["why"] if entered else "",
                "comment": said.get(key, ""),
            }
        )
    return rows
