"""Word documents are filled as text, and a station's own template is looked at before it is used."""

import io
import zipfile

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bangfu.kernel.errors import InvalidInput, NotPermitted
from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from shared_apps.audit.models import AuditRow
from shared_apps.printing.models import WordKind, WordTemplate
from tenant_apps.documents.errors import TemplateRefused
from tenant_apps.documents.services import wording
from tenant_apps.documents.word import LARGEST, check_template, fill, shipped_template
from tenant_apps.households import services as files
from tenant_apps.notices.models import Notice
from tenant_apps.reviews.models import Meeting
from tests.conftest import NOON
from tests.tenant_apps.households.households import complete


@pytest.fixture
def administrator(township, person_at):
    return person_at(township, Role.ADMINISTRATOR)


@pytest.fixture
def file(at_township, clerk):
    return files.open_draft(complete(), actor=clerk, now=NOON).file


def text_of(data):
    paper = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in paper.paragraphs), *cells])


def saying(*words):
    paper = docx.Document()
    for one in words:
        paper.add_paragraph(one)
    written = io.BytesIO()
    paper.save(written)
    return written.getvalue()


def with_part(data, name, content):
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w") as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    return written.getvalue()


def test_an_authorisation_names_every_member_and_masks_numbers(file, clerk):
    text = text_of(wording.word_of_authorisation(file.pk, actor=clerk, now=NOON))
    assert "柳试甲" in text and "女儿" in text and "自愿委托并授权天泰寺街道职工帮扶站" in text
    assert "130771197406150127" not in text and "{" not in text
    assert AuditRow.objects.filter(event="paper.written", subject_id=str(file.pk)).count() == 1


def test_an_authorisation_in_the_clear_asks_for_a_reason(file, clerk):
    with pytest.raises(InvalidInput):
        wording.word_of_authorisation(file.pk, in_clear=True, actor=clerk, now=NOON)
    data = wording.word_of_authorisation(
        file.pk, in_clear=True, reason="入户签字", actor=clerk, now=NOON
    )
    assert "130771197406150127" in text_of(data)


def test_a_notice_in_word_is_masked_as_the_public_reads_it(way, township, county):
    way.noticed(township, county)
    reviewer = way.person(county, Role.REVIEWER)
    with in_station(county):
        notice = Notice.objects.get()
        text = text_of(wording.word_of_notice(notice.pk, actor=reviewer, now=way.now))
    assert "柳**" in text and "柳试一" not in text and "公示期" in text


def test_the_minutes_of_a_meeting_list_what_it_said_of_each_file(way, township, county):
    file = way.reported(township)
    head = way.person(county, Role.HEAD)
    review = way.review_at(county, file)
    with in_station(county):
        meeting = Meeting.objects.create(
            kind="chair", held_on=NOON.date(), place="三楼会议室", attendees="陈站长、赵审核",
            minutes="逐户研究。", noted_at=NOON, noted_by="赵审核",
        )  # fmt: skip
        meeting.decisions.create(review=review, agrees=True, remark="补录材料")
        text = text_of(wording.word_of_minutes(meeting.pk, actor=head, now=NOON))
    assert "主席办公会纪要" in text and "三楼会议室" in text
    assert "柳试一" in text and "同意：补录材料" in text


@pytest.mark.parametrize("kind", WordKind)
def test_every_shipped_template_passes_its_own_check(kind):
    check_template(shipped_template(kind), kind)


def test_what_stands_in_a_value_is_text_to_word():
    data = fill(saying("{{ name }}"), {"name": "<w:p/>{{ station }} & ]]> 柳"})
    assert text_of(data) == "<w:p/>{{ station }} & ]]> 柳"


def test_a_station_uses_its_own_template_until_it_is_reset(file, clerk, administrator):
    own = saying("本站专用 {{ name }}", "{% for row in people %}{{ row.relation }}{% endfor %}")
    wording.set_template(
        WordKind.AUTHORISATION, data=own, file_name="../本站.docx", actor=administrator, now=NOON
    )
    assert WordTemplate.objects.get().file_name == "本站.docx"
    text = text_of(wording.word_of_authorisation(file.pk, actor=clerk, now=NOON))
    assert text == "本站专用 柳试一\n户主女儿"
    wording.reset_template(WordKind.AUTHORISATION, actor=administrator, now=NOON)
    assert "本站专用" not in text_of(wording.word_of_authorisation(file.pk, actor=clerk, now=NOON))
    events = AuditRow.objects.filter(event__startswith="template.").values_list("event", flat=True)
    assert sorted(events) == ["template.reset", "template.set"]


def test_a_clerk_does_not_change_templates(at_township, clerk):
    with pytest.raises(NotPermitted):
        wording.set_template(
            WordKind.NOTICE, data=saying("x"), file_name="x.docx", actor=clerk, now=NOON
        )


@pytest.mark.parametrize(
    "words",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ name.__class__ }}",
        "{{ name | upper }}",
        "{{ range(10) }}",
        "{{ secret }}",
        "{{ people[0] }}",
        "{{ 2 ** 99999 }}",
        "{% set x = name %}",
        "{% include 'x' %}",
        "{% for row in people %}{{ row.card_no }}{% endfor %}",
        "{% for row in settings %}x{% endfor %}",
        "{{ name",
        "{% if name %}",
    ],
)
def test_a_template_that_is_more_than_a_form_is_refused(words):
    with pytest.raises(TemplateRefused):
        check_template(saying(words), WordKind.AUTHORISATION)


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("word/vbaProject.bin", b"x"),
        ("word/embeddings/oleObject1.bin", b"x"),
        ("word/activeX/activeX1.xml", b"<x/>"),
        ("word/header1.xml", b'<!DOCTYPE x [<!ENTITY y "z">]><x/>'),
        (
            "word/_rels/settings.xml.rels",
            b'<Relationships><Relationship TargetMode="External" Target="http://x/"/></Relationships>',
        ),
        ("word/big.xml", b"0" * (17 * 1024 * 1024)),
    ],
)
def test_a_document_with_foreign_parts_is_refused(part, content):
    with pytest.raises(TemplateRefused):
        check_template(with_part(saying("{{ name }}"), part, content), WordKind.AUTHORISATION)


@pytest.mark.parametrize("data", [b"", b"no document", b"PK\x03\x04", b"x" * (LARGEST + 1)])
def test_what_is_no_document_is_refused(data):
    with pytest.raises(TemplateRefused):
        check_template(data, WordKind.NOTICE)


def test_an_administrator_uploads_a_template_on_its_page(at_township, signed_in, administrator):
    browser = signed_in(administrator)
    root = "/s/130705001/documents/templates/"
    upload = SimpleUploadedFile("本站.docx", saying("{{ name }}"))
    page = browser.post(root + "notice/", {"file": upload}, follow=True).content.decode()
    assert "已换成本站模板" in page and "本站.docx" in page
    bad = SimpleUploadedFile("坏.docx", saying("{{ secret }}"))
    assert (
        "没有名为 secret 的字段"
        in browser.post(root + "notice/", {"file": bad}, follow=True).content.decode()
    )
    assert text_of(browser.get(root + "notice/").content) == "{{ name }}"
    browser.post(root + "notice/reset/")
    assert not WordTemplate.objects.exists()
    assert browser.get(root + "nothing/").status_code == 404


def test_the_api_sets_and_resets_a_template(at_township, signed_in, administrator):
    browser = signed_in(administrator)
    path = "/s/130705001/api/v1/documents/templates/"
    boundary = "limit"
    body = (
        (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.docx"\r\n\r\n'
        ).encode()
        + saying("{{ name }}")
        + f"\r\n--{boundary}--\r\n".encode()
    )
    answer = browser.put(
        path + "notice/", body, content_type=f"multipart/form-data; boundary={boundary}"
    )
    assert answer.json()["file_name"] == "a.docx"
    assert [one["kind"] for one in browser.get(path).json()] == ["notice"]
    assert browser.delete(path + "notice/").status_code == 204
