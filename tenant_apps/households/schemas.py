"""What the API of files takes and answers, described from the declaration of the fields."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from rest_framework import serializers

from bangfu.kernel import clock
from bangfu.kernel.api_schema import ProblemOfFieldDocument
from bangfu.kernel.problems import as_json
from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS, HouseholdDraft, MemberDraft
from tenant_apps.households.fields import FieldSpec, Kind
from tenant_apps.households.models import HouseholdFile
from tenant_apps.households.presenting import plain_values, public_problems
from tenant_apps.households.selectors import missing_for

AnyField = serializers.Field[Any, Any, Any, Any]

_DESCRIBED: dict[Kind, Callable[..., AnyField]] = {
    Kind.YES_NO: serializers.BooleanField,
    Kind.DATE: serializers.DateField,
    Kind.INTEGER: serializers.IntegerField,
    Kind.MONEY: partial(serializers.DecimalField, max_digits=15, decimal_places=2),
    Kind.DECIMAL: partial(serializers.DecimalField, max_digits=8, decimal_places=2),
    Kind.CODES: lambda **options: serializers.ListField(child=serializers.CharField(), **options),
}


def _described(spec: FieldSpec) -> AnyField:
    describe = _DESCRIBED.get(spec.kind, partial(serializers.CharField, allow_blank=True))
    return describe(required=False, allow_null=True, label=str(spec.label))


class MemberFields(serializers.Serializer[Any]):
    """Another member of the household."""

    def get_fields(self) -> dict[str, AnyField]:
        """Describe the declared fields."""
        return {spec.public_name: _described(spec) for spec in MEMBER_FIELDS}


class FileFields(serializers.Serializer[Any]):
    """A household: amounts in yuan, codes by value or wording, personal values masked when read."""

    def get_fields(self) -> dict[str, AnyField]:
        """Describe the declared fields, the members and what the platform itself decides."""
        decided: dict[str, AnyField] = {
            "id": serializers.UUIDField(read_only=True),
            "file_no": serializers.CharField(read_only=True),
            "state": serializers.CharField(read_only=True),
            "custody": serializers.CharField(read_only=True),
            "tier": serializers.CharField(read_only=True),
            "computation": serializers.DictField(read_only=True),
            "submitted_at": serializers.DateTimeField(read_only=True, allow_null=True),
            "on_file_on": serializers.DateField(read_only=True, allow_null=True),
            "changed_at": serializers.DateTimeField(read_only=True),
            "changed_by": serializers.CharField(read_only=True),
            "missing": ProblemOfFieldDocument(many=True, read_only=True),
            "warnings": ProblemOfFieldDocument(many=True, read_only=True),
            "lock_version": serializers.IntegerField(required=False),
            "members": MemberFields(many=True, required=False),
        }
        return {**decided, **{spec.public_name: _described(spec) for spec in FILE_FIELDS}}


class FileRow(serializers.Serializer[Any]):
    """A file in a list."""

    id = serializers.UUIDField()
    file_no = serializers.CharField()
    name = serializers.CharField()
    id_no = serializers.CharField()
    state = serializers.CharField()
    tier = serializers.CharField()
    main_cause = serializers.CharField()
    file_kind = serializers.CharField()
    residence = serializers.CharField()
    persons = serializers.IntegerField(allow_null=True)
    changed_at = serializers.DateTimeField()


class EventRow(serializers.Serializer[Any]):
    """One line of the timeline: who did what, and the versions of the rules that a decision used."""

    at = serializers.DateTimeField()
    who = serializers.CharField()
    what = serializers.CharField()
    comment = serializers.CharField()
    rules = serializers.ListField(child=serializers.CharField())


class PaperRequest(serializers.Serializer[Any]):
    """A paper: its kind, and its scan unless the original was seen."""

    kind = serializers.CharField()
    file = serializers.FileField(required=False)
    note = serializers.CharField(required=False)


class PaperKept(serializers.Serializer[Any]):
    """A paper that was kept, or noted as seen."""

    id = serializers.UUIDField()
    kind = serializers.CharField()


class PaperAnswer(serializers.Serializer[Any]):
    """One line of the checklist of papers."""

    kind = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    reason = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]
    is_there = serializers.BooleanField()


class RevealRequest(serializers.Serializer[Any]):
    """Which masked value is wanted, and why."""

    field = serializers.CharField()
    member = serializers.IntegerField(required=False)
    reason = serializers.CharField()


class RevealAnswer(serializers.Serializer[Any]):
    """A masked value in the open."""

    field = serializers.CharField()
    value = serializers.CharField()


def answer_of(file: HouseholdFile, draft: HouseholdDraft) -> dict[str, Any]:
    """Give a whole file as the API answers it, with what it lacks where it may still be filled in.

    What to look at again after a change is filled in by views.
    """
    missing = missing_for(file, on=clock.today()) if file.is_editable else []
    return {
        "missing": [as_json(problem) for problem in public_problems(missing)],
        "warnings": [],
        "id": str(file.pk),
        "file_no": file.file_no,
        "state": file.state,
        "custody": file.custody,
        "tier": file.tier,
        "computation": _in_yuan(file.computation),
        "submitted_at": file.submitted_at,
        "on_file_on": file.on_file_on,
        "lock_version": file.lock_version,
        "changed_at": file.changed_at,
        "changed_by": file.changed_by,
        **plain_values(draft, FILE_FIELDS),
        "members": [member_answer(one) for one in draft.members],
    }


def member_answer(member: MemberDraft) -> dict[str, Any]:
    """Give a member as the API answers it."""
    return plain_values(member, MEMBER_FIELDS)


def row_of(file: HouseholdFile) -> dict[str, Any]:
    """Give a file as a line of the list: masked, without members."""
    values = plain_values(HouseholdDraft(id_no=_number_of(file)), FILE_FIELDS)
    return {
        "id": str(file.pk),
        "file_no": file.file_no,
        "name": file.name,
        "id_no": values["id_no"],
        "state": file.state,
        "tier": file.tier,
        "main_cause": file.main_cause,
        "file_kind": file.file_kind,
        "residence": file.residence,
        "persons": file.persons,
        "changed_at": file.changed_at,
    }


def _number_of(file: HouseholdFile) -> str:
    return file.id_no.reveal() if file.id_no is not None else ""


def _in_yuan(computation: dict[str, Any]) -> dict[str, Any]:
    """Word the amounts of a kept computation in yuan, as everywhere else in the API."""

    def yuan(fen: int) -> str:
        return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"

    if not computation:
        return {}
    answer = {
        name.removesuffix("_fen"): yuan(value) if name.endswith("_fen") else value
        for name, value in computation.items()
        if name != "terms"
    }
    answer["terms"] = [
        {"field": name.removesuffix("_fen"), "amount": yuan(fen), "sign": sign}
        for name, fen, sign in computation["terms"]
    ]
    return answer
