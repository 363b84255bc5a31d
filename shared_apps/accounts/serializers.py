"""The people of a station and their invitations, as the API takes and shows them."""

from typing import Any

from rest_framework import serializers

from bangfu.kernel.actors import Actor
from bangfu.kernel.identity import NumberRefused, check_mobile
from shared_apps.accounts.forms import ROLE_CHOICES
from shared_apps.accounts.models import Invitation, Membership
from shared_apps.accounts.services.invitations import path_of


class ActorSerializer(serializers.Serializer[Actor]):
    """Who asks, where, and what they may do there."""

    name = serializers.CharField()
    via = serializers.ChoiceField(choices=("page", "token"))
    station_code = serializers.CharField(
        source="station.code", default=None, allow_null=True, help_text="null: the whole network"
    )
    roles = serializers.SerializerMethodField()
    capabilities = serializers.SerializerMethodField()

    def get_roles(self, actor: Actor) -> list[str]:
        """The roles held here."""
        return sorted(actor.roles)

    def get_capabilities(self, actor: Actor) -> list[str]:
        """What the roles allow."""
        return sorted(actor.capabilities)


class MemberSerializer(serializers.ModelSerializer[Membership]):
    """One person at work here, with the roles they hold."""

    name = serializers.CharField(source="user.name")
    username = serializers.CharField(source="user.username")
    has_second_factor = serializers.SerializerMethodField()

    class Meta:
        model = Membership
        fields = [
            "id",
            "name",
            "username",
            "post",
            "roles",
            "is_liaison",
            "is_full_time",
            "began_at",
            "has_second_factor",
        ]

    def get_has_second_factor(self, member: Membership) -> bool:
        """Whether the account asks for a second factor."""
        bound: set[int] = self.context["bound"]
        return member.user_id in bound


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    """One person who was invited and has not come; the link is shown to whoever may invite."""

    link = serializers.SerializerMethodField()

    class Meta:
        model = Invitation
        fields = ["id", "name", "roles", "post", "is_liaison", "invited_at", "expires_at", "link"]

    def get_link(self, invitation: Invitation) -> str:
        """Return the path that accepts it."""
        return path_of(invitation)


class RolesRequest(serializers.Serializer[Any]):
    """What somebody does here from now on."""

    roles = serializers.ListField(
        child=serializers.ChoiceField(choices=ROLE_CHOICES), allow_empty=False
    )


class InviteRequest(RolesRequest):
    """Who is invited; with an address the link goes out by e-mail."""

    name = serializers.CharField(max_length=40)
    email = serializers.EmailField(default="", allow_blank=True)
    mobile = serializers.CharField(default="", allow_blank=True, max_length=20)
    post = serializers.CharField(default="", allow_blank=True, max_length=40)
    is_liaison = serializers.BooleanField(default=False)

    def validate_mobile(self, given: str) -> str:
        """Take the eleven digits of a mobile telephone, or none."""
        try:
            return check_mobile(given) if given else ""
        except NumberRefused as error:
            raise serializers.ValidationError(str(error), code=error.code) from error
