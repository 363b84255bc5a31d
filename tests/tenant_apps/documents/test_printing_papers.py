"""Papers are printed, registered and proved."""

import re
import zlib

import pytest
from django.core.cache import cache
from django.db import ProgrammingError, transaction

from bangfu.kernel.crypto import sm3
from bangfu.kernel.errors import InvalidInput, NotFound, NotPermitted
from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from shared_apps.audit.models import AuditRow
from shared_apps.printing.models import Paper, PaperKind
from tenant_apps.documents.errors import NothingToPrint, PaperNotOfThis
from tenant_apps.documents.papers.blocks import SIGNED_MM
from tenant_apps.documents.papers.lists import RosterRow, roster
from tenant_apps.documents.selectors import (
    OF_FILE,
    PaperSearch,
    is_in_audit_chain,
    normalised_number,
    papers_matching,
)
from tenant_apps.documents.services.printing import (
    print_means_request,
    print_of_file,
    print_of_review,
    print_papers,
    sheets_of_files,
)
from tenant_apps.documents.services.verifying import verify_paper
from tenant_apps.documents.typesetting import Numbered, printable, typeset
from tenant_apps.households import services as files
from tests.conftest import NOON
from tests.tenant_apps.households.households import complete

WHY = "领导审批存档"


@pytest.fixture
def file(at_township, clerk):
    return files.open_draft(complete(), actor=clerk, now=NOON).file


def pages_in(pdf):
    return len(re.findall(rb"/Type\s*/Page\b", unpacked(pdf)))


def unpacked(pdf):
    parts = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"".join(parts)


@pytest.mark.parametrize("kind", OF_FILE)
def test_every_paper_of_a_file_is_set_as_an_archivable_pdf(file, clerk, kind):
    printed = print_of_file(file.pk, kind=kind, actor=clerk, now=NOON)
    assert printed.pdf.startswith(b"%PDF-1.7") and b"pdfaid" in unpacked(printed.pdf)
    assert b"NotoSansSC" in unpacked(printed.pdf)


def test_a_paper_is_registered_with_its_digest_and_place_in_the_audit_chain(file, clerk):
    printed = print_of_file(file.pk, kind=PaperKind.APPROVAL, actor=clerk, now=NOON)
    paper = Paper.objects.get()
    row = AuditRow.objects.get(event="paper.printed")
    assert bytes(paper.digest) == sm3(printed.pdf)
    assert (paper.audit_seq, paper.about, paper.printed_by) == (row.seq, "柳**", "王经办")
    assert (row.subject_kind, row.subject_id) == ("file", str(file.pk))
    assert row.data["number"] == paper.number


def test_a_masked_paper_says_no_number_and_one_in_the_clear_does(file):
    masked = str(sheets_of_files([file.pk], kind=PaperKind.APPROVAL, in_clear=False))
    clear = str(sheets_of_files([file.pk], kind=PaperKind.APPROVAL, in_clear=True))
    for secret in (
        "130771197406150127",
        "130771200809020241",
        "19900000001",
        "示例路1号",
        "糖尿病",
    ):
        assert secret not in masked and secret in clear


def test_the_approval_form_has_the_three_boxes_for_opinions(file):
    sheet = sheets_of_files([file.pk], kind=PaperKind.APPROVAL, in_clear=False)[0]
    boxes = next(block for block in sheet.blocks if block["type"] == "opinions")["boxes"]
    assert [box["title"] for box in boxes] == [
        "基层党组织或行政意见",
        "基层工会或街道办事处意见",
        "上级工会审批意见",
    ]


def test_a_letter_names_whom_it_asks_at_the_edge_of_the_page(file):
    sheet = sheets_of_files([file.pk], kind=PaperKind.APPLICATION, in_clear=False)[0]
    assert sheet.blocks[0] == {"type": "salutation", "text": "天泰寺街道职工帮扶站："}


def test_everybody_of_the_household_has_room_to_sign_the_authorisation(file):
    sheet = sheets_of_files([file.pk], kind=PaperKind.AUTHORISATION, in_clear=False)[0]
    signed = next(block for block in sheet.blocks if block["type"] == "table")
    assert signed["height"] == SIGNED_MM


def test_a_list_of_households_leaves_room_to_sign_in_each_row():
    row = RosterRow(name="柳试一", id_no="", mobile="", employer="", tier="", cause="", file_no="")
    sheet = roster([row] * 20, station_name="帮扶站", on=NOON.date())
    printed = Numbered(
        sheet=sheet,
        number="7K3M-9QXP-2T4W",
        address="https://bangfu.example/s/130705001/",
        marks="",
    )
    assert pages_in(typeset([printed], title="名册", author="帮扶站", now=NOON)) == 2


@pytest.mark.parametrize("reason", ["", "  ", "看看"])
def test_the_clear_is_printed_for_a_reason_only(file, clerk, reason):
    with pytest.raises(InvalidInput):
        print_of_file(
            file.pk, kind=PaperKind.APPROVAL, in_clear=True, reason=reason, actor=clerk, now=NOON
        )
    assert not Paper.objects.exists()


def test_who_may_not_see_what_is_masked_does_not_print_it(file, township, person_at):
    head = person_at(township, Role.HEAD)
    with pytest.raises(NotPermitted):
        print_of_file(
            file.pk, kind=PaperKind.APPROVAL, in_clear=True, reason=WHY, actor=head, now=NOON
        )


def test_who_may_not_print_does_not(file, township, person_at):
    with pytest.raises(NotPermitted):
        print_of_file(
            file.pk,
            kind=PaperKind.COVER,
            actor=person_at(township, Role.SUPERVISOR),
            now=NOON,
        )


def test_a_file_of_another_station_looks_absent(file, outsider, person_at):
    with in_station(outsider), pytest.raises(NotFound):
        print_of_file(file.pk, kind=PaperKind.COVER, actor=person_at(outsider), now=NOON)


def test_a_file_has_no_notice_to_print(file, clerk):
    with pytest.raises(PaperNotOfThis):
        print_of_file(file.pk, kind=PaperKind.NOTICE, actor=clerk, now=NOON)


def test_what_a_person_typed_is_never_markup(file, clerk):
    typed = "#panic()[*] $x$ \\ `code` <tag> @ref //"
    sheet = roster([_person(name=typed)], station_name=typed, on=NOON.date())
    assert print_papers([sheet], actor=clerk, now=NOON).pdf


@pytest.mark.parametrize("name", ["柳䶮", "㛃试一", "欧阳·娜", "柳é"])
def test_rare_characters_of_names_are_printed(name):
    assert printable(name) == name


def test_a_character_without_a_glyph_is_printed_as_its_number():
    assert printable({"name": ["柳\U00020c3a试"]}) == {"name": ["柳〔U+20C3A〕试"]}


def test_each_paper_of_a_batch_counts_its_own_pages(at_township, clerk):
    long = roster(
        [_person(name=f"柳{place}") for place in range(60)],
        station_name="测试站",
        on=NOON.date(),
    )
    papers = [
        Numbered(sheet=long, number="7K3M-9QXP-2T4W", address="http://bangfu.test/x", marks="")
        for _copy in range(2)
    ]
    one = pages_in(typeset(papers[:1], title="x", author="y", now=NOON))
    assert one > 1
    assert pages_in(typeset(papers, title="x", author="y", now=NOON)) == 2 * one


def test_the_real_name_list_adds_up_and_says_the_amount_in_capitals():
    rows = [_person(amount_fen=84016), _person(amount_fen=84016)]
    sheet = roster(rows, station_name="测试站", on=NOON.date())
    table, capitals, _signatures = sheet.blocks
    assert sheet.wide and table["foot"][-2] == "1,680.32"
    assert "壹仟陆佰捌拾元零叁角贰分" in capitals["text"]


def test_a_centre_prints_the_form_it_was_sent_and_asks_for_the_check(way, township, county):
    sent = way.reported(township)
    reviewer = way.person(county, Role.REVIEWER)
    review = way.review_at(county, sent)
    with in_station(county):
        form = print_of_review(review.pk, kind=PaperKind.APPROVAL, actor=reviewer, now=way.now)
        letter = print_means_request(
            [review.pk], in_clear=True, reason=WHY, actor=reviewer, now=way.now
        )
        with pytest.raises(NothingToPrint):
            print_means_request([], actor=reviewer, now=way.now)
        assert [paper.subject_kind for paper in (*form.papers, *letter.papers)] == ["review"] * 2
        assert letter.papers[0].in_clear


def test_a_paper_is_proved_by_its_number_however_it_is_typed(file, clerk):
    printed = print_of_file(file.pk, kind=PaperKind.COVER, actor=clerk, now=NOON)
    number = printed.papers[0].number
    for typed in (number, number.lower(), number.replace("-", " "), number.replace("0", "o")):
        finding = verify_paper(typed, copy=printed.pdf)
        assert finding.is_proved and finding.is_same_copy


def test_an_altered_copy_is_told(file, clerk):
    printed = print_of_file(file.pk, kind=PaperKind.COVER, actor=clerk, now=NOON)
    finding = verify_paper(printed.papers[0].number, copy=printed.pdf + b" ")
    assert finding.is_proved and finding.is_same_copy is False


@pytest.mark.parametrize("change", [{"digest": bytes(32)}, {"audit_seq": 1}, {"kind": "cover"}])
def test_a_register_that_was_altered_is_told(file, clerk, change):
    (paper,) = print_of_file(file.pk, kind=PaperKind.APPROVAL, actor=clerk, now=NOON).papers
    assert is_in_audit_chain(paper)
    for name, value in change.items():
        setattr(paper, name, value)
    assert not is_in_audit_chain(paper)


def test_a_station_cannot_alter_its_register(file, clerk):
    print_of_file(file.pk, kind=PaperKind.COVER, actor=clerk, now=NOON)
    for alter in (lambda: Paper.objects.update(about=""), lambda: Paper.objects.all().delete()):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            alter()


def test_a_paper_of_another_station_is_unknown(file, clerk, outsider):
    number = print_of_file(file.pk, kind=PaperKind.COVER, actor=clerk, now=NOON).papers[0].number
    with in_station(outsider):
        assert verify_paper(number).paper is None


@pytest.mark.parametrize("typed", ["", "7K3M", "7K3M-9QXP-2T4U", "x" * 40])
def test_what_is_no_number_of_a_paper_finds_none(typed):
    assert normalised_number(typed) == ""


def test_the_register_is_searched_by_number_and_by_person(file, clerk):
    number = print_of_file(file.pk, kind=PaperKind.COVER, actor=clerk, now=NOON).papers[0].number
    for words in (number, "王经"):
        assert papers_matching(PaperSearch(words=words), actor=clerk).count() == 1
    assert not papers_matching(PaperSearch(words="李"), actor=clerk).exists()


def test_the_public_page_says_who_issued_a_paper_and_nothing_personal(file, clerk, client):
    cache.clear()
    number = print_of_file(file.pk, kind=PaperKind.APPROVAL, actor=clerk, now=NOON).papers[0].number
    answer = client.get(f"/s/130705001/public/verify/{number}/")
    text = answer.content.decode()
    assert answer.status_code == 200 and "真实，登记完整" in text and "柳**" in text
    assert "柳试一" not in text and "130771" not in text


def test_the_public_page_answers_an_unknown_number_and_a_flood(at_township, client):
    cache.clear()
    path = "/s/130705001/public/verify/"
    assert client.get(path + "7K3M-9QXP-2T4W/").status_code == 404
    assert client.post(path, {"number": "短"}).status_code == 422
    answers = [client.get(path + "7K3M-9QXP-2T4W/").status_code for _try in range(60)]
    assert answers[-1] == 429


def test_the_print_page_gives_a_pdf_and_lists_what_was_printed(file, signed_in, clerk):
    browser = signed_in(clerk)
    path = f"/s/130705001/documents/files/{file.pk}/"
    answer = browser.post(path, {"kind": "cover"})
    assert answer["Content-Type"] == "application/pdf" and answer["Cache-Control"] == "no-store"
    page = browser.get(path).content.decode()
    assert Paper.objects.get().number in page
    refused = browser.post(path, {"kind": "cover", "in_clear": "on"})
    assert refused.status_code == 422 and "请写明理由" in refused.content.decode()


def _person(**changes):
    values = {
        "name": "柳试一",
        "id_no": "130771********0127",
        "mobile": "199****0001",
        "employer": "(虚构)禾川纺织有限公司",
        "tier": "深度困难",
        "cause": "单亲收入低",
        "file_no": "13070500120260001",
    }
    return RosterRow(**{**values, **changes})
