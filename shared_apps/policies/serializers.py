"""Rules and recomputations as the API takes and gives them."""

from typing import Any

from rest_framework import serializers


class RuleSerializer(serializers.Serializer[Any]):
    """One rule that holds; ``value`` has the shape of its kind, ``words`` says it."""

    key = serializers.CharField()
    name = serializers.CharField()
    group = serializers.CharField()
    value = serializers.JSONField()
    words = serializers.CharField()
    scope = serializers.CharField()
    version = serializers.IntegerField()
    id = serializers.IntegerField()
    valid_from = serializers.DateField(allow_null=True)
    document = serializers.CharField()
    document_no = serializers.CharField()
    joined = serializers.BooleanField()
    direction = serializers.CharField()
    moves_tiers = serializers.BooleanField()


class VersionSerializer(serializers.Serializer[Any]):
    """One version in the history of a rule."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    scope = serializers.CharField()
    value = serializers.JSONField()
    state = serializers.CharField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)
    document = serializers.CharField()
    document_no = serializers.CharField()
    laid_down_by = serializers.CharField()
    laid_down_at = serializers.DateTimeField(allow_null=True)


class NewVersionSerializer(serializers.Serializer[Any]):
    """A version to lay down; amounts in fen, decimals as text."""

    value = serializers.JSONField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True, default=None)
    document = serializers.CharField(max_length=200)
    document_no = serializers.CharField(max_length=60)


class TryOutSerializer(serializers.Serializer[Any]):
    """A value whose consequences are asked for."""

    value = serializers.JSONField()
    valid_from = serializers.DateField()


class MovesSerializer(serializers.Serializer[Any]):
    """Counts of files of one station by tier before and after, as ``"2>1"``."""

    station = serializers.CharField()
    files = serializers.IntegerField()
    moves = serializers.DictField(child=serializers.IntegerField())


class PreviewSerializer(serializers.Serializer[Any]):
    """What a value would move."""

    files = serializers.IntegerField()
    stations_looked_at = serializers.IntegerField()
    stations = MovesSerializer(many=True)


class ChangeSerializer(serializers.Serializer[Any]):
    """One recomputation and how far it is."""

    id = serializers.UUIDField()
    state = serializers.CharField()
    rules = serializers.CharField()
    started_at = serializers.DateTimeField()
    percent = serializers.IntegerField()
    files = serializers.IntegerField()
    confirmed = serializers.IntegerField()
    returned = serializers.IntegerField()
    kept = serializers.IntegerField()


class ReasonSerializer(serializers.Serializer[Any]):
    """Why something is undone."""

    reason = serializers.CharField(max_length=200)
