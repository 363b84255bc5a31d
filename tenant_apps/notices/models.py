"""Public notices of those who are to be filed, and what the public objects."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.crypto import EncryptedTextField
from bangfu.kernel.tenancy.models import StationModel


class NoticeState(models.TextChoices):
    """Where a notice stands."""

    RUNNING = "running", _("公示中")
    PAUSED = "paused", _("异议核查，暂停计时")
    ENDED = "ended", _("公示期满")
    WITHDRAWN = "withdrawn", _("已撤下")


class Notice(StationModel):
    """One public notice. Everybody reads it, so it holds only what everybody may read.

    Name and number are masked, the reason says nothing of an illness. ``due_on`` is the last day;
    while an objection is examined the days stand still and ``days_left`` keeps how many are left.
    """

    subject_id = models.UUIDField(unique=True)
    masked_name = models.CharField(max_length=32)
    masked_number = models.CharField(max_length=32)
    home_name = models.CharField(max_length=120)
    tier = models.CharField(max_length=16, blank=True)
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=NoticeState, default=NoticeState.RUNNING)
    working_days = models.PositiveSmallIntegerField()
    rule_id = models.BigIntegerField()
    rule_version = models.PositiveIntegerField()
    published_on = models.DateField()
    published_by = models.CharField(max_length=60)
    due_on = models.DateField()
    days_left = models.PositiveSmallIntegerField(null=True)
    ended_on = models.DateField(null=True)

    class Meta(StationModel.Meta):
        indexes = [
            # The public page, and the daily round that ends what is over.
            models.Index(fields=["state", "due_on"], name="notice_running"),
            # The list of all notices, newest first.
            models.Index(fields=["-published_on"], name="notice_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.masked_name} {self.published_on}"


class Objection(StationModel):
    """What somebody objected to a notice, and the answer. Who it was is known to the station only."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="objections")
    text = models.TextField()
    name = EncryptedTextField(null=True)
    contact = EncryptedTextField(null=True)
    received_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    is_upheld = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=60, blank=True)

    class Meta(StationModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="objection_answered_whole",
                condition=Q(answered_at__isnull=True)
                | (Q(is_upheld__isnull=False) & ~Q(answer="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.received_at:%Y-%m-%d}"
