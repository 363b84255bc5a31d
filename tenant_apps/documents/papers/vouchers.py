"""The voucher of the ledger, on paper: A4, the amount in capital characters, room to sign.

Source: domain I-O11 (accounting papers are archived).
"""

from __future__ import annotations

from collections.abc import Sequence

from bangfu.kernel.money import rmb_capitals
from bangfu.ui.templatetags.ui import yuan
from shared_apps.printing.models import PaperKind
from tenant_apps.documents.papers.blocks import Block, Sheet, cell, facts, known, note, table
from tenant_apps.funds.models import Journal
from tenant_apps.funds.presenting import VoucherBook, VoucherLine, by_book


def voucher_sheet(
    journal: Journal, lines: Sequence[VoucherLine], *, reverses: str, station_name: str
) -> Sheet:
    """One voucher. ``reverses`` is the number of the voucher it takes back, if it does."""
    books = by_book(lines)
    return Sheet(
        kind=PaperKind.VOUCHER,
        subject=("voucher", journal.pk),
        about=str(journal),
        title="记账凭证",
        subtitle=f"{station_name}　　{journal.effective_on:%Y-%m-%d}　　凭证号 {journal}",
        blocks=(
            facts(
                known("摘要", journal.memo, span=2),
                cell("类型", journal.get_kind_display()),
                *([cell("冲销凭证", reverses, span=3)] if reverses else []),
            ),
            *map(_table_of, books),
            facts(
                cell("金额大写", f"人民币{rmb_capitals(books[0].debit)}", span=3),
                cell("制单", journal.maker_name),
                cell("复核", journal.checker_name),
                cell("附件（张）", ""),
                cell("记账", ""),
                cell("负责人", "", span=2),
            ),
            note(f"凭证链摘要（SM3）：{bytes(journal.hash).hex()}"),
        ),
    )


def _table_of(part: VoucherBook) -> Block:
    """The lines of one book with their sums: the books are never added up together."""
    return table(
        [
            (f"科目（{part.name}）", 3, "left"),
            ("资金", 2.4, "left"),
            ("借方（元）", 1.4, "right"),
            ("贷方（元）", 1.4, "right"),
        ],
        [
            [
                line.account,
                line.fund,
                yuan(line.debit) if line.debit else "",
                yuan(line.credit) if line.credit else "",
            ]
            for line in part.lines
        ],
        foot=[f"{part.name}合计", "", yuan(part.debit), yuan(part.credit)],
    )
