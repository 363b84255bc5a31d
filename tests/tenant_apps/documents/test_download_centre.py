"""What takes long is made in the background, sealed, fetched by who asked, and expires."""

import io
import json
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings

from bangfu.kernel import doorbell
from bangfu.kernel.crypto import Unsealable, sm3
from bangfu.kernel.errors import InvalidInput, NotFound, NotPermitted
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.models import Membership
from shared_apps.accounts.roles import Role
from shared_apps.audit.models import AuditRow
from shared_apps.notifications.models import Notification
from shared_apps.printing.models import Download, DownloadState, Paper, PaperKind
from tasks.documents import make
from tenant_apps.documents.errors import (
    DownloadNotReady,
    DownloadWorking,
    NothingToPrint,
    PaperNotOfThis,
    TooManyPapers,
)
from tenant_apps.documents.selectors import downloads_of
from tenant_apps.documents.services import downloads, making
from tenant_apps.households.selectors import FileSearch
from tenant_apps.households.views import exporting
from tests.conftest import FOR_A_PART, NOON

pytestmark = pytest.mark.usefixtures("at_noon")

LATER = NOON + timedelta(minutes=1)
WHY = "年度归档打印"


def asked(keys, actor, **changes):
    wish = {"kind": PaperKind.APPROVAL, "actor": actor, "now": NOON, **changes}
    return making.ask_for_papers(keys, **wish)


def fetched(download, actor, now=LATER):
    row, pieces = downloads.fetch_download(download.pk, actor=actor, now=now)
    return row, b"".join(pieces)


def made(download, now=LATER):
    downloads.make_download(download.pk, producers=making.PRODUCERS, now=now)
    return Download.objects.get(pk=download.pk)


def test_many_files_become_one_pdf_with_each_paper_registered(three, clerk):
    download = made(asked(three, clerk))
    row, data = fetched(download, clerk)
    assert data.startswith(b"%PDF") and bytes(row.digest) == sm3(data)
    assert {bytes(paper.digest) for paper in Paper.objects.all()} == {sm3(data)}
    assert AuditRow.objects.filter(event="paper.printed", subject_kind="file").count() == 3
    assert (download.state, download.done, download.percent) == ("ready", 3, 100)


def test_the_real_name_list_is_one_paper_of_all(three, clerk):
    made(asked(three, clerk, kind=PaperKind.ROSTER))
    assert Paper.objects.get().about == "3 户"


def test_the_task_is_a_door_to_it(three, clerk, township):
    download = asked(three, clerk)
    make(township.id, str(download.pk))
    assert Download.objects.get().state == DownloadState.READY


def test_the_file_lies_sealed_on_disk_and_an_altered_one_is_refused(three, clerk):
    download = made(asked(three, clerk))
    path = Path(settings.MEDIA_ROOT) / download.parts[0]["path"]
    sealed = path.read_bytes()
    assert b"%PDF" not in sealed
    path.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(Unsealable):
        downloads.fetch_download(download.pk, actor=clerk, now=LATER)


def test_each_time_it_is_fetched_is_audited(three, clerk):
    download = made(asked(three, clerk))
    for _time in range(2):
        downloads.fetch_download(download.pk, actor=clerk, now=LATER)
    assert AuditRow.objects.filter(event="download.fetched").count() == 2
    assert Download.objects.get().fetched == 2


def test_only_who_asked_sees_it(three, clerk, reviewer):
    download = made(asked(three, clerk))
    assert not downloads_of(reviewer).exists()
    with pytest.raises(NotFound):
        downloads.fetch_download(download.pk, actor=reviewer, now=LATER)
    with pytest.raises(NotFound):
        downloads.remove_download(download.pk, actor=reviewer, now=LATER)


def test_two_workers_make_it_once(three, clerk):
    download = asked(three, clerk)
    assert downloads.make_download(download.pk, producers=making.PRODUCERS, now=LATER)
    assert not downloads.make_download(download.pk, producers=making.PRODUCERS, now=LATER)
    assert Paper.objects.count() == 3


def test_a_worker_that_died_is_followed_by_another_and_in_the_end_given_up(
    three, clerk, township, monkeypatch
):
    rung = []
    monkeypatch.setattr(doorbell, "ring", lambda *bell: rung.append(bell))
    download = asked(three, clerk)
    Download.objects.update(state=DownloadState.WORKING, attempts=1, worked_at=NOON)
    assert not downloads.make_download(download.pk, producers=making.PRODUCERS, now=LATER)
    later = NOON + timedelta(minutes=11)
    downloads.ring_for_unfinished(now=later)
    assert rung == [("documents.make", township.id, str(download.pk))]
    Download.objects.update(attempts=3)
    assert not downloads.make_download(download.pk, producers=making.PRODUCERS, now=later)
    assert downloads.expire_downloads(now=later) == 1
    assert Download.objects.get().state == DownloadState.FAILED


def test_somebody_who_left_the_station_gets_nothing(three, clerk, township):
    download = asked(three, clerk)
    with in_network():
        Membership.objects.filter(user_id=clerk.user_id).update(ended_at=NOON)
    with in_station(township):
        assert made(download).state == DownloadState.FAILED
        assert not Paper.objects.exists()


def test_what_nobody_fetched_in_time_is_removed_with_its_file(
    three, clerk, django_capture_on_commit_callbacks
):
    download = made(asked(three, clerk))
    over = LATER + downloads.KEPT
    with pytest.raises(DownloadNotReady):
        downloads.fetch_download(download.pk, actor=clerk, now=over)
    path = Path(settings.MEDIA_ROOT) / download.parts[0]["path"]
    with django_capture_on_commit_callbacks(execute=True):
        assert downloads.expire_downloads(now=over) == 1
    assert not path.exists() and Download.objects.get().state == DownloadState.GONE


def test_it_is_removed_by_hand_but_not_while_a_worker_is_at_it(three, clerk):
    download = asked(three, clerk)
    Download.objects.update(state=DownloadState.WORKING)
    with pytest.raises(DownloadWorking):
        downloads.remove_download(download.pk, actor=clerk, now=LATER)
    Download.objects.update(state=DownloadState.WAITING)
    made(download)
    downloads.remove_download(download.pk, actor=clerk, now=LATER)
    assert Download.objects.get().state == DownloadState.GONE


def test_who_waited_long_is_told(three, clerk):
    made(asked(three, clerk))
    assert Notification.objects.filter(user_id=clerk.user_id, kind="download.ready").count() == 1


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"kind": PaperKind.NOTICE}, PaperNotOfThis),
        ({"in_clear": True}, InvalidInput),
    ],
)
def test_a_wrong_wish_is_refused(three, clerk, changes, refusal):
    with pytest.raises(refusal):
        asked(three, clerk, **changes)
    assert not Download.objects.exists()


def test_none_and_too_many_are_refused(three, clerk, monkeypatch):
    with pytest.raises(NothingToPrint):
        asked([], clerk)
    monkeypatch.setattr(making, "MOST_PAPERS", 2)
    with pytest.raises(TooManyPapers):
        asked(three, clerk)


def test_who_may_not_print_asks_in_vain(three, township, person_at):
    with pytest.raises(NotPermitted):
        asked(three, person_at(township, Role.SUPERVISOR))


def test_a_search_is_kept_sealed(at_township, reviewer):
    making.ask_for_files(
        FileSearch(words="130771197406150127"), in_clear=False, reason="", actor=reviewer, now=NOON
    )
    download = Download.objects.get()
    assert "130771" not in str(download.wish)
    assert json.loads(download.wish.reveal())["search"]["words"] == "130771197406150127"


def test_a_large_export_goes_to_the_download_centre(three, reviewer, signed_in, monkeypatch):
    monkeypatch.setattr(exporting, "ANSWERED_AT_ONCE", 2)
    browser = signed_in(reviewer)
    answer = browser.post("/s/130705001/files/export/", {"in_clear": "on", "reason": WHY})
    assert answer["Location"] == "/s/130705001/documents/downloads/"
    download = made(Download.objects.get())
    _row, data = fetched(download, reviewer)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet.max_row == 5 and WHY in sheet["A1"].value
    assert AuditRow.objects.filter(event="file.exported").count() == 1


def test_a_clerk_prints_ticked_files_and_fetches_them(three, signed_in, clerk):
    browser = signed_in(clerk)
    answer = browser.post(
        "/s/130705001/documents/batch/", {"ids": [str(one) for one in three], "kind": "cover"}
    )
    assert answer["Location"] == "/s/130705001/documents/downloads/"
    download = Download.objects.get()
    page = browser.get(answer["Location"]).content.decode()
    assert download.digest_text[:16] in page and "可下载" in page
    content = browser.get(f"/s/130705001/documents/downloads/{download.pk}/")
    assert content.getvalue().startswith(b"%PDF") and "attachment" in content["Content-Disposition"]
    assert browser.get(
        f"/s/130705001/documents/downloads/{download.pk}/progress/", headers=FOR_A_PART
    )["HX-Refresh"]


def test_all_files_of_a_search_are_printed_and_none_is_told(three, signed_in, clerk):
    browser = signed_in(clerk)
    path = "/s/130705001/documents/batch/"
    browser.post(path + "?words=柳试乙", {"every": "1", "kind": "cover"})
    assert Download.objects.get().total == 1
    empty = browser.post(path, {"kind": "cover"}, follow=True)
    assert "请先勾选" in empty.content.decode()


def test_the_api_prints_in_the_background(three, signed_in, clerk):
    browser = signed_in(clerk)
    root = "/s/130705001/api/v1/documents/"
    body = {"kind": "cover", "files": [str(one) for one in three]}
    answer = browser.post(root + "downloads/", body, content_type="application/json")
    assert answer.status_code == 202
    key = answer.json()["id"]
    refused = browser.get(f"{root}downloads/{key}/content/")
    assert refused.status_code == 409 and "download-not-ready" in refused.json()["type"]
    made(Download.objects.get())
    assert browser.get(f"{root}downloads/{key}/").json()["state"] == "ready"
    assert browser.get(f"{root}downloads/{key}/content/").getvalue().startswith(b"%PDF")
    assert browser.delete(f"{root}downloads/{key}/").status_code == 204
    assert browser.get(root + "downloads/").json()["results"][0]["state"] == "gone"


def test_the_api_prints_one_and_verifies_it(three, signed_in, clerk):
    browser = signed_in(clerk)
    root = "/s/130705001/api/v1/documents/papers/"
    body = {"subject_kind": "file", "subject_id": str(three[0]), "kind": "approval"}
    answer = browser.post(root, body, content_type="application/json")
    number = answer["X-Paper-Number"]
    assert answer.content.startswith(b"%PDF")
    assert browser.get(f"{root}{number}/").json()["is_proved"]
    assert browser.get(f"{root}7K3M-9QXP-2T4W/").status_code == 404
    assert [one["number"] for one in browser.get(root).json()["results"]] == [number]
    wrong = browser.post(root, {**body, "kind": "notice"}, content_type="application/json")
    assert "paper-not-of-this" in wrong.json()["type"]
