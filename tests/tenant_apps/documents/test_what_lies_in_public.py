"""The register, downloads, templates and the desk lie in public: rows of before went over, a backup holds them."""

import pytest
from django.db import connection, connections

from bangfu.kernel.tenancy import in_network, in_station
from bangfu.kernel.tenancy.router import OWNER
from shared_apps.accounts.roles import Role
from shared_apps.console.models import Desk
from shared_apps.printing.models import Download, Paper, PaperKind, WordKind, WordTemplate
from tenant_apps.applications.selectors import desk_of_station
from tenant_apps.applications.services.desk import change_desk
from tenant_apps.documents.services import downloads, making, wording
from tenant_apps.documents.services.printing import print_of_file
from tenant_apps.documents.services.verifying import verify_paper
from tenant_apps.documents.word import shipped_template
from tenant_apps.households import services as files
from tenants.backup import restore_station, save_station
from tenants.migrator import change_all
from tenants.models import Station
from tests.conftest import NOON
from tests.support.moved import put_into_the_schema
from tests.tenant_apps.households.households import complete

MOVED = {
    "documents_paper": "printing_paper",
    "documents_download": "printing_download",
    "documents_wordtemplate": "printing_wordtemplate",
    "applications_desk": "console_desk",
}
BEFORE = [("documents", "0003_vouchers"), ("applications", "0002_awaited")]
STEPS = ["documents.0004_into_public", "applications.0003_desk_into_public"]


@pytest.fixture
def printed(committed, township, person_at):
    """A station with one of each, the number of its paper, its download and who asked."""
    clerk, administrator = person_at(township, Role.CLERK), person_at(township, Role.ADMINISTRATOR)
    with in_station(township):
        file = files.open_draft(complete(), actor=clerk, now=NOON).file.pk
        paper = print_of_file(file, kind=PaperKind.COVER, actor=clerk, now=NOON).papers[0]
        asked = making.ask_for_papers([file], kind=PaperKind.COVER, actor=clerk, now=NOON)
        wording.set_template(
            WordKind.NOTICE, data=shipped_template(WordKind.NOTICE), file_name="本站.docx",
            actor=administrator, now=NOON,
        )  # fmt: skip
        say_hours("周一", administrator)
    return paper.number, asked.pk, clerk


def say_hours(hours, actor):
    change_desk(
        takes_applications=True, pause_note="", hours=hours, welcome="", actor=actor, now=NOON
    )


def assert_all_is_there(printed):
    number, download, clerk = printed
    assert verify_paper(number).is_proved
    assert making.make_download(download, producers=making.PRODUCERS, now=NOON)
    _row, pieces = downloads.fetch_download(download, actor=clerk, now=NOON)
    assert b"".join(pieces).startswith(b"%PDF")
    assert WordTemplate.objects.get().file_name == "本站.docx"
    assert desk_of_station().hours == "周一"


def counts():
    return [model.objects.count() for model in (Paper, Download, WordTemplate, Desk)]


def test_what_lay_in_a_schema_goes_over_when_the_station_is_changed(printed, township, outsider):
    put_into_the_schema(township, MOVED, at=BEFORE, steps=STEPS)
    with in_station(township):
        assert counts() == [0, 0, 0, 0]

    change_all()

    connections[OWNER].close()
    with in_station(township):
        assert counts() == [1, 1, 1, 1]
        assert_all_is_there(printed)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_class WHERE relname = ANY (%s) "
                "AND relnamespace = current_schema()::regnamespace", [list(MOVED)],
            )  # fmt: skip
            assert cursor.fetchone() == (0,)
    with in_station(outsider):
        assert counts() == [0, 0, 0, 0]
        assert verify_paper(printed[0]).paper is None
    assert change_all() is None


def test_a_backup_holds_them_and_a_restore_leaves_those_of_others(
    printed, township, outsider, person_at, tmp_path
):
    with in_network():
        row = Station.objects.get(pk=township.id)
    saved = save_station(row, tmp_path / "a.zip", now=NOON)
    for station, hours in ((township, "周三"), (outsider, "周二")):
        with in_station(station):
            say_hours(hours, person_at(station, Role.ADMINISTRATOR))
    with in_station(township):
        Download.objects.update(wish="{}")
        WordTemplate.objects.all().delete()

    restore_station(row, tmp_path / "a.zip")

    assert save_station(row, tmp_path / "b.zip", now=NOON).tables == saved.tables
    kept = {table.name: table.rows for table in saved.tables if table.shared}
    assert [kept[table] for table in MOVED.values()] == [1, 1, 1, 1]
    with in_station(township):
        assert_all_is_there(printed)
    with in_station(outsider):
        assert desk_of_station().hours == "周二"
