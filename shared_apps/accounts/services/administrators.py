"""Who runs the network."""

from datetime import datetime

from django.db import transaction

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from shared_apps.accounts.errors import OwnAccount
from shared_apps.accounts.models import User
from shared_apps.accounts.services.members import end_sessions
from shared_apps.audit.services import record


@transaction.atomic
def add_administrator(*, username: str, actor: Actor, now: datetime) -> User:
    """Let a person who has an account run the network.

    Raises:
        NotFound: nobody signs in by this name.
    """
    actor.require("network.manage")
    user = User.objects.select_for_update().filter(username=username, is_active=True).first()
    if user is None:
        raise NotFound
    user.is_network_administrator = True
    user.save(update_fields=["is_network_administrator"])
    record(event="administrator.added", actor=actor, subject=("user", user.pk), data={}, now=now)
    return user


@transaction.atomic
def remove_administrator(*, user_id: int, actor: Actor, now: datetime) -> None:
    """Take the network away from a person and end their sessions.

    Nobody can do it to themselves, so somebody always remains.

    Raises:
        OwnAccount: the actor asked to remove themselves.
    """
    actor.require("network.manage")
    if user_id == actor.user_id:
        raise OwnAccount
    # Locked in one order, so that two people removing each other leave one.
    holders = list(
        User.objects.select_for_update().filter(is_network_administrator=True).order_by("pk")
    )
    if actor.user_id not in {holder.pk for holder in holders}:
        raise NotFound
    user = next((holder for holder in holders if holder.pk == user_id), None)
    if user is None:
        raise NotFound
    user.is_network_administrator = False
    user.save(update_fields=["is_network_administrator"])
    user.tokens.filter(station=None, revoked_at__isnull=True).update(revoked_at=now)
    end_sessions(user_id)
    record(event="administrator.removed", actor=actor, subject=("user", user_id), data={}, now=now)
