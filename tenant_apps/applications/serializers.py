"""What the endpoints of applications take and answer."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from tenant_apps.applications.models import Application, ApplicationState
from tenant_apps.applications.selectors import (
    answers_of,
    desk_of_station,
    takes_applications,
)
from tenant_apps.applications.steps import ASKED, ASKED_OF_MEMBERS, FILE_SPECS, MEMBER_SPECS
from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS
from tenant_apps.households.presenting import plain_values
from tenant_apps.households.schemas import FileFields, MemberFields
from tenants.models import Station

AnyField = serializers.Field[Any, Any, Any, Any]
ASKED_PUBLIC = frozenset(FILE_SPECS[name].public_name for name in ASKED)
ASKED_PUBLIC_OF_MEMBERS = frozenset(MEMBER_SPECS[name].public_name for name in ASKED_OF_MEMBERS)


class AskedOfMember(MemberFields):
    """Another person of the family, as far as workers are asked."""

    def get_fields(self) -> dict[str, AnyField]:
        """Describe what is asked."""
        described = super().get_fields()
        return {name: described[name] for name in described if name in ASKED_PUBLIC_OF_MEMBERS}


class AskedOfWorker(FileFields):
    """What a worker is asked: amounts in yuan, codes by value or wording; `version` as it was read."""

    def get_fields(self) -> dict[str, AnyField]:
        """Describe what is asked, with the family and the version."""
        described = super().get_fields()
        return {
            "version": serializers.IntegerField(required=False),
            "members": AskedOfMember(many=True, required=False),
            **{name: described[name] for name in described if name in ASKED_PUBLIC},
        }


class DeskAnswer(serializers.Serializer[Any]):
    """What a station says to the public."""

    name = serializers.CharField()
    phone = serializers.CharField()
    address = serializers.CharField()
    hours = serializers.CharField()
    welcome = serializers.CharField()
    takes_applications = serializers.BooleanField()
    pause_note = serializers.CharField()


class DeskRequest(serializers.Serializer[Any]):
    """What the front page for the public is to say."""

    takes_applications = serializers.BooleanField()
    pause_note = serializers.CharField(required=False, allow_blank=True, max_length=200)
    hours = serializers.CharField(required=False, allow_blank=True, max_length=200)
    welcome = serializers.CharField(required=False, allow_blank=True, max_length=500)


class CodeAnswer(serializers.Serializer[Any]):
    """The personal code, told this once."""

    id = serializers.UUIDField(required=False)
    number = serializers.CharField()
    code = serializers.CharField()


class PaperLine(serializers.Serializer[Any]):
    """One line of the list of papers."""

    kind = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    reason = serializers.CharField()
    is_lacking = serializers.BooleanField()
    pictures = serializers.ListField(child=serializers.UUIDField())


class ProblemLine(serializers.Serializer[Any]):
    """One gap or mistake."""

    code = serializers.CharField()
    field = serializers.CharField()
    message = serializers.CharField()


class HappenedLine(serializers.Serializer[Any]):
    """One line of what happened."""

    at = serializers.DateTimeField()
    what = serializers.CharField()
    comment = serializers.CharField()


class JourneyAnswer(serializers.Serializer[Any]):
    """How far an application has come, in plain words."""

    headline = serializers.CharField()
    next_step = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)
    reason = serializers.CharField()
    happened = HappenedLine(many=True)


class MineAnswer(serializers.Serializer[Any]):
    """The own application."""

    number = serializers.CharField()
    state = serializers.ChoiceField(choices=ApplicationState.choices)
    version = serializers.IntegerField()
    answers = AskedOfWorker()
    papers = PaperLine(many=True)
    missing = ProblemLine(many=True)
    progress = JourneyAnswer()


class PictureRequest(serializers.Serializer[Any]):
    """A picture of a paper, or `lacks` where there is none to photograph."""

    kind = serializers.CharField()
    file = serializers.FileField(required=False)
    lacks = serializers.BooleanField(required=False)


class SignRequest(serializers.Serializer[Any]):
    """Consent, authorisation and signature."""

    signature = serializers.CharField(allow_blank=True)
    consents = serializers.BooleanField()
    authorises = serializers.BooleanField()


class AskRequest(serializers.Serializer[Any]):
    """What is asked of the station; which parts are read depends on what is asked."""

    field = serializers.CharField(required=False, allow_blank=True)
    wish = serializers.CharField(required=False, allow_blank=True)
    reason = serializers.CharField(required=False, allow_blank=True)
    purpose = serializers.CharField(required=False, allow_blank=True)
    given = serializers.BooleanField(required=False)


class LookLine(serializers.Serializer[Any]):
    """One time somebody looked into the file."""

    at = serializers.DateTimeField()
    who = serializers.CharField()
    what = serializers.CharField()
    why = serializers.CharField()


class ConsentLine(serializers.Serializer[Any]):
    """One consent and how it stands."""

    purpose = serializers.CharField()
    text = serializers.CharField()
    is_withdrawn = serializers.BooleanField()


class FileValues(FileFields):
    """What the file of a worker says, masked."""

    def get_fields(self) -> dict[str, AnyField]:
        """Describe the values and the members, without what stations keep beside them."""
        described = super().get_fields()
        names = [spec.public_name for spec in FILE_FIELDS]
        return {name: described[name] for name in [*names, "members"]}


class MyFileAnswer(serializers.Serializer[Any]):
    """The own file, masked, who looked into it, and the consents."""

    file_no = serializers.CharField()
    values = FileValues()
    looks = LookLine(many=True)
    consents = ConsentLine(many=True)


class ApplicationRow(serializers.ModelSerializer[Application]):
    """An application in the inbox."""

    number = serializers.CharField()
    name = serializers.SerializerMethodField()

    class Meta:
        model = Application
        fields = [
            "id",
            "number",
            "name",
            "state",
            "channel",
            "reason",
            "came_from",
            "went_to",
            "went_to_code",
            "file_id",
            "sent_at",
            "decided_at",
            "decided_by",
            "version",
        ]

    def get_name(self, application: Application) -> str:
        return answers_of(application).draft.name


class WarnedLine(serializers.Serializer[Any]):
    """One hint that a person may be known already."""

    who = serializers.CharField()
    where = serializers.CharField()


class ApplicationAnswer(ApplicationRow):
    """One application with what was answered, masked."""

    answers = serializers.SerializerMethodField()
    warned = serializers.SerializerMethodField()
    papers = serializers.SerializerMethodField()

    class Meta(ApplicationRow.Meta):
        fields = [*ApplicationRow.Meta.fields, "answers", "warned", "papers"]

    def get_answers(self, application: Application) -> dict[str, Any]:
        return answers_answer(application)

    def get_warned(self, _application: Application) -> list[dict[str, str]]:
        return [{"who": one.who, "where": one.where} for one in self.context["warned"]]

    def get_papers(self, _application: Application) -> list[dict[str, Any]]:
        return list(self.context["papers"])


class ReasonRequest(serializers.Serializer[Any]):
    """A reason; the worker reads it."""

    reason = serializers.CharField()


class ReferRequest(ReasonRequest):
    """Which station is to work on it, and why."""

    to = serializers.CharField()


class IdentityRequest(serializers.Serializer[Any]):
    """The number on the identity card that was shown."""

    id_no = serializers.CharField()


class TakenAnswer(serializers.Serializer[Any]):
    """The file that was made."""

    file_id = serializers.UUIDField()


def answers_answer(application: Application) -> dict[str, Any]:
    """Give what was answered as programs read it: what is personal masked."""
    draft = answers_of(application).draft
    head = plain_values(draft, FILE_FIELDS)
    return {
        **{name: value for name, value in head.items() if name in ASKED_PUBLIC},
        "members": [
            {
                name: value
                for name, value in plain_values(one, MEMBER_FIELDS).items()
                if name in ASKED_PUBLIC_OF_MEMBERS
            }
            for one in draft.members
        ],
    }


def desk_answer(station: Station) -> dict[str, Any]:
    """Give what a station says to the public."""
    desk = desk_of_station()
    return {
        "name": station.name,
        "phone": station.phone,
        "address": station.address,
        "hours": desk.hours if desk else "",
        "welcome": desk.welcome if desk else "",
        "takes_applications": takes_applications(station.state),
        "pause_note": desk.pause_note if desk else "",
    }
