import zipfile

import pytest
from django.db import connections

from bangfu.kernel.tenancy import in_network, in_station
from bangfu.kernel.tenancy.router import OWNER
from tenant_apps.casework.models import Todo
from tenants.backup import (
    BackupOfOtherVersion,
    NotABackup,
    read_manifest,
    restore_station,
    save_station,
)
from tenants.models import Station, StationSchema
from tests.support.databases import NOON


@pytest.fixture
def stations(committed):
    with in_network():
        return {code: Station.objects.get(code=code) for code in ("130705001", "130702001")}


@pytest.fixture
def here(stations):
    return stations["130705001"]


@pytest.fixture
def elsewhere(stations):
    return stations["130702001"]


@pytest.fixture(autouse=True)
def papers(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def put(station, *titles):
    with in_station(station.ref):
        for title in titles:
            Todo.objects.create(
                subject_kind="file", subject_id="019aa5b0-7c1e-7d33-9a51-1307711988aa", kind=title,
                capability="file.view", title=title, link="/", opened_at=NOON,
            )  # fmt: skip


def titles(station):
    with in_station(station.ref):
        return sorted(Todo.objects.values_list("title", flat=True))


def test_a_restored_station_is_as_it_was_and_the_others_are_untouched(here, elsewhere, tmp_path):
    put(here, "一", "二\\t\n“三”")
    put(elsewhere, "别站")
    saved = save_station(here, tmp_path / "a.zip", now=NOON)
    put(here, "后来的")
    put(elsewhere, "后来的")

    restored = restore_station(here, tmp_path / "a.zip")

    assert titles(here) == ["一", "二\\t\n“三”"]
    assert titles(elsewhere) == ["别站", "后来的"]
    assert restored == saved
    assert saved.rows >= 2
    assert save_station(here, tmp_path / "b.zip", now=NOON).tables == saved.tables


def test_papers_come_back_and_none_is_overwritten(here, papers, tmp_path):
    folder = papers / here.schema_name / "ab"
    folder.mkdir(parents=True)
    (folder / "lost").write_bytes(b"sealed one")
    (folder / "kept").write_bytes(b"sealed two")
    save_station(here, tmp_path / "a.zip", now=NOON)
    (folder / "lost").unlink()
    (folder / "kept").write_bytes(b"newer")

    restore_station(here, tmp_path / "a.zip")

    assert (folder / "lost").read_bytes() == b"sealed one"
    assert (folder / "kept").read_bytes() == b"newer"


def test_a_damaged_backup_changes_nothing(here, tmp_path):
    put(here, "一")
    whole, damaged = tmp_path / "a.zip", tmp_path / "b.zip"
    save_station(here, whole, now=NOON)
    put(here, "二")
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(damaged, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data.replace("一".encode(), b"X") if "tables/" in name else data)

    with pytest.raises(NotABackup):
        restore_station(here, damaged)

    assert titles(here) == ["一", "二"]


def test_a_backup_of_another_version_of_the_tables_is_refused(here, tmp_path):
    save_station(here, tmp_path / "a.zip", now=NOON)
    row = StationSchema.objects.using(OWNER).get(name=here.schema_name)
    row.migrations = [*row.migrations, "casework.9999_later"]
    row.save(using=OWNER)

    with pytest.raises(BackupOfOtherVersion):
        restore_station(here, tmp_path / "a.zip")


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x05\x06" + bytes(18)])
def test_a_file_that_is_no_backup_is_refused_by_name(content, tmp_path):
    file = tmp_path / "something.zip"
    file.write_bytes(content)

    with pytest.raises(NotABackup, match=r"something\.zip"):
        read_manifest(file)


def test_a_backup_may_not_write_outside_the_papers_of_its_station(here, papers, tmp_path):
    save_station(here, tmp_path / "a.zip", now=NOON)
    evil = tmp_path / "evil.zip"
    with zipfile.ZipFile(tmp_path / "a.zip") as source, zipfile.ZipFile(evil, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "manifest.json":
                data = data.replace(b'"papers": []', b'"papers": ["../outside"]')
            target.writestr(name, data)
        target.writestr("papers/../outside", b"!")

    with pytest.raises(NotABackup):
        restore_station(here, evil)

    assert not (papers.parent / "outside").exists()


def test_saving_hinders_no_one_who_writes(here, tmp_path):
    put(here, "一")
    connections[OWNER].ensure_connection()

    def write_meanwhile(_label, done, _total):
        if done == 1:
            put(here, "同时写入")

    manifest = save_station(here, tmp_path / "a.zip", now=NOON, progress=write_meanwhile)

    assert next(table for table in manifest.tables if table.name == "casework_todo").rows == 1
    assert titles(here) == ["一", "同时写入"]
