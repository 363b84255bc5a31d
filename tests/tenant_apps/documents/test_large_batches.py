"""Many papers are printed step by step: little memory, nothing printed twice, one archive in the end."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from bangfu.kernel import doorbell
from bangfu.kernel.crypto import sm3, stored_files
from shared_apps.printing.models import Download, DownloadState, Paper, PaperKind
from tenant_apps.documents.services import downloads, making
from tenant_apps.households.models import HouseholdFile
from tests.tenant_apps.documents.test_download_centre import LATER, asked, fetched, made


@pytest.fixture
def by_two(monkeypatch):
    monkeypatch.setattr(making, "AT_ONCE", 2)


@pytest.fixture
def rung(monkeypatch):
    bells = []
    monkeypatch.setattr(doorbell, "ring", lambda *bell: bells.append(bell))
    return bells


def names_in(data):
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        assert found.testzip() is None
        return {name: found.read(name) for name in found.namelist()}


@pytest.mark.usefixtures("by_two")
def test_more_than_one_file_holds_are_an_archive_named_by_the_places_of_the_papers(three, clerk):
    download = made(asked(three, clerk, kind=PaperKind.COVER))
    row, data = fetched(download, clerk)
    assert bytes(row.digest) == sm3(data) and row.size == len(data)
    parts = names_in(data)
    assert [name[-14:] for name in parts] == ["-0001-0002.pdf", "-0003-0003.pdf"]
    registered = [bytes(paper.digest) for paper in Paper.objects.order_by("audit_seq")]
    first, second = (sm3(content) for content in parts.values())
    assert registered == [first, first, second]
    assert (row.state, row.done, row.content_type) == ("ready", 3, "application/zip")


@pytest.mark.usefixtures("by_two")
def test_what_lies_on_the_disk_is_sealed_part_by_part_and_known_to_the_sweep(three, clerk):
    download = made(asked(three, clerk, kind=PaperKind.COVER))
    paths = [part["path"] for part in download.parts]
    assert {one.path for one in stored_files()} >= set(paths)
    for path in paths:
        assert b"%PDF" not in (Path(settings.MEDIA_ROOT) / path).read_bytes()


@pytest.mark.usefixtures("by_two")
def test_a_worker_killed_between_two_steps_leaves_the_first_to_stand(three, clerk, monkeypatch):
    download = asked(three, clerk, kind=PaperKind.COVER)
    typeset, calls = making.print_papers, []

    def dies(*args, **kwargs):
        calls.append(args)
        if len(calls) == 2:
            raise SystemExit
        return typeset(*args, **kwargs)

    monkeypatch.setattr(making, "print_papers", dies)
    with pytest.raises(SystemExit):
        made(download)
    left = Download.objects.get()
    assert (left.state, left.done, Paper.objects.count()) == (DownloadState.WORKING, 2, 2)
    done = made(download, now=LATER + timedelta(minutes=11))
    assert done.state == DownloadState.READY
    assert Paper.objects.count() == 3
    assert len(names_in(fetched(done, clerk)[1])) == 2


@pytest.mark.usefixtures("by_two")
def test_a_long_batch_is_left_to_the_next_worker_who_goes_on(three, clerk, rung, monkeypatch):
    monkeypatch.setattr(downloads, "SITTING_SECONDS", -1)
    download = asked(three, clerk, kind=PaperKind.COVER)
    waiting = made(download)
    assert (waiting.state, waiting.done, waiting.percent) == (DownloadState.WAITING, 2, 66)
    assert rung[-1][2] == str(download.pk)
    assert made(download).state == DownloadState.READY
    assert Paper.objects.count() == 3


@pytest.mark.usefixtures("by_two")
def test_a_worker_taken_for_dead_adds_nothing_to_what_another_made(three, clerk, monkeypatch):
    download = asked(three, clerk, kind=PaperKind.COVER)
    was_at_it = downloads._claimed(download.pk, now=LATER)
    assert made(download, now=LATER + timedelta(minutes=11)).state == DownloadState.READY
    monkeypatch.setattr(downloads, "_claimed", lambda *_args, **_kwargs: was_at_it)
    assert not downloads.make_download(download.pk, producers=making.PRODUCERS, now=LATER)
    found = Download.objects.get()
    assert (found.state, len(found.parts), Paper.objects.count()) == ("ready", 2, 3)


@pytest.mark.usefixtures("by_two")
def test_files_deleted_meanwhile_are_passed_over(three, clerk):
    download = asked(three, clerk, kind=PaperKind.COVER)
    HouseholdFile.objects.filter(pk=three[2]).delete()
    assert made(download).content_type == "application/pdf"
    assert Paper.objects.count() == 2
    lost = asked(three[2:], clerk, kind=PaperKind.COVER)
    assert made(lost).state == DownloadState.FAILED


@pytest.mark.usefixtures("by_two")
def test_what_fails_half_way_leaves_no_file_behind(
    three, clerk, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(downloads, "SITTING_SECONDS", -1)
    half = made(asked(three, clerk, kind=PaperKind.COVER))
    path = Path(settings.MEDIA_ROOT) / half.parts[0]["path"]
    assert path.exists()
    monkeypatch.setattr(downloads, "_asker", lambda _download: None)
    with django_capture_on_commit_callbacks(execute=True):
        failed = made(half)
    assert (failed.state, failed.parts, path.exists()) == (DownloadState.FAILED, [], False)


def test_a_long_real_name_list_is_printed_in_lists_that_count_on(three, clerk, monkeypatch):
    monkeypatch.setattr(making, "ROWS_A_LIST", 2)
    download = made(asked(three, clerk, kind=PaperKind.ROSTER))
    assert [part["name"][-14:] for part in download.parts] == ["-0001-0002.pdf", "-0003-0003.pdf"]
    assert [paper.about for paper in Paper.objects.order_by("audit_seq")] == ["2 户", "1 户"]
