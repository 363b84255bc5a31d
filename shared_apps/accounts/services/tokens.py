"""Keys by which a person's programs act at one station."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import in_network
from shared_apps.accounts.models import ApiToken, User
from shared_apps.accounts.selectors import digest_of, reachable_tokens
from shared_apps.audit.services import record

PREFIX = "bf_"


@transaction.atomic
def create_token(
    *, user: User, actor: Actor, name: str, lifetime: timedelta | None, now: datetime
) -> tuple[ApiToken, str]:
    """Make a token for ``user`` where ``actor`` stands, a station or the network; return it and its secret.

    The secret cannot be shown again: only its digest is kept. A token may not make another.
    """
    secret = PREFIX + secrets.token_urlsafe(32)
    with in_network():
        token = ApiToken.objects.create(
            user=user,
            station_id=actor.station.id if actor.station else None,
            name=name,
            digest=digest_of(secret),
            created_at=now,
            expires_at=now + lifetime if lifetime else None,
        )
    record(
        event="token.made",
        actor=actor,
        subject=("token", token.pk),
        data={"name": name, "expires_at": token.expires_at},
        now=now,
    )
    return token, secret


@transaction.atomic
def revoke_token(*, token_id: int, actor: Actor, now: datetime) -> None:
    """Make a token worthless. One's own; those of others need the right to manage people.

    Raises:
        NotFound: there is no such token where the actor stands.
    """
    with in_network():
        token = reachable_tokens(actor).select_for_update().filter(pk=token_id).first()
        if token is None:
            raise NotFound
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
    record(event="token.revoked", actor=actor, subject=("token", token.pk), data={}, now=now)
