"""Ask somebody to join a station, by a link that is sent or printed."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, InvalidInput, NotFound, Problem
from bangfu.kernel.tenancy import StationRef, in_network
from shared_apps.accounts import links
from shared_apps.accounts.errors import LinkNotGood, StationIsFull, UsernameTaken
from shared_apps.accounts.models import Invitation, Membership, User
from shared_apps.accounts.rules import INVITATION_LASTS, QUOTA
from shared_apps.accounts.services import members
from shared_apps.audit.services import record

PURPOSE = "invitation"


@transaction.atomic
def invite(
    *,
    station: StationRef,
    name: str,
    roles: Collection[str],
    actor: Actor,
    now: datetime,
    email: str = "",
    mobile: str = "",
    post: str = "",
    is_liaison: bool = False,
) -> Invitation:
    """Invite a person to ``station``. The link goes out by ``mail.send_invitation`` or on the printed letter.

    Raises:
        StationIsFull: members and open invitations together reach the quota.
    """
    actor.require("people.manage")
    members.check_roles(roles)
    with in_network():
        running = Membership.objects.filter(station_id=station.id, ended_at__isnull=True).count()
        asked = Invitation.objects.filter(
            station_id=station.id,
            accepted_at__isnull=True,
            revoked_at__isnull=True,
            expires_at__gt=now,
        ).count()
        if running + asked >= QUOTA[station.level]:
            raise StationIsFull(quota=QUOTA[station.level])
        invitation = Invitation.objects.create(
            station_id=station.id,
            name=name,
            email=email,
            mobile=mobile,
            roles=sorted(roles),
            post=post,
            is_liaison=is_liaison,
            nonce=links.fresh_nonce(),
            invited_by_id=actor.user_id,
            invited_by_name=actor.name,
            invited_at=now,
            expires_at=now + INVITATION_LASTS,
        )
    _record("invitation.made", invitation, actor=actor, now=now)
    return invitation


def path_of(invitation: Invitation) -> str:
    """Return the path of the link that accepts the invitation. Whoever has it may accept."""
    secret = links.secret_of(PURPOSE, key=invitation.pk, nonce=invitation.nonce)
    return f"/accounts/invitation/{invitation.pk}/{secret}/"


@transaction.atomic
def renew_invitation(*, invitation: Invitation, actor: Actor, now: datetime) -> Invitation:
    """Give the invitation a new link and another fourteen days; earlier links become worthless."""
    actor.require("people.manage")
    with in_network():
        locked = _locked_open(invitation)
        locked.nonce = links.fresh_nonce()
        locked.expires_at = now + INVITATION_LASTS
        locked.save(update_fields=["nonce", "expires_at"])
    _record("invitation.renewed", locked, actor=actor, now=now)
    return locked


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, actor: Actor, now: datetime) -> None:
    """Take an invitation back."""
    actor.require("people.manage")
    with in_network():
        locked = _locked_open(invitation)
        locked.revoked_at = now
        locked.save(update_fields=["revoked_at"])
    _record("invitation.revoked", locked, actor=actor, now=now)


def invitation_behind(key: UUID, secret: str, *, now: datetime) -> Invitation:
    """Return the open invitation that a link leads to.

    Raises:
        LinkNotGood: the link is wrong, used, withdrawn or too old.
    """
    invitation = (
        Invitation.objects.select_related("station")
        .filter(pk=key, accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now)
        .first()
    )
    if invitation is None or not links.secret_fits(
        secret, PURPOSE, key=key, nonce=invitation.nonce
    ):
        raise LinkNotGood
    return invitation


@transaction.atomic
def accept_invitation(
    *, invitation: Invitation, user: User | None, username: str, password: str, now: datetime
) -> User:
    """Make the invited person a member: an account they have already, or a new one.

    Raises:
        LinkNotGood: somebody accepted it first.
        UsernameTaken: a new account needs another name.
        InvalidInput: the password breaks the rules.
    """
    locked = _locked_open(invitation, otherwise=LinkNotGood)
    person = user or _new_person(locked, username=username, password=password)
    members.add_member(
        station=locked.station.ref,
        user=person,
        roles=locked.roles,
        now=now,
        post=locked.post,
        is_liaison=locked.is_liaison,
        actor=Actor(user_id=person.pk, name=person.name, station=locked.station.ref),
    )
    locked.accepted_by = person
    locked.accepted_at = now
    locked.save(update_fields=["accepted_by", "accepted_at"])
    return person


def _new_person(invitation: Invitation, *, username: str, password: str) -> User:
    person = User(
        username=username, name=invitation.name, email=invitation.email, mobile=invitation.mobile
    )
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise InvalidInput(
            Problem(code="weak-password", field="password", message=text) for text in error.messages
        ) from error
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as error:
        raise UsernameTaken from error
    return person


def _locked_open(invitation: Invitation, *, otherwise: type[DomainError] = NotFound) -> Invitation:
    locked = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("station")
        .filter(pk=invitation.pk, accepted_at__isnull=True, revoked_at__isnull=True)
        .first()
    )
    if locked is None:
        raise otherwise
    return locked


def _record(event: str, invitation: Invitation, *, actor: Actor, now: datetime) -> None:
    record(
        event=event,
        actor=actor,
        subject=("invitation", invitation.pk),
        data={"roles": invitation.roles},
        now=now,
    )
