"""Rules as data: what holds, where, from when to when, on whose word."""

from datetime import date

from django.db import models
from django.db.models import F, Q


class PolicyRule(models.Model):
    """One version of one rule in one part of the network, from one day to another.

    ``scope_path`` is the path of the station at whose subtree it holds; empty for the whole
    network. ``valid_to`` is the first day on which it no longer held. A row in force is never
    changed: another value is another version, so that a decision can always show the rule it
    rested on. Written by ``lay_down_rule`` and by the migration that seeds the network.
    """

    key = models.CharField(max_length=60)
    scope_path = models.CharField(max_length=120, blank=True)
    value = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField()
    source = models.CharField(max_length=200)
    laid_down_by = models.CharField(max_length=40)
    laid_down_at = models.DateTimeField(null=True, blank=True)

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

    def was_in_force(self, on: date) -> bool:
        """Tell whether the rule held on a day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


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
