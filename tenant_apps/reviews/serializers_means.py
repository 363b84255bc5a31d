"""What the endpoints of means checks take and answer."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from shared_apps.printing.models import MeansBatch
from tenant_apps.reviews.models import (
    MeansCheck,
    MeansKind,
    MeansResult,
    MeansState,
    MeansVerdict,
)
from tenant_apps.reviews.services import ComparedItem, Intake


class CheckRow(serializers.Serializer[Any]):
    """One means check."""

    id = serializers.UUIDField()
    review = serializers.UUIDField()
    number = serializers.CharField()
    state = serializers.ChoiceField(choices=MeansState.choices)
    is_offline = serializers.BooleanField()
    list = serializers.CharField()
    unit = serializers.CharField()
    authorised_on = serializers.DateField(allow_null=True)
    sent_on = serializers.DateField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    answered_on = serializers.DateField(allow_null=True)
    fits = serializers.BooleanField(allow_null=True)


class CheckItem(serializers.Serializer[Any]):
    """One item: what was declared, what was found, whether they agree, what follows."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=MeansKind.choices)
    declared = serializers.CharField()
    found = serializers.CharField()
    result = serializers.CharField()
    verdict = serializers.CharField()
    verdict_reason = serializers.CharField()


class CheckDetail(CheckRow):
    """One means check with its items opened."""

    items = CheckItem(many=True)


class BatchRow(serializers.ModelSerializer[MeansBatch]):
    """A request list that was sent."""

    class Meta:
        model = MeansBatch
        fields = [
            "id",
            "number",
            "unit",
            "checks_sent",
            "sent_on",
            "due_on",
            "made_at",
            "made_by",
        ]


class ListReason(serializers.Serializer[Any]):
    """Why names and numbers leave in the clear."""

    reason = serializers.CharField(max_length=200)


class SendRequest(ListReason):
    """Which requests go out; all that wait unless some are named."""

    ids = serializers.ListField(child=serializers.UUIDField(), default=list)
    unit = serializers.CharField(default="", allow_blank=True, max_length=60)


class IntakeRequest(serializers.Serializer[Any]):
    """A request list that came back filled in."""

    file = serializers.FileField()


class IntakeRow(serializers.Serializer[Any]):
    """What became of one row."""

    row = serializers.IntegerField()
    number = serializers.CharField()
    outcome = serializers.ChoiceField(
        choices=["answered", "conflict", "partial", "unchanged", "refused"]
    )
    problems = serializers.ListField(child=serializers.DictField())


class IntakeAnswer(serializers.Serializer[Any]):
    """What became of a list."""

    counts = serializers.DictField(child=serializers.IntegerField())
    rows = IntakeRow(many=True)


class ItemGiven(serializers.Serializer[Any]):
    """One item that is back."""

    kind = serializers.ChoiceField(choices=MeansKind.choices)
    found = serializers.CharField(max_length=500)
    result = serializers.ChoiceField(choices=MeansResult.choices)


class AnswersRequest(serializers.Serializer[Any]):
    """What the outside unit said; items left out are not back yet."""

    answered_on = serializers.DateField(required=False)
    items = ItemGiven(many=True)


class SettleRequest(serializers.Serializer[Any]):
    """What follows from a conflict, and why."""

    item = serializers.UUIDField()
    verdict = serializers.ChoiceField(choices=MeansVerdict.choices)
    reason = serializers.CharField(default="", allow_blank=True, max_length=500)


def check_row(check: MeansCheck) -> dict[str, Any]:
    """Give a means check without its values."""
    return {
        "id": str(check.pk),
        "review": str(check.review_id),
        "number": check.number,
        "state": check.state,
        "is_offline": check.is_offline,
        "list": check.batch_number,
        "unit": check.unit,
        "fits": check.fits,
        **{
            name: day.isoformat() if (day := getattr(check, name)) else None
            for name in ("authorised_on", "sent_on", "due_on", "answered_on")
        },
    }


def check_detail(check: MeansCheck, items: list[ComparedItem]) -> dict[str, Any]:
    """Give a means check with its values opened. Whoever opened them wrote the audit row."""
    return check_row(check) | {
        "items": [
            {
                "id": str(one.item.pk),
                "kind": one.item.kind,
                "declared": one.declared,
                "found": one.found,
                "result": one.item.result,
                "verdict": one.item.verdict,
                "verdict_reason": one.item.verdict_reason,
            }
            for one in items
        ]
    }


def intake_answer(intake: Intake) -> dict[str, Any]:
    """Give what became of each row of a list that came back."""
    return {
        "counts": intake.counts,
        "rows": [
            {
                "row": one.row,
                "number": one.number,
                "outcome": one.outcome,
                "problems": [
                    {
                        "code": problem.code,
                        "column": problem.column,
                        "message": str(problem.message),
                    }
                    for problem in one.problems
                ],
            }
            for one in intake.rows
        ],
    }
