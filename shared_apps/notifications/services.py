"""What tells people something, and what sends the e-mails that go with it."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import Text
from bangfu.kernel.tenancy import in_network
from bangfu.kernel.text import kept
from shared_apps.accounts.models import Membership, User
from shared_apps.accounts.roles import capabilities_of
from shared_apps.exchange.models import EffectState
from shared_apps.exchange.services import begin_effect, end_effect
from shared_apps.notifications.models import MailState, Notification
from shared_apps.notifications.selectors import notifications_for

logger = logging.getLogger(__name__)

MAIL_ATTEMPTS = 3
MAILS_AT_ONCE = 100


@transaction.atomic
def notify(
    *,
    station_id: int,
    kind: str,
    title: Text,
    now: datetime,
    capability: str = "",
    user_ids: Sequence[int] = (),
    params: Mapping[str, str | int] | None = None,
    body: Text = "",
    link: str = "",
    by_email: bool = False,
    key: str = "",
) -> list[Notification]:
    """Tell people of a station something: the named ones, or all who hold a capability now.

    ``title`` is a translatable text with places for ``params``. When nobody holds the capability
    yet, the row waits for whoever will. The same ``key`` tells a person once. Two statements.

    Raises:
        ValueError: neither people nor a capability is named.
    """
    if not user_ids and not capability:
        raise ValueError("a notification is for somebody")
    people: Iterable[int | None] = user_ids or _holders(station_id, capability) or [None]
    rows = [
        Notification(
            station_id=station_id,
            user_id=user_id,
            capability=capability,
            kind=kind,
            title=kept(title),
            params=dict(params or {}),
            body=kept(body),
            link=link,
            key=key,
            created_at=now,
            mail_state=MailState.DUE if by_email and user_id else MailState.NONE,
        )
        for user_id in dict.fromkeys(people)
    ]
    return Notification.objects.bulk_create(rows, ignore_conflicts=bool(key))


def mark_read(*, ids: Iterable[int], actor: Actor, now: datetime) -> int:
    """Note that the actor has seen these; others' are left alone. Returns how many changed."""
    unread = notifications_for(actor).filter(pk__in=list(ids), read_at__isnull=True)
    return unread.order_by().update(read_at=now)


def mark_all_read(*, actor: Actor, now: datetime) -> int:
    """Note that the actor has seen everything. Returns how many changed."""
    return notifications_for(actor).filter(read_at__isnull=True).order_by().update(read_at=now)


def send_pending_emails(*, now: datetime) -> int:
    """Send the e-mails that wait, oldest first; returns how many went out.

    An e-mail is never sent twice: each attempt is reserved and committed before it begins, and one
    that was begun but not finished stays unknown. A refused one is tried three times; while the
    mail server cannot be reached everything waits. Call it outside a transaction.
    """
    mailer = get_connection()
    try:
        mailer.open()
    except OSError:
        logger.exception("the mail server cannot be reached")
        return 0
    try:
        with in_network():
            waiting = list(
                Notification.objects.filter(
                    mail_state__in=[MailState.DUE, MailState.FAILED],
                    mail_attempts__lt=MAIL_ATTEMPTS,
                ).order_by("id")[:MAILS_AT_ONCE]
            )
            people = User.objects.in_bulk({row.user_id for row in waiting if row.user_id})
            states = [_send(row, people.get(row.user_id), mailer, now=now) for row in waiting]
    finally:
        mailer.close()
    return states.count(MailState.SENT)


def _send(
    row: Notification, person: User | None, mailer: BaseEmailBackend, *, now: datetime
) -> MailState:
    attempt = row.mail_attempts + 1
    state = MailState.NONE
    if person is not None and person.email and person.is_active:
        state = _sent_once(row, person, mailer, key=f"mail:{row.pk}:{attempt}", now=now)
    row.mail_state = state
    row.mail_attempts = attempt
    row.save(update_fields=["mail_state", "mail_attempts"])
    return state


def _sent_once(
    row: Notification, person: User, mailer: BaseEmailBackend, *, key: str, now: datetime
) -> MailState:
    if not begin_effect(key, now=now):
        return MailState.UNKNOWN
    try:
        EmailMessage(
            subject=_subject(row), body=_body(row), to=[person.email], connection=mailer
        ).send()
    except TimeoutError:
        end_effect(key, EffectState.UNKNOWN, now=now)
        return MailState.UNKNOWN
    except OSError as error:
        end_effect(key, EffectState.FAILED, detail=type(error).__name__, now=now)
        return MailState.FAILED
    end_effect(key, EffectState.DONE, now=now)
    return MailState.SENT


def _subject(row: Notification) -> str:
    return _("【工会帮扶】%(title)s") % {"title": row.headline}


def _body(row: Notification) -> str:
    lines = [row.headline, row.body, _("请登录平台查看：%(link)s") % {"link": row.link or "/"}]
    return "\n\n".join(line for line in lines if line)


def _holders(station_id: int, capability: str) -> list[int]:
    memberships = Membership.objects.filter(station_id=station_id, ended_at__isnull=True)
    return [
        user_id
        for user_id, roles in memberships.values_list("user_id", "roles")
        if capability in capabilities_of(roles)
    ]
