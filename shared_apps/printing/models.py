"""What was handed out - papers, downloads, request lists - and Word templates: rows of many stations, each its own.

Written inside the station, by ``tenant_apps.documents`` and, of request lists, ``tenant_apps.reviews``.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.crypto import EncryptedTextField
from bangfu.kernel.ids import uuid7


class PaperKind(models.TextChoices):
    """What is printed."""

    APPROVAL = "approval", _("建档审批表")
    APPLICATION = "application", _("困难职工帮扶申请书")
    AUTHORISATION = "authorisation", _("家庭经济状况核对授权委托书")
    COVER = "cover", _("档案封面")
    EXIT_CONFIRMATION = "exit_confirmation", _("退出确认表")
    NOTICE = "notice", _("公示")
    MEANS_REQUEST = "means_request", _("家庭经济状况核对函")
    ROSTER = "roster", _("实名制名册")
    VOUCHER = "voucher", _("记账凭证")
    AID_APPROVAL = "aid_approval", _("困难职工帮扶审批表")
    TRANSFER_LETTER = "transfer_letter", _("拨款通知单")
    DONATION_RECEIPT = "donation_receipt", _("接受捐赠收据")
    AID_MINUTES = "aid_minutes", _("帮扶审定会议纪要")
    PAYOUT_ROSTER = "payout_roster", _("帮扶资金发放实名制汇总表")
    PAYOUT_SLIP = "payout_slip", _("帮扶款领款签收单")


class Paper(models.Model):
    """One paper that was printed: what it is, about whom, by whom, and how it can be proved.

    Written once by ``documents.services.print_papers``; no station can change it. ``number`` stands on the paper and in
    its QR code, is drawn at random and opens the public page that verifies it; ``digest`` is SM3 over
    the file that was handed out, ``audit_seq`` the row of the station's audit chain that says the same.
    Holds only the masked name.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.CharField(max_length=14)
    kind = models.CharField(max_length=20, choices=PaperKind)
    subject_kind = models.CharField(max_length=16)
    subject_id = models.UUIDField(null=True)
    about = models.CharField(max_length=60, blank=True)
    in_clear = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)
    digest = models.BinaryField(max_length=32)
    audit_seq = models.PositiveBigIntegerField()
    printed_by_id = models.BigIntegerField(null=True)
    printed_by = models.CharField(max_length=60)
    printed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="printing_paper_number", fields=["station", "number"])
        ]
        indexes = [
            # The register, newest first.
            models.Index(name="printing_paper_newest", fields=["station", "-printed_at"]),
            # The papers of one file, review or notice.
            models.Index(
                name="printing_paper_of_subject", fields=["station", "subject_kind", "subject_id"]
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def digest_text(self) -> str:
        """The digest as programs compare it."""
        return bytes(self.digest).hex()

    @property
    def digest_groups(self) -> str:
        """The digest as people compare it, in groups of eight."""
        return " ".join(bytes(self.digest[at : at + 4]).hex() for at in range(0, 32, 4))


class DownloadKind(models.TextChoices):
    """What is made in the background."""

    PAPERS = "papers", _("批量打印")
    FILES = "files", _("档案导出")
    ROSTERS = "rosters", _("实名制汇总表")
    MINUTES = "minutes", _("会议纪要")


class DownloadState(models.TextChoices):
    """Where a download stands."""

    WAITING = "waiting", _("排队中")
    WORKING = "working", _("生成中")
    READY = "ready", _("可下载")
    FAILED = "failed", _("未完成")
    GONE = "gone", _("已清除")


class Download(models.Model):
    """Something one person asked for that takes longer than an answer, until it is removed.

    ``wish`` is what was asked, sealed, for a search may hold a number. ``parts`` are the files made so
    far: ``path`` of the sealed file in the station's own folder, ``name``, ``type``, ``size`` in bytes and
    ``digest``; several are fetched as one archive. Only who asked sees it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=10, choices=DownloadKind)
    title = models.CharField(max_length=120)
    # Bound to where it lay before: rows that came from a station's schema stay readable.
    wish = EncryptedTextField(place="documents.download.wish")
    in_clear = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=DownloadState, default=DownloadState.WAITING)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    parts = models.JSONField(default=list)
    size = models.PositiveBigIntegerField(default=0)
    digest = models.BinaryField(max_length=32, null=True)
    fetched = models.PositiveIntegerField(default=0)
    asked_by_id = models.BigIntegerField()
    asked_by = models.CharField(max_length=60)
    asked_at = models.DateTimeField()
    # When a worker was last seen at it.
    worked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="printing_download_has_file",
                condition=~Q(state="ready") | (~Q(parts=[]) & Q(digest__isnull=False)),
            )
        ]
        indexes = [
            # The download centre of one person, newest first.
            models.Index(
                name="printing_download_person", fields=["station", "asked_by_id", "-asked_at"]
            ),
            # The sweep: what waits, and what has expired.
            models.Index(name="printing_download_sweep", fields=["station", "state", "expires_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def key(self) -> str:
        """The key as a page writes it."""
        return str(self.pk)

    @property
    def digest_text(self) -> str:
        """The digest as people compare it."""
        return bytes(self.digest).hex() if self.digest else ""

    @property
    def is_working(self) -> bool:
        """Whether it is still to be made."""
        return self.state in {DownloadState.WAITING, DownloadState.WORKING}

    @property
    def percent(self) -> int:
        """How far it is."""
        return 100 * self.done // self.total if self.total else 0


class WordKind(models.TextChoices):
    """What is handed out as Word, because staff edit it."""

    NOTICE = "notice", _("公示")
    AUTHORISATION = "authorisation", _("家庭经济状况核对授权委托书")
    MINUTES = "minutes", _("会议纪要")
    AID_MINUTES = "aid_minutes", _("帮扶审定会议纪要")


class WordTemplate(models.Model):
    """A station's own Word template, in the place of the shipped one until it is reset."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=20, choices=WordKind)
    content = models.BinaryField()
    file_name = models.CharField(max_length=120)
    digest = models.BinaryField(max_length=32)
    set_by = models.CharField(max_length=60)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="printing_template_once", fields=["station", "kind"])
        ]

    def __str__(self) -> str:
        return self.kind


class MeansBatch(models.Model):
    """One request list that went to an outside unit: many households under one number.

    The list itself is drawn anew from the checks at each download, so it holds no personal data. Written
    by ``reviews.services.means_lists`` and never changed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.CharField(max_length=24)
    unit = models.CharField(max_length=60)
    reason = models.CharField(max_length=200)
    checks_sent = models.PositiveIntegerField()
    sent_on = models.DateField()
    due_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="printing_batch_number", fields=["station", "number"])
        ]
        indexes = [
            # The list of request lists, newest first.
            models.Index(name="printing_batch_newest", fields=["station", "-made_at"]),
        ]

    def __str__(self) -> str:
        return self.number
