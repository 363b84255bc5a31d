"""What the endpoints of a file on file read and answer: re-checks, exits, transfers, changed households."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from bangfu.kernel.problems import as_json
from tenant_apps.households.models import HouseholdRecheck, HouseholdTransfer, TransferReason
from tenant_apps.households.presenting import public_problems
from tenant_apps.households.services.findings import CONTINUE, EXIT
from tenant_apps.households.services.one_by_one import Outcome
from tenant_apps.households.services.rechecking import EVENTS


class FindingsRequest(serializers.Serializer[Any]):
    """What a re-check found; for an exit its kind, reason and monthly incomes per head in yuan."""

    findings = serializers.CharField(max_length=2000)
    proposal = serializers.ChoiceField(choices=[CONTINUE, EXIT], default=CONTINUE)
    exit_kind = serializers.CharField(default="", allow_blank=True)
    exit_reason = serializers.CharField(default="", allow_blank=True)
    exit_measure = serializers.CharField(default="", allow_blank=True)
    incomes = serializers.ListField(
        child=serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0),
        default=list,
        max_length=36,
    )
    is_cause_gone = serializers.BooleanField(default=False)


class ManyFindingsRequest(serializers.Serializer[Any]):
    """The files whose re-checks are sent up with the same findings."""

    files = serializers.ListField(child=serializers.UUIDField(), max_length=500)
    findings = serializers.CharField(max_length=2000)


class ReasonRequest(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=500)


class TextRequest(serializers.Serializer[Any]):
    """What is said with it; may be left out."""

    text = serializers.CharField(default="", allow_blank=True, max_length=500)


class EventRequest(serializers.Serializer[Any]):
    """What happened in a household."""

    event = serializers.ChoiceField(choices=list(EVENTS))
    happened_on = serializers.DateField()
    person = serializers.CharField(default="", allow_blank=True, max_length=32)
    note = serializers.CharField(default="", allow_blank=True, max_length=500)


class TransferRequest(serializers.Serializer[Any]):
    """Where a file goes, and why."""

    to_code = serializers.CharField(max_length=20)
    reason = serializers.ChoiceField(choices=TransferReason.choices)
    note = serializers.CharField(default="", allow_blank=True, max_length=500)


class HeirRequest(serializers.Serializer[Any]):
    """Where every open file of a unit that closes goes."""

    to_code = serializers.CharField(max_length=20)
    note = serializers.CharField(default="", allow_blank=True, max_length=500)


class EntryRequest(serializers.Serializer[Any]):
    """The entry of a file in the national system."""

    number = serializers.CharField(max_length=32)
    entered_on = serializers.DateField()


class HelperRequest(serializers.Serializer[Any]):
    """Who answers for the help."""

    helper = serializers.CharField(max_length=32)


class HeadRequest(serializers.Serializer[Any]):
    """Which member becomes the head, by place; with a relation the former head stays."""

    position = serializers.IntegerField(min_value=0)
    former_head_as = serializers.CharField(default="", allow_blank=True)
    lock_version = serializers.IntegerField()


class SplitRequest(serializers.Serializer[Any]):
    """Which members leave, by place, the new head first."""

    positions = serializers.ListField(child=serializers.IntegerField(min_value=0), min_length=1)
    lock_version = serializers.IntegerField()


class ExitCheckRequest(serializers.Serializer[Any]):
    """What the verification of an exit found."""

    findings = serializers.CharField(max_length=2000)
    stands = serializers.BooleanField()


class RecheckRow(serializers.Serializer[Any]):
    """A re-check."""

    id = serializers.UUIDField()
    file = serializers.UUIDField()
    file_no = serializers.CharField()
    kind = serializers.CharField()
    period = serializers.CharField()
    due_on = serializers.DateField()
    state = serializers.CharField()
    is_sampled = serializers.BooleanField()
    findings = serializers.CharField()
    proposal = serializers.CharField()
    tier_before = serializers.CharField()
    tier_after = serializers.CharField()
    decided_on = serializers.DateField(allow_null=True)
    decision = serializers.CharField()
    rules = serializers.ListField(child=serializers.CharField())


class TransferRow(serializers.Serializer[Any]):
    """A transfer as this station sees it."""

    id = serializers.UUIDField()
    role = serializers.CharField()
    state = serializers.CharField()
    file = serializers.UUIDField()
    file_no = serializers.CharField()
    name = serializers.CharField()
    reason = serializers.CharField()
    giving = serializers.CharField()
    taking = serializers.CharField()
    due_on = serializers.DateField()


class OutcomeRow(serializers.Serializer[Any]):
    """What became of one row of an act on many: done, or the refusal."""

    id = serializers.UUIDField()
    file_no = serializers.CharField()
    done = serializers.BooleanField()
    code = serializers.CharField()
    problems = serializers.ListField(child=serializers.DictField())


class BlockedRow(serializers.Serializer[Any]):
    """One reason why nothing is paid now."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


def recheck_row(one: HouseholdRecheck) -> dict[str, Any]:
    """Give a re-check as the API answers it."""
    return {
        "id": str(one.pk),
        "file": str(one.file_id),
        "file_no": one.file.file_no,
        "kind": one.kind,
        "period": one.period,
        "due_on": one.due_on,
        "state": one.state,
        "is_sampled": one.is_sampled,
        "findings": one.findings,
        "proposal": one.proposal,
        "tier_before": one.tier_before,
        "tier_after": one.tier_after,
        "decided_on": one.decided_on,
        "decision": one.decision,
        "rules": one.rules,
    }


def transfer_row(one: HouseholdTransfer) -> dict[str, Any]:
    """Give a transfer as the API answers it."""
    return {
        "id": str(one.transfer_id),
        "role": one.role,
        "state": one.state,
        "file": str(one.file_id),
        "file_no": one.file_no,
        "name": one.masked_name,
        "reason": one.reason,
        "giving": one.giving_code,
        "taking": one.taking_code,
        "due_on": one.due_on,
    }


def outcome_rows(outcome: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Give the outcome of an act on many as the API answers it."""
    return [
        {
            "id": str(one.key),
            "file_no": one.label,
            "done": one.refusal is None,
            "code": one.refusal.code if one.refusal else "",
            "problems": [
                as_json(problem)
                for problem in public_problems(getattr(one.refusal, "problems", ()))
            ],
        }
        for one in outcome
    ]
