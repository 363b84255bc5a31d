"""The minutes of a meeting hold everything it decided, however many: in parts that say so, made in the background."""

import io
import zipfile

import docx
import pytest

from bangfu.kernel.tenancy import in_station
from shared_apps.audit.models import AuditRow
from shared_apps.printing.models import Download, DownloadState, Paper, PaperKind
from tenant_apps.aid.models import AidState
from tenant_apps.documents.services import making, printing_money
from tenant_apps.documents.services.downloads import fetch_download, make_download
from tenant_apps.documents.services.printing import Printed
from tenant_apps.documents.views import printing
from tests.support.pdf_text import read_pdf

MEETING = {
    "kind": "chair", "number": "办公会〔2026〕7号", "held_on": "2026-11-19",
    "members": "王一、李二、赵三", "decision": "同意。", "noted_by": "站长丙",
}  # fmt: skip


@pytest.fixture
def by_two(monkeypatch):
    for module in (printing_money, printing):
        monkeypatch.setattr(module, "DECIDED_A_PART", 2)


def decided(desk, count):
    return [
        desk.approved(
            desk.household(), state=AidState.PARTY_GROUP, approved_by_id=None, approved_on=None,
            meetings=[MEETING], amount_fen=100_000 + at, fund=desk.fiscal,
        )
        for at in range(count)
    ]  # fmt: skip


def printed(desk, row):
    return printing_money.print_aid_minutes(row.pk, meeting="chair", actor=desk.head, now=desk.now)


def test_a_few_are_one_paper(desk, by_two):
    rows = decided(desk, 2)
    paper = printed(desk, rows[0])
    assert isinstance(paper, Printed)
    said = read_pdf(paper.pdf).text
    assert all(row.number in said for row in rows) and "第1—2件" not in said


def test_more_become_parts_in_which_nobody_is_missing_and_the_last_signs_for_all(desk, by_two):
    rows = decided(desk, 5)
    download = printed(desk, rows[3])
    assert isinstance(download, Download)
    assert (download.kind, download.total) == ("minutes", 5)
    assert make_download(download.pk, producers=making.PRODUCERS, now=desk.now)
    whole, pieces = fetch_download(download.pk, actor=desk.head, now=desk.now)
    assert whole.state == DownloadState.READY
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as found:
        texts = [read_pdf(found.read(name)).text for name in sorted(found.namelist())]
    assert len(texts) == 3
    for row in rows:
        assert sum(row.number in text for text in texts) == 1
    assert [f"第{one}件" in text for one, text in zip(("1—2", "3—4", "5—5"), texts, strict=True)]
    assert ["主持人" in text for text in texts] == [False, False, True]
    assert "5,000.10" in texts[2]
    assert Paper.objects.filter(kind=PaperKind.AID_MINUTES).count() == 3


def test_the_page_says_by_which_rule_it_is_parted(aid_desk, by_two, signed_in):
    desk = aid_desk
    with in_station(desk.station):
        rows = decided(desk, 3)
    home = f"/s/{desk.station.code}"
    client = signed_in(desk.head)
    page = client.post(
        f"{home}/documents/aid/{rows[0].pk}/minutes/chair/", follow=True
    ).content.decode()
    assert "审定 3 件，纪要按每份 2 件分册" in page


def cells_of(data):
    (table,) = docx.Document(io.BytesIO(data)).tables
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_in_word_stands_what_stands_on_paper(desk):
    rows = decided(desk, 3)
    data = printing_money.write_aid_minutes(
        rows[1].pk, meeting="chair", actor=desk.head, now=desk.now
    )
    head, *said = cells_of(data)
    assert head == ["序号", "申请号", "帮扶对象", "帮扶项目", "金额（元）", "会议决定"]
    paper = read_pdf(printed(desk, rows[1]).pdf).text
    assert [line[1] for line in said] == sorted(row.number for row in rows)
    for place, line in enumerate(said, 1):
        assert line[0] == str(place)
        assert all(word in paper for word in line)
    words = "\n".join(one.text for one in docx.Document(io.BytesIO(data)).paragraphs)
    for word in ("主席办公会纪要", "办公会〔2026〕7号", "王一、李二、赵三", "3,000.03", "站长丙"):
        assert word in words and word in paper
    assert "审定困难职工帮扶申请 3 件" in words
    written = AuditRow.objects.get(event="paper.written")
    assert written.data["kind"] == "aid_minutes"


def test_many_are_one_word_document_made_in_the_background(desk, by_two):
    rows = decided(desk, 5)
    download = printing_money.write_aid_minutes(
        rows[0].pk, meeting="chair", actor=desk.head, now=desk.now
    )
    assert isinstance(download, Download)
    assert make_download(download.pk, producers=making.PRODUCERS, now=desk.now)
    whole, pieces = fetch_download(download.pk, actor=desk.head, now=desk.now)
    assert whole.file_name == "minutes-2026-11-19.docx"
    _head, *said = cells_of(b"".join(pieces))
    assert [line[1] for line in said] == sorted(row.number for row in rows)


def test_the_page_gives_word_and_the_interface_as_well(aid_desk, signed_in):
    desk = aid_desk
    with in_station(desk.station):
        (row,) = decided(desk, 1)
    home = f"/s/{desk.station.code}"
    client = signed_in(desk.head)
    assert "主席办公会纪要（Word）" in client.get(f"{home}/aid/{row.pk}/").content.decode()
    answer = client.post(f"{home}/documents/aid/{row.pk}/minutes/chair/", {"format": "docx"})
    assert answer["Content-Type"] == printing_money.WORD
    assert cells_of(answer.content)[1][1] == row.number
    told = client.post(
        f"{home}/api/v1/documents/papers/aid/{row.pk}/minutes/chair/", {"as_word": True},
        content_type="application/json",
    )  # fmt: skip
    assert told["Content-Type"] == printing_money.WORD
