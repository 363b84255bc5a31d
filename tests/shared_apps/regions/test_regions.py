"""Divisions with dates, and the calendar a network overrules."""

from datetime import date

import pytest

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, NotPermitted
from bangfu.kernel.tenancy import in_network, in_station
from bangfu.kernel.workdays import add_working_days
from shared_apps.accounts.models import User
from shared_apps.audit.models import AuditRow
from shared_apps.regions.models import Region
from shared_apps.regions.selectors import (
    NoSuchRegion,
    calendar_in_force,
    get_region,
    overrides_of_year,
    provinces,
    region_exists,
    region_label,
    region_labels,
    regions_inside,
)
from shared_apps.regions.services import follow_calendar_again, load_regions, overrule_day
from tests.support.databases import NOON

TODAY = date(2026, 11, 21)
BEFORE_2016 = date(2010, 1, 1)


@pytest.fixture
def administrator() -> Actor:
    return Actor(user_id=1, name="网络管理员", capabilities=frozenset({"network.manage"}))


def test_every_county_of_the_country_is_known(on_network) -> None:
    assert Region.objects.filter(level=2, valid_to__isnull=True).count() == 2975


def test_loading_twice_changes_nothing(on_network) -> None:
    before = Region.objects.count()
    assert load_regions() == before
    assert Region.objects.count() == before


def test_every_division_but_a_province_lies_in_one_that_is_known(on_network) -> None:
    codes = set(Region.objects.values_list("code", flat=True))
    parents = set(Region.objects.exclude(level=0).values_list("parent_code", flat=True))
    assert parents <= codes


def test_a_county_that_became_a_district_is_known_by_its_day(on_network) -> None:
    assert get_region("130729", on=BEFORE_2016).name == "万全县"
    assert not region_exists("130729", on=TODAY)
    assert region_exists("130729")
    assert get_region("130708", on=TODAY).predecessor_code == "130729"


def test_a_code_that_never_was_is_refused(on_network) -> None:
    with pytest.raises(NoSuchRegion):
        get_region("139999", on=TODAY)


def test_the_city_contains_its_nineteen_counties_and_zones(on_network) -> None:
    assert regions_inside("130700", on=TODAY).count() == 19


def test_the_picker_begins_with_the_provinces(on_network) -> None:
    assert provinces(on=TODAY).count() == 34


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("130702001", "河北省张家口市桥东区红旗楼街道"),
        ("130702", "河北省张家口市桥东区"),
        ("130000", "河北省"),
        ("110101", "北京市东城区"),
        ("130773", "河北省张家口市塞北管理区"),
        ("139999", ""),
    ],
)
def test_a_division_is_named_from_its_province_down(on_network, code: str, label: str) -> None:
    assert region_label(code, on=TODAY) == label


def test_many_divisions_are_named_with_one_query(on_network, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        labels = region_labels(["130702001", "430582"], on=TODAY)
    assert labels["430582"] == "湖南省邵阳市邵东市"


def test_a_station_may_look_divisions_up(at_township) -> None:
    assert region_exists("130702001", on=TODAY)


def test_an_overruled_day_moves_a_deadline(on_network, administrator) -> None:
    overrule_day(
        day=date(2026, 11, 23),
        is_working_day=False,
        source="张政办〔2026〕1号",
        actor=administrator,
        now=NOON,
    )
    assert add_working_days(date(2026, 11, 20), 1, calendar_in_force()) == date(2026, 11, 24)


def test_a_day_entered_again_replaces_what_was_said(on_network, administrator) -> None:
    for works in (False, True):
        overrule_day(
            day=date(2027, 2, 14),
            is_working_day=works,
            source="国办发明电",
            actor=administrator,
            now=NOON,
        )
    assert [day.is_working_day for day in overrides_of_year(2027)] == [True]


def test_a_day_released_follows_the_official_calendar_again(on_network, administrator) -> None:
    day = date(2026, 11, 23)
    overrule_day(day=day, is_working_day=False, source="通知", actor=administrator, now=NOON)
    follow_calendar_again(day=day, actor=administrator, now=NOON)
    assert calendar_in_force().is_working_day(day)


def test_a_day_without_a_notice_is_refused(on_network, administrator) -> None:
    with pytest.raises(InvalidInput):
        overrule_day(day=TODAY, is_working_day=True, source="  ", actor=administrator, now=NOON)


def test_a_clerk_cannot_overrule_the_calendar(clerk, township) -> None:
    with in_station(township), pytest.raises(NotPermitted):
        overrule_day(day=TODAY, is_working_day=True, source="通知", actor=clerk, now=NOON)


def test_a_clerk_picks_a_region_level_by_level(signed_in, clerk, township) -> None:
    answer = signed_in(clerk).get(f"/s/{township.code}/api/v1/regions/?parent=130705")
    assert answer.status_code == 200
    assert {
        "code": "130705001",
        "name": "天泰寺街道",
        "level": 3,
        "kind": "street",
    } in answer.json()


@pytest.fixture
def network_browser(client, on_network):
    user = User.objects.create(username="netadmin", name="网管员", is_network_administrator=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_network_administrator_enters_and_releases_a_day(network_browser) -> None:
    page = network_browser.get("/network/calendar/?year=2027").content.decode()
    assert "2027 年的调休安排尚未登记" in page
    answer = network_browser.post(
        "/network/calendar/",
        {"day": "2027-02-14", "is_working_day": "1", "source": "国办发明电〔2026〕7 号"},
    )
    assert answer.headers["Location"] == "/network/calendar/?year=2027"
    page = network_browser.get("/network/calendar/?year=2027").content.decode()
    assert "国办发明电〔2026〕7 号" in page
    assert "尚未登记" not in page
    network_browser.post("/network/calendar/2027-02-14/follow-again/")
    assert not overrides_of_year(2027).exists()


def test_a_day_without_a_notice_is_explained_at_the_field(network_browser) -> None:
    page = network_browser.post(
        "/network/calendar/", {"day": "2027-02-14", "is_working_day": "1", "source": ""}
    )
    assert page.context["form"].errors["source"]


@pytest.mark.parametrize("year", ["", "0000", "9999", "abcd", "２０２７"])
def test_a_year_that_is_none_shows_the_present_one(network_browser, year: str) -> None:
    page = network_browser.get(f"/network/calendar/?year={year}")
    assert page.context["year"] == clock.today().year


def test_a_day_that_is_none_is_not_found(network_browser) -> None:
    assert network_browser.post("/network/calendar/2027-02-30/follow-again/").status_code == 404


def test_a_day_that_is_not_overruled_cannot_be_released(network_browser) -> None:
    assert network_browser.post("/network/calendar/2027-02-14/follow-again/").status_code == 404


def test_a_clerk_does_not_see_the_calendar_of_the_network(signed_in, clerk) -> None:
    assert signed_in(clerk).get("/network/calendar/").status_code == 403


def test_a_stranger_is_not_let_in(client, db) -> None:
    assert client.get("/network/calendar/").status_code in {302, 403}


def test_who_overruled_a_day_is_on_record(on_network, administrator) -> None:
    overrule_day(day=TODAY, is_working_day=True, source="通知", actor=administrator, now=NOON)
    assert AuditRow.objects.filter(event="calendar.overruled").exists()


def test_a_program_reads_the_days_that_are_not_as_their_weekday_says(signed_in, clerk) -> None:
    said = signed_in(clerk).get("/s/130705001/api/v1/calendar/?year=2026").json()
    days = {row["day"]: row["is_working_day"] for row in said["days"]}
    assert days["2026-10-01"] is False
    assert days["2026-10-10"] is True  # a Saturday of make-up work
    assert "2026-11-24" not in days
    assert (said["year"], said["is_provisional"]) == (2026, False)


def test_the_network_overrules_and_releases_a_day_by_a_program(network_browser) -> None:
    day = "/api/v1/calendar/2027-02-14/"
    said = {"is_working_day": True, "notice": "国办发明电〔2026〕7 号"}
    assert network_browser.put(day, said, content_type="application/json").status_code == 200
    year = network_browser.get("/api/v1/calendar/?year=2027").json()
    assert {"day": "2027-02-14", **said} in year["days"]
    assert year["is_provisional"] is False
    assert network_browser.delete(day).status_code == 204
    assert network_browser.delete(day).status_code == 404


def test_an_overruled_day_that_is_as_its_weekday_says_is_shown_all_the_same(
    network_browser,
) -> None:
    holiday = {"is_working_day": False, "notice": "通知"}
    network_browser.put("/api/v1/calendar/2026-11-22/", holiday, content_type="application/json")
    year = network_browser.get("/api/v1/calendar/?year=2026").json()
    assert {"day": "2026-11-22", **holiday} in year["days"]


@pytest.mark.parametrize("year", ["0", "2100", "abcd"])
def test_a_program_is_told_of_a_year_that_is_none(client, on_network, year: str) -> None:
    answer = client.get(f"/api/v1/calendar/?year={year}")
    assert [error["field"] for error in answer.json()["errors"]] == ["year"]


def test_a_year_written_wrong_is_refused_at_the_day(network_browser) -> None:
    answer = network_browser.put(
        "/api/v1/calendar/0207-02-14/",
        {"is_working_day": True, "notice": "通知"},
        content_type="application/json",
    )
    assert [error["field"] for error in answer.json()["errors"]] == ["day"]


def test_no_program_of_a_station_overrules_a_day(signed_in, clerk) -> None:
    answer = signed_in(clerk).put(
        "/api/v1/calendar/2027-02-14/",
        {"is_working_day": True, "notice": "通知"},
        content_type="application/json",
    )
    assert answer.status_code == 403
    with in_network():
        assert not overrides_of_year(2027).exists()
