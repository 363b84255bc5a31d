"""The answers of the roll-up as the API gives them."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from shared_apps.rollup.dashboard import name_of
from shared_apps.rollup.dimensions import CHILD, MONTH, title_of
from shared_apps.rollup.indicators import Indicator
from shared_apps.rollup.selectors import Answer

CLASSES = ["A", "S", "D", "R", "E"]


class PartSerializer(serializers.Serializer[Any]):
    """One part of an answer; a station's part carries the station's code."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.FloatField(allow_null=True)
    station_code = serializers.CharField(allow_null=True)


class DimensionSerializer(serializers.Serializer[Any]):
    """A way to divide an indicator: what ``by`` takes, and how it is called."""

    by = serializers.CharField()
    title = serializers.CharField()


# ``class`` is no attribute name of Python.
AnswerSerializer = type(
    "AnswerSerializer",
    (serializers.Serializer,),
    {
        "__doc__": "One indicator of one subtree in one period.",
        "indicator": serializers.CharField(),
        "name": serializers.CharField(),
        "value": serializers.FloatField(allow_null=True),
        "unit": serializers.CharField(),
        "class": serializers.ChoiceField(choices=CLASSES),
        "period": serializers.CharField(),
        "station": serializers.CharField(),
        "as_of": serializers.DateTimeField(allow_null=True),
        "by": serializers.CharField(allow_null=True),
        "parts": PartSerializer(many=True),
        "sum": serializers.IntegerField(allow_null=True),
        "distinct": serializers.IntegerField(allow_null=True),
        "overlap": serializers.IntegerField(allow_null=True),
    },
)
IndicatorSerializer = type(
    "IndicatorSerializer",
    (serializers.Serializer,),
    {
        "__doc__": "One indicator that can be asked for.",
        "indicator": serializers.CharField(),
        "name": serializers.CharField(),
        "unit": serializers.CharField(),
        "class": serializers.ChoiceField(choices=CLASSES),
        "dimensions": DimensionSerializer(many=True),
    },
)


def answer_as_json(answer: Answer) -> dict[str, Any]:
    """Return an answer as the API gives it."""
    return {
        "indicator": answer.indicator.code,
        "name": name_of(answer.indicator),
        "value": _number(answer.value),
        "unit": answer.unit,
        "class": answer.indicator.cls,
        "period": answer.period.text,
        "station": answer.station.code,
        "as_of": answer.as_of.isoformat() if answer.as_of else None,
        "by": answer.by,
        "parts": [
            {
                "key": part.key,
                "label": part.label,
                "value": _number(part.value),
                "station_code": part.station_code,
            }
            for part in answer.parts
        ],
        "sum": answer.sum,
        "distinct": answer.distinct,
        "overlap": answer.overlap,
    }


def indicator_as_json(indicator: Indicator) -> dict[str, Any]:
    """Return the declaration of an indicator as the API gives it."""
    return {
        "indicator": indicator.code,
        "name": name_of(indicator),
        "unit": indicator.unit,
        "class": indicator.cls,
        "dimensions": [{"by": by, "title": title_of(by)} for by in (CHILD, MONTH, *indicator.dims)],
    }


def _number(value: Decimal | int | None) -> float | int | None:
    return float(value) if isinstance(value, Decimal) else value
