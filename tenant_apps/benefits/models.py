"""Cards and what was done with them: what the database itself keeps true stands in migration 0002."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.tenancy.models import StationModel

CERTIFICATES = ("preferential", "extreme")
"""Kinds that show a status; the others carry a balance."""


class CardState(models.TextChoices):
    """Where a card stands. Source: domain §3.17."""

    APPLIED = "applied", _("已申请")
    ISSUED = "issued", _("已制证")
    ACTIVE = "active", _("有效")
    SUSPENDED = "suspended", _("暂停使用")
    EXPIRED = "expired", _("已过期")
    CANCELLED = "cancelled", _("已注销")


class EntryKind(models.TextChoices):
    """What an entry tells of."""

    TOP_UP = "top_up", _("充值")
    PURCHASE = "purchase", _("刷卡消费")
    RELIEF = "relief", _("费用减免")
    TICKETS = "tickets", _("发放电影票")
    REVERSAL = "reversal", _("冲正")
    SETTLEMENT = "settlement", _("月度结算")


class Card(StationModel):
    """One card or certificate of one household on file, from the application to its end.

    ``balance_fen`` is moved by entries alone, by trigger, and never below zero. ``goods`` names the kinds that may be
    bought; none means any. ``standing_days`` are the days on which it began and ceased to be valid, in turns, so that
    the number of certificates can be counted anew. ``former_numbers`` are those of cards that were lost and replaced.

    Source: domain I-I01, I-I07, I-J07, I-N03, §3.17.
    """

    kind = models.CharField(max_length=16)
    number = models.CharField(max_length=32, blank=True)
    state = models.CharField(max_length=10, choices=CardState, default=CardState.APPLIED)
    file_id = models.UUIDField()
    file_no = models.CharField(max_length=32)
    holder_name = models.CharField(max_length=32)
    subject = models.BinaryField(max_length=16, null=True, editable=False)
    partner_id = models.UUIDField(null=True)
    partner_name = models.CharField(max_length=80, blank=True)
    goods = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    balance_fen = models.BigIntegerField(default=0)
    applied_on = models.DateField()
    issued_on = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    checked_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)
    standing_days = ArrayField(models.DateField(), default=list, blank=True)
    former_numbers = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    made_by_id = models.BigIntegerField(null=True)
    made_by = models.CharField(max_length=60)

    class Meta(StationModel.Meta):
        constraints = [
            models.UniqueConstraint(
                name="benefits_card_number_once",
                fields=["kind", "number"],
                condition=~Q(number=""),
            ),
            # One card of a kind a household; also the cards of a file.
            models.UniqueConstraint(
                name="benefits_card_one_of_a_kind",
                fields=["file_id", "kind"],
                condition=~Q(state__in=[CardState.EXPIRED, CardState.CANCELLED]),
            ),
            models.CheckConstraint(
                name="benefits_card_never_below_zero", condition=Q(balance_fen__gte=0)
            ),
            models.CheckConstraint(
                name="benefits_card_state_known", condition=Q(state__in=CardState.values)
            ),
            models.CheckConstraint(
                name="benefits_card_active_is_numbered",
                condition=~Q(state=CardState.ACTIVE) | (~Q(number="") & Q(valid_to__isnull=False)),
            ),
        ]
        indexes = [
            # The register, narrowed by kind and state, newest first.
            models.Index(name="benefits_card_list", fields=["kind", "state", "-id"]),
            # What expires.
            models.Index(
                name="benefits_card_expiring",
                fields=["valid_to"],
                condition=Q(state__in=[CardState.ACTIVE, CardState.SUSPENDED]),
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(self.pk)

    @property
    def is_certificate(self) -> bool:
        """Whether it shows a status and carries no balance."""
        return self.kind in CERTIFICATES


class Entry(StationModel):
    """One thing done with a card, or given to a household without one; never changed, taken back by a reversal.

    ``amount_fen`` is the whole, ``union_fen`` and ``partner_fen`` its two shares, which add up to it to the fen.
    ``effect_fen`` is what it does to the balance of the card. A settlement says what a month with a partner came to;
    ``covers`` is the first day of that month, ``voucher_id`` the journal that was posted. Nobody is named here: a row
    that is never changed could not forget a name.

    Source: domain I-I02…I09, I-J02, I-N03, I-O22.
    """

    kind = models.CharField(max_length=10, choices=EntryKind)
    card = models.ForeignKey(
        Card, on_delete=models.PROTECT, null=True, related_name="entries", db_index=False
    )
    file_id = models.UUIDField(null=True)
    file_no = models.CharField(max_length=32, blank=True)
    subject = models.BinaryField(max_length=16, null=True, editable=False)
    person_subject = models.BinaryField(max_length=16, null=True, editable=False)
    amount_fen = models.BigIntegerField()
    union_fen = models.BigIntegerField()
    partner_fen = models.BigIntegerField()
    effect_fen = models.BigIntegerField(default=0)
    quantity = models.IntegerField(default=0)
    entered_on = models.DateField()
    entered_at = models.DateTimeField()
    partner_id = models.UUIDField(null=True)
    partner_name = models.CharField(max_length=80, blank=True)
    partner_kind = models.CharField(max_length=16, blank=True)
    agreement_id = models.UUIDField(null=True)
    outlet = models.CharField(max_length=60, blank=True)
    goods_kind = models.CharField(max_length=16, blank=True)
    relief = models.CharField(max_length=16, blank=True)
    stage = models.CharField(max_length=16, blank=True)
    department = models.CharField(max_length=60, blank=True)
    receipt = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=200, blank=True)
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=60)
    second_id = models.BigIntegerField(null=True)
    second_name = models.CharField(max_length=60, blank=True)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="reversed_by"
    )
    covers = models.DateField(null=True)
    fund_id = models.UUIDField(null=True)
    voucher_id = models.UUIDField(null=True)

    class Meta(StationModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="benefits_entry_shares_are_the_whole",
                condition=Q(amount_fen=F("union_fen") + F("partner_fen")),
            ),
            models.CheckConstraint(
                name="benefits_entry_reversal_reverses",
                condition=Q(kind=EntryKind.REVERSAL, reverses__isnull=False)
                | (~Q(kind=EntryKind.REVERSAL) & Q(reverses__isnull=True)),
            ),
            models.CheckConstraint(
                name="benefits_entry_of_a_card_or_household",
                condition=Q(kind=EntryKind.SETTLEMENT)
                | Q(card__isnull=False)
                | Q(file_id__isnull=False),
            ),
            models.CheckConstraint(
                name="benefits_entry_settled_by_two",
                condition=~Q(kind=EntryKind.SETTLEMENT)
                | (
                    Q(second_id__isnull=False, covers__isnull=False, partner_id__isnull=False)
                    & ~Q(by_id=F("second_id"))
                ),
            ),
            models.UniqueConstraint(
                name="benefits_entry_month_settled_once",
                fields=["partner_id", "covers"],
                condition=Q(kind=EntryKind.SETTLEMENT),
            ),
            # A slip of a partner is entered once; its reversal carries none.
            models.UniqueConstraint(
                name="benefits_entry_receipt_once",
                fields=["partner_id", "receipt"],
                condition=~Q(receipt=""),
            ),
        ]
        indexes = [
            # The page of a card, newest first.
            models.Index(name="benefits_entry_of_card", fields=["card", "-id"]),
            # A month with a partner.
            models.Index(name="benefits_entry_of_partner", fields=["partner_id", "entered_on"]),
            # What a household was given.
            models.Index(name="benefits_entry_of_file", fields=["file_id", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_fen}"
