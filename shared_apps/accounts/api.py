"""The people of a station through the API. Tokens and second factors stay with the pages of their owners."""

from typing import Any
from uuid import UUID

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel.actors import Actor
from bangfu.kernel.api import StationAPIView
from shared_apps.accounts import selectors
from shared_apps.accounts.models import Invitation, Membership
from shared_apps.accounts.serializers import (
    ActorSerializer,
    InvitationSerializer,
    InviteRequest,
    MemberSerializer,
    RolesRequest,
)
from shared_apps.accounts.services import invitations, mail, members


class People(StationAPIView):
    """The people who work at this station."""

    capability = {"GET": "people.view"}

    @extend_schema(operation_id="people", responses=MemberSerializer(many=True))
    def get(self, _request: Request) -> Response:
        return Response(_shown(selectors.members_of(self.station)))


class Oneself(StationAPIView):
    """Whose token this is, and what may be done with it here."""

    capability = {"GET": None}

    @extend_schema(operation_id="people_me", responses=ActorSerializer)
    def get(self, request: Request) -> Response:
        if not isinstance(request.auth, Actor):
            raise NotAuthenticated
        return Response(ActorSerializer(request.auth).data)


class Member(StationAPIView):
    """One person who works at this station."""

    capability = {"GET": "people.view", "PATCH": "people.manage"}

    @extend_schema(operation_id="people_member", responses=MemberSerializer)
    def get(self, _request: Request, membership_id: int) -> Response:
        return Response(_shown([selectors.get_member(self.station, membership_id)])[0])

    @extend_schema(
        operation_id="people_change_roles", request=RolesRequest, responses=MemberSerializer
    )
    def patch(self, request: Request, membership_id: int) -> Response:
        """Give them other roles; they hold from their next page on."""
        given = self.read(RolesRequest, request.data)
        member = selectors.get_member(self.station, membership_id)
        members.change_roles(membership=member, roles=given["roles"], **self.edge)
        return self.get(request, membership_id)


class End(StationAPIView):
    """End somebody's work here, and every session of theirs at once."""

    capability = {"POST": "people.manage"}

    @extend_schema(operation_id="people_end", request=None, responses={204: None})
    def post(self, _request: Request, membership_id: int) -> Response:
        member = selectors.get_member(self.station, membership_id)
        members.end_membership(membership=member, **self.edge)
        return Response(status=204)


class Invitations(StationAPIView):
    """Who is invited and has not come yet."""

    capability = {"GET": "people.manage", "POST": "people.manage"}

    @extend_schema(operation_id="people_invitations", responses=InvitationSerializer(many=True))
    def get(self, _request: Request) -> Response:
        waiting = selectors.open_invitations_of(self.station)
        return Response(InvitationSerializer(waiting, many=True).data)

    @extend_schema(
        operation_id="people_invite", request=InviteRequest, responses={201: InvitationSerializer}
    )
    def post(self, request: Request) -> Response:
        """Invite somebody; with an address the link goes out by e-mail."""
        given = self.read(InviteRequest, request.data)
        invitation = invitations.invite(station=self.station, **given, **self.edge)
        return _sent(self, invitation, status=201)


class Renew(StationAPIView):
    """Give an invitation a new link and another fourteen days; earlier links become worthless."""

    capability = {"POST": "people.manage"}

    @extend_schema(
        operation_id="people_renew_invitation", request=None, responses=InvitationSerializer
    )
    def post(self, _request: Request, key: UUID) -> Response:
        invitation = selectors.get_open_invitation(self.station, key)
        return _sent(self, invitations.renew_invitation(invitation=invitation, **self.edge))


class Revoke(StationAPIView):
    """Take an invitation back."""

    capability = {"POST": "people.manage"}

    @extend_schema(operation_id="people_revoke_invitation", request=None, responses={204: None})
    def post(self, _request: Request, key: UUID) -> Response:
        invitation = selectors.get_open_invitation(self.station, key)
        invitations.revoke_invitation(invitation=invitation, **self.edge)
        return Response(status=204)


def _shown(found: list[Membership]) -> Any:
    bound = selectors.holders_of_second_factor(member.user_id for member in found)
    return MemberSerializer(found, many=True, context={"bound": set(bound)}).data


def _sent(view: StationAPIView, invitation: Invitation, *, status: int = 200) -> Response:
    mail.send_invitation(invitation, site=settings.BANGFU_SITE, station_name=view.station.name)
    return Response(InvitationSerializer(invitation).data, status=status)
