"""Take the books of a year away as a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel.actors import Actor
from shared_apps.audit.services import record
from tenant_apps.funds.models import Book, Entry
from tenant_apps.funds.presenting import balance_rows, final_rows
from tenant_apps.funds.rules import worded_account
from tenant_apps.funds.selectors import FundStanding, funds, standings, trial_balance
from tenant_apps.funds.sheets import Cell, workbook_of

# Where a voucher's line names its book and its two amounts.
_BOOK, _DEBIT, _CREDIT = 3, 6, 7


@transaction.atomic
def export_books(year: int, *, actor: Actor, now: datetime) -> bytes:
    """Return the vouchers, the trial balance and the final accounts of a year as a workbook.

    That it was taken is noted in the audit chain. Four queries whatever the number of vouchers.

    Raises:
        NotPermitted: the actor may not.
    """
    actor.require("fund.export")
    lines = trial_balance(year, until=date(year, 12, 31), actor=actor)
    rows, total = final_rows(standings(list(funds(actor=actor)), year=year))
    entries = list(_entries(year))
    data = workbook_of(
        [
            (
                _("记账凭证"),
                [
                    _("凭证号"), _("日期"), _("摘要"), _("账簿"), _("科目"), _("资金"),
                    _("借方（元）"), _("贷方（元）"), _("制单"), _("复核"),
                ],
                [*entries, *_sums(entries)],
            ),
            (
                _("科目余额表"),
                [
                    _("账簿"), _("科目"), _("资金"), _("年初方向"), _("年初余额（元）"),
                    _("借方（元）"), _("贷方（元）"), _("方向"), _("余额（元）"),
                ],
                [
                    (
                        row.book, row.name, row.fund, row.opening_side, row.opening, row.debit, row.credit,
                        row.closing_side, row.closing,
                    )
                    for row in balance_rows(lines)
                ],
            ),
            (
                _("资金预决算"),
                [
                    _("资金"), _("来源"), _("预算（元）"), _("已执行（元）"), _("占用（元）"),
                    _("可用（元）"), _("收入（元）"), _("帮扶支出（元）"), _("拨付下级（元）"),
                    _("结余（元）"),
                ],
                [_final(row.fund.name if row.fund else _("合计"), row.source, row.standing)
                 for row in (*rows, total)],
            ),
        ],
        who=actor.name,
        now=now,
    )  # fmt: skip
    record(
        event="ledger.exported",
        actor=actor,
        subject=("ledger", year),
        data={"entries": len(entries)},
        now=now,
    )
    return data


def _entries(year: int) -> Iterator[Sequence[Cell]]:
    rows = (
        Entry.objects.filter(journal__year=year)
        .select_related("journal", "account__fund")
        .order_by("journal__number", "line")
    )
    for row in rows.iterator(chunk_size=2000):
        journal, account = row.journal, row.account
        yield (
            str(journal), journal.effective_on.isoformat(), journal.memo,
            account.get_book_display(), worded_account(account.code), account.fund.name,
            row.amount_fen if row.amount_fen > 0 else None,
            -row.amount_fen if row.amount_fen < 0 else None,
            journal.maker_name, journal.checker_name,
        )  # fmt: skip


def _sums(entries: Sequence[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    """Add the vouchers up, each book for itself: the same money stands in both."""
    for book in Book:
        of_book = [row for row in entries if row[_BOOK] == str(book.label)]
        if of_book:
            sums = [sum(int(row[at] or 0) for row in of_book) for at in (_DEBIT, _CREDIT)]
            yield "", "", _("合计"), str(book.label), "", "", *sums, "", ""


def _final(name: str, source: str, standing: FundStanding) -> Sequence[Cell]:
    return (
        name, source, standing.budget, standing.executed, standing.reserved, standing.available,
        standing.income, standing.spent, standing.paid_down, standing.surplus,
    )  # fmt: skip
