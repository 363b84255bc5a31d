"""Applications as the API takes and shows them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from rest_framework import serializers

from bangfu.kernel.errors import InvalidInput, Problem
from bangfu.kernel.identity import NumberRefused, check_mobile
from shared_apps.accounts.forms import ROLE_CHOICES
from shared_apps.onboarding.models import Application
from shared_apps.onboarding.rules import MISSING_ITEMS, WINDOWS
from shared_apps.onboarding.services.many import AT_MOST, Line
from tenants.models import Level, StationKind

# Where the body says what the record of an application keeps in a column of its own.
_PLACES_IN_BODY = {
    "contact_name": "contact.name",
    "contact_phone": "contact.phone",
    "contact_email": "contact.email",
    "liaison_name": "liaison.name",
    "liaison_phone": "liaison.phone",
}


@contextmanager
def named_as_sent() -> Iterator[None]:
    """Name what the services refuse by the place in the body where the caller finds it.

    Raises:
        InvalidInput: the services refused; each problem with its place in the body.
    """
    try:
        yield
    except InvalidInput as error:
        raise InvalidInput(
            replace(problem, field=_place_in_body(problem)) for problem in error.problems
        ) from error


def _place_in_body(problem: Problem) -> str:
    place = _PLACES_IN_BODY.get(problem.field, problem.field)
    # Only the units of an invitation have rows, and these count from one.
    return place if problem.row is None else f"units.{problem.row - 1}.{place}"


class MobileField(serializers.CharField):
    """A mobile telephone number of the mainland, however it is grouped."""

    def to_internal_value(self, data: Any) -> str:
        """Return its eleven digits; nothing for nothing."""
        text = str(super().to_internal_value(data))
        try:
            return check_mobile(text) if text else ""
        except NumberRefused as error:
            raise serializers.ValidationError(str(error), code=error.code) from error


class ContactSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=40)
    phone = MobileField(required=False, allow_blank=True, default="")
    email = serializers.EmailField(required=False, allow_blank=True, default="")


class StaffSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=40)
    phone = MobileField(required=False, allow_blank=True, default="")
    email = serializers.EmailField(required=False, allow_blank=True, default="")
    role = serializers.ChoiceField(choices=ROLE_CHOICES, required=False)


class ApplySerializer(serializers.Serializer[Any]):
    """What a unit says when it applies through the API."""

    parent_code = serializers.CharField(max_length=20)
    name = serializers.CharField(max_length=120)
    region_code = serializers.RegexField(r"^\d{4,9}$", required=False, default="")
    level = serializers.ChoiceField(choices=Level.choices, required=False, allow_null=True)
    kind = serializers.ChoiceField(choices=StationKind.choices, required=False)
    union_name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    union_uscc = serializers.CharField(max_length=18, required=False, allow_blank=True)
    address = serializers.CharField(max_length=200, required=False, allow_blank=True)
    founding_paper_no = serializers.CharField(max_length=60, required=False, allow_blank=True)
    contact = ContactSerializer()
    liaison = ContactSerializer(required=False)
    staff = StaffSerializer(many=True, required=False)
    windows = serializers.ListField(
        child=serializers.ChoiceField(choices=list(WINDOWS)), required=False
    )

    def said(self) -> dict[str, Any]:
        """Return the fields of the application."""
        data = dict(self.validated_data)
        contact = data.pop("contact")
        liaison = data.pop("liaison", {})
        for key in ("parent_code", "level"):
            data.pop(key, None)
        return {
            **data,
            "staff": [dict(person) for person in data.get("staff", [])],
            "contact_name": contact["name"],
            "contact_phone": contact["phone"],
            "contact_email": contact["email"],
            "liaison_name": liaison.get("name", ""),
            "liaison_phone": liaison.get("phone", ""),
        }


class ApplicationSerializer(serializers.ModelSerializer[Application]):
    """An application as the parent sees it."""

    parent_code = serializers.CharField(read_only=True)
    station_code = serializers.SerializerMethodField()

    class Meta:
        model = Application
        fields = [
            "id",
            "state",
            "origin",
            "parent_code",
            "level",
            "kind",
            "name",
            "region_code",
            "union_name",
            "union_uscc",
            "address",
            "founding_paper_no",
            "contact_name",
            "contact_phone",
            "contact_email",
            "liaison_name",
            "liaison_phone",
            "staff",
            "windows",
            "missing",
            "comment",
            "failure",
            "due_on",
            "letter",
            "letter_state",
            "letter_sent_at",
            "made_at",
            "submitted_at",
            "decided_at",
            "assigned_code",
            "station_code",
        ]

    def get_station_code(self, application: Application) -> str | None:
        """Return the code of the open station."""
        return application.station.code if application.station else None


class AppliedSerializer(serializers.ModelSerializer[Application]):
    """An application as the applicant sees it, with the way back to it."""

    station_code = serializers.SerializerMethodField()
    station_url = serializers.SerializerMethodField()

    class Meta:
        model = Application
        fields = [
            "id",
            "state",
            "name",
            "level",
            "parent_code",
            "region_code",
            "missing",
            "comment",
            "due_on",
            "submitted_at",
            "station_code",
            "station_url",
        ]

    def get_station_code(self, application: Application) -> str | None:
        """Return the code of the open station."""
        return application.station.code if application.station else None

    def get_station_url(self, application: Application) -> str | None:
        """Return where the open station is reached."""
        return f"/s/{application.station.code}/" if application.station else None


class CreatedSerializer(AppliedSerializer):
    """The answer to an application: the same, with the secret that is shown this once."""

    secret = serializers.CharField(read_only=True)
    status_url = serializers.CharField(read_only=True)
    form_url = serializers.CharField(read_only=True)

    class Meta(AppliedSerializer.Meta):
        fields = [*AppliedSerializer.Meta.fields, "secret", "status_url", "form_url"]


class ReturnSerializer(serializers.Serializer[Any]):
    missing = serializers.ListField(
        child=serializers.ChoiceField(choices=list(MISSING_ITEMS)), required=False, default=list
    )
    comment = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class UnitSerializer(serializers.Serializer[Any]):
    """One unit of an invitation."""

    name = serializers.CharField(max_length=120)
    region_code = serializers.CharField(max_length=12, required=False, allow_blank=True, default="")
    level = serializers.ChoiceField(choices=Level.choices, required=False, allow_null=True)
    union_uscc = serializers.CharField(max_length=18, required=False, allow_blank=True, default="")
    contact = ContactSerializer()


class InviteSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=120)
    units = UnitSerializer(many=True, allow_empty=False)

    def lines(self) -> list[Line]:
        """Return the units as the services take them, numbered from one."""
        return [
            Line(
                row=number,
                name=unit["name"],
                region_code=unit["region_code"],
                level=unit.get("level"),
                union_uscc=unit["union_uscc"],
                contact_name=unit["contact"]["name"],
                contact_phone=unit["contact"]["phone"],
                contact_email=unit["contact"]["email"],
            )
            for number, unit in enumerate(self.validated_data["units"], start=1)
        ]


class InvitedUnitSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    form_url = serializers.CharField()


class InvitedSerializer(serializers.Serializer[Any]):
    batch = serializers.UUIDField()
    title = serializers.CharField()
    invited = InvitedUnitSerializer(many=True)


class ApproveManySerializer(serializers.Serializer[Any]):
    ids = serializers.ListField(
        child=serializers.UUIDField(), allow_empty=False, max_length=AT_MOST
    )


class RefusedSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    reason = serializers.CharField()


class ApprovedManySerializer(serializers.Serializer[Any]):
    approved = serializers.IntegerField()
    refused = RefusedSerializer(many=True)


class RejectSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500)
