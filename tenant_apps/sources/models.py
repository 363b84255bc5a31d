"""Transfers between two stations, one row at each end under one key; and donations."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.tenancy.models import StationModel
from tenant_apps.funds.models import Fund


class Side(models.TextChoices):
    """Which end of a transfer a row is."""

    OUT = "out", _("拨出")
    IN = "in", _("拨入")


class Direction(models.TextChoices):
    """Whether money goes to a station below, or a share of a campaign to the one above."""

    DOWN = "down", _("拨付下级")
    UP = "up", _("上缴上级")


class Difference(models.TextChoices):
    """In what the two ends, or an end and its bank, differ."""

    AMOUNT = "amount", _("金额不符")
    PAYEE = "payee", _("收款人不符")
    SOURCE = "source", _("资金来源不符")
    STATUS = "status", _("两端状态矛盾")


class TransferState(models.TextChoices):
    """Where an end of a transfer stands. Source: domain §3.5, reliability §3."""

    PLANNED = "planned", _("计划")
    CHECKED = "checked", _("已复核")
    APPROVED = "approved", _("已批准")
    INSTRUCTED = "instructed", _("已通知银行")
    SENT = "sent", _("已拨出，待确认")
    CLOSED = "closed", _("对方已到账")
    ANNOUNCED = "announced", _("待到账")
    RECEIVED = "received", _("已到账，使用中")
    MISMATCH = "mismatch", _("差异待查")
    REPORTED = "reported", _("决算已上报")
    SETTLED = "settled", _("已结清")
    RETURNED = "returned", _("已退回")
    CANCELLED = "cancelled", _("已取消")


class Transfer(StationModel):
    """One end of a transfer; both ends have the same key and the same ``number``, which the banks print.

    ``amount_fen`` is what was approved and announced; ``moved_fen`` what the own bank booked, ``confirmed_fen``
    what both ends agree on, ``back_fen`` what bounced on its way, ``given_fen`` what was given back unused,
    ``heard_fen`` what the other end said and is not settled here. At the
    sender the three people are who planned, checked and approved; at the receiver the two under whom the
    own bank line was entered. ``partner`` is the station at the other end, as it was called then. Written
    by ``services`` alone, along ``rules``.
    """

    side = models.CharField(max_length=3, choices=Side)
    direction = models.CharField(max_length=4, choices=Direction)
    state = models.CharField(max_length=10, choices=TransferState)
    number = models.CharField(max_length=16)
    partner_id = models.IntegerField()
    partner_code = models.CharField(max_length=20)
    partner_name = models.CharField(max_length=100)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="+", db_index=False)
    source = models.CharField(max_length=24)
    programmes = models.JSONField(default=list, blank=True)
    year = models.PositiveSmallIntegerField()
    purpose = models.CharField(max_length=200)
    payee = models.CharField(max_length=100)
    amount_fen = models.BigIntegerField()
    moved_fen = models.BigIntegerField(default=0)
    confirmed_fen = models.BigIntegerField(default=0)
    back_fen = models.BigIntegerField(default=0)
    given_fen = models.BigIntegerField(default=0)
    heard_fen = models.BigIntegerField(default=0)
    # How often this end took its own bank line back, and how often the other end said that it did.
    undone = models.PositiveSmallIntegerField(default=0)
    heard_undone = models.PositiveSmallIntegerField(default=0)
    wanted_back_fen = models.BigIntegerField(default=0)
    difference = models.CharField(max_length=8, choices=Difference, blank=True)
    planned_by_id = models.BigIntegerField(null=True)
    planned_by = models.CharField(max_length=60, blank=True)
    checked_by_id = models.BigIntegerField(null=True)
    checked_by = models.CharField(max_length=60, blank=True)
    approved_by_id = models.BigIntegerField(null=True)
    approved_by = models.CharField(max_length=60, blank=True)
    chair_met_on = models.DateField(null=True)
    chair_decided = models.CharField(max_length=200, blank=True)
    party_met_on = models.DateField(null=True)
    party_decided = models.CharField(max_length=200, blank=True)
    moved_on = models.DateField(null=True)
    moved_serial = models.CharField(max_length=80, blank=True)
    confirmed_on = models.DateField(null=True)
    # What both ends agreed on or took back: fen, the day of the own journal, the day at the other end.
    pairs = models.JSONField(default=list)
    # Every message this end sent: kind, key, body; from it one that vanished is sent again.
    said = models.JSONField(default=list)
    used_fen = models.BigIntegerField(null=True)
    report = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta(StationModel.Meta):
        constraints = [
            models.UniqueConstraint(name="transfer_number_once", fields=["number"]),
            models.CheckConstraint(
                name="transfer_moves_money", condition=Q(amount_fen__gt=0, moved_fen__gte=0)
            ),
            models.CheckConstraint(
                name="transfer_adds_up",
                condition=Q(
                    confirmed_fen__gte=0, back_fen__gte=0, heard_fen__gte=0, given_fen__gte=0,
                    moved_fen__gte=F("confirmed_fen") + F("given_fen"),
                ),
            ),
            models.CheckConstraint(
                name="transfer_by_different_people",
                condition=Q(side=Side.IN)
                | (
                    (Q(checked_by_id=None) | ~Q(checked_by_id=F("planned_by_id")))
                    & (
                        Q(approved_by_id=None)
                        | (
                            ~Q(approved_by_id=F("planned_by_id"))
                            & ~Q(approved_by_id=F("checked_by_id"))
                        )
                    )
                ),
            ),
        ]  # fmt: skip
        indexes = [
            # The lists of both sides, newest first, and what is open.
            models.Index(fields=["side", "state", "-id"], name="fund_transfer_list"),
        ]

    def __str__(self) -> str:
        return self.number


class DonationKind(models.TextChoices):
    """Whether money or goods are given."""

    CASH = "cash", _("捐款")
    GOODS = "goods", _("捐物")


class DonationState(models.TextChoices):
    """Where a donation stands. Source: domain §3.6."""

    PLEDGED = "pledged", _("认捐")
    RECEIVED = "received", _("已到账/到货")
    RECEIPTED = "receipted", _("已开票据")
    ALLOCATED = "allocated", _("已指定用途")
    USED = "used", _("已使用")
    FED_BACK = "fed_back", _("已反馈")
    CANCELLED = "cancelled", _("已取消")
    TO_RETURN = "to_return", _("退还待复核")
    RETURNING = "returning", _("待银行退还")
    RETURNED = "returned", _("已退还")


class Donation(StationModel):
    """One donation. Money lies in ``fund`` once the own bank booked it; goods are worth ``amount_fen``.

    ``donor`` is always known to those who see the ledger; ``is_anonymous`` hides the name from everybody
    outside. ``campaign`` is a code of the list ``donation_campaign``. ``receipt_number`` counts without a gap
    within ``receipt_year``.

    ``going_back`` is what is to be given back to the donor, as long as it is asked for or waits for the bank: fen,
    why, the state before, and the two people. ``returns`` is what went back, each with its day; ``returned_fen`` their
    sum. ``void_receipts`` are the receipts that were cancelled with it: their numbers are used up.
    Written by ``services.donating`` and ``services.giving_back`` alone.
    """

    number = models.CharField(max_length=16)
    kind = models.CharField(max_length=5, choices=DonationKind)
    state = models.CharField(max_length=10, choices=DonationState, default=DonationState.PLEDGED)
    donor = models.CharField(max_length=60)
    donor_hash = models.BinaryField(max_length=16)
    is_anonymous = models.BooleanField(default=False)
    campaign = models.CharField(max_length=24, blank=True)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="+", null=True)
    amount_fen = models.BigIntegerField()
    goods = models.CharField(max_length=200, blank=True)
    wish = models.CharField(max_length=200, blank=True)
    pledged_on = models.DateField()
    received_on = models.DateField(null=True)
    receipt_year = models.PositiveSmallIntegerField(null=True)
    receipt_number = models.PositiveIntegerField(null=True)
    receipt_by = models.CharField(max_length=60, blank=True)
    use = models.CharField(max_length=200, blank=True)
    feedback = models.CharField(max_length=500, blank=True)
    going_back = models.JSONField(default=dict, blank=True)
    returns = models.JSONField(default=list, blank=True)
    returned_fen = models.BigIntegerField(default=0)
    void_receipts = models.JSONField(default=list, blank=True)
    made_by_id = models.BigIntegerField()
    made_by = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta(StationModel.Meta):
        constraints = [
            models.UniqueConstraint(name="donation_number_once", fields=["number"]),
            models.UniqueConstraint(
                name="donation_receipt_once", fields=["receipt_year", "receipt_number"]
            ),
            models.CheckConstraint(
                name="donation_returns_no_more_than_came",
                condition=Q(returned_fen__gte=0, returned_fen__lte=F("amount_fen")),
            ),
            models.CheckConstraint(name="donation_is_worth", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(
                name="donation_of_money_has_fund",
                condition=Q(kind=DonationKind.GOODS) | Q(fund__isnull=False),
            ),
        ]
        indexes = [
            # The list, newest first, and what is still pledged.
            models.Index(fields=["state", "-id"], name="donation_list"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def receipt_text(self) -> str:
        """The number of the receipt as it is printed; empty before there is one."""
        return f"{self.receipt_year}-{self.receipt_number:05d}" if self.receipt_number else ""

    @property
    def kept_fen(self) -> int:
        """What of it was not given back."""
        return self.amount_fen - self.returned_fen
