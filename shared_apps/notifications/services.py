"""What tells people something, and what sends the e-mails that go with it."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.clock import local_day
from bangfu.kernel.errors import InvalidInput, NotFound, Problem, Text
from bangfu.kernel.ids import uuid7
from bangfu.kernel.tenancy import current_station, in_network
from bangfu.kernel.text import kept
from shared_apps.accounts.models import Membership, User
from shared_apps.accounts.roles import capabilities_of
from shared_apps.audit.services import record
from shared_apps.notifications.mailing import AT_ONCE, ATTEMPTS, send_once
from shared_apps.notifications.models import Announcement, MailState, Notification
from shared_apps.notifications.selectors import get_announcement, notifications_for
from tenants.selectors import open_stations

logger = logging.getLogger(__name__)

PUBLISHES = "settings.manage"
LONGEST_TITLE = 100
LONGEST_BODY = 5000


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


@transaction.atomic
def publish_announcement(
    *, title: str, body: str, actor: Actor, now: datetime, until_on: date | None = None
) -> int:
    """Announce something to the station in force and to every open station below it.

    Returns how many stations it reaches.

    Raises:
        NotPermitted: the actor does not manage the station's settings.
        InvalidInput: title or body is empty or too long, or the last day is over.
    """
    actor.require(PUBLISHES)
    publisher = current_station()
    problems = _problems_with(title=title, body=body, until_on=until_on, now=now)
    if problems:
        raise InvalidInput(problems)
    batch = uuid7()
    with in_network():
        reached = open_stations().filter(path__startswith=publisher.path)
        rows = [
            Announcement(
                batch=batch,
                station_id=station_id,
                publisher_id=publisher.id,
                publisher_name=publisher.name,
                title=title.strip(),
                body=body.strip(),
                published_by_name=actor.name,
                published_at=now,
                until_on=until_on,
            )
            for station_id in reached.values_list("pk", flat=True)
        ]
        Announcement.objects.bulk_create(rows, batch_size=1000)
    record(
        event="announcement.published",
        actor=actor,
        subject=("announcement", batch),
        data={"title": title.strip(), "stations": len(rows)},
        now=now,
    )
    return len(rows)


@transaction.atomic
def withdraw_announcement(announcement_id: int, *, actor: Actor, now: datetime) -> int:
    """Withdraw an announcement that the station in force published, everywhere.

    Returns how many stations no longer see it.

    Raises:
        NotPermitted: the actor does not manage the station's settings.
        NotFound: it does not exist, or another station published it.
    """
    actor.require(PUBLISHES)
    station = current_station()
    announcement = get_announcement(announcement_id)
    if announcement.publisher_id != station.id:
        raise NotFound
    with in_network():
        reached = Announcement.objects.filter(
            batch=announcement.batch, withdrawn_at__isnull=True
        ).update(withdrawn_at=now)
    record(
        event="announcement.withdrawn",
        actor=actor,
        subject=("announcement", announcement.batch),
        data={"title": announcement.title, "stations": reached},
        now=now,
    )
    return reached


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
                    mail_attempts__lt=ATTEMPTS,
                ).order_by("id")[:AT_ONCE]
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
        letter = EmailMessage(
            subject=_subject(row), body=_body(row), to=[person.email], connection=mailer
        )
        state = send_once(letter, key=f"mail:{row.pk}:{attempt}", now=now)
    row.mail_state = state
    row.mail_attempts = attempt
    row.save(update_fields=["mail_state", "mail_attempts"])
    return state


def _subject(row: Notification) -> str:
    return _("【工会帮扶】%(title)s") % {"title": row.headline}


def _body(row: Notification) -> str:
    lines = [row.headline, row.body, _("请登录平台查看：%(link)s") % {"link": row.link or "/"}]
    return "\n\n".join(line for line in lines if line)


def _problems_with(*, title: str, body: str, until_on: date | None, now: datetime) -> list[Problem]:
    problems = []
    if not 0 < len(title.strip()) <= LONGEST_TITLE:
        problems.append(
            Problem(code="E001", field="title", message=_("请填写标题，不超过 100 个字。"))
        )
    if not 0 < len(body.strip()) <= LONGEST_BODY:
        problems.append(
            Problem(code="E001", field="body", message=_("请填写正文，不超过 5000 个字。"))
        )
    if until_on is not None and until_on < local_day(now):
        problems.append(
            Problem(code="E001", field="until_on", message=_("展示截止日不能早于今天。"))
        )
    return problems


def _holders(station_id: int, capability: str) -> list[int]:
    memberships = Membership.objects.filter(station_id=station_id, ended_at__isnull=True)
    return [
        user_id
        for user_id, roles in memberships.values_list("user_id", "roles")
        if capability in capabilities_of(roles)
    ]
