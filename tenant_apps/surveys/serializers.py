"""What the endpoints of the samples take and answer."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from shared_apps.evaluations.models import Answer, Drawn, Sample


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
            "dissatisfied", "not_reached", "drawn_on", "drawn_by", "void_on", "void_by", "void_reason",
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


class AnswerRequest(serializers.Serializer[Any]):
    """What a household said, or that it was not reached."""

    answer = serializers.ChoiceField(choices=[one for one in Answer.choices if one[0]])
    remark = serializers.CharField(max_length=300, required=False, allow_blank=True)


class VoidRequest(serializers.Serializer[Any]):
    """Why a sample is void."""

    reason = serializers.CharField(max_length=200)
