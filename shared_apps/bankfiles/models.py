"""Statements of the own bank account of a station, and what became of each line."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.crypto import EncryptedTextField
from bangfu.kernel.ids import uuid7


class StatementState(models.TextChoices):
    """How far a statement has come. Reading and posting go on in the background."""

    READING = "reading", _("读入配对中")
    WAITING = "waiting", _("待复核")
    POSTING = "posting", _("入账中")
    DONE = "done", _("已入账")
    REFUSED = "refused", _("整份退回")
    WITHDRAWN = "withdrawn", _("已撤回")


# A statement in one of these counts: its lines are what the bank says.
COUNTED = (
    StatementState.READING,
    StatementState.WAITING,
    StatementState.POSTING,
    StatementState.DONE,
)


class Statement(models.Model):
    """One statement of one account of a station, from the upload until every line is posted or a break.

    Written by ``tenant_apps.banking`` inside that station. ``opening_fen`` and ``closing_fen`` are what the
    bank says; the sum of the lines lies between them, or the statement is refused as a whole and keeps no
    line. ``fund_id`` is the fund under which money of unknown origin is held, and with ``only_this_fund``
    the only one the account serves. ``upload`` is kept, sealed, only until the lines are read.
    ``maker`` brought it, ``checker`` let it be posted: two people.

    Source: design of reconciliation, docs/architecture/banking.md.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    filename = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    upload = EncryptedTextField(null=True)
    account = EncryptedTextField(null=True)
    account_hash = models.CharField(max_length=40, blank=True)
    account_tail = models.CharField(max_length=4, blank=True)
    fund_id = models.UUIDField()
    only_this_fund = models.BooleanField(default=False)

    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)
    opening_fen = models.BigIntegerField(default=0)
    closing_fen = models.BigIntegerField(default=0)
    credit_fen = models.BigIntegerField(default=0)
    debit_fen = models.BigIntegerField(default=0)

    state = models.CharField(max_length=10, choices=StatementState, default=StatementState.READING)
    problems = models.JSONField(default=list)
    lines_total = models.PositiveIntegerField(default=0)
    lines_done = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)

    maker_id = models.BigIntegerField()
    maker_name = models.CharField(max_length=60)
    checker_id = models.BigIntegerField(null=True)
    checker_name = models.CharField(max_length=60, blank=True)
    checker_roles = ArrayField(models.CharField(max_length=32), default=list)
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="bankfiles_statement_two_people",
                condition=Q(checker_id__isnull=True) | ~Q(maker_id=F("checker_id")),
            ),
            models.UniqueConstraint(
                # The same file again is the same statement.
                name="bankfiles_statement_once",
                fields=["station", "digest"],
                condition=Q(state__in=["reading", "waiting", "posting", "done"]),
            ),
        ]
        indexes = [
            # The list of statements, and what the last one of an account closed with.
            models.Index(name="bankfiles_statement_newest", fields=["station", "-created_at"]),
            models.Index(
                name="bankfiles_statement_chain", fields=["station", "account_hash", "-last_on"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filename} ({self.state})"

    @property
    def is_working(self) -> bool:
        """Whether a background job is at it."""
        return self.state in {StatementState.READING, StatementState.POSTING}


class LineState(models.TextChoices):
    """What has become of a line."""

    NEW = "new", _("待配对")
    PROPOSED = "proposed", _("已配对，待复核")
    MATCHED = "matched", _("已入账")
    HELD = "held", _("待认领")
    BREAK = "break", _("有差异")


class BreakType(models.TextChoices):
    """How bank and books may differ. Source: design, reliability §3."""

    B1 = "B1", _("银行已收，账上未记")
    B2 = "B2", _("银行已付，账上未记")
    B3 = "B3", _("账上已记，银行未到（在途）")
    B4 = "B4", _("在途超期")
    B5 = "B5", _("金额不符")
    B6 = "B6", _("银行重复记账")
    B7 = "B7", _("账上重复记账")
    B8 = "B8", _("资金不符")
    B9 = "B9", _("户名不符或退汇")
    B10 = "B10", _("状态冲突")
    B11 = "B11", _("对账单文件不完整")
    B12 = "B12", _("上级已拨，本级未到")
    B13 = "B13", _("款已到，未见拨款通知")
    B14 = "B14", _("多笔可配，不能确定")
    B15 = "B15", _("期间不衔接")


CRITICAL = (BreakType.B2, BreakType.B7, BreakType.B10)


class Line(models.Model):
    """One booking of the bank: so many fen in (above zero) or out (below zero) of the own account.

    ``kind`` and ``ref`` name the expectation it fits, ``part`` the part of it, ``rule`` what found the
    pair: a pass of the reconciliation, or ``hand``. ``journal_id`` is the journal that posted it.
    ``wish`` is what a person wants done about it until a second person agrees. Lines of a statement that
    was withdrawn are ``is_void``. The number of the account on the other side is sealed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    statement = models.ForeignKey(
        Statement, on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    station = models.ForeignKey(
        "tenants.Station", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # In hexadecimal: lines go in by the thousand, and bytes would keep them from going in as columns.
    account_hash = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    serial = models.CharField(max_length=64)
    booked_on = models.DateField()
    amount_fen = models.BigIntegerField()
    counterparty = models.CharField(max_length=120, blank=True)
    other_account = EncryptedTextField(null=True)
    other_tail = models.CharField(max_length=4, blank=True)
    text = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=80, blank=True)

    state = models.CharField(max_length=8, choices=LineState, default=LineState.NEW)
    break_type = models.CharField(max_length=3, choices=BreakType, blank=True)
    kind = models.CharField(max_length=24, blank=True)
    ref = models.CharField(max_length=80, blank=True)
    part = models.CharField(max_length=80, blank=True)
    rule = models.CharField(max_length=8, blank=True)
    note = models.CharField(max_length=200, blank=True)
    wish = models.JSONField(default=dict)
    journal_id = models.UUIDField(null=True)
    maker_id = models.BigIntegerField(null=True)
    maker_name = models.CharField(max_length=60, blank=True)
    checker_id = models.BigIntegerField(null=True)
    checker_name = models.CharField(max_length=60, blank=True)
    settled_at = models.DateTimeField(null=True)
    is_void = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="bankfiles_line_once", fields=["statement", "number"]),
            models.UniqueConstraint(
                # The bank numbers its bookings: the same one is never taken in twice.
                name="bankfiles_line_serial_once",
                fields=["station", "account_hash", "serial"],
                condition=Q(is_void=False),
            ),
            models.CheckConstraint(name="bankfiles_line_moves", condition=~Q(amount_fen=0)),
            models.CheckConstraint(
                name="bankfiles_line_two_people",
                condition=Q(checker_id__isnull=True)
                | (Q(maker_id__isnull=False) & ~Q(maker_id=F("checker_id"))),
            ),
            models.CheckConstraint(
                name="bankfiles_line_posted",
                condition=~Q(state__in=["matched", "held"]) | Q(journal_id__isnull=False),
            ),
        ]
        indexes = [
            # The tabs of a statement.
            models.Index(name="bankfiles_line_tabs", fields=["statement", "state", "number"]),
            # What is left to do, over all statements of a station.
            models.Index(
                name="bankfiles_line_to_do",
                fields=["station", "booked_on", "number", "id"],
                include=["statement", "state"],
                condition=Q(state__in=["proposed", "held", "break"], is_void=False),
            ),
            # Which line proves a journal, and what was settled under a reference before.
            models.Index(name="bankfiles_line_journal", fields=["station", "journal_id"]),
            models.Index(name="bankfiles_line_ref", fields=["station", "kind", "ref"]),
        ]

    def __str__(self) -> str:
        return f"{self.serial} {self.amount_fen}"
