"""Questions about people: who is this, and what may they do here."""

import hashlib
from datetime import datetime

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import StationRef
from shared_apps.accounts.models import ApiToken, Membership, User
from shared_apps.accounts.roles import Role, capabilities_of


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
    return Actor(
        user_id=user.pk, name=user.name, roles=roles, capabilities=capabilities_of(roles)
    )


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
