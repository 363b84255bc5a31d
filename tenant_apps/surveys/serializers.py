"""What the endpoints of the samples take and answer."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from shared_apps.evaluations.models import Answer, Drawn, Order, Outcome, Sample


class SampleView(serializers.ModelSerializer[Sample]):
    """One sample in numbers: `strata` is for each stratum how many there were, and how many were drawn."""

    station = serializers.CharField(source="station.code", read_only=True)
    strata = serializers.DictField(
        child=serializers.ListField(child=serializers.IntegerField()), read_only=True
    )

    class Meta:
        model = Sample
        fields = [
            "id", "station", "year", "programme", "seed", "frame", "size", "strata", "satisfied", "partly",
            "dissatisfied", "not_reached", "drawn_on", "drawn_by", "asked_by", "void_on", "void_by", "void_reason",
        ]  # fmt: skip


class SamplesView(serializers.Serializer[Any]):
    """The own samples, and those that stand at the stations below."""

    own = SampleView(many=True)
    below = SampleView(many=True)


class DrawnView(serializers.ModelSerializer[Drawn]):
    """One drawn household by its keys; who it is, is asked of its file."""

    class Meta:
        model = Drawn
        fields = [
            "id", "place", "stratum", "file_id", "application_id", "answer", "answered_on", "answered_by",
        ]  # fmt: skip


class SampleDetail(serializers.Serializer[Any]):
    """A sample of the station; `is_proved` is null where the frame has changed since."""

    sample = SampleView()
    is_proved = serializers.BooleanField(allow_null=True)


class DrawRequest(serializers.Serializer[Any]):
    """Either `number` or `percent` of the households aided in `year`, of one programme or of any."""

    year = serializers.IntegerField(min_value=2000, max_value=9998)
    programme = serializers.CharField(max_length=40, required=False, allow_blank=True)
    number = serializers.IntegerField(
        min_value=1, max_value=10_000, required=False, allow_null=True
    )
    percent = serializers.IntegerField(min_value=1, max_value=100, required=False, allow_null=True)
    seed = serializers.CharField(max_length=40, required=False, allow_blank=True)


class OrderRequest(DrawRequest):
    """The same for every station of the subtree; a ``number`` that ``is_shared`` is of all of them together."""

    number = serializers.IntegerField(
        min_value=1, max_value=100_000, required=False, allow_null=True
    )
    is_shared = serializers.BooleanField(required=False)


class OrderView(serializers.ModelSerializer[Order]):
    """One order to draw, as it was given."""

    class Meta:
        model = Order
        fields = [
            "id", "year", "programme", "number", "percent", "is_shared", "seed", "asked_by",
            "asked_at", "back_at", "back_by", "back_reason",
        ]  # fmt: skip


class OrdersView(serializers.Serializer[Any]):
    """The orders of the station, newest first."""

    orders = OrderView(many=True)


class PartView(serializers.Serializer[Any]):
    """How far one station is: ``outcome`` is null while the order is on its way, ``sample`` where none counts."""

    station = serializers.CharField(source="station.code")
    name = serializers.CharField(source="station.name")
    outcome = serializers.ChoiceField(
        choices=Outcome.choices, source="part.outcome", allow_null=True, default=None
    )
    sample = SampleView(allow_null=True)


class ProgressView(serializers.Serializer[Any]):
    """How far all stations are together: stations, and households of the samples that count."""

    asked = serializers.IntegerField()
    arrived = serializers.IntegerField()
    nobody = serializers.IntegerField()
    size = serializers.IntegerField()
    answered = serializers.IntegerField()
    not_reached = serializers.IntegerField()
    left = serializers.IntegerField()


class OrderDetail(serializers.Serializer[Any]):
    """An order with how far each station is, in numbers alone."""

    order = OrderView()
    progress = ProgressView()
    stations = PartView(many=True)


class AnswerRequest(serializers.Serializer[Any]):
    """What a household said, or that it was not reached."""

    answer = serializers.ChoiceField(choices=[one for one in Answer.choices if one[0]])
    remark = serializers.CharField(max_length=300, required=False, allow_blank=True)


class VoidRequest(serializers.Serializer[Any]):
    """Why a sample is void."""

    reason = serializers.CharField(max_length=200)
