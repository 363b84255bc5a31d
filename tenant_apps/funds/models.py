"""The ledger of a station: what the database itself keeps true of it stands in migration 0002."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.tenancy.models import StationModel


class Book(models.TextChoices):
    """The two books: each balances in every journal, for itself."""

    CASH = "cash", _("收支账")
    BUDGET = "budget", _("预算账")


class PeriodState(models.TextChoices):
    """Whether a month takes journals."""

    OPEN = "open", _("可记账")
    CLOSED = "closed", _("已结账")


class JournalKind(models.TextChoices):
    """What a journal tells of. Together with ``ref`` it names one event, which is posted once."""

    MANUAL = "manual", _("手工凭证")
    TAKEOVER = "takeover", _("期初建账")
    OPENING = "opening", _("上年结转")
    REVERSAL = "reversal", _("红字冲销")
    BANK_IN = "bank_in", _("银行到账")
    APPROPRIATION = "appropriation", _("预算下达")
    RESERVE = "reserve", _("预算占用")
    RELEASE = "release", _("预算释放")
    EXECUTE = "execute", _("预算执行")
    BANK_OUT = "bank_out", _("银行支出")
    CLAIM = "claim", _("收款认领")
    BETWEEN = "between", _("资金间划转")
    TRANSFER_SENT = "transfer_sent", _("拨付下级")
    TRANSFER_CLOSED = "transfer_closed", _("下级确认到账")
    TRANSFER_IN = "transfer_in", _("上级拨入")
    TRANSFER_BACK = "transfer_back", _("拨款退回")
    PAYOUT_SENT = "payout_sent", _("发放付款")
    PAYOUT_PAID = "payout_paid", _("发放成功")
    PAYOUT_FAILED = "payout_failed", _("发放失败")
    PAYOUT_RETURNED = "payout_returned", _("发放退票")
    DONATION = "donation", _("捐赠到账")
    DONATION_BACK = "donation_back", _("捐赠退还")
    PURCHASE = "purchase", _("爱心卡结算")
    CORRECTION = "correction", _("对账调整")


class Fund(StationModel):
    """One purse that is kept apart from every other: a source, and what it may be spent on.

    ``programmes`` names the kinds of aid it may pay; none means any (专款专用). ``keeper`` is who
    answers for it. ``terms`` is what was laid down for it, by name: a donor's rule, the plan of each year,
    the share that goes to the station above; ``tenant_apps.sources`` writes and reads them. The rest is
    written by ``open_fund`` and ``close_fund``; never deleted.

    Source: domain I-O03, I-O14, I-O18, I-O21.
    """

    code = models.CharField(max_length=24)
    name = models.CharField(max_length=80)
    source = models.CharField(max_length=24)
    programmes = models.JSONField(default=list, blank=True)
    keeper = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=200, blank=True)
    terms = models.JSONField(default=dict, blank=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)

    class Meta(StationModel.Meta):
        constraints = [
            models.UniqueConstraint(name="funds_fund_code_once", fields=["code"]),
            models.CheckConstraint(
                name="funds_fund_closed_after_opening",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Account(StationModel):
    """One account of the chart, for one fund and one year, with its balance in fen.

    A debit is positive, a credit negative; so is the balance. ``floor_fen`` is what the balance may not
    fall below. Only an entry moves the balance, by trigger: nobody writes it.
    """

    book = models.CharField(max_length=6, choices=Book)
    code = models.CharField(max_length=32)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="accounts")
    year = models.PositiveSmallIntegerField()
    balance_fen = models.BigIntegerField(default=0)
    floor_fen = models.BigIntegerField(null=True)

    class Meta(StationModel.Meta):
        constraints = [
            models.UniqueConstraint(
                name="funds_account_once", fields=["year", "book", "code", "fund"]
            ),
            models.CheckConstraint(
                name="funds_account_above_floor",
                condition=Q(floor_fen__isnull=True) | Q(balance_fen__gte=F("floor_fen")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.code}"


class Period(StationModel):
    """A month of the books; month 0 is the year itself.

    The row of the year holds the number and the hash of its last journal, and is the lock in whose order
    journals are numbered. A year is open while its row is. Written by ``open_year``, ``close_period`` and
    ``reopen_period``; number and hash by trigger alone.
    """

    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=6, choices=PeriodState, default=PeriodState.OPEN)
    last_number = models.PositiveIntegerField(default=0)
    last_hash = models.BinaryField(max_length=32, default=bytes(32))
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=60, blank=True)

    class Meta(StationModel.Meta):
        constraints = [
            models.UniqueConstraint(name="funds_period_once", fields=["year", "month"]),
            models.CheckConstraint(name="funds_period_is_a_month", condition=Q(month__lte=12)),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"


class Journal(StationModel):
    """One voucher: an event of the ledger, balanced in each book and fund, never changed.

    ``number`` counts without a gap within the year. ``legs`` says how many entries belong to it, so that
    none can be added later. ``maker`` and ``checker`` are two people. ``hash`` is
    ``SM3(prev_hash ‖ canonical JSON of everything the journal and its entries say)``; the chain runs on
    from year to year. Written by ``post_journal`` alone; a correction is a reversing journal.
    """

    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=JournalKind)
    ref = models.CharField(max_length=80)
    effective_on = models.DateField()
    memo = models.CharField(max_length=200)
    legs = models.PositiveSmallIntegerField()
    maker_id = models.BigIntegerField()
    maker_name = models.CharField(max_length=60)
    checker_id = models.BigIntegerField()
    checker_name = models.CharField(max_length=60)
    posted_at = models.DateTimeField()
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="reversed_by"
    )
    prev_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta(StationModel.Meta):
        constraints = [
            models.UniqueConstraint(name="funds_journal_number_once", fields=["year", "number"]),
            models.UniqueConstraint(name="funds_journal_event_once", fields=["kind", "ref"]),
            models.CheckConstraint(
                name="funds_journal_by_two_people", condition=~Q(maker_id=F("checker_id"))
            ),
            models.CheckConstraint(
                name="funds_journal_of_its_year", condition=Q(effective_on__year=F("year"))
            ),
            models.CheckConstraint(name="funds_journal_has_legs", condition=Q(legs__gte=2)),
            models.CheckConstraint(
                name="funds_journal_reversal_reverses",
                condition=Q(kind=JournalKind.REVERSAL, reverses__isnull=False)
                | (~Q(kind=JournalKind.REVERSAL) & Q(reverses__isnull=True)),
            ),
        ]
        indexes = [
            # The list of journals by day, newest first, and the days of a statement.
            models.Index(fields=["-effective_on", "-number"], name="funds_journal_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.number:05d}"


class Entry(StationModel):
    """One leg of a journal: so many fen on one account, a debit above zero, a credit below. Never changed.

    The account says book, code, fund and year.
    """

    journal = models.ForeignKey(
        Journal, on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    line = models.PositiveSmallIntegerField()
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    amount_fen = models.BigIntegerField()

    class Meta(StationModel.Meta):
        constraints = [
            # Also the entries of a voucher, in their order.
            models.UniqueConstraint(name="funds_entry_line_once", fields=["journal", "line"]),
            # Also the page of an account.
            models.UniqueConstraint(name="funds_entry_account_once", fields=["account", "journal"]),
            models.CheckConstraint(name="funds_entry_moves_money", condition=~Q(amount_fen=0)),
            models.CheckConstraint(name="funds_entry_counts_from_one", condition=Q(line__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.journal_id}#{self.line}"
