"""Public notices of those who are to be filed, and what the public objects."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.crypto import EncryptedTextField
from bangfu.kernel.tenancy.models import StationModel


class Purpose(models.TextChoices):
    """What is made public before it is decided."""

    ADMISSION = "admission", _("拟建档")
    EXIT = "exit", _("拟退出")
    AID = "aid", _("拟帮扶")


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
    ``subject_id`` is the record that waits for it: a review, or what the app of the purpose says. A
    notice that had to be corrected is taken down and followed by a new one, whose ``former`` it is.
    """

    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.ADMISSION)
    subject_id = models.UUIDField()
    former = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="successor"
    )
    masked_name = models.CharField(max_length=32)
    masked_number = models.CharField(max_length=32)
    home_name = models.CharField(max_length=120)
    tier = models.CharField(max_length=16, blank=True)
    reason = models.CharField(max_length=300)
    amount_fen = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=NoticeState, default=NoticeState.RUNNING)
    working_days = models.PositiveSmallIntegerField()
    rule_id = models.BigIntegerField()
    rule_version = models.PositiveIntegerField()
    published_on = models.DateField()
    published_by = models.CharField(max_length=60)
    # Whoever published a notice does not examine what is objected to it.
    published_by_id = models.BigIntegerField(null=True)
    due_on = models.DateField()
    days_left = models.PositiveSmallIntegerField(null=True)
    ended_on = models.DateField(null=True)

    class Meta(StationModel.Meta):
        constraints = [
            models.UniqueConstraint(
                name="one_notice_at_a_time",
                fields=["subject_id", "purpose"],
                condition=Q(state__in=[NoticeState.RUNNING, NoticeState.PAUSED]),
            )
        ]
        indexes = [
            # The page of a record: its notices, the latest last.
            models.Index(fields=["subject_id", "id"], name="notice_of_subject"),
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
        indexes = [
            # The list of what was objected, newest first.
            models.Index(fields=["-received_at"], name="objection_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                name="objection_answered_whole",
                condition=Q(answered_at__isnull=True)
                | (Q(is_upheld__isnull=False) & ~Q(answer="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.received_at:%Y-%m-%d}"
