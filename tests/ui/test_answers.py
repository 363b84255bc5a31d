import pytest

from bangfu.kernel.errors import InvalidInput, NotFound, Problem
from bangfu.kernel.media_types import PDF, WORKBOOK
from bangfu.ui.answers import as_file, as_handed_in, as_revealed
from bangfu.ui.requests import member_of


def test_a_file_to_keep_has_its_chinese_name_and_is_never_cached():
    answer = as_file(b"PK", name="证卡名单.xlsx", media_type=WORKBOOK)

    assert answer.content == b"PK"
    assert answer["Content-Type"] == WORKBOOK
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E8%AF%81")
    assert answer["Cache-Control"] == "no-store"


def test_a_name_cannot_end_the_header_it_stands_in():
    answer = as_file(b"", name='a";x="b.pdf', media_type=PDF)

    assert answer["Content-Disposition"] == 'attachment; filename="a\\";x=\\"b.pdf"'


def test_a_paper_that_came_from_outside_can_run_nothing():
    answer = as_handed_in(b"%PDF-", name="扫描.pdf", media_type=PDF)

    assert answer["Content-Disposition"].startswith("inline")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private, no-store"


def test_what_is_revealed_stands_as_it_is_and_never_as_markup():
    assert as_revealed(lambda: "6222<b>").content == b'<span class="mono">6222&lt;b&gt;</span>'
    assert "未填写" in as_revealed(lambda: "").content.decode()


def test_what_is_not_revealed_says_every_reason():
    def refuse():
        raise InvalidInput(
            [Problem(code="E1", message="请写明理由。"), Problem(code="E2", message="没有这一项。")]
        )

    said = as_revealed(refuse).content.decode()

    assert 'class="masked error"' in said
    assert "请写明理由。；没有这一项。" in said


@pytest.mark.parametrize("place", ["-1", "一", "9" * 5000, "1.5"])
def test_a_member_that_cannot_be_is_not_taken_for_the_head(rf, place):
    with pytest.raises(NotFound):
        member_of(rf.post("/", {"member": place}))


def test_a_member_is_named_by_form_or_address_and_the_head_by_neither(rf):
    assert member_of(rf.post("/", {"member": "2"})) == 2
    assert member_of(rf.post("/?member=3")) == 3
    assert member_of(rf.post("/")) is None
