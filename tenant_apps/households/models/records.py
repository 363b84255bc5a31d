"""What a file gathers: its versions, its papers, the visits to the household."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.tenancy.models import StationModel
from tenant_apps.households.models.columns import day_column
from tenant_apps.households.models.files import HouseholdFile


class VisitPlace(models.TextChoices):
    """Where a household was visited (I-F06)."""

    HOME = "home", _("家中")
    COMMUNITY = "community", _("社区")
    ENTERPRISE = "enterprise", _("企业")
    TEAM = "team", _("班组")


class HouseholdVersion(StationModel):
    """What a file said from a day on, never changed afterwards.

    `counted` holds the dimensions with which the household counts as on file, or null when it does
    not: the facts of the roll-up are what differs between one version and the next. `snapshot`
    keeps every field; what is sealed in the file stays sealed in it.
    """

    # Found by the beginning of ``version_number_once``.
    file = models.ForeignKey(
        HouseholdFile, on_delete=models.CASCADE, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField()
    effective_on = models.DateField()
    state = models.CharField(max_length=16)
    event = models.CharField(max_length=24)
    counted = models.JSONField(null=True, blank=True)
    snapshot = models.JSONField()
    reason = models.TextField(blank=True)
    made_by_id = models.BigIntegerField(null=True, blank=True)
    made_by = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()

    class Meta(StationModel.Meta):
        db_table = "households_version"
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="version_number_once"),
        ]
        indexes = [
            # The work list of files that have not changed for a year.
            models.Index(fields=["effective_on", "file"], name="version_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} v{self.number}"


class HouseholdPaper(StationModel):
    """One paper of a file: a scan, or the note that somebody saw the original, or both."""

    file = models.ForeignKey(HouseholdFile, on_delete=models.CASCADE, related_name="papers")
    kind = models.CharField(max_length=16)
    attachment_id = models.UUIDField(null=True, blank=True)
    seen_on = day_column()
    seen_by_id = models.BigIntegerField(null=True, blank=True)
    seen_by = models.CharField(max_length=64, blank=True)
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta(StationModel.Meta):
        db_table = "households_paper"
        constraints = [
            models.CheckConstraint(
                condition=Q(attachment_id__isnull=False) | Q(seen_on__isnull=False),
                name="paper_scanned_or_seen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.kind}"


class HouseholdVisit(StationModel):
    """One visit to a household: when, where, by which two people, and what they found."""

    file = models.ForeignKey(HouseholdFile, on_delete=models.CASCADE, related_name="visits")
    visited_on = models.DateField()
    place = models.CharField(max_length=12, choices=VisitPlace, default=VisitPlace.HOME)
    first_visitor = models.CharField(max_length=32)
    second_visitor = models.CharField(max_length=32)
    findings = models.TextField()
    agrees = models.BooleanField()
    photo_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    recorded_by_id = models.BigIntegerField(null=True, blank=True)
    recorded_by = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()

    class Meta(StationModel.Meta):
        db_table = "households_visit"
        constraints = [
            models.CheckConstraint(
                condition=~Q(first_visitor=models.F("second_visitor")),
                name="visit_by_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.visited_on}"
