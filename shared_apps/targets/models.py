"""Targets of a year (年度实事). Written by ``tenant_apps.yearly`` inside the station whose they are."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.ids import uuid7


class Reached(models.TextChoices):
    """How far a station says that it is with a target."""

    NOT_BEGUN = "not_begun", _("未开始")
    UNDER_WAY = "under_way", _("推进中")
    DONE = "done", _("已完成")
    NOT_DONE = "not_done", _("未完成")


class Verdict(models.TextChoices):
    """What the station above says to that."""

    NONE = "", _("待核定")
    AGREED = "agreed", _("上级已核定")
    RETURNED = "returned", _("上级退回")


class Target(models.Model):
    """One thing that a station sets itself for a year: in words alone, or with a number of an indicator.

    ``goal`` is in the unit of ``indicator``, in its smallest part (fen of a yuan); both are empty of a target in words.
    ``reached`` and ``words`` are what the station said, the ``round``-th time, on ``said_on``; ``verdict`` what the
    station above answered to that round. A target that was given up keeps its line and the reason.

    Source: domain GOV-02, RQ15, NR21.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    year = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    indicator = models.CharField(max_length=24, blank=True)
    goal = models.BigIntegerField(null=True)
    due_on = models.DateField(null=True)
    reached = models.CharField(max_length=12, choices=Reached, default=Reached.NOT_BEGUN)
    words = models.CharField(max_length=500, blank=True)
    round = models.PositiveSmallIntegerField(default=0)
    said_on = models.DateField(null=True)
    said_by = models.CharField(max_length=60, blank=True)
    verdict = models.CharField(max_length=8, choices=Verdict, blank=True, default=Verdict.NONE)
    verdict_words = models.CharField(max_length=300, blank=True)
    verdict_by = models.CharField(max_length=60, blank=True)
    verdict_place = models.CharField(max_length=100, blank=True)
    verdict_on = models.DateField(null=True)
    made_by_id = models.BigIntegerField()
    made_by = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    dropped_by = models.CharField(max_length=60, blank=True)
    dropped_on = models.DateField(null=True)
    drop_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            # Also the list of a year, in its order.
            models.UniqueConstraint(
                name="target_place_once", fields=["station", "year", "position"]
            ),
            models.CheckConstraint(
                name="target_counts_an_indicator",
                condition=Q(indicator="", goal__isnull=True) | (~Q(indicator="") & Q(goal__gt=0)),
            ),
            models.CheckConstraint(
                name="target_answered_when_said",
                condition=Q(verdict="") | Q(round__gt=0, said_on__isnull=False),
            ),
            models.CheckConstraint(
                name="target_dropped_for_a_reason",
                condition=Q(dropped_on__isnull=True) | ~Q(drop_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.title}"

    @property
    def key(self) -> str:
        """The key as templates join it to others."""
        return str(self.pk)

    @property
    def is_dropped(self) -> bool:
        """Whether it was given up."""
        return self.dropped_on is not None
