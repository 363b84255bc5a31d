"""Lists of a hundred thousand files: a far page costs what it shows, and everything on a list can be reached."""

import re
from base64 import b64encode
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.db.models import Q
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from rest_framework.request import Request

from bangfu.kernel.api_defaults import CursorPages
from bangfu.kernel.ids import uuid7
from bangfu.kernel.tenancy import in_station
from bangfu.ui.requests import late_page_of
from bangfu.ui.tables import Table
from tenant_apps.households import services, work
from tenant_apps.households.models import HouseholdFile, HouseholdRecheck, HouseholdVersion
from tenant_apps.households.selectors import FileSearch, files_matching
from tenant_apps.households.tables import FileTable
from tenant_apps.households.views import working
from tenant_apps.households.work import count_work, files_to_do
from tests.conftest import NOON
from tests.tenant_apps.households.households import complete

TODAY = NOON.date()


@pytest.fixture
def file(clerk, township):
    with in_station(township):
        return services.open_draft(complete(), actor=clerk, now=NOON).file


@pytest.fixture
def many(file, township):
    """Forty-five drafts: two pages of twenty, and a third of five."""
    with in_station(township):
        copies = [HouseholdFile.objects.get(pk=file.pk) for _copy in range(44)]
        for number, copy in enumerate(copies):
            copy.pk, copy.name, copy.id_no_hash = None, f"柳试{number}", number.to_bytes(16)
        HouseholdFile.objects.bulk_create(HouseholdFile(**values_of(copy)) for copy in copies)
        return list(HouseholdFile.objects.order_by("-id").values_list("pk", flat=True))


def values_of(copy):
    names = [field.attname for field in HouseholdFile._meta.concrete_fields]
    return {name: getattr(copy, name) for name in names if name != "id"}


def asked(**query):
    return RequestFactory().get("/", query)


def read_of_files(rows):
    """Which columns of a file the database looks at to find these rows."""
    return set(re.findall(r'"households_file"\."(\w+)"', str(rows.values("pk").query)))


def columns_of(index):
    """What an index of the files holds."""
    (found,) = [one for one in HouseholdFile._meta.indexes if one.name == index]
    return {"id", *found.include}


@pytest.mark.parametrize(
    ("page", "first", "last"), [("1", 0, 20), ("2", 20, 40), ("3", 40, 45), ("99", 40, 45)]
)
def test_the_pages_of_a_long_list_hold_its_rows_in_order(at_township, many, page, first, last):
    found = late_page_of(asked(page=page), files_matching(FileSearch()))

    assert [one.pk for one in found.object_list] == many[first:last]
    assert found.paginator.count == 45


def test_no_list_offers_to_be_sorted_by_a_column_that_no_index_holds():
    # Of the product alone: the kit of components and other tests draw small lists of their own.
    of_the_product = ("shared_apps.", "tenant_apps.", "tenants.")
    drawn = [one for one in Table.__subclasses__() if one.__module__.startswith(of_the_product)]

    offered = {
        f"{one.__name__}.{name}"
        for one in drawn
        for name, column in one.base_columns.items()
        if column.orderable is not False
    }

    assert FileTable in drawn
    assert offered == set()


def test_an_address_that_asks_for_another_order_is_shown_the_order_of_the_index(
    signed_in, clerk, many
):
    client, shown = signed_in(clerk), []
    for address in (
        "/s/130705001/files/",
        "/s/130705001/files/?sort=name",
        "/s/130705001/files/?sort=-id_no",
    ):
        page = client.get(address).content.decode()
        shown.append(re.findall(r'name="ids" value="([^"]+)"', page))

    assert shown[0] == [str(key) for key in many[:20]]
    assert shown[1] == shown[2] == shown[0]


def test_a_far_page_steps_over_keys_and_reads_only_the_rows_it_shows(signed_in, clerk, many):
    client = signed_in(clerk)

    with CaptureQueriesContext(connection) as asked_for:
        shown = client.get("/s/130705001/files/?page=3").content.decode()

    (rows,) = [one["sql"] for one in asked_for if "OFFSET 40" in one["sql"]]
    assert "柳试" in shown
    assert shown.count('name="ids"') == 5
    assert rows.index("IN (SELECT") < rows.index("OFFSET 40")
    assert "LIMIT" not in rows[rows.index("OFFSET 40") :]


@pytest.mark.parametrize(
    "search",
    [
        FileSearch(tier="1"),
        FileSearch(cause="06"),
        FileSearch(file_kind="urban"),
        FileSearch(residence="13"),
        FileSearch(states=("on_file",), tier="2"),
    ],
)
def test_whatever_a_list_is_narrowed_by_its_keys_come_out_of_one_index(at_township, search):
    assert {"id"} < read_of_files(files_matching(search)) <= columns_of("file_filters")


@pytest.mark.parametrize("name", ["unchanged", "never_helped", "nat_entry"])
def test_the_keys_of_a_work_list_of_files_come_out_of_the_same_index(at_township, name):
    assert read_of_files(files_to_do(name, on=TODAY)) <= columns_of("file_filters")


@pytest.mark.parametrize(
    ("came_on_file", "changed", "is_listed"),
    [(400, [400], True), (400, [400, 100], False), (400, [380, 400], True), (100, [100], False)],
)
def test_a_file_that_changed_within_the_year_is_not_on_the_list_of_unchanged(
    at_township, file, came_on_file, changed, is_listed
):
    on = TODAY - timedelta(days=came_on_file)
    HouseholdFile.objects.update(state="on_file", on_file_on=on)
    HouseholdVersion.objects.all().delete()
    HouseholdVersion.objects.bulk_create(
        HouseholdVersion(
            file=file,
            number=number,
            effective_on=TODAY - timedelta(days=days),
            state="on_file",
            event="report",
            snapshot={},
            made_at=NOON,
        )
        for number, days in enumerate(changed)
    )

    assert files_to_do("unchanged", on=TODAY).exists() is is_listed


def test_how_much_is_on_the_lists_of_rechecks_is_counted_at_once(at_township, file):
    with CaptureQueriesContext(connection) as asked_for:
        count_work(on=TODAY)

    assert len([one for one in asked_for if "households_recheck" in one["sql"]]) == 1
    assert len(asked_for) == 4


def test_a_list_nobody_looks_at_is_counted_only_so_far(
    signed_in, clerk, many, monkeypatch, township
):
    monkeypatch.setattr(work, "MOST_COUNTED", 30)
    monkeypatch.setattr(working, "MOST_COUNTED", 30)
    with in_station(township):
        HouseholdFile.objects.update(state="on_file")
    client = signed_in(clerk)

    elsewhere = client.get("/s/130705001/files/work/due/").content.decode()
    there = client.get("/s/130705001/files/work/nat_entry/?page=3").content.decode()

    assert "全国系统未录入 30+" in elsewhere
    assert "全国系统未录入 45" in there
    assert "共 45 条" in there
    assert there.count("#life") == 5


def test_the_files_before_and_after_one_are_found_by_an_index(at_township, file):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    file.former_id = uuid7()

    plan = HouseholdFile.objects.filter(Q(former_id=file.pk) | Q(pk=file.former_id)).explain()

    assert "file_by_former" in plan
    assert work.files_linked_to(file) == []


def test_a_cursor_counts_on_past_the_thousandth_row_of_one_day():
    pages = CursorPages()
    far = b64encode(urlencode({"o": 99_950}).encode()).decode()

    cursor = pages.decode_cursor(Request(RequestFactory().get("/", {"cursor": far})))

    assert cursor.offset == 99_950


def test_a_program_reads_every_recheck_once_though_all_are_due_on_one_day(
    signed_in, clerk, file, township
):
    with in_station(township):
        HouseholdRecheck.objects.bulk_create(
            HouseholdRecheck(
                file=file, kind="quarterly", period=period, due_on=TODAY, opened_at=NOON
            )
            for period in "ABC"
        )
    client, seen = signed_in(clerk), []
    address = "/s/130705001/api/v1/files/rechecks/?page_size=1"

    for _page in range(3):
        answer = client.get(address).json()
        seen += [one["period"] for one in answer["results"]]
        address = answer["next"]

    assert (seen, address) == (["A", "B", "C"], None)
