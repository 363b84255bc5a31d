"""Questions about notices."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from tenant_apps.notices.models import Notice, NoticeState, Objection, Purpose

# How long a notice stays readable for the public after its last day.
KEPT_PUBLIC = timedelta(days=30)


def notices_for_public(*, on: date, purpose: str = "") -> QuerySet[Notice]:
    """What anybody may read: running notices and those that ended a month ago or later."""
    notices = Notice.objects.filter(
        Q(state__in=[NoticeState.RUNNING, NoticeState.PAUSED])
        | Q(state=NoticeState.ENDED, ended_on__gte=on - KEPT_PUBLIC)
    ).order_by("-published_on", "-id")
    return notices.filter(purpose=purpose) if purpose else notices


def running_notices() -> QuerySet[Notice]:
    """The notices to which anybody may object now, newest first."""
    running = Notice.objects.filter(state__in=[NoticeState.RUNNING, NoticeState.PAUSED])
    return running.order_by("-published_on", "-id")


def get_public_notice(notice_id: UUID, *, on: date) -> Notice:
    """Return a notice that anybody may read.

    Raises:
        NotFound: there is none, or it is not public any more.
    """
    notice = notices_for_public(on=on).filter(pk=notice_id).first()
    if notice is None:
        raise NotFound
    return notice


def notices_of(actor: Actor, *, state: str = "", purpose: str = "") -> QuerySet[Notice]:
    """The notices of the station in force, newest first, with how many objections wait."""
    actor.require("notice.view")
    waiting = Count("objections", filter=Q(objections__answered_at__isnull=True))
    notices = Notice.objects.annotate(waiting=waiting).order_by("-published_on", "-id")
    if purpose:
        notices = notices.filter(purpose=purpose)
    return notices.filter(state=state) if state else notices


def get_notice(notice_id: UUID, *, actor: Actor) -> Notice:
    """Return one notice of the station in force.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    actor.require("notice.view")
    notice = Notice.objects.filter(pk=notice_id).first()
    if notice is None:
        raise NotFound
    return notice


def notice_about(subject_id: UUID, *, purpose: Purpose = Purpose.ADMISSION) -> Notice | None:
    """The latest notice of a purpose about a record, if one was published."""
    return Notice.objects.filter(subject_id=subject_id, purpose=purpose).order_by("-id").first()


def is_published_by(user_id: int, subject_id: UUID) -> bool:
    """Say whether somebody published the notice about a record that was objected to."""
    return Notice.objects.filter(
        subject_id=subject_id, state=NoticeState.PAUSED, published_by_id=user_id
    ).exists()


def notices_about(subject_id: UUID) -> QuerySet[Notice]:
    """Every notice about a record, oldest first: one that was corrected, and the one that followed."""
    return Notice.objects.filter(subject_id=subject_id).order_by("id")


def notices_over(*, on: date) -> QuerySet[Notice]:
    """The running notices whose last day has passed."""
    return Notice.objects.filter(state=NoticeState.RUNNING, due_on__lt=on).order_by("due_on", "id")


def objections_to(subject_id: UUID) -> QuerySet[Objection]:
    """What was objected to the notices about a record, oldest first."""
    return Objection.objects.filter(notice__subject_id=subject_id).order_by("received_at")


def objections_of(actor: Actor, *, tab: str = "") -> QuerySet[Objection]:
    """What was objected at the station in force, newest first; ``tab`` waiting or answered.

    Raises:
        NotPermitted: the actor may not look at notices.
    """
    actor.require("notice.view")
    objections = Objection.objects.select_related("notice").order_by("-received_at", "-id")
    if tab in {"waiting", "answered"}:
        return objections.filter(answered_at__isnull=tab == "waiting")
    return objections
