"""Questions about people: who is this, and what may they do here."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import StationRef, in_network
from shared_apps.accounts.models import ApiToken, Invitation, Membership, User
from shared_apps.accounts.roles import Role, capabilities_of
from tenants.models import StationState

_GONE = (StationState.CLOSED, StationState.ARCHIVED)


def actor_at_station(user: User, station: StationRef) -> Actor | None:
    """Return what ``user`` is at ``station``, or None if they do not belong there. One query."""
    membership = Membership.objects.filter(
        user=user, station_id=station.id, ended_at__isnull=True
    ).first()
    if membership is None or not user.is_active:
        return None
    roles = frozenset(membership.roles)
    return Actor(
        user_id=user.pk,
        name=user.name,
        station=station,
        roles=roles,
        capabilities=capabilities_of(roles),
    )


def actor_of_network(user: User) -> Actor:
    """Return what ``user`` is on network pages; without a part there they hold no capability."""
    roles = frozenset({Role.NETWORK_ADMINISTRATOR} if user.is_network_administrator else ())
    return Actor(user_id=user.pk, name=user.name, roles=roles, capabilities=capabilities_of(roles))


def token_in_force(text: str, *, now: datetime) -> ApiToken | None:
    """Return the token whose secret is ``text``, unless it is revoked, expired or its person is gone."""
    token = (
        ApiToken.objects.select_related("user")
        .filter(digest=digest_of(text), revoked_at__isnull=True, user__is_active=True)
        .first()
    )
    if token is None or (token.expires_at is not None and token.expires_at <= now):
        return None
    return token


def digest_of(token: str) -> str:
    """Return what is stored of a token. A token is random and long, so one plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def places_of(user: User) -> list[Membership]:
    """The running memberships of a person with their stations, by the stations' path. One query."""
    return list(
        Membership.objects.filter(user=user, ended_at__isnull=True)
        .exclude(station__state__in=_GONE)
        .select_related("station")
        .order_by("station__path")
    )


def members_of(station: StationRef) -> list[Membership]:
    """The people of a station, those in charge first. Runs on the network's tables."""
    with in_network():
        return list(
            Membership.objects.filter(station_id=station.id, ended_at__isnull=True)
            .select_related("user")
            .order_by("began_at", "pk")
        )


def get_member(station: StationRef, membership_id: int) -> Membership:
    """Return a running membership of ``station``.

    Raises:
        NotFound: there is none with this key here.
    """
    with in_network():
        found = (
            Membership.objects.select_related("user")
            .filter(pk=membership_id, station_id=station.id, ended_at__isnull=True)
            .first()
        )
    if found is None:
        raise NotFound
    return found


def open_invitations_of(station: StationRef) -> list[Invitation]:
    """The invitations of a station that wait for an answer, newest first, those too old included."""
    with in_network():
        return list(
            Invitation.objects.filter(
                station_id=station.id, accepted_at__isnull=True, revoked_at__isnull=True
            )
            .select_related("station")
            .order_by("-invited_at")
        )


def get_open_invitation(station: StationRef, key: UUID) -> Invitation:
    """Return an invitation of ``station`` that waits for an answer.

    Raises:
        NotFound: there is none with this key here.
    """
    for invitation in open_invitations_of(station):
        if invitation.pk == key:
            return invitation
    raise NotFound


def tokens_of(actor: Actor) -> list[ApiToken]:
    """The tokens that work where the actor stands: their own, or everybody's for who manages people."""
    with in_network():
        return list(reachable_tokens(actor).select_related("user").order_by("-created_at"))


def reachable_tokens(actor: Actor) -> QuerySet[ApiToken]:
    """Tokens not revoked that ``actor`` may see and revoke where they stand."""
    tokens = ApiToken.objects.filter(revoked_at__isnull=True)
    if actor.station is None:
        tokens = tokens.filter(station__isnull=True)
    else:
        tokens = tokens.filter(station_id=actor.station.id)
    if actor.may("people.manage") or actor.user_id is None:
        return tokens
    return tokens.filter(user_id=actor.user_id)


def network_administrators() -> list[User]:
    """Who runs the network, by name."""
    return list(User.objects.filter(is_network_administrator=True).order_by("name", "pk"))


def holders_of_second_factor(user_ids: Iterable[int]) -> set[int]:
    """Which of these people have set up a second factor. One query."""
    with in_network():
        return set(
            Authenticator.objects.filter(
                user_id__in=list(user_ids), type=Authenticator.Type.TOTP
            ).values_list("user_id", flat=True)
        )
