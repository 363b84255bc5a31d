"""Differences found between what the network tells and what it is told from."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# A run that has not ended by then died with its worker.
DEAD_AFTER = timedelta(minutes=30)


class BreakKind(models.TextChoices):
    """What does not agree with what."""

    FACTS_VS_FILES = "facts_vs_files", _("统计与档案不符")
    MESSAGE_UNAPPLIED = "message_unapplied", _("消息未落实")
    CHILDREN_VS_PARENT = "children_vs_parent", _("上级汇总与下级之和不符")
    AUDIT_CHAIN = "audit_chain", _("审计链断裂")
    SEALED_REPORT = "sealed_report", _("报表与封存不符")
    LEDGER = "ledger", _("账簿不符")
    BANK = "bank", _("银行对账差异")
    MONEY = "money", _("资金与业务不符")
    GRANT = "grant", _("帮扶审批不符")
    PAYOUT = "payout", _("发放不符")
    TRANSFER = "transfer", _("拨款不符")
    GOODS = "goods", _("物资不符")
    CARDS = "cards", _("爱心卡不符")


class BreakState(models.TextChoices):
    """How far the work on a break has come."""

    OPEN = "open", _("待处理")
    EXPLAINED = "explained", _("已说明")
    HEALED = "healed", _("已修复")
    CLOSED = "closed", _("已关闭")


UNSETTLED = (BreakState.OPEN, BreakState.EXPLAINED)


class Break(models.Model):
    """One difference, from the day it was found until it is healed or closed.

    ``station`` is whose numbers or messages differ, ``owner`` who has to work on it. ``key`` names the
    place, so that finding the same difference again is the same break. ``detail`` says where to look and
    never holds personal data. Written by ``reconciliation.services`` alone.
    """

    kind = models.CharField(max_length=24, choices=BreakKind)
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    owner = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    key = models.CharField(max_length=200)
    expected = models.CharField(max_length=80)
    actual = models.CharField(max_length=80)
    detail = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=BreakState, default=BreakState.OPEN)
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    # When the parent was told that nobody worked on it in time.
    escalated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "reconciliation_break"
        constraints = [
            models.UniqueConstraint(
                name="one_unsettled_break_a_place",
                fields=["station", "kind", "key"],
                condition=Q(state__in=[BreakState.OPEN, BreakState.EXPLAINED]),
            )
        ]
        indexes = [
            # The list of a station, newest first.
            models.Index(fields=["station", "-found_at"], name="breaks_of_station"),
            # What is overdue, and the counts of the menu.
            models.Index(
                fields=["state", "found_at"],
                name="breaks_unsettled",
                condition=Q(state__in=[BreakState.OPEN, BreakState.EXPLAINED]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do."""
        return self.state not in UNSETTLED


class BreakEvent(models.Model):
    """One thing that was done about a break, by whom, in what words."""

    case = models.ForeignKey(Break, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    action = models.CharField(max_length=20)
    by_name = models.CharField(max_length=60)
    comment = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "reconciliation_event"

    def __str__(self) -> str:
        return f"{self.action} {self.at:%F %T}"


class RunState(models.TextChoices):
    """How far a reconciliation has come."""

    RUNNING = "running", _("核对中")
    DONE = "done", _("已完成")
    FAILED = "failed", _("失败")


class Run(models.Model):
    """One reconciliation of a station with everything below it, kept so that a page shows how far it is."""

    root = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(max_length=8, choices=RunState, default=RunState.RUNNING)
    asked_by = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "reconciliation_run"
        indexes = [models.Index(fields=["root", "-started_at"], name="runs_of_station")]

    def __str__(self) -> str:
        return f"{self.root_id} {self.started_at:%F %T}"

    def goes_on(self, now: datetime) -> bool:
        """Whether it is still worked on, as far as anybody can tell at ``now``."""
        return self.state == RunState.RUNNING and self.started_at > now - DEAD_AFTER
