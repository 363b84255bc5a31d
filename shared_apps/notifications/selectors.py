"""What a person has been told at a station."""

from datetime import date

from django.db.models import Q, QuerySet

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import current_station
from shared_apps.notifications.models import Announcement, Notification


def notifications_for(actor: Actor) -> QuerySet[Notification]:
    """Return what the actor was told at the station in force, newest first."""
    return _told(actor).order_by("-id")


def unread_count(actor: Actor) -> int:
    """Return how much of it is unread. One query over an index of unread rows."""
    return _told(actor).filter(read_at__isnull=True).count()


def get_notification(notification_id: int, *, actor: Actor) -> Notification:
    """Return one notification of the actor.

    Raises:
        NotFound: it does not exist, or is another person's.
    """
    row = _told(actor).filter(pk=notification_id).first()
    if row is None:
        raise NotFound
    return row


def announcements_on(on: date) -> QuerySet[Announcement]:
    """Return the announcements that the station in force should read on a day, newest first."""
    still = Q(until_on__isnull=True) | Q(until_on__gte=on)
    return announcements().filter(still)


def announcements() -> QuerySet[Announcement]:
    """Return every announcement of the station in force that was not withdrawn, newest first."""
    return Announcement.objects.filter(
        station_id=current_station().id, withdrawn_at__isnull=True
    ).order_by("-id")


def get_announcement(announcement_id: int) -> Announcement:
    """Return one announcement of the station in force.

    Raises:
        NotFound: it does not exist, was withdrawn, or was not for this station.
    """
    row = announcements().filter(pk=announcement_id).first()
    if row is None:
        raise NotFound
    return row


def _told(actor: Actor) -> QuerySet[Notification]:
    mine = Q(user_id=actor.user_id)
    for_whoever = Q(user_id__isnull=True, capability__in=actor.capabilities)
    return Notification.objects.filter(mine | for_whoever, station_id=current_station().id)
