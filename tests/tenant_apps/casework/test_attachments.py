"""Papers: what is taken, how it rests, who may look at it."""

import io
import stat
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bangfu.kernel.crypto import Unsealable
from bangfu.kernel.errors import InvalidInput, NotFound, NotPermitted
from bangfu.kernel.tenancy import in_station
from shared_apps.audit.models import AuditRow
from tenant_apps.casework import subjects
from tenant_apps.casework.models import Attachment
from tenant_apps.casework.selectors import attachments_of, get_attachment
from tenant_apps.casework.services import (
    MAX_BYTES,
    attach,
    remove_attachment,
    show_attachment,
)
from tests.support.databases import NOON

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x11" * 400 + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40 + b"IEND\xaeB`\x82"
PDF = b"%PDF-1.7\n1 0 obj\n" + b"\x20" * 100 + b"\n%%EOF\n"
RECORD = ("paper-test", uuid4())


@pytest.fixture(autouse=True)
def _store(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def door(monkeypatch):
    def pass_if_known(record_id, actor) -> None:
        actor.require("file.view")
        if record_id != RECORD[1]:
            raise NotFound

    declared = subjects.SubjectKind(kind=RECORD[0], label="测试", door=pass_if_known)
    monkeypatch.setitem(subjects._kinds, RECORD[0], declared)


def paper(actor, data=JPEG, name="户口簿.jpg", subject=RECORD) -> Attachment:
    upload = SimpleUploadedFile(name, data, content_type="text/html")
    return attach(subject=subject, kind="household_book", upload=upload, actor=actor, now=NOON)


def files_below(folder) -> list[Path]:
    return [path for path in Path(folder).rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("data", "content_type"),
    [(JPEG, "image/jpeg"), (PNG, "image/png"), (PDF, "application/pdf")],
)
def test_a_paper_is_what_its_content_says_whatever_was_claimed(
    at_township, clerk, data: bytes, content_type: str
) -> None:
    assert paper(clerk, data, name="photo.exe").content_type == content_type


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<html><script>alert(1)</script></html>", "E701"),
        (b"PK\x03\x04" + b"\x00" * 100, "E701"),
        (b"GIF89a" + b"\x00" * 100, "E701"),
        (JPEG[:-2], "E702"),
        (PNG[:-8], "E702"),
        (PDF[:20], "E702"),
        (b"", "E703"),
    ],
)
def test_what_is_no_whole_picture_or_pdf_is_refused(
    at_township, clerk, settings, data: bytes, code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        paper(clerk, data)
    assert [problem.code for problem in refused.value.problems] == [code]
    assert files_below(settings.MEDIA_ROOT) == []


def test_a_paper_of_over_ten_megabytes_is_refused_before_it_is_read(at_township, clerk) -> None:
    upload = SimpleUploadedFile("big.jpg", b"")
    upload.size = MAX_BYTES + 1
    with pytest.raises(InvalidInput):
        attach(subject=RECORD, kind="other", upload=upload, actor=clerk, now=NOON)


def test_a_paper_rests_sealed_in_the_folder_of_its_station(at_township, clerk, settings) -> None:
    row = paper(clerk)
    [file] = files_below(settings.MEDIA_ROOT)
    assert file == Path(settings.MEDIA_ROOT) / row.path
    assert row.path.startswith(f"{at_township.schema}/")
    assert b"JFIF" not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_name_of_a_file_never_becomes_a_path(at_township, clerk) -> None:
    assert paper(clerk, name="..\\..\\etc/passwd\n.jpg").name == "passwd.jpg"
    assert len(paper(clerk, name="照" * 90 + ".jpg").name) <= 120


def test_whoever_passes_the_door_sees_the_paper_and_it_is_noted(at_township, clerk, door) -> None:
    row = get_attachment(paper(clerk).pk, actor=clerk)
    assert show_attachment(row, actor=clerk, now=NOON) == JPEG
    events = AuditRow.objects.filter(event__startswith="paper.").order_by("seq")
    assert [event.event for event in events] == ["paper.attached", "paper.viewed"]


def test_a_paper_of_a_record_nobody_declared_is_seen_by_nobody(at_township, clerk) -> None:
    row = paper(clerk)
    with pytest.raises(NotFound):
        get_attachment(row.pk, actor=clerk)


def test_a_paper_of_a_record_out_of_sight_looks_absent(at_township, clerk, door) -> None:
    row = paper(clerk, subject=(RECORD[0], uuid4()))
    with pytest.raises(NotFound):
        get_attachment(row.pk, actor=clerk)


def test_somebody_who_may_not_see_the_record_may_not_see_its_papers(
    at_township, clerk, door, person_at
) -> None:
    row = paper(clerk)
    with pytest.raises(NotPermitted):
        get_attachment(row.pk, actor=person_at(at_township, "administrator"))


def test_a_paper_of_another_station_looks_absent(
    township, outsider, clerk, door, person_at
) -> None:
    with in_station(township):
        row = paper(clerk)
    stranger = person_at(outsider, "clerk")
    with in_station(outsider), pytest.raises(NotFound):
        get_attachment(row.pk, actor=stranger)


def test_a_paper_that_was_exchanged_on_disk_is_refused(at_township, clerk, settings) -> None:
    first, second = paper(clerk), paper(clerk, PNG)
    folder = Path(settings.MEDIA_ROOT)
    (folder / first.path).write_bytes((folder / second.path).read_bytes())
    with pytest.raises(Unsealable):
        show_attachment(first, actor=clerk, now=NOON)


def test_a_removed_paper_is_gone_from_the_record(at_township, clerk, door) -> None:
    row = paper(clerk)
    remove_attachment(row.pk, actor=clerk, now=NOON)
    assert not attachments_of(RECORD).exists()
    with pytest.raises(NotFound):
        get_attachment(row.pk, actor=clerk)
    with pytest.raises(NotFound):
        remove_attachment(row.pk, actor=clerk, now=NOON)


def test_a_browser_gets_the_paper_in_a_sandbox(signed_in, township, clerk, door) -> None:
    with in_station(township):
        row = paper(clerk, PDF, name="申请书.pdf")
    answer = signed_in(clerk).get(f"/s/{township.code}/attachments/{row.pk}/")
    assert io.BytesIO(answer.content).read() == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("inline")


def test_a_browser_at_another_station_gets_nothing(
    signed_in, township, outsider, clerk, door, person_at
) -> None:
    with in_station(township):
        row = paper(clerk)
    stranger = person_at(outsider, "clerk")
    browser = signed_in(stranger)
    assert browser.get(f"/s/{outsider.code}/attachments/{row.pk}/").status_code == 404
    assert browser.get(f"/s/{township.code}/attachments/{row.pk}/").status_code == 404


def test_a_program_gets_the_paper_too(signed_in, township, clerk, door) -> None:
    with in_station(township):
        row = paper(clerk)
    answer = signed_in(clerk).get(f"/s/{township.code}/api/v1/attachments/{row.pk}/")
    assert answer.content == JPEG
