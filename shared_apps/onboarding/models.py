"""Applications of stations to be: what they said of themselves and how far they have come."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.ids import uuid7
from shared_apps.notifications.models import MailState
from tenants.models import Level, StationKind


class ApplicationState(models.TextChoices):
    """Where an application stands, up to the moment the station opens. Source: domain §3.1."""

    DRAFT = "draft", _("草稿")
    APPLIED = "applied", _("已申请")
    PARENT_REVIEW = "parent_review", _("上级审核")
    CORRECTING = "correcting", _("补正中")
    PROVISIONING = "provisioning", _("开通中")
    TRIAL = "trial", _("已开通")
    REJECTED = "rejected", _("不予通过")


class Origin(models.TextChoices):
    """How an application came to be."""

    PUBLIC = "public", _("自助申请")
    INVITED = "invited", _("上级邀请")
    IMPORT = "import", _("批量导入")


class Letter(models.TextChoices):
    """What an applicant is written."""

    INVITED = "invited", _("邀请入驻")
    RETURNED = "returned", _("退回补正")
    REJECTED = "rejected", _("不予通过")
    REMINDED = "reminded", _("即将到期")
    LATE = "late", _("已逾期")


class Warned(models.TextChoices):
    """What those concerned were told of the day of an application."""

    SOON = "soon", _("即将到期")
    LATE = "late", _("已逾期")


class Batch(models.Model):
    """Stations that were invited or imported together. Progress is counted from its applications."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(max_length=120)
    origin = models.CharField(max_length=12, choices=Origin)
    parent = models.ForeignKey(
        "tenants.Station",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    total = models.PositiveIntegerField()
    made_by_name = models.CharField(max_length=60)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.title


class Application(models.Model):
    """One unit that wants to become a station, from its first draft until its station is open.

    Anybody may write one; it reserves nothing. The code of the station is given on approval and is
    unique among stations and approved applications. Its link is derived from the key and ``nonce`` and
    is not stored. ``history`` is what the applicant and the parent see of the way; the audit chain holds
    the same acts for good. Written by ``services`` alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    nonce = models.CharField(max_length=32)
    state = models.CharField(
        max_length=16, choices=ApplicationState, default=ApplicationState.DRAFT
    )
    origin = models.CharField(max_length=12, choices=Origin, default=Origin.PUBLIC)
    batch = models.ForeignKey(
        Batch, null=True, blank=True, on_delete=models.PROTECT, related_name="applications"
    )
    # The station above; empty only while a row of an import waits for its parent to open.
    parent = models.ForeignKey(
        "tenants.Station", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    parent_code = models.CharField(max_length=20, blank=True)
    level = models.PositiveSmallIntegerField(choices=Level)
    kind = models.CharField(max_length=20, choices=StationKind, default=StationKind.COMPREHENSIVE)
    name = models.CharField(max_length=120)
    region_code = models.CharField(max_length=12)
    union_name = models.CharField(max_length=120, blank=True)
    union_uscc = models.CharField(max_length=18, blank=True)
    address = models.CharField(max_length=200, blank=True)
    founding_paper_no = models.CharField(max_length=60, blank=True)
    founding_paper = models.FileField(upload_to="onboarding/%Y/", blank=True)
    contact_name = models.CharField(max_length=40)
    contact_phone = models.CharField(max_length=20, blank=True)
    contact_email = models.EmailField(blank=True)
    liaison_name = models.CharField(max_length=40, blank=True)
    liaison_phone = models.CharField(max_length=20, blank=True)
    # People who will work there: [{"name", "phone", "role"}].
    staff = models.JSONField(default=list, blank=True)
    windows = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    # What the parent asked for when it returned the application: [{"item", "note"}].
    missing = models.JSONField(default=list, blank=True)
    comment = models.CharField(max_length=500, blank=True)
    # The last day of whoever has to act now.
    due_on = models.DateField(null=True, blank=True)
    # What was said of that day already.
    warned = models.CharField(max_length=4, choices=Warned, blank=True, default="", db_default="")
    history = models.JSONField(default=list, blank=True)
    assigned_code = models.CharField(max_length=20, blank=True)
    station = models.OneToOneField(
        "tenants.Station", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    failure = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    first_seen_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    # The newest letter to the contact; an older one that still waited is not sent any more.
    letter = models.CharField(max_length=12, choices=Letter, blank=True, default="", db_default="")
    letter_state = models.CharField(
        max_length=8, choices=MailState, default=MailState.NONE, db_default=MailState.NONE
    )
    # How many were owed so far, and how often the newest was tried.
    letters = models.PositiveSmallIntegerField(default=0, db_default=0)
    letter_attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    letter_sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="application_level_known", condition=Q(level__in=Level.values)
            ),
            models.UniqueConstraint(
                name="application_code_once",
                fields=["assigned_code"],
                condition=~Q(assigned_code=""),
            ),
        ]
        indexes = [
            # The parent's inbox and board.
            models.Index(name="applications_of_parent", fields=["parent", "state", "due_on"]),
            # What waits to be opened, parents before children.
            models.Index(
                name="applications_to_open",
                fields=["level", "id"],
                condition=Q(state="provisioning"),
            ),
            # What waits for the mail server, oldest first.
            models.Index(
                name="applications_to_write",
                fields=["id"],
                condition=Q(letter_state__in=["due", "failed"]),
            ),
            # The clocks: whose day comes.
            models.Index(
                name="applications_by_day", fields=["due_on"], condition=Q(due_on__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name
