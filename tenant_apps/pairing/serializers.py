"""What the endpoints of pairing take and give."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.pairing.models import Contact, Duty, HealthCheck, Helper, Pairing, Round, VisitWay
from tenant_apps.pairing.rules import CAMPAIGNS


def codes(code_list: str) -> list[str]:
    """Return the values of a code list."""
    return [code.value for code in CODE_LISTS[code_list]]


class HelperRow(serializers.ModelSerializer[Helper]):
    """A helper with load and punctuality; the telephone stays sealed."""

    load = serializers.IntegerField()
    owed = serializers.IntegerField()
    in_time = serializers.IntegerField()
    late = serializers.IntegerField()
    last_contact = serializers.DateField(allow_null=True)

    class Meta:
        model = Helper
        fields = [
            "id",
            "name",
            "unit",
            "duty",
            "kind",
            "is_default",
            "is_active",
            "note",
            "load",
            "owed",
            "in_time",
            "late",
            "last_contact",
        ]


class HelperRequest(serializers.Serializer[Any]):
    """What is said of a helper; without `phone` the kept one stays."""

    name = serializers.CharField(max_length=32)
    kind = serializers.ChoiceField(choices=codes("helper_kind"))
    unit = serializers.CharField(default="", allow_blank=True, max_length=64)
    duty = serializers.CharField(default="", allow_blank=True, max_length=32)
    phone = serializers.CharField(default=None, allow_null=True, allow_blank=True, max_length=20)
    is_default = serializers.BooleanField(default=False)
    note = serializers.CharField(default="", allow_blank=True, max_length=200)


class HandOverRequest(serializers.Serializer[Any]):
    """To whom the households of a helper go, and why."""

    to_helper = serializers.UUIDField()
    reason = serializers.CharField(max_length=200)


class PairingRow(serializers.ModelSerializer[Pairing]):
    """A pairing."""

    file_id = serializers.UUIDField()
    file_no = serializers.CharField(source="file.file_no")
    helper_id = serializers.UUIDField()
    helper_name = serializers.CharField(source="helper.name")

    class Meta:
        model = Pairing
        fields = [
            "id",
            "file_id",
            "file_no",
            "helper_id",
            "helper_name",
            "helper_kind",
            "state",
            "form",
            "help_kinds",
            "plan",
            "started_on",
            "planned_until",
            "ended_on",
            "end_reason",
            "score",
            "scored_year",
        ]


class PairingRequest(serializers.Serializer[Any]):
    """A new pairing; with `begins` both have agreed and it begins today."""

    file_id = serializers.UUIDField()
    helper_id = serializers.UUIDField()
    form = serializers.ChoiceField(choices=codes("pairing_form"), default="one_to_one")
    help_kinds = serializers.MultipleChoiceField(choices=codes("help_kind"), default=set)
    plan = serializers.CharField(default="", allow_blank=True, max_length=500)
    planned_until = serializers.DateField(default=None, allow_null=True)
    begins = serializers.BooleanField(default=True)


class PairingStepRequest(serializers.Serializer[Any]):
    """What a step says: a reason to end or resume, a score and note to assess."""

    reason = serializers.CharField(default="", allow_blank=True, max_length=200)
    score = serializers.IntegerField(default=-1)
    note = serializers.CharField(default="", allow_blank=True, max_length=500)


class AssignRequest(serializers.Serializer[Any]):
    """Which households get a helper; without `helper_id` the one each file names."""

    file_ids = serializers.ListField(child=serializers.UUIDField(), max_length=5000)
    helper_id = serializers.UUIDField(default=None, allow_null=True)


class Number(serializers.Serializer[Any]):
    """How many were done."""

    done = serializers.IntegerField()


class CoverageRow(serializers.Serializer[Any]):
    """Coverage of the households on file, and what is owed this quarter."""

    on_file = serializers.IntegerField()
    paired = serializers.IntegerField()
    unpaired = serializers.IntegerField()
    percent = serializers.IntegerField(allow_null=True)
    owed = serializers.IntegerField()
    in_time = serializers.IntegerField()
    percent_in_time = serializers.IntegerField(allow_null=True)
    overdue = serializers.IntegerField()


class DutyRow(serializers.ModelSerializer[Duty]):
    """A visit that is owed."""

    file_id = serializers.UUIDField()
    file_no = serializers.CharField(source="file.file_no")
    helper_id = serializers.UUIDField(allow_null=True)
    round_id = serializers.UUIDField(allow_null=True)
    contact_id = serializers.UUIDField(allow_null=True)

    class Meta:
        model = Duty
        fields = [
            "id",
            "file_id",
            "file_no",
            "helper_id",
            "round_id",
            "contact_id",
            "kind",
            "about",
            "opens_on",
            "due_on",
            "state",
            "planned_on",
            "done_on",
            "reason",
        ]


class PlanRequest(serializers.Serializer[Any]):
    """Which visits are arranged for which day, by whom."""

    ids = serializers.ListField(child=serializers.UUIDField(), max_length=1000)
    planned_on = serializers.DateField()
    helper_id = serializers.UUIDField(default=None, allow_null=True)


class CancelRequest(serializers.Serializer[Any]):
    """Which visits nobody needs, and why."""

    ids = serializers.ListField(child=serializers.UUIDField(), max_length=1000)
    reason = serializers.CharField(max_length=200)


class ContactRow(serializers.ModelSerializer[Contact]):
    """A contact as it was."""

    file_id = serializers.UUIDField()
    helper_id = serializers.UUIDField(allow_null=True)

    class Meta:
        model = Contact
        fields = [
            "id",
            "file_id",
            "helper_id",
            "kind",
            "way",
            "visited_on",
            "by_names",
            "findings",
            "help_given",
            "needs",
            "follow_up",
            "follow_up_due_on",
            "followed_up_on",
            "follow_up_result",
            "photo_ids",
            "recorded_by",
            "recorded_at",
            "withdrawn_at",
            "withdrawn_reason",
        ]


class ContactRequest(serializers.Serializer[Any]):
    """A contact; pictures as multipart `photos`, `duty_id` for the visit that was owed."""

    file_id = serializers.UUIDField()
    duty_id = serializers.UUIDField(default=None, allow_null=True)
    visited_on = serializers.DateField()
    way = serializers.ChoiceField(choices=VisitWay.choices, default=VisitWay.VISIT)
    by_names = serializers.CharField(max_length=100)
    findings = serializers.CharField(max_length=2000)
    helper_id = serializers.UUIDField(default=None, allow_null=True)
    help_given = serializers.CharField(default="", allow_blank=True, max_length=300)
    needs = serializers.MultipleChoiceField(choices=codes("need"), default=set)
    follow_up = serializers.CharField(default="", allow_blank=True, max_length=300)
    follow_up_due_on = serializers.DateField(default=None, allow_null=True)


class ResultRequest(serializers.Serializer[Any]):
    """What came of it."""

    result = serializers.CharField(max_length=500)


class ReasonRequest(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=200)


class RoundRow(serializers.ModelSerializer[Round]):
    """A round and how far it is."""

    asked = serializers.IntegerField()
    done = serializers.IntegerField()
    in_time = serializers.IntegerField()

    class Meta:
        model = Round
        fields = [
            "id",
            "kind",
            "name",
            "opens_on",
            "due_on",
            "groups",
            "state",
            "close_reason",
            "asked",
            "done",
            "in_time",
        ]


class RoundRequest(serializers.Serializer[Any]):
    """A campaign; without groups for everybody on file."""

    kind = serializers.ChoiceField(choices=list(CAMPAIGNS))
    name = serializers.CharField(max_length=60)
    opens_on = serializers.DateField()
    due_on = serializers.DateField()
    groups = serializers.MultipleChoiceField(choices=codes("group"), default=set)


class GroupRow(serializers.Serializer[Any]):
    """A special group and how many households carry its tag."""

    value = serializers.CharField()
    title = serializers.CharField()
    households = serializers.IntegerField()


class StudentRow(serializers.Serializer[Any]):
    """A student under the file of the parent; the name is masked."""

    file_id = serializers.UUIDField()
    file_no = serializers.CharField()
    position = serializers.IntegerField()
    name = serializers.CharField()
    school = serializers.CharField()
    stage = serializers.CharField()
    enrolled_year = serializers.IntegerField(allow_null=True)
    grade = serializers.CharField()


class HealthRow(serializers.ModelSerializer[HealthCheck]):
    """One entry of a health record, opened for the reason that was given."""

    person = serializers.SerializerMethodField()
    findings = serializers.SerializerMethodField()
    advice = serializers.SerializerMethodField()

    class Meta:
        model = HealthCheck
        fields = [
            "id",
            "person",
            "checked_on",
            "hospital",
            "findings",
            "advice",
            "next_check_on",
            "recorded_by",
            "recorded_at",
        ]

    def get_person(self, check: HealthCheck) -> str:
        """Open whom it is about."""
        return check.person_name.reveal() if check.person_name is not None else ""

    def get_findings(self, check: HealthCheck) -> str:
        """Open what was found."""
        findings: str = check.findings.reveal()
        return findings

    def get_advice(self, check: HealthCheck) -> str:
        """Open what was advised."""
        return check.advice.reveal() if check.advice is not None else ""


class HealthRequest(serializers.Serializer[Any]):
    """One check-up; `person` is `head` or the position of a member."""

    person = serializers.CharField(default="head", max_length=8)
    checked_on = serializers.DateField()
    findings = serializers.CharField(max_length=2000)
    hospital = serializers.CharField(default="", allow_blank=True, max_length=64)
    advice = serializers.CharField(default="", allow_blank=True, max_length=500)
    next_check_on = serializers.DateField(default=None, allow_null=True)
