"""The rows of aid: one need of one household, from the application to what came of the money."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.crypto import EncryptedTextField
from bangfu.kernel.tenancy.models import StationModel
from tenant_apps.funds.models import Fund
from tenant_apps.households.models import HouseholdFile


class AidState(models.TextChoices):
    """Where an application stands. Source: domain reference §3.3."""

    PROPOSED = "proposed", _("拟列入")
    LEFT_OUT = "left_out", _("未列入")
    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("已提交")
    ELIGIBILITY = "eligibility", _("资格核验")
    REVIEWING = "reviewing", _("审核")
    ASKED_ABOVE = "asked_above", _("上报审批")
    MEETING = "meeting", _("主席办公会")
    PARTY_GROUP = "party_group", _("党组会审定")
    NOTICE = "notice", _("公示")
    OBJECTION = "objection", _("异议核查")
    APPROVED = "approved", _("已批准")
    BATCHED = "batched", _("已列入发放")
    PAID = "paid", _("已发放")
    FED_BACK = "fed_back", _("已回访")
    CLOSED = "closed", _("已办结")
    RETURNED = "returned", _("退回")
    REFUSED = "refused", _("不予帮扶")
    WITHDRAWN = "withdrawn", _("已撤回")


OFF_STATES = (
    AidState.PROPOSED,
    AidState.LEFT_OUT,
    AidState.DRAFT,
    AidState.RETURNED,
    AidState.REFUSED,
    AidState.WITHDRAWN,
)
"""In these an application claims nothing: the same need may be applied for by another."""

GRANTED_STATES = (
    AidState.APPROVED,
    AidState.BATCHED,
    AidState.PAID,
    AidState.FED_BACK,
    AidState.CLOSED,
)
"""In these the amount was approved: it counts against every cap."""

PAID_STATES = (AidState.PAID, AidState.FED_BACK, AidState.CLOSED)
"""In these the money has reached the person: they count as aided."""


class PayeeState(models.TextChoices):
    """Whether the account that is paid can be paid into."""

    SOUND = "sound", _("可发放")
    DOUBTFUL = "doubtful", _("待更正")
    CHANGED = "changed", _("待复核")


def _state_is(states: tuple[AidState, ...]) -> Q:
    return Q(state__in=[state.value for state in states])


class Application(StationModel):
    """One need of one household, student or person of a warmth group, in one cycle of one programme.

    ``file`` is the household's file, none for a person of a group outside the files (``group``).
    ``programme`` is the key of the programme, ``aid`` the kind of aid it pays: the account ``5001.<aid>`` and
    what a fund is earmarked for. ``cycle`` is the year, month, campaign or day of the case in which the need
    is met once. ``household`` is the keyed hash of the head's number (of the person's, outside the files),
    ``member`` that of the student, empty where the household as a whole is aided: programme, cycle, household
    and member stand at most once among the live states.

    ``amount_fen`` is what is, or is to be, granted; ``asked_fen`` what was asked for. ``assessment`` keeps the
    terms, the computed amounts and the versions of rules the decision rests on; ``counted`` the dimensions
    under which it counts, taken when it was paid. Written by the services of this app; payouts move it
    through ``batch_applications``, ``unbatch_application``, ``note_paid``, ``note_not_paid`` and
    ``note_returned``. Never holds a card or identity number in the open.
    """

    number = models.CharField(max_length=20)
    state = models.CharField(max_length=12, choices=AidState, default=AidState.DRAFT)
    file = models.ForeignKey(
        HouseholdFile, on_delete=models.PROTECT, related_name="aid", null=True, db_index=False
    )
    group = models.CharField(max_length=20, blank=True)
    programme = models.CharField(max_length=40)
    programme_version_id = models.BigIntegerField()
    aid = models.CharField(max_length=16)
    mode = models.CharField(max_length=12)
    cycle = models.CharField(max_length=40)
    campaign_id = models.UUIDField(null=True)
    campaign = models.CharField(max_length=20, blank=True)
    household = models.BinaryField(max_length=16)
    is_identified = models.BooleanField(default=True)
    member = models.BinaryField(max_length=16, default=b"")

    # Whom the aid is for, and who is paid: the student is aided, a parent of the file is paid (NR19).
    person_name = models.CharField(max_length=32)
    unit = models.CharField(max_length=64, blank=True)
    payee_name = models.CharField(max_length=32)
    payee_id_no = EncryptedTextField(null=True)
    payee_id_hash = models.BinaryField(max_length=16, null=True, editable=False)
    payee_bank = models.CharField(max_length=64, blank=True)
    payee_card = EncryptedTextField(null=True)
    payee_card_hash = models.BinaryField(max_length=16, null=True, editable=False)

    # After the bank sent money back the account is doubtful, until one person corrects it and another agrees.
    payee_state = models.CharField(max_length=8, choices=PayeeState, default=PayeeState.SOUND)
    payee_changed_by_id = models.BigIntegerField(null=True)

    asked_fen = models.BigIntegerField()
    amount_fen = models.BigIntegerField()
    self_paid_fen = models.BigIntegerField(null=True)
    stage = models.CharField(max_length=16, blank=True)
    # Of help in sudden hardship: a code of the list ``loss_kind``, and what was lost after compensation, insurance
    # and other aid.
    loss_kind = models.CharField(max_length=16, blank=True)
    loss_fen = models.BigIntegerField(null=True)
    case_on = models.DateField(null=True)
    need = models.CharField(max_length=500, blank=True)
    fund = models.ForeignKey(
        Fund, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    assessment = models.JSONField(default=dict, blank=True)
    # Meetings that agreed, in their order; what was asked of the station above and what it answered.
    meetings = models.JSONField(default=list, blank=True)
    asked_above = models.JSONField(default=list, blank=True)

    is_urgent = models.BooleanField(default=False)
    papers_due_on = models.DateField(null=True)
    papers_in_on = models.DateField(null=True)

    entered_by_id = models.BigIntegerField(null=True)
    entered_by = models.CharField(max_length=60)
    owner_id = models.BigIntegerField(null=True)
    owner = models.CharField(max_length=60, blank=True)
    reviewed_by_id = models.BigIntegerField(null=True)
    reviewed_by = models.CharField(max_length=60, blank=True)
    approved_by_id = models.BigIntegerField(null=True)
    approved_by = models.CharField(max_length=60, blank=True)
    submitted_on = models.DateField(null=True)
    approved_on = models.DateField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    batch = models.CharField(max_length=64, blank=True)
    line = models.CharField(max_length=64, blank=True)
    paid_on = models.DateField(null=True)
    counted = models.JSONField(null=True, blank=True)
    nat_entry_on = models.DateField(null=True)
    fed_back_on = models.DateField(null=True)
    fed_back_by = models.CharField(max_length=60, blank=True)
    effect = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta(StationModel.Meta):
        constraints = [
            models.UniqueConstraint(name="aid_number_once", fields=["number"]),
            models.UniqueConstraint(
                name="aid_same_need_once",
                fields=["programme", "cycle", "household", "member"],
                condition=~_state_is(OFF_STATES),
            ),
            models.UniqueConstraint(
                name="aid_listed_once",
                fields=["campaign_id", "household", "member"],
                condition=Q(campaign_id__isnull=False) & ~Q(state="withdrawn"),
            ),
            models.CheckConstraint(
                name="aid_state_known", condition=Q(state__in=[one.value for one in AidState])
            ),
            models.CheckConstraint(
                name="aid_of_a_file_or_a_group", condition=Q(file__isnull=False) | ~Q(group="")
            ),
            models.CheckConstraint(
                name="aid_amounts_are_money", condition=Q(amount_fen__gt=0, asked_fen__gt=0)
            ),
            models.CheckConstraint(
                name="aid_reviewed_by_another",
                condition=Q(reviewed_by_id__isnull=True)
                | Q(entered_by_id__isnull=True)
                | ~Q(reviewed_by_id=F("entered_by_id")),
            ),
            models.CheckConstraint(
                name="aid_approved_by_a_third",
                condition=Q(approved_by_id__isnull=True)
                | (
                    (Q(entered_by_id__isnull=True) | ~Q(approved_by_id=F("entered_by_id")))
                    & (Q(reviewed_by_id__isnull=True) | ~Q(approved_by_id=F("reviewed_by_id")))
                ),
            ),
            models.CheckConstraint(
                name="aid_paid_on_a_day",
                condition=~_state_is(PAID_STATES) | Q(paid_on__isnull=False, counted__isnull=False),
            ),
            models.CheckConstraint(
                name="aid_granted_from_a_fund",
                condition=~_state_is(GRANTED_STATES)
                | Q(fund__isnull=False, approved_by_id__isnull=False, approved_on__isnull=False),
            ),
        ]
        indexes = [
            # The list of applications, narrowed by state and kind of aid, newest first: a far page and how many there
            # are in all come out of it and not out of the rows.
            models.Index(name="aid_keys", fields=["state", "-id"], include=["aid"]),
            # What a household was given: the caps, and the page of a file.
            models.Index(name="aid_of_household", fields=["household", "-id"]),
            # The list of one campaign.
            models.Index(
                name="aid_of_campaign",
                fields=["campaign_id", "state"],
                condition=Q(campaign_id__isnull=False),
            ),
            # The rows a batch holds.
            models.Index(name="aid_of_batch", fields=["batch"], condition=~Q(batch="")),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_live(self) -> bool:
        """Whether it claims its need, so that no other may."""
        return self.state not in OFF_STATES

    @property
    def budget_ref(self) -> str:
        """The reference under which its budget is held: ``aid:<id>``."""
        return f"aid:{self.pk}"

    def paper_is_late(self, on: date) -> bool:
        """Whether the papers of urgent help should have come before a day."""
        due = self.papers_due_on
        return self.papers_in_on is None and due is not None and due < on
