"""The people around a file: helpers, pairings, what they owe, what they did; and the health record."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.crypto import EncryptedTextField
from bangfu.kernel.tenancy.models import StationModel
from tenant_apps.households.models import HouseholdFile


class Helper(StationModel):
    """One helper (帮扶责任人): a person or unit that looks after households.

    ``user_id`` is the account in this station, where the helper has one. Of all helpers at most one is
    the default owner (谁主管、谁帮扶). Written by ``services.helpers``.
    """

    name = models.CharField(max_length=32)
    unit = models.CharField(max_length=64, blank=True)
    duty = models.CharField(max_length=32, blank=True)
    kind = models.CharField(max_length=16)
    phone = EncryptedTextField(null=True)
    user_id = models.IntegerField(null=True, blank=True)
    is_default = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta(StationModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="helper_one_default"
            ),
            models.CheckConstraint(
                condition=Q(is_active=True) | Q(is_default=False), name="helper_default_active"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PairingState(models.TextChoices):
    """Where a pairing stands. Source: domain reference §3.14."""

    PROPOSED = "proposed", _("拟结对")
    AGREED = "agreed", _("已商定")
    ACTIVE = "active", _("帮扶中")
    REVIEWED = "reviewed", _("已考核")
    ENDED = "ended", _("已结束")


COUNTED_STATES = (PairingState.ACTIVE, PairingState.REVIEWED)
"""In these a helper looks after the household (PAI-01)."""


class Pairing(StationModel):
    """One helper for one household; a household may have several.

    ``subject`` and ``helper_kind`` are kept as they were when it began, so that its facts never
    change behind it. ``student_hash`` names a member where the pairing is for a student (I-K07).
    Written by ``services.pairings``.
    """

    file = models.ForeignKey(HouseholdFile, on_delete=models.CASCADE, related_name="pairings")
    helper = models.ForeignKey(Helper, on_delete=models.PROTECT, related_name="pairings")
    state = models.CharField(max_length=10, choices=PairingState, default=PairingState.PROPOSED)
    form = models.CharField(max_length=20)
    helper_kind = models.CharField(max_length=16)
    help_kinds = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    plan = models.CharField(max_length=500, blank=True)
    subject = models.BinaryField(max_length=16, null=True)
    student_hash = models.BinaryField(max_length=16, null=True)
    started_on = models.DateField(null=True)
    planned_until = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)
    score = models.PositiveSmallIntegerField(null=True)
    scored_year = models.PositiveSmallIntegerField(null=True)
    score_note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta(StationModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["file", "helper"],
                condition=~Q(state="ended"),
                name="pairing_once_with_helper",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__lte=100), name="pairing_score_of_100"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="pairing_ends_after_it_began",
            ),
        ]
        indexes = [
            # The list of pairings, newest first.
            models.Index(fields=["state", "-id"], name="pairing_list"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.helper_id}"


class RoundState(models.TextChoices):
    """Whether a round still goes on."""

    OPEN = "open", _("进行中")
    CLOSED = "closed", _("已结束")


class Round(StationModel):
    """One round of visits: a quarter's contacts, the days before a festival, a campaign.

    It has one deadline and one to-do for all its visits. ``key`` keeps the rounds of the calendar
    from being opened twice. Written by ``services.rounds``.
    """

    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=60)
    key = models.CharField(max_length=64, unique=True)
    opens_on = models.DateField()
    due_on = models.DateField()
    groups = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    state = models.CharField(max_length=8, choices=RoundState, default=RoundState.OPEN)
    close_reason = models.CharField(max_length=200, blank=True)
    made_by = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()

    class Meta(StationModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_on__lte=F("due_on")), name="round_opens_before_it_is_due"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class VisitWay(models.TextChoices):
    """How somebody got in touch; only a visit is a visit."""

    VISIT = "visit", _("上门走访")
    PHONE = "phone", _("电话联系")
    MESSAGE = "message", _("微信或短信")
    OFFICE = "office", _("来站接待")


class Contact(StationModel):
    """One contact with a household as it was: when, how, by whom, what was found, what is to follow.

    Written by ``services.contacts``; a wrong one is withdrawn with a reason, never deleted.
    """

    file = models.ForeignKey(HouseholdFile, on_delete=models.CASCADE, related_name="contacts")
    helper = models.ForeignKey(Helper, on_delete=models.PROTECT, related_name="contacts", null=True)
    kind = models.CharField(max_length=16)
    way = models.CharField(max_length=8, choices=VisitWay)
    visited_on = models.DateField()
    by_names = models.CharField(max_length=100)
    findings = models.TextField()
    help_given = models.CharField(max_length=300, blank=True)
    needs = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    follow_up = models.CharField(max_length=300, blank=True)
    follow_up_due_on = models.DateField(null=True)
    followed_up_on = models.DateField(null=True)
    follow_up_result = models.CharField(max_length=500, blank=True)
    photo_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    subject = models.BinaryField(max_length=16, null=True)
    recorded_by_id = models.IntegerField(null=True)
    recorded_by = models.CharField(max_length=60)
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta(StationModel.Meta):
        indexes = [
            # The list of contacts, newest first.
            models.Index(fields=["-visited_on", "-id"], name="contact_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.visited_on}"


class DutyState(models.TextChoices):
    """Where a visit that is owed stands. Source: domain reference §3.14."""

    DUE = "due", _("应访")
    PLANNED = "planned", _("已安排")
    DONE = "done", _("已走访")
    FOLLOWED_UP = "followed_up", _("已跟进")
    MISSED = "missed", _("逾期未访")
    CANCELLED = "cancelled", _("不再需要")


OPEN_DUTIES = (DutyState.DUE, DutyState.PLANNED, DutyState.MISSED)
"""In these somebody still has to go."""

DONE_DUTIES = (DutyState.DONE, DutyState.FOLLOWED_UP)


class Duty(StationModel):
    """One visit or contact that is owed to a household: of a round, after an event, after approval.

    ``key`` says what brought it about, so that the same cause makes one duty. ``contact`` is what
    fulfilled it; in time when it was on ``due_on`` or earlier. Written by ``services.duties``.
    """

    file = models.ForeignKey(HouseholdFile, on_delete=models.CASCADE, related_name="duties")
    pairing = models.ForeignKey(
        Pairing, on_delete=models.SET_NULL, related_name="duties", null=True
    )
    helper = models.ForeignKey(Helper, on_delete=models.PROTECT, related_name="duties", null=True)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="duties", null=True)
    kind = models.CharField(max_length=16)
    key = models.CharField(max_length=100, unique=True)
    about = models.CharField(max_length=64, blank=True)
    opens_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=12, choices=DutyState, default=DutyState.DUE)
    planned_on = models.DateField(null=True)
    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, related_name="duties", null=True
    )
    done_on = models.DateField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    subject = models.BinaryField(max_length=16, null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta(StationModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["done", "followed_up"]) | Q(done_on__isnull=False),
                name="duty_done_on_a_day",
            ),
        ]
        indexes = [
            # The list of what is owed, the earliest first.
            models.Index(
                fields=["due_on", "id"],
                condition=Q(state__in=["due", "planned", "missed"]),
                name="duty_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.kind} {self.due_on}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to go."""
        return self.state in OPEN_DUTIES


class HealthCheck(StationModel):
    """One entry of a household's health record, kept with the love hospital (I-F22).

    Kept apart from the file: seen only by whoever holds ``health.view``, each time with a reason.
    ``person_hash`` is the keyed hash of the person's number. Nothing of it leaves the station.
    """

    file = models.ForeignKey(HouseholdFile, on_delete=models.CASCADE, related_name="+")
    person_hash = models.BinaryField(max_length=16, null=True)
    person_name = EncryptedTextField(null=True)
    checked_on = models.DateField()
    hospital = models.CharField(max_length=64, blank=True)
    findings = EncryptedTextField()
    advice = EncryptedTextField(null=True)
    next_check_on = models.DateField(null=True)
    recorded_by_id = models.IntegerField(null=True)
    recorded_by = models.CharField(max_length=60)
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta(StationModel.Meta):
        db_table = "pairing_health"

    def __str__(self) -> str:
        return f"{self.file_id} {self.checked_on}"
