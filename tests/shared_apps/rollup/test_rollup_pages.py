import io

import pytest
from openpyxl import load_workbook

from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.models import User
from shared_apps.accounts.roles import Role
from shared_apps.audit.models import AuditRow
from shared_apps.rollup.services import count_network, fold_facts
from shared_apps.rollup.tilemap import Place, short_name, tiles_of
from tests.conftest import NOON
from tests.shared_apps.rollup.on_file import another_household, put_on_file
from tests.shared_apps.rollup.test_answers import households  # noqa: F401

BOARD = "/s/{}/rollup/"


@pytest.fixture
def city_head(city, person_at):
    return person_at(city, Role.HEAD, name="钱站长")


@pytest.fixture
def clerk_of_township(township, person_at):
    return person_at(township, Role.CLERK, name="孙经办")


def test_the_board_shows_number_map_and_table(households, signed_in, city_head):  # noqa: F811
    page = signed_in(city_head).get(BOARD.format("1307"), {"period": "2026-11"}).text

    assert "在档困难职工户数" in page
    assert "宣化区" in page
    assert "塞北" in page
    assert "未入驻" in page
    assert "?indicator=FIL-01&amp;period=2026-11&amp;by=&amp;station=130705" in page


def test_a_network_without_a_fact_has_a_board_too(signed_in, city_head):
    response = signed_in(city_head).get(BOARD.format("1307"))

    assert response.status_code == 200
    assert "尚未汇总" in response.text


@pytest.mark.fault
def test_every_indicator_has_a_board_by_every_dimension(signed_in, city_head, city):
    from shared_apps.rollup.dashboard import ways_offered
    from shared_apps.rollup.registry import listed_indicators

    count_network(on=NOON.date())
    client = signed_in(city_head)
    for one in listed_indicators():
        for by, _title in ways_offered(one):
            response = client.get(BOARD.format("1307"), {"indicator": one.code, "by": by})
            assert response.status_code == 200, (one.code, by)


def test_a_drill_down_ends_at_the_files_of_the_own_station(signed_in, clerk_of_township, township):
    put_on_file(township)
    fold_facts(now=NOON)
    client = signed_in(clerk_of_township)

    page = client.get(BOARD.format("130705001"), {"by": "tier", "period": "2026-11"}).text
    assert "files/?indicator=FIL-01&amp;period=2026-11&amp;dimension=tier&amp;key=1" in page
    listed = client.get(
        "/s/130705001/rollup/files/",
        {"indicator": "FIL-01", "period": "2026-11", "dimension": "tier", "key": "1"},
    ).text
    assert "13070500120260001" in listed
    assert "柳试一" not in listed


def test_a_parent_finds_no_file_of_a_station_below(signed_in, city_head, township):
    put_on_file(township, **another_household())
    fold_facts(now=NOON)

    page = (
        signed_in(city_head)
        .get("/s/1307/rollup/files/", {"indicator": "FIL-01", "period": "2026-11"})
        .text
    )

    assert "本级没有对应的档案" in page


def test_the_board_of_another_branch_looks_absent(signed_in, county_head):
    response = signed_in(county_head).get(BOARD.format("130705"), {"station": "130702"})

    assert response.status_code == 404


def test_the_export_is_the_page_as_a_workbook(households, signed_in, city_head, city):  # noqa: F811
    response = signed_in(city_head).post(
        "/s/1307/rollup/export/?indicator=FIL-01&period=2026-11&by=child"
    )

    rows = list(load_workbook(io.BytesIO(response.content)).active.values)
    assert rows[4][:2] != ["130702", 1]
    assert [row[1] for row in rows[4:6]] == [1, 3]
    assert any("钱站长" in str(row[0]) for row in rows)
    with in_station(city):
        assert AuditRow.objects.filter(event="rollup.exported").count() == 1


def test_a_clerk_does_not_export(signed_in, clerk_of_township):
    response = signed_in(clerk_of_township).post("/s/130705001/rollup/export/")

    assert response.status_code == 403


def test_the_administrator_of_the_network_sees_everything(households, client):  # noqa: F811
    with in_network():
        user = User.objects.create_user("admin0", is_network_administrator=True, name="网管")
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    response = client.get("/network/rollup/", {"period": "2026-11"})

    assert response.status_code == 200
    assert "宣化区" in response.text


def test_places_stand_where_they_lie_and_shade_by_number():
    tiles = tiles_of(
        [
            Place("130705", "宣化区总工会困难职工帮扶中心", 10, "10", "?a"),
            Place("130702", "桥东区总工会困难职工帮扶中心", 1, "1", "?b"),
            Place("130723", "康保县总工会困难职工帮扶中心", 0, "0", "?c"),
        ],
        absent=[("130773", "塞北管理区")],
    )

    assert [(tile.name, tile.shade, tile.css) for tile in tiles] == [
        ("康保县", 1, "tile tile-1 tile-c2 tile-r1"),
        ("塞北管理区", 0, "tile tile-0 tile-c4 tile-r1"),
        ("桥东区", 2, "tile tile-2 tile-c4 tile-r3"),
        ("宣化区", 5, "tile tile-5 tile-c5 tile-r3"),
    ]


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("张家口市塞北管理区总工会困难职工帮扶中心", "塞北管理区"),
        ("天泰寺街道职工帮扶站", "天泰寺街道"),
        ("(虚构)禾川纺织有限公司工会帮扶点", "禾川纺织有限公司"),
        ("职工帮扶站", "职工帮扶站"),
    ],
)
def test_a_station_is_called_by_what_tells_it_apart(name, short):
    assert short_name(name) == short
