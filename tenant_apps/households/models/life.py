"""The rows of what happens to a file once it is on file: rounds, re-checks, transfers."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.tenancy.models import StationModel
from tenant_apps.households.models.columns import code_column, day_column
from tenant_apps.households.models.files import HouseholdFile


class RoundKind(models.TextChoices):
    """What a round over many files is."""

    QUARTERLY = "quarterly", _("季度复核")
    YEARLY = "yearly", _("年度复核")
    REDECLARE = "redeclare", _("重新申报")
    EXITS = "exits", _("退出核查")


class HouseholdRound(StationModel):
    """One round over the files of the station: every file of a quarter, or a sample of those that left.

    `seed` and the share that was drawn make the sample reproducible: of the files sorted by the digest
    of seed and key, the first ones are it. Written when the round opens and when its last file is done.
    """

    kind = models.CharField(max_length=12, choices=RoundKind)
    period = models.CharField(max_length=12)
    due_on = models.DateField()
    seed = models.BigIntegerField()
    share = models.DecimalField(max_digits=4, decimal_places=3)
    population = models.PositiveIntegerField()
    sampled = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta(StationModel.Meta):
        db_table = "households_round"
        constraints = [
            models.UniqueConstraint(fields=["kind", "period"], name="round_once_a_period"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.period}"


class RecheckKind(models.TextChoices):
    """Why a file is looked at again. Source: domain §3.2, NR12, NR13, I-T09."""

    QUARTERLY = "quarterly", _("季度复核")
    YEARLY = "yearly", _("年度复核")
    EVENT = "event", _("信息变更")
    REDECLARE = "redeclare", _("重新申报")
    EXIT_CHECK = "exit_check", _("退出核查")


class RecheckState(models.TextChoices):
    """Where a re-check stands."""

    DUE = "due", _("待复核")
    FILLING = "filling", _("填写中")
    SENT = "sent", _("已上报")
    CONTINUED = "continued", _("继续在档")
    EXITING = "exiting", _("退出办理中")
    EXITED = "exited", _("已退出")
    DONE = "done", _("已核查")
    CANCELLED = "cancelled", _("已取消")


RECHECK_UNDER_WAY = (RecheckState.FILLING, RecheckState.SENT, RecheckState.EXITING)
RECHECK_WAITS = (RecheckState.DUE, *RECHECK_UNDER_WAY)


class HouseholdRecheck(StationModel):
    """One re-check of one file: what was due, what was found, what was proposed and decided.

    `incomes_fen` are net incomes per head of successive months, the oldest first. `rules` names the
    versions of the rules that the decision used. Written by the services of re-checks and exits.
    """

    file = models.ForeignKey(HouseholdFile, on_delete=models.CASCADE, related_name="rechecks")
    round = models.ForeignKey(
        HouseholdRound, on_delete=models.PROTECT, null=True, related_name="rechecks"
    )
    kind = models.CharField(max_length=12, choices=RecheckKind)
    period = models.CharField(max_length=24)
    due_on = models.DateField()
    is_sampled = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=RecheckState, default=RecheckState.DUE)
    event = models.CharField(max_length=16, blank=True)
    event_on = day_column()
    event_person = models.CharField(max_length=32, blank=True)
    findings = models.TextField(blank=True)
    visit_id = models.UUIDField(null=True, blank=True)
    incomes_fen = ArrayField(models.BigIntegerField(), default=list, blank=True)
    proposal = models.CharField(max_length=12, blank=True)
    exit_kind = code_column()
    exit_reason = code_column()
    exit_measure = code_column(default="")
    tier_before = code_column()
    tier_after = code_column()
    rules = models.JSONField(default=list, blank=True)
    # Who above asked for the exit: request, centre, name and key of the person; empty where nobody did.
    asked = models.JSONField(default=dict, blank=True)
    # The version that was sent up.
    offer = models.PositiveIntegerField(null=True, blank=True)
    # The last decision of that offer which was followed here.
    followed = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    filled_by_id = models.BigIntegerField(null=True, blank=True)
    filled_by = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    decided_on = day_column()
    decided_by = models.CharField(max_length=200, blank=True)
    decision = models.TextField(blank=True)

    class Meta(StationModel.Meta):
        db_table = "households_recheck"
        constraints = [
            models.UniqueConstraint(
                fields=["file", "kind", "period"],
                condition=~Q(state=RecheckState.CANCELLED),
                name="recheck_once_a_period",
            ),
            models.UniqueConstraint(
                fields=["file"],
                condition=Q(state__in=RECHECK_UNDER_WAY),
                name="one_recheck_under_way",
            ),
        ]
        indexes = [
            # The work lists: what is due and what is overdue.
            models.Index(
                fields=["due_on"],
                condition=Q(state__in=RECHECK_WAITS),
                name="recheck_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.kind} {self.period}"

    @property
    def needs_visit(self) -> bool:
        """Whether somebody must have been there: the sample of a round is looked at on the spot."""
        return self.is_sampled

    def is_overdue(self, on: date) -> bool:
        """Whether it should have been sent up before a day."""
        return self.due_on < on and self.state in (RecheckState.DUE, RecheckState.FILLING)


class TransferRole(models.TextChoices):
    """What a station has to do with a transfer."""

    GIVING = "giving", _("转出")
    TAKING = "taking", _("转入")
    CONFIRMING = "confirming", _("确认")


class TransferState(models.TextChoices):
    """Where a transfer stands."""

    OFFERED = "offered", _("待接收")
    ACCEPTED = "accepted", _("待上级确认")
    CONFIRMED = "confirmed", _("待移交")
    HANDED = "handed", _("移交中")
    DONE = "done", _("已完成")
    DECLINED = "declined", _("不予接收")
    REFUSED = "refused", _("上级不同意")
    CANCELLED = "cancelled", _("已撤回")


TRANSFER_UNDER_WAY = (
    TransferState.OFFERED,
    TransferState.ACCEPTED,
    TransferState.CONFIRMED,
    TransferState.HANDED,
)


class TransferReason(models.TextChoices):
    """Why a file moves. Source: domain §3.2, NR10."""

    MOVED = "moved", _("户籍或居住地变动")
    NEW_JOB = "new_job", _("工作单位变动")
    UNIT_CLOSED = "unit_closed", _("单位撤销")
    OTHER = "other", _("其他")


class HouseholdTransfer(StationModel):
    """One move of a file to another station, as one of the three stations sees it.

    The same `transfer_id` is kept by the station that gives, the one that takes and the one that
    confirms. Only the giving station can let go, and it does so once: with the message that carries
    the file. Holds no name in the open; `carried` says which paper became which.
    """

    transfer_id = models.UUIDField()
    role = models.CharField(max_length=12, choices=TransferRole)
    state = models.CharField(max_length=12, choices=TransferState, default=TransferState.OFFERED)
    file_id = models.UUIDField()
    file_no = models.CharField(max_length=32)
    masked_name = models.CharField(max_length=32)
    persons = models.PositiveSmallIntegerField(default=1)
    tier = code_column()
    main_cause = code_column()
    reason = models.CharField(max_length=16, choices=TransferReason)
    note = models.TextField(blank=True)
    giving_id = models.BigIntegerField()
    giving_code = models.CharField(max_length=20)
    giving_name = models.CharField(max_length=120)
    taking_id = models.BigIntegerField()
    taking_code = models.CharField(max_length=20)
    taking_name = models.CharField(max_length=120)
    above_id = models.BigIntegerField()
    above_name = models.CharField(max_length=120)
    due_on = models.DateField()
    handed_on = day_column()
    # The message that carries the file.
    message_id = models.UUIDField(null=True, blank=True)
    carried = models.JSONField(default=dict, blank=True)
    history = models.JSONField(default=list, blank=True)
    last_text = models.TextField(blank=True)
    offered_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=64, blank=True)

    class Meta(StationModel.Meta):
        db_table = "households_transfer"
        constraints = [
            models.UniqueConstraint(fields=["transfer_id", "role"], name="transfer_once_a_role"),
            models.UniqueConstraint(
                fields=["file_id"],
                condition=Q(role=TransferRole.GIVING) & Q(state__in=TRANSFER_UNDER_WAY),
                name="one_transfer_under_way",
            ),
        ]
        indexes = [
            # The list of transfers, by what waits.
            models.Index(fields=["state", "-offered_at"], name="transfer_list"),
            # The page of a file: where it went and where it came from.
            models.Index(fields=["file_id"], name="transfer_of_file"),
        ]

    def __str__(self) -> str:
        return f"{self.file_no} {self.role}"
