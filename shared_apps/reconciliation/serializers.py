"""Breaks and runs as the API gives them."""

from typing import Any

from rest_framework import serializers

from bangfu.kernel import clock
from bangfu.kernel.tenancy import StationRef
from shared_apps.reconciliation.models import Break, Run
from shared_apps.reconciliation.selectors import events_of, unsettled_count
from shared_apps.reconciliation.wording import place_of


class EventSerializer(serializers.Serializer[Any]):
    """One thing done about a break."""

    at = serializers.DateTimeField()
    action = serializers.CharField()
    by = serializers.CharField()
    comment = serializers.CharField()


class BreakSerializer(serializers.Serializer[Any]):
    """One difference."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    state = serializers.CharField()
    place = serializers.CharField()
    station_code = serializers.CharField()
    owner_code = serializers.CharField()
    expected = serializers.CharField()
    actual = serializers.CharField()
    found_at = serializers.DateTimeField()
    age_days = serializers.IntegerField()
    detail = serializers.JSONField()


class BreakDetailSerializer(BreakSerializer):
    """One difference with everything done about it."""

    events = EventSerializer(many=True)


class CommentSerializer(serializers.Serializer[Any]):
    """The words in which a break is explained or closed."""

    comment = serializers.CharField(max_length=500)


class RunSerializer(serializers.Serializer[Any]):
    """One reconciliation: how far it is and what it found."""

    id = serializers.IntegerField()
    state = serializers.CharField()
    stations = serializers.IntegerField()
    done = serializers.IntegerField()
    found = serializers.IntegerField()
    gone = serializers.IntegerField()
    open_breaks = serializers.IntegerField()
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


def break_as_json(case: Break) -> dict[str, Any]:
    """Return a break as a list of the API gives it."""
    return {
        "id": case.pk,
        "kind": case.kind,
        "state": case.state,
        "place": place_of(case),
        "station_code": case.station.code,
        "owner_code": case.owner.code,
        "expected": case.expected,
        "actual": case.actual,
        "found_at": case.found_at.isoformat(),
        "age_days": max(0, ((case.settled_at or clock.now()) - case.found_at).days),
        "detail": case.detail,
    }


def break_with_events(case: Break) -> dict[str, Any]:
    """Return a break with everything that was done about it."""
    events = [
        {
            "at": event.at.isoformat(),
            "action": event.action,
            "by": event.by_name,
            "comment": event.comment,
        }
        for event in events_of(case)
    ]
    return break_as_json(case) | {"events": events}


def run_as_json(run: Run, root: StationRef) -> dict[str, Any]:
    """Return a reconciliation as the API gives it."""
    return {
        "id": run.pk,
        "state": run.state,
        "stations": run.total,
        "done": run.done,
        "found": run.found,
        "gone": run.gone,
        "open_breaks": unsettled_count(root),
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
    }
