"""Rows of the shared schema in which one station's imports are checked before anything becomes a file."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.crypto import EncryptedTextField
from bangfu.kernel.ids import uuid7


class RunState(models.TextChoices):
    """Where an import stands. Checking, confirming and undoing go on in the background."""

    CHECKING = "checking", _("校验中")
    CHECKED = "checked", _("待确认")
    CONFIRMING = "confirming", _("导入中")
    DONE = "done", _("已导入")
    UNDOING = "undoing", _("撤销中")
    UNDONE = "undone", _("已撤销")


class Part(models.TextChoices):
    """What a row of an import is. Members travel inside the row of their household."""

    HOUSEHOLD = "household", _("困难职工家庭")
    MEMBER = "member", _("家庭成员")
    """A member whose household is not in the workbook: always an error."""
    CONTEXT = "context", _("参照")
    """A household of another sheet, there only so that the same person is found twice."""


class Verdict(models.TextChoices):
    """What the check found."""

    UNCHECKED = "unchecked", _("待校验")
    NEW = "new", _("新增")
    UPDATE = "update", _("更新")
    ERROR = "error", _("错误")


class Outcome(models.TextChoices):
    """What became of a row after the import was confirmed."""

    WAITING = "waiting", _("未导入")
    SKIPPED = "skipped", _("未更新")
    SENT = "sent", _("已下发")
    APPLIED = "applied", _("已导入")
    REFUSED = "refused", _("未被接收")
    UNDOING = "undoing", _("撤销中")
    KEPT = "kept", _("已改动，保留")
    UNDONE = "undone", _("已撤销")


class Run(models.Model):
    """One uploaded workbook of one station, from its check to its end.

    Written by ``tenant_apps.imports`` inside that station. Holds no personal data: the rows do, sealed.
    The uploaded bytes themselves are never kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    filename = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    sheet = models.CharField(max_length=64)
    # Only looked at: a sheet that was asked for by name, such as the form's own broken rows.
    only_check = models.BooleanField(default=False)
    notes = ArrayField(models.TextField(), default=list)

    state = models.CharField(max_length=12, choices=RunState, default=RunState.CHECKING)
    update_existing = models.BooleanField(default=False)
    total_rows = models.PositiveIntegerField(default=0)
    done_rows = models.PositiveIntegerField(default=0)
    new_rows = models.PositiveIntegerField(default=0)
    update_rows = models.PositiveIntegerField(default=0)
    error_rows = models.PositiveIntegerField(default=0)
    warning_rows = models.PositiveIntegerField(default=0)

    user_id = models.IntegerField(null=True)
    user_name = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="importing_run_state_known", condition=Q(state__in=RunState.values)
            )
        ]
        indexes = [
            # The history page of a station, and "this file was uploaded before".
            models.Index(name="importing_run_history", fields=["station", "-created_at"]),
            models.Index(name="importing_run_digest", fields=["station", "digest"]),
        ]

    def __str__(self) -> str:
        return f"{self.filename} ({self.state})"

    @property
    def is_working(self) -> bool:
        """Whether a background job is at it."""
        return self.state in {RunState.CHECKING, RunState.CONFIRMING, RunState.UNDOING}


class Row(models.Model):
    """One household of an import, or one member that belongs to none, with what was found and done.

    ``payload`` is the row exactly as typed, with its members; ``before`` what an update replaced. Both
    are sealed. The hashes are keyed and serve to find the same person twice, never to read a number.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="rows", db_index=False)
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    part = models.CharField(max_length=12, choices=Part, default=Part.HOUSEHOLD)
    number = models.PositiveIntegerField()
    household_no = models.CharField(max_length=64)
    payload = EncryptedTextField()
    id_hash = models.BinaryField(max_length=16, null=True)
    member_hashes = ArrayField(models.BinaryField(max_length=16), default=list)

    verdict = models.CharField(max_length=10, choices=Verdict, default=Verdict.UNCHECKED)
    problems = models.JSONField(default=list)
    has_warning = models.BooleanField(default=False)
    # The station the row is for: this one, or one below it that it is sent down to.
    target = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )

    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.WAITING)
    reason = models.CharField(max_length=300, blank=True)
    file_id = models.UUIDField(null=True)
    file_version = models.PositiveIntegerField(null=True)
    before = EncryptedTextField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="importing_row_once", fields=["run", "part", "number"])
        ]
        indexes = [
            # The tabs of the preview, and the next rows of a background job.
            models.Index(name="importing_row_verdict", fields=["run", "verdict", "number"]),
            models.Index(name="importing_row_outcome", fields=["run", "outcome", "number"]),
            # The rows that go into a backup of the station.
            models.Index(name="importing_row_station", fields=["station"]),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.number}: {self.verdict}"
