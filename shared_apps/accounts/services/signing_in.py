"""Sign-in, second factor, password: what a session may be and when it is over."""

import time
from datetime import UTC, datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, validate_totp_code
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, NotPermitted, Problem
from shared_apps.accounts.models import Membership, User
from shared_apps.accounts.roles import Role
from shared_apps.accounts.rules import FRESH_SECONDS, IDLE_SECONDS, needs_second_factor
from shared_apps.audit.services import record

# What a session holds, all in seconds of real time.
BEGAN, SEEN, FRESH, SECOND_FACTOR = "began", "seen", "fresh", "second_factor"
_SEEN_STEP_SECONDS = 60


def begin_session(session: SessionBase, *, second_factor: bool) -> None:
    """Write into a session just signed in when it began and how sure we are of the person."""
    session[BEGAN] = session[SEEN] = session[FRESH] = time.time()
    session[SECOND_FACTOR] = second_factor


def is_over(session: SessionBase, user: User) -> bool:
    """Say whether the session ended: idle too long, or begun before the person's sessions were ended."""
    now = time.time()
    if now - session.get(SEEN, now) > IDLE_SECONDS:
        return True
    valid_from = user.sessions_valid_from
    began = datetime.fromtimestamp(session.get(BEGAN, 0.0), tz=UTC)
    return valid_from is not None and began < valid_from


def touch(session: SessionBase) -> None:
    """Note that the person is still there, at most once a minute so that reading writes nothing."""
    now = time.time()
    if now - session.get(SEEN, 0.0) > _SEEN_STEP_SECONDS:
        session[SEEN] = now


def is_fresh(session: SessionBase) -> bool:
    """Say whether the password was given in the last minutes, for acts that ask for it again."""
    given: float = session.get(FRESH, 0.0)
    return time.time() - given < FRESH_SECONDS


def refresh(session: SessionBase) -> None:
    """Note that the password was given just now."""
    session[FRESH] = time.time()


@transaction.atomic
def note_sign_in(user: User, *, previous: datetime | None, now: datetime) -> None:
    """Keep the sign-in before this one, to be shown to the person, and write the audit row."""
    User.objects.filter(pk=user.pk).update(previous_sign_in_at=previous)
    record(
        event="session.began",
        actor=Actor(user_id=user.pk, name=user.name),
        subject=("user", user.pk),
        data={},
        now=now,
    )


@transaction.atomic
def note_refusal(username: str, *, locked: bool, now: datetime) -> None:
    """Write the audit row of a sign-in that failed, for an account that exists."""
    user = User.objects.filter(username=username).first()
    if user is not None:
        record(
            event="session.locked" if locked else "session.refused",
            actor=Actor.system("sign-in"),
            subject=("user", user.pk),
            data={},
            now=now,
        )


def must_have_second_factor(user: User) -> bool:
    """Say whether the person may not go on without a second factor here."""
    if not settings.BANGFU_REQUIRE_MFA:
        return False
    roles: set[str] = {Role.NETWORK_ADMINISTRATOR} if user.is_network_administrator else set()
    for held in Membership.objects.filter(user=user, ended_at__isnull=True).values_list(
        "roles", flat=True
    ):
        roles.update(held)
    return needs_second_factor(roles)


def has_second_factor(user: User) -> bool:
    """Say whether the person has set up a second factor."""
    found: bool = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
    return found


def second_factor_fits(user: User, code: str) -> bool:
    """Say whether ``code`` is the present one of the person's device or an unused recovery code.

    Each works once.
    """
    for authenticator in Authenticator.objects.filter(user=user):
        if authenticator.type == Authenticator.Type.TOTP:
            if TOTP(authenticator).validate_code(code):
                return True
        elif authenticator.type == Authenticator.Type.RECOVERY_CODES and RecoveryCodes(
            authenticator
        ).validate_code(code):
            return True
    return False


@transaction.atomic
def set_up_second_factor(
    *, user: User, secret: str, code: str, actor: Actor, now: datetime
) -> list[str] | None:
    """Bind the device that made ``code`` to the person; return their recovery codes, None if it does not fit.

    A device set up before is replaced, and so are its recovery codes.
    """
    if not validate_totp_code(secret, code):
        return None
    Authenticator.objects.filter(
        user=user, type__in=[Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
    ).delete()
    TOTP.activate(user, secret)
    codes: list[str] = RecoveryCodes.activate(user).generate_codes()
    record(event="second-factor.set-up", actor=actor, subject=("user", user.pk), data={}, now=now)
    return codes


@transaction.atomic
def remove_second_factor(*, user: User, actor: Actor, now: datetime) -> None:
    """Take a lost device off an account; its sessions end.

    A station does it for people who belong to it alone: whoever holds a part elsewhere too, or runs the
    network, asks the network.

    Raises:
        NotPermitted: the actor does not manage people, or the account reaches beyond their station.
    """
    actor.require("people.manage")
    if actor.station is not None:
        elsewhere = Membership.objects.filter(user=user, ended_at__isnull=True).exclude(
            station_id=actor.station.id
        )
        if user.is_network_administrator or elsewhere.exists():
            raise NotPermitted(_("此人还在其他站点任职，请由网络管理员解除。"))
    Authenticator.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(sessions_valid_from=timezone.now())
    record(event="second-factor.removed", actor=actor, subject=("user", user.pk), data={}, now=now)


@transaction.atomic
def change_password(*, user: User, password: str, now: datetime) -> None:
    """Set a new password; every session of the person ends, the one that asked begins anew.

    Raises:
        InvalidInput: the password breaks a rule, or is the one before.
    """
    if user.check_password(password):
        raise InvalidInput(
            [
                Problem(
                    code="same-password",
                    field="new_password",
                    message=_("新密码不能与现在的密码相同。"),
                )
            ]
        )
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidInput(
            Problem(code="weak-password", field="new_password", message=text)
            for text in error.messages
        ) from error
    user.set_password(password)
    user.must_change_password = False
    user.sessions_valid_from = timezone.now()
    user.save(update_fields=["password", "must_change_password", "sessions_valid_from"])
    record(
        event="password.changed",
        actor=Actor(user_id=user.pk, name=user.name),
        subject=("user", user.pk),
        data={},
        now=now,
    )
