"""Papers of money stand whole on A4: amounts in capitals, long names wrapped, a line where nothing is known."""

import re

import pytest

from shared_apps.printing.models import PaperKind
from tenant_apps.documents.typesetting import typeset
from tests.conftest import NOON
from tests.support.pdf_text import read_pdf
from tests.tenant_apps.documents.hard_papers import (
    HARD,
    MOST,
    MOST_FEN,
    NAME,
    STATION,
    numbered,
    payout_roster,
)

A4_POINTS = (595, 842)
# Six lines of the most there can be, on each side of each book.
_OF_ONE_BOOK = "伍仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角肆分"


def set_(sheet):
    return typeset([numbered(sheet)], title="x", author="y", now=NOON)


@pytest.mark.parametrize(
    ("kind", "pages"),
    [
        (PaperKind.VOUCHER, 2),
        (PaperKind.AID_APPROVAL, 2),
        (PaperKind.AID_MINUTES, 4),
        (PaperKind.TRANSFER_LETTER, 1),
        (PaperKind.DONATION_RECEIPT, 1),
        (PaperKind.PAYOUT_ROSTER, 3),
        (PaperKind.PAYOUT_SLIP, 1),
    ],
)
def test_a_paper_that_is_full_says_the_amount_in_capitals_and_loses_nothing(kind, pages):
    sheet = HARD[kind](is_full=True)
    pdf = read_pdf(set_(sheet))
    assert len(pdf.pages) == pages
    assert "".join(STATION.split()) in pdf.text and NAME in pdf.text
    if kind == PaperKind.AID_MINUTES:
        assert "人民币贰亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元柒角整" in pdf.text
    elif kind != PaperKind.PAYOUT_ROSTER:
        assert (_OF_ONE_BOOK if kind == PaperKind.VOUCHER else MOST) in pdf.text
        assert "9,999,999.99" in pdf.text
    for block in sheet.blocks:
        for cell in block.get("cells", ()):
            assert "".join(cell["value"].split()) in pdf.text, cell["label"]
        for row in block.get("rows", ()):
            assert all("".join(value.split()) in pdf.text for value in row)
    assert pdf.text.count(f"共{pages}页") == pages


@pytest.mark.parametrize("kind", HARD)
def test_a_paper_that_is_empty_shows_a_line_where_nothing_is_known(kind):
    pdf = read_pdf(set_(HARD[kind](is_full=False)))
    if kind != PaperKind.VOUCHER:
        assert "—" in pdf.text
    assert "None" not in pdf.text


def test_the_approval_form_says_who_met_and_what_they_decided_and_who_approved():
    pdf = read_pdf(set_(HARD[PaperKind.AID_APPROVAL](is_full=True)))
    members = f"参会人员：{NAME}、欧阳某某"
    assert pdf.text.count(members) == 2
    assert pdf.text.count("会议决定：同意按医疗救助标准给予帮扶") == 2
    assert pdf.text.count("纪要〔2026〕第18号") == 2
    assert f"同意帮扶9,999,999.99元（人民币{MOST}）" in pdf.text
    empty = read_pdf(set_(HARD[PaperKind.AID_APPROVAL](is_full=False)))
    assert "符合申请条件" not in empty.text and "主席办公会" in empty.text


def test_every_page_of_a_summary_has_its_head_and_its_own_sum():
    pdf = read_pdf(set_(payout_roster(is_full=False, count=100)))
    assert len(pdf.pages) > 3
    rows = 0
    for page in pdf.pages:
        text = "".join(page.split())
        if "本页小计" not in text:
            assert page is pdf.pages[-1]
            continue
        assert "领款人签名" in text
        found = re.search(r"本页小计(\d+)笔([\d,.]+)", text)
        rows += int(found[1])
        assert found[2] == f"{int(found[1]) * 1000:,}.00"
    assert rows == 100
    assert "100,000.00" in pdf.text and "人民币壹拾万元整" in pdf.text
    assert "合计大写" in pdf.pages[-1]
    for who in ("编制（经办）", "财务复核", "经审确认", "主席签批"):
        assert who in pdf.pages[-1]


def test_a_part_of_a_long_summary_says_which_and_only_the_last_adds_up_all():
    first = read_pdf(set_(payout_roster(is_full=False, count=30, first=1, of=60)))
    last = read_pdf(set_(payout_roster(is_full=False, count=30, first=31, of=60)))
    assert "第1—30笔，共60笔" in first.text and "合计大写" not in first.text
    assert "第31—60笔，共60笔" in last.text and "人民币陆万元整" in last.text


def test_what_was_not_paid_is_told_apart_from_the_whole():
    pdf = read_pdf(set_(payout_roster(is_full=True, count=9)))
    assert f"{9 * MOST_FEN / 100:,.2f}" in pdf.text and f"{8 * MOST_FEN / 100:,.2f}" in pdf.text
    assert "130771197406150127" not in pdf.text


@pytest.mark.parametrize("kind", HARD)
def test_papers_of_money_are_a4(kind):
    data = set_(HARD[kind](is_full=False))
    sizes = set(re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", data))
    assert {tuple(sorted(round(float(side)) for side in size)) for size in sizes} <= {A4_POINTS}
