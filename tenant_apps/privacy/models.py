"""What a station keeps about its dealings with personal data: consents, corrections, looks, deletions."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.crypto import EncryptedTextField
from bangfu.kernel.tenancy.models import StationModel


class Channel(models.TextChoices):
    """How somebody told the station."""

    PAPER = "paper", _("书面签字")
    COUNTER = "counter", _("窗口当面")
    PHONE = "phone", _("电话")
    VISIT = "visit", _("上门")
    ONLINE = "online", _("网上")


class CorrectionState(models.TextChoices):
    """Where a request to correct stands."""

    ASKED = "asked", _("待处理")
    ACCEPTED = "accepted", _("已更正")
    REFUSED = "refused", _("未采纳")


class Side(models.TextChoices):
    """Whether this station asked to look, or was asked."""

    ASKING = "asking", _("本站点申请")
    HOME = "home", _("收到的申请")


class LookState(models.TextChoices):
    """Where a request to look into a file stands."""

    ASKED = "asked", _("待答复")
    GRANTED = "granted", _("已同意")
    REFUSED = "refused", _("未同意")
    EXPIRED = "expired", _("已到期")
    WITHDRAWN = "withdrawn", _("已撤回")


class DisposalState(models.TextChoices):
    """What is to become of a closed file whose years are over."""

    PROPOSED = "proposed", _("待复核")
    DELETED = "deleted", _("已删除")
    KEPT = "kept", _("延长保管")
    WITHDRAWN = "withdrawn", _("已撤回")


class Consent(StationModel):
    """One consent given or withdrawn, for one purpose, on the text of one version.

    Written by ``give_consent`` and ``withdraw_consent`` and never changed: the newest row of a purpose
    says how it stands.
    """

    file_id = models.UUIDField()
    purpose = models.CharField(max_length=24)
    version = models.CharField(max_length=16)
    is_given = models.BooleanField()
    on = models.DateField()
    channel = models.CharField(max_length=8, choices=Channel)
    reason = models.CharField(max_length=200, blank=True)
    recorded_by_id = models.BigIntegerField(null=True)
    recorded_by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta(StationModel.Meta):
        indexes = [
            # How the consents of a file stand, newest first.
            models.Index(fields=["file_id", "-at"], name="consent_of_file"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.purpose} {self.version}"


class Correction(StationModel):
    """What a worker, or somebody for them, says is wrong in the file, and the answer.

    ``wish`` and ``reason`` are sealed: people write numbers and illnesses into them.
    """

    file_id = models.UUIDField()
    # The name of the field as the API calls it; empty for anything else.
    field = models.CharField(max_length=40, blank=True)
    wish = EncryptedTextField()
    reason = EncryptedTextField(null=True)
    channel = models.CharField(max_length=8, choices=Channel)
    asked_by = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=CorrectionState, default=CorrectionState.ASKED)
    answer = models.CharField(max_length=500, blank=True)
    answered_by_id = models.BigIntegerField(null=True)
    answered_by = models.CharField(max_length=64, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta(StationModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="correction_answered_whole",
                condition=Q(state=CorrectionState.ASKED)
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
            )
        ]
        indexes = [
            # The list of requests by state, newest first.
            models.Index(fields=["state", "-asked_at"], name="correction_list"),
            # What was asked about one file.
            models.Index(fields=["file_id"], name="correction_of_file"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.field}"


class LookRequest(StationModel):
    """One request of a station above to look into a file that was not sent to it (调阅).

    Both stations keep a row of the same key; ``side`` says which this is. Only the asking side ever
    holds ``snapshot``, the sealed picture the home station sent, and only until ``expires_at``.
    """

    side = models.CharField(max_length=8, choices=Side)
    other_id = models.BigIntegerField()
    other_code = models.CharField(max_length=20)
    other_name = models.CharField(max_length=120)
    file_no = models.CharField(max_length=32)
    file_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=LookState, default=LookState.ASKED)
    asked_by_id = models.BigIntegerField(null=True)
    asked_by = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=500, blank=True)
    answered_by = models.CharField(max_length=64, blank=True)
    answered_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    snapshot = EncryptedTextField(null=True)
    looks = models.PositiveIntegerField(default=0)

    class Meta(StationModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="look_snapshot_only_where_asked",
                condition=Q(snapshot__isnull=True) | Q(side=Side.ASKING, state=LookState.GRANTED),
            ),
            # One open request a file: a second person sees that it was asked already.
            models.UniqueConstraint(
                name="look_asked_once",
                fields=["side", "other_id", "file_no"],
                condition=Q(state=LookState.ASKED),
            ),
        ]
        indexes = [
            # The list of requests, newest first.
            models.Index(fields=["-asked_at"], name="look_newest"),
            # The round that wipes what has expired.
            models.Index(
                fields=["expires_at"],
                condition=Q(state=LookState.GRANTED),
                name="look_expiring",
            ),
            # What a worker sees of who asked for the file.
            models.Index(fields=["file_id"], name="look_of_file"),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.file_no}"

    def may_be_read(self, at: datetime) -> bool:
        """Whether the picture is there and has not expired."""
        return (
            self.state == LookState.GRANTED
            and self.snapshot is not None
            and self.expires_at is not None
            and at < self.expires_at
        )


class Disposal(StationModel):
    """One decision about a closed file whose years are over; for a deletion, its certificate.

    Two people decide. After a deletion it holds what was erased by kind and number, in which rows the keyed
    hash of the household stays because of what was counted, the rule and its version, and the digest, but
    nothing of the household.

    Where ``record`` is not ``file``, it is the certificate of what somebody without a file said, and the key and the
    number are those of that record: an application, a donation. Without a rule the person asked for it.
    """

    record = models.CharField(max_length=16, default="file", db_default="file")
    file_id = models.UUIDField()
    file_no = models.CharField(max_length=32)
    number = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=DisposalState, default=DisposalState.PROPOSED)
    keep_until = models.DateField()
    kept_until = models.DateField(null=True)
    rule_id = models.BigIntegerField(null=True)
    rule_version = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=300)
    proposed_by_id = models.BigIntegerField(null=True)
    proposed_by = models.CharField(max_length=64)
    proposed_at = models.DateTimeField()
    decided_by_id = models.BigIntegerField(null=True)
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(null=True)
    erased = models.JSONField(default=dict)
    kept = models.JSONField(default=dict)
    digest = models.BinaryField(max_length=32, null=True)

    class Meta(StationModel.Meta):
        constraints = [
            models.UniqueConstraint(
                name="disposal_open_once",
                fields=["file_id"],
                condition=Q(state=DisposalState.PROPOSED),
            ),
            models.UniqueConstraint(
                name="disposal_number_once", fields=["number"], condition=~Q(number="")
            ),
            models.UniqueConstraint(
                name="disposal_deleted_once",
                fields=["file_id"],
                condition=Q(state=DisposalState.DELETED, record="file"),
            ),
            models.CheckConstraint(
                name="disposal_by_two_people",
                condition=~Q(state=DisposalState.DELETED)
                | ~Q(decided_by_id=models.F("proposed_by_id")),
            ),
        ]
        indexes = [
            # The list of decisions and certificates, newest first.
            models.Index(fields=["-proposed_at"], name="disposal_newest"),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.file_no} {self.state}"
