"""Lists of stations from CSV, Excel and typed lines: what is read, and what is said of a bad line."""

import io

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput
from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from shared_apps.onboarding.services import many
from shared_apps.onboarding.sheets import lines_of_text, lines_of_upload
from tenants.models import Station
from tests.conftest import NOON

HEADINGS = "站点编码,站点名称,层级,上级编码,行政区划代码,联系人,手机"
SAIBEI = "130773,塞北管理区帮扶中心,2,1307,130773,塞主席,13900000001"
YUSHUGOU = "130773501,榆树沟管理处帮扶站,3,130773,130773501,,"


def listed(text: str | bytes, name: str = "stations.csv") -> list[many.Line]:
    content = text if isinstance(text, bytes) else text.encode()
    return lines_of_upload(SimpleUploadedFile(name, content))


def workbook(rows, *, formula: bool = False) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        if formula:
            sheet.write_formula(1, 0, "=1+1")
    return target.getvalue()


def problems(*rows: str) -> list[tuple[int, str]]:
    preview = many.preview_import(listed("\n".join([HEADINGS, *rows])))
    return [(problem.row, problem.code) for problem in preview.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_csv_is_read_however_it_was_saved(encoding, separator):
    text = "\r".join([HEADINGS, SAIBEI]).replace(",", separator)

    (line,) = listed(text.encode(encoding))

    assert (line.row, line.code, line.level, line.contact_name) == (2, "130773", 2, "塞主席")


def test_a_workbook_may_have_a_title_full_width_signs_and_numbers():
    content = workbook(
        [
            ["2026 年入驻名单"],
            [],
            ["站点名称 *", "站点编码", "层级", "上级编码", "行政区划代码", "手机"],
            ["塞北", 130773, "L2 县区", "1307", "130773", "139 0000 0001"],
        ]
    )

    (line,) = listed(content, "stations.xlsx")

    assert (line.row, line.name, line.code, line.level) == (4, "塞北", "130773", 2)
    assert (line.parent_code, line.region_code, line.contact_phone) == (
        "1307",
        "130773",
        "13900000001",
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
        (b"PK\x03\x04 cut off", "已损坏"),
        (b"\xff\xff\xff\xff", "编码"),
        (f'{HEADINGS}\n"{"x" * 200_000}"'.encode(), "已损坏"),
        ("编码,名字\n1,2".encode(), "表头"),
        (workbook([["站点名称"], ["x"]], formula=True), "第 2 行有公式"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_remedy(content, words):
    with pytest.raises(InvalidInput) as refused:
        listed(content, "stations.xlsx")
    assert words in str(refused.value.problems[0].message)


def test_a_bad_parent_stops_its_units_and_nothing_else(on_network, city):
    assert problems(
        SAIBEI.replace("塞北管理区帮扶中心", ""),
        YUSHUGOU,
        "130705002X,别处,4,130705001,130705001,,",
    ) == [(2, "required"), (3, "parent-refused")]


def test_what_is_good_of_a_list_is_imported_after_its_preview(on_network, city):
    network = Actor(user_id=None, name="管理员", capabilities=frozenset({"network.manage"}))
    preview = many.preview_import(
        listed("\n".join([HEADINGS, SAIBEI, "999,孤儿,3,998,130773501,,", YUSHUGOU]))
    )

    batch = many.import_stations(lines=preview.good, title="补开", actor=network, now=NOON)

    assert [problem.row for problem in preview.problems] == [3]
    assert batch.applications.count() == 2


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (SAIBEI.replace("塞北管理区帮扶中心", "站" * 121), "too-long"),
        (SAIBEI.replace("13900000001", "12345"), "bad-phone"),
        (SAIBEI.replace("130773,塞", "塞北,塞", 1), "bad-code"),
        (SAIBEI.replace("130773,塞", "1307730000001,塞", 1), "bad-code"),
        (SAIBEI.replace(",2,", ",九,"), "wrong-parent"),
        (SAIBEI.replace("1307,130773", "1307,130799"), "unknown-region"),
        # 宣化县 was there until 2016.
        (SAIBEI.replace("1307,130773", "1307,130721"), "unknown-region"),
        ("130705X,又一个,2,1307,130705,,", "station-exists"),
        ("130705001,又一个,3,130705,130705001,,", "code-taken"),
        ("130705X,越级,4,130705,130705001,,", "wrong-parent"),
    ],
)
def test_each_kind_of_bad_line_is_named(on_network, city, row, code):
    assert problems(row) == [(2, code)]


def test_two_stations_for_one_region_are_one_too_many(on_network, city):
    assert problems(SAIBEI, SAIBEI.replace("130773,", "SAIBEI2,", 1)) == [(3, "station-exists")]


def test_units_stand_directly_under_a_county_that_takes_them(on_network, county):
    Station.objects.filter(pk=county.id).update(takes_direct_units=True)

    assert problems("130705E01,直属单位,4,130705,130705,,") == []


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (f"{'站' * 121},李四,13900000001", "too-long"),
        ("某站,李四,1390000", "bad-phone"),
        ("某站,李四,,not-an-address", "bad-email"),
        ("某站\0,李四,13900000001", "unprintable"),
    ],
)
def test_an_invited_line_that_cannot_be_kept_is_named(township, person_at, typed, code):
    actor = person_at(township, Role.ADMINISTRATOR)
    with in_station(township), pytest.raises(InvalidInput) as refused:
        many.invite_stations(
            parent=Station.objects.get(pk=township.id),
            lines=lines_of_text(typed),
            title="首批",
            actor=actor,
            now=NOON,
        )
    assert [(problem.row, problem.code) for problem in refused.value.problems] == [(1, code)]
