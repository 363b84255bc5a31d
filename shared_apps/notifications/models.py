"""What a person is told: rows of the shared schema, each of one station."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.text import worded


class MailState(models.TextChoices):
    """What became of the e-mail that goes with a notification."""

    NONE = "none", _("不发邮件")
    DUE = "due", _("待发送")
    SENT = "sent", _("已发送")
    FAILED = "failed", _("发送失败")
    UNKNOWN = "unknown", _("结果未知")


class Notification(models.Model):
    """One thing that one person of a station is told, or whoever holds ``capability`` there.

    ``title`` is the text in the source language with places for ``params``; the reader's language
    is applied when it is shown. ``link`` is a path of this product. Written by ``notify``; holds
    no identity number, card, telephone or illness.
    """

    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    user_id = models.IntegerField(null=True)
    capability = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    params = models.JSONField(default=dict, blank=True)
    body = models.TextField(blank=True)
    link = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=160, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mail_state = models.CharField(max_length=8, choices=MailState, default=MailState.NONE)
    mail_attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="notification_is_for_somebody",
                condition=Q(user_id__isnull=False) | ~Q(capability=""),
            ),
            models.CheckConstraint(
                name="notification_link_stays_here",
                condition=Q(link="") | (Q(link__startswith="/") & ~Q(link__startswith="//")),
            ),
            models.UniqueConstraint(
                name="notification_told_once",
                fields=["station", "user_id", "key"],
                condition=~Q(key=""),
                nulls_distinct=False,
            ),
        ]
        indexes = [
            # A person's list, newest first.
            models.Index(name="notification_of_person", fields=["station", "user_id", "-id"]),
            # The red count.
            models.Index(
                name="notification_unread",
                fields=["station", "user_id"],
                condition=Q(read_at__isnull=True),
            ),
            # The sender of e-mails: what waits, oldest first.
            models.Index(
                name="notification_mail_due",
                fields=["id"],
                condition=Q(mail_state__in=["due", "failed"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.user_id or self.capability}"

    @property
    def headline(self) -> str:
        """The title in the reader's language."""
        return worded(self.title, self.params)

    @property
    def is_unread(self) -> bool:
        """Whether nobody has looked at it."""
        return self.read_at is None


class Announcement(models.Model):
    """One announcement as one station reads it; a publisher's ``batch`` is one row per station.

    It reaches the publisher and every station below it that was open at the time. Written by
    ``publish_announcement`` and ``withdraw_announcement``; holds no personal data.
    """

    batch = models.UUIDField()
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    publisher_id = models.BigIntegerField()
    publisher_name = models.CharField(max_length=120)
    title = models.CharField(max_length=100)
    body = models.TextField()
    published_by_name = models.CharField(max_length=60)
    published_at = models.DateTimeField()
    until_on = models.DateField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # Also serves withdrawing.
            models.UniqueConstraint(
                name="announcement_reaches_a_station_once", fields=["batch", "station"]
            ),
        ]
        indexes = [
            # The workbench and the list, newest first.
            models.Index(
                name="announcement_of_station",
                fields=["station", "-id"],
                condition=Q(withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.title
