"""Batches in which a station pays, and their lines: one line is one attempt to pay one application."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.crypto import EncryptedTextField
from bangfu.kernel.tenancy.models import StationModel
from tenant_apps.aid.models import Application
from tenant_apps.funds.models import Fund


class BatchState(models.TextChoices):
    """Where a batch stands. Source: domain reference §3.4."""

    PREPARING = "preparing", _("编制中")
    DRAFT = "draft", _("编制")
    FROZEN = "frozen", _("待财务复核")
    CHECKED = "checked", _("待经审确认")
    AUDITED = "audited", _("待主席签批")
    APPROVED = "approved", _("待提交银行")
    SENT = "sent", _("已提交银行")
    PARTLY_PAID = "partly_paid", _("部分成功")
    PAID = "paid", _("全部成功")
    RECONCILED = "reconciled", _("已对账")
    CLOSED = "closed", _("已办结")
    GIVING_UP = "giving_up", _("撤销中")
    RETURNED = "returned", _("已退回")
    VOID = "void", _("已作废")


class Channel(models.TextChoices):
    """How the money reaches people."""

    BANK = "bank", _("银行卡")
    CASH = "cash", _("现金（例外）")


class LineState(models.TextChoices):
    """What became of one attempt to pay."""

    OPEN = "open", _("待付")
    SENT = "sent", _("已提交")
    UNKNOWN = "unknown", _("结果不明")
    PAID = "paid", _("成功")
    FAILED = "failed", _("失败")
    RETURNED = "returned", _("退票")
    VOID = "void", _("取消")


class ReceiptKind(models.TextChoices):
    """How somebody confirmed that the money came."""

    SCREEN = "screen", _("屏幕签名")
    PAPER = "paper", _("纸质签收")


ENTERABLE = frozenset(
    {BatchState.PAID, BatchState.PARTLY_PAID, BatchState.RECONCILED, BatchState.CLOSED}
)
"""In these payments of a batch can be entered in the union's national system."""

HOLDING = (LineState.OPEN, LineState.SENT, LineState.UNKNOWN, LineState.PAID)
"""In these a line holds its application: no other line may pay it."""

BEFORE_BANK = (
    BatchState.PREPARING,
    BatchState.DRAFT,
    BatchState.FROZEN,
    BatchState.CHECKED,
    BatchState.AUDITED,
    BatchState.APPROVED,
)
"""In these no bank knows of the batch: it can still be given up."""

WITH_BANK = (BatchState.SENT, BatchState.PARTLY_PAID, BatchState.PAID)
"""In these the bank may still say something about its lines."""

_BEFORE_BANK = [state.value for state in BEFORE_BANK]
GIVEN_UP = (BatchState.GIVING_UP, BatchState.RETURNED, BatchState.VOID)
"""In these a batch will not be paid: its applications wait for another, or soon will."""

_UNSIGNED = [
    state.value
    for state in (
        BatchState.PREPARING, BatchState.DRAFT, BatchState.GIVING_UP, BatchState.VOID,
    )
]  # fmt: skip
_GIVEN_UP = [state.value for state in GIVEN_UP]


class Batch(StationModel):
    """One batch: payees of one fund, paid by one file.

    ``file`` is what the bank gets, sealed; it is made once, when the batch is frozen, and never again: ``digest`` is
    its SM3, ``count`` and ``total_fen`` what it adds up to. Clerk, finance, supervisor and head sign exactly these
    bytes, four people. ``answer`` is the last return file, sealed, ``answers`` what came of each by its digest; one
    that ``waits`` is used as soon as the bank's own statement shows the money leave. Written by the services of this
    app.

    While a large batch is prepared, ``wanted`` names the ``planned`` applications in the order of their lines, of
    which the first ``count`` are taken; ``problems`` say why it was given up (see ``services.taking``).

    ``given_up`` says by which act (``void``, ``return``), by whom, when, why, and with how many open lines of how many
    fen somebody gave it up; a worker gives the applications of a large one back (see ``services.giving_up``).

    ``nat_waiver`` says who asked, why, and who agreed that it is put away though not all of it was entered in the
    national system (see ``services.waiving``).
    """

    number = models.CharField(max_length=20)
    title = models.CharField(max_length=80)
    state = models.CharField(max_length=12, choices=BatchState, default=BatchState.DRAFT)
    channel = models.CharField(max_length=4, choices=Channel, default=Channel.BANK)
    reason = models.CharField(max_length=300, blank=True)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="+", db_index=False)
    layout = models.CharField(max_length=12)
    count = models.PositiveIntegerField(default=0)
    total_fen = models.BigIntegerField(default=0)
    planned = models.PositiveIntegerField(default=0)
    wanted = models.JSONField(default=list, blank=True)
    problems = models.JSONField(default=list, blank=True)
    given_up = models.JSONField(null=True, blank=True)

    file = EncryptedTextField(null=True)
    digest = models.BinaryField(max_length=32, null=True)
    frozen_at = models.DateTimeField(null=True)

    made_by_id = models.BigIntegerField()
    made_by = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    checked_by_id = models.BigIntegerField(null=True)
    checked_by = models.CharField(max_length=60, blank=True)
    checked_at = models.DateTimeField(null=True)
    audited_by_id = models.BigIntegerField(null=True)
    audited_by = models.CharField(max_length=60, blank=True)
    audited_at = models.DateTimeField(null=True)
    approved_by_id = models.BigIntegerField(null=True)
    approved_by = models.CharField(max_length=60, blank=True)
    approved_at = models.DateTimeField(null=True)
    sent_by_id = models.BigIntegerField(null=True)
    sent_by = models.CharField(max_length=60, blank=True)
    sent_on = models.DateField(null=True)

    answer = EncryptedTextField(null=True)
    answers = models.JSONField(default=list, blank=True)
    waits = models.BooleanField(default=False)
    answered_by_id = models.BigIntegerField(null=True)
    answered_by = models.CharField(max_length=60, blank=True)
    reconciled_by_id = models.BigIntegerField(null=True)
    reconciled_by = models.CharField(max_length=60, blank=True)
    reconciled_at = models.DateTimeField(null=True)
    nat_waiver = models.JSONField(default=dict, blank=True)
    summary_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta(StationModel.Meta):
        constraints = [
            models.UniqueConstraint(name="payouts_batch_number_once", fields=["number"]),
            models.UniqueConstraint(name="payouts_batch_file_once", fields=["digest"]),
            models.CheckConstraint(
                name="payouts_batch_state_known",
                condition=Q(state__in=[one.value for one in BatchState]),
            ),
            models.CheckConstraint(
                name="payouts_batch_frozen_whole",
                condition=Q(state__in=_UNSIGNED)
                | Q(
                    file__isnull=False,
                    digest__isnull=False,
                    frozen_at__isnull=False,
                    count__gt=0,
                    total_fen__gt=0,
                ),
            ),
            # Nobody signs twice; whoever hands it to the bank is not who approved it.
            models.CheckConstraint(
                name="payouts_batch_four_people",
                condition=(
                    (Q(checked_by_id__isnull=True) | ~Q(checked_by_id=F("made_by_id")))
                    & (
                        Q(audited_by_id__isnull=True)
                        | (~Q(audited_by_id=F("made_by_id")) & ~Q(audited_by_id=F("checked_by_id")))
                    )
                    & (
                        Q(approved_by_id__isnull=True)
                        | (
                            ~Q(approved_by_id=F("made_by_id"))
                            & ~Q(approved_by_id=F("checked_by_id"))
                            & ~Q(approved_by_id=F("audited_by_id"))
                        )
                    )
                    & (Q(sent_by_id__isnull=True) | ~Q(sent_by_id=F("approved_by_id")))
                    & (Q(answered_by_id__isnull=True) | ~Q(answered_by_id=F("approved_by_id")))
                ),
            ),
            models.CheckConstraint(
                name="payouts_batch_signed_in_turn",
                condition=(
                    (Q(audited_by_id__isnull=True) | Q(checked_by_id__isnull=False))
                    & (Q(approved_by_id__isnull=True) | Q(audited_by_id__isnull=False))
                    & (Q(sent_by_id__isnull=True) | Q(approved_by_id__isnull=False))
                    & (Q(state__in=[*_BEFORE_BANK, *_GIVEN_UP]) | Q(sent_by_id__isnull=False))
                ),
            ),
            models.CheckConstraint(
                name="payouts_batch_cash_with_reason",
                condition=~Q(channel="cash") | ~Q(reason=""),
            ),
        ]
        indexes = [
            # The list, newest first.
            models.Index(name="payouts_batch_list", fields=["state", "-id"]),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_waived(self) -> bool:
        """Whether two people agreed that the rest of it is not entered in the national system."""
        return "agreed_id" in self.nat_waiver


class Line(StationModel):
    """One attempt to pay one application: it is paid once, or tried again by another line.

    ``ref`` is what the bank prints beside the booking. Name, account and amount are those of the frozen file; the
    number of the card itself stands in the file alone. ``moved_on`` is the day the bank's statement shows the money
    leave, ``back_on`` the day it shows it come back. ``receipt`` says who signed for it: see ``services.receipts``.
    """

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="lines", db_index=False)
    serial = models.PositiveIntegerField()
    ref = models.CharField(max_length=32)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="payouts", db_index=False
    )
    state = models.CharField(max_length=8, choices=LineState, default=LineState.OPEN)
    programme = models.CharField(max_length=40)
    aid = models.CharField(max_length=16)
    amount_fen = models.BigIntegerField()
    payee_name = models.CharField(max_length=32)
    payee_id_hash = models.BinaryField(max_length=16, null=True)
    card_hash = models.BinaryField(max_length=16, null=True)
    card_tail = models.CharField(max_length=4, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    bank_serial = models.CharField(max_length=32, blank=True)
    moved_on = models.DateField(null=True)
    paid_on = models.DateField(null=True)
    back_on = models.DateField(null=True)

    receipt_kind = models.CharField(max_length=8, choices=ReceiptKind, blank=True)
    receipt_on = models.DateField(null=True)
    is_proxy = models.BooleanField(default=False)
    receipt = models.JSONField(null=True, blank=True)

    class Meta(StationModel.Meta):
        constraints = [
            models.UniqueConstraint(name="payouts_line_ref_once", fields=["ref"]),
            # Also the lines of a batch, in their order.
            models.UniqueConstraint(name="payouts_line_serial_once", fields=["batch", "serial"]),
            # What makes a second payment impossible, whoever asks.
            models.UniqueConstraint(
                name="payouts_paid_once",
                fields=["application"],
                condition=Q(state__in=[state.value for state in HOLDING]),
            ),
            models.CheckConstraint(
                name="payouts_line_state_known",
                condition=Q(state__in=[one.value for one in LineState]),
            ),
            models.CheckConstraint(name="payouts_line_pays_money", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(
                name="payouts_line_paid_on_a_day",
                condition=~Q(state="paid") | Q(paid_on__isnull=False, moved_on__isnull=False),
            ),
            models.CheckConstraint(
                name="payouts_line_signed_when_paid",
                condition=Q(receipt_kind="")
                | Q(receipt_on__isnull=False, receipt__isnull=False, state="paid"),
            ),
        ]
        indexes = [
            # The lines of a batch by what became of them.
            models.Index(name="payouts_line_of_state", fields=["batch", "state"]),
            # Every attempt to pay an application.
            models.Index(name="payouts_line_of_aid", fields=["application"]),
            # Whether a card was used for another person.
            models.Index(
                name="payouts_line_by_card",
                fields=["card_hash"],
                condition=Q(card_hash__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.ref
