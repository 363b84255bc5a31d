"""Rules as data: what holds, where, from when to when, on whose word."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.ids import uuid7


class PolicyRule(models.Model):
    """One version of one rule in one part of the network, from one day to another.

    ``scope_path`` is the path of the station at whose subtree it holds; empty for the whole
    network. ``valid_to`` is the first day on which it no longer held, ``former_end`` the one that the
    version before had until this one cut it short. A value in force is never changed: another value is
    another version, so that a decision can always show the rule it rested on. Written by
    ``lay_down_rule``, ``withdraw_rule``, ``start_due_changes`` and the migrations that seed the network.
    """

    key = models.CharField(max_length=60)
    scope_path = models.CharField(max_length=120, blank=True)
    value = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField()
    source = models.CharField(max_length=200)
    document_no = models.CharField(max_length=60, blank=True)
    former_end = models.DateField(null=True, blank=True)
    laid_down_by = models.CharField(max_length=40)
    laid_down_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=40, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # The recomputation that its coming into force set off; only for rules a tier is computed with.
    change = models.ForeignKey(
        "TierChange", on_delete=models.PROTECT, null=True, related_name="rules", db_index=False
    )

    class Meta:
        constraints = [
            # Also serves the question which rule is in force.
            models.UniqueConstraint(
                name="rule_version_once", fields=["key", "scope_path", "version"]
            ),
            models.CheckConstraint(
                name="rule_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}@{self.scope_path or '*'} v{self.version}"

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was taken back before it came into force."""
        return self.withdrawn_at is not None

    def was_in_force(self, on: date) -> bool:
        """Tell whether the rule held on a day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


class ChangeState(models.TextChoices):
    """How far the recomputation after a change of rules has come."""

    LISTING = "listing", _("正在列出")
    LISTED = "listed", _("已列入待重算清单")
    UNDOING = "undoing", _("正在撤销")
    UNDONE = "undone", _("已撤销")


class TierChange(models.Model):
    """One recomputation of the tiers of a part of the network, after rules changed there.

    ``scope_path`` is that of the rules. Written by ``shared_apps.policies.changes`` alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scope_path = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=8, choices=ChangeState, default=ChangeState.LISTING)
    started_at = models.DateTimeField()
    listed_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=40, blank=True)
    undo_reason = models.CharField(max_length=200, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            # What workers have to go on with.
            models.Index(
                name="tier_changes_at_work",
                fields=["started_at"],
                condition=Q(state__in=[ChangeState.LISTING, ChangeState.UNDOING]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope_path or '*'} {self.state}"


class StationChange(models.Model):
    """What one recomputation brought in one station: numbers only, never a name.

    ``moves`` counts files by tier before and after, as ``"1>2"``; ``done`` says that the station is through
    with the step the recomputation is at, ``asked`` how many files a worker is still to confirm.
    """

    change = models.ForeignKey(TierChange, on_delete=models.CASCADE, related_name="stations")
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    moves = models.JSONField(default=dict)
    files = models.PositiveIntegerField(default=0)
    asked = models.PositiveIntegerField(default=0)
    confirmed = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    done = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="station_once_in_change", fields=["change", "station"]),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.files}"


class DemoClock(models.Model):
    """How far a demonstration runs ahead of real time: one row, and none in production.

    Written by ``advance_clock`` alone. It only ever moves forward.
    """

    ahead_by = models.DurationField()
    advanced_by = models.CharField(max_length=40)
    advanced_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="demo_clock_is_one_row", condition=Q(id=1)),
        ]

    def __str__(self) -> str:
        return f"+{self.ahead_by}"
