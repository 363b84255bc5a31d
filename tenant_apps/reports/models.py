"""Reports of the own station, what stations and units below reported, and every version of both."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.tenancy.models import StationModel
from shared_apps.rollup.periods import Period


class ReportState(models.TextChoices):
    """Where a report of the own station stands. Source: domain §3.16."""

    OPEN = "open", _("待填")
    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("已上报")
    RETURNED = "returned", _("已退回")
    ACCEPTED = "accepted", _("已接收")
    LOCKED = "locked", _("已锁定")
    CORRECTION = "correction", _("更正申请中")
    CORRECTING = "correcting", _("更正中")


class ReceivedState(models.TextChoices):
    """Where the report of a unit below stands, as the parent sees it."""

    AWAITED = "awaited", _("未报")
    SUBMITTED = "submitted", _("待审核")
    RETURNED = "returned", _("已退回")
    ACCEPTED = "accepted", _("已接收")
    LOCKED = "locked", _("已锁定")
    CORRECTION = "correction", _("申请更正")
    CORRECTING = "correcting", _("更正中")
    EXCUSED = "excused", _("免报")


EDITABLE = frozenset({ReportState.DRAFT, ReportState.RETURNED, ReportState.CORRECTING})
"""In these the numbers of a report may still be changed."""

SEALED = frozenset(set(ReportState) - EDITABLE - {ReportState.OPEN})
"""In these a version of the report stands above; what changes below makes a new version of it."""

SETTLED = frozenset(
    {
        ReceivedState.ACCEPTED,
        ReceivedState.LOCKED,
        ReceivedState.CORRECTION,
        ReceivedState.CORRECTING,
        ReceivedState.EXCUSED,
    }
)
"""In these the parent need not wait for a unit below: its numbers are in, or it is let off."""

OWING = frozenset({ReceivedState.AWAITED, ReceivedState.RETURNED, ReceivedState.CORRECTING})
"""In these the next act is the unit's: it can be chased."""


class Version(StationModel):
    """One sealed version of a report: never changed, and kept when another takes its place.

    ``subject_id`` is the report of the own station, or the row of the unit below that sent it.
    ``picture`` holds every cell with its value, its number of households and their digest, and
    ``digest`` seals all of it. ``cause`` says why there is this version: what was sent, which correction,
    or which version of which unit below changed which cells.
    """

    subject_id = models.UUIDField()
    number = models.PositiveSmallIntegerField()
    picture = models.JSONField()
    digest = models.BinaryField(max_length=32)
    cause = models.JSONField(default=dict)
    by_name = models.CharField(max_length=60)
    at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)

    class Meta(StationModel.Meta):
        constraints = [
            models.UniqueConstraint(name="report_version_once", fields=["subject_id", "number"])
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} #{self.number}"


class Report(StationModel):
    """One form the station owes for one period, or has reported.

    ``drawn`` is what the facts of the own station gave, cell by cell; ``entered`` what people filled in,
    with their explanation; ``explained`` why a rule that may be explained does not hold. ``is_top``
    where nobody above asks for it: then it is concluded here. Written by the services of this app.
    """

    form = models.CharField(max_length=24)
    period = models.CharField(max_length=8)
    first = models.DateField()
    last = models.DateField()
    state = models.CharField(max_length=12, choices=ReportState, default=ReportState.OPEN)
    is_top = models.BooleanField(default=False)
    drawn = models.JSONField(default=dict)
    entered = models.JSONField(default=dict)
    explained = models.JSONField(default=dict)
    comments = models.JSONField(default=list)
    as_of = models.DateTimeField(null=True)
    version = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    is_on_time = models.BooleanField(null=True)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    locked_at = models.DateTimeField(null=True)

    class Meta(StationModel.Meta):
        constraints = [
            models.UniqueConstraint(name="one_report_a_period", fields=["form", "period"]),
            models.CheckConstraint(
                name="report_period_in_order", condition=Q(first__lte=F("last"))
            ),
        ]
        indexes = [
            # The list of reports, newest period first.
            models.Index(name="report_newest", fields=["-last", "form"]),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.period}"

    @property
    def months(self) -> Period:
        """The period as months."""
        return Period.parse(self.period)

    @property
    def is_editable(self) -> bool:
        """Whether its numbers may still be changed."""
        return self.state in EDITABLE


class Received(StationModel):
    """What one unit below reports for one form and period: a station, or one not yet on the network.

    ``latest`` is the version it sent last, ``counted`` the one that stands in the sum of the own report.
    A paper unit has a name and no station; its numbers are entered here and are not de-duplicated.
    ``differences`` are the cells whose number is not what the facts of its subtree give.
    """

    form = models.CharField(max_length=24)
    period = models.CharField(max_length=8)
    station_id = models.BigIntegerField(null=True)
    code = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=120)
    is_paper = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=ReceivedState, default=ReceivedState.AWAITED)
    latest = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, related_name="+")
    counted = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, related_name="+")
    differences = models.JSONField(default=list)
    is_on_time = models.BooleanField(null=True)
    received_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    chased_at = models.DateTimeField(null=True)
    times_chased = models.PositiveSmallIntegerField(default=0)

    class Meta(StationModel.Meta):
        constraints = [
            # Also serves the board of one form and period.
            models.UniqueConstraint(
                name="one_report_a_unit",
                fields=["form", "period", "station_id", "name"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="report_unit_has_its_kind",
                condition=Q(is_paper=True, station_id__isnull=True)
                | Q(is_paper=False, station_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code or self.name} {self.form} {self.period}"
