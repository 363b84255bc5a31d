"""Announcements: whom they reach, who may publish and withdraw them."""

from datetime import date, timedelta

import pytest

from bangfu.kernel.errors import InvalidInput, NotFound, NotPermitted
from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from shared_apps.notifications.selectors import announcements_on, get_announcement
from shared_apps.notifications.services import publish_announcement, withdraw_announcement
from tests.support.databases import NOON

TODAY = date(2026, 11, 20)


@pytest.fixture
def administrator(county, person_at):
    return person_at(county, Role.ADMINISTRATOR, name="孙管理")


@pytest.fixture
def announce(administrator):
    def publish(actor=administrator, **changes):
        with in_station(actor.station):
            return publish_announcement(
                **{
                    "title": "元旦春节送温暖安排",
                    "body": "请各站于 12 月 10 日前上报。",
                    "actor": actor,
                    "now": NOON,
                }
                | changes
            )

    return publish


def read_at(station, on=TODAY) -> list[str]:
    with in_station(station):
        return [row.title for row in announcements_on(on)]


def test_an_announcement_reaches_its_station_and_what_lies_below(
    announce, county, township, enterprise, city, outsider
) -> None:
    assert announce() == 3
    assert all(read_at(station) for station in (county, township, enterprise))
    assert not any(read_at(station) for station in (city, outsider))


def test_an_announcement_goes_when_its_last_day_is_over(announce, township) -> None:
    announce(until_on=TODAY + timedelta(days=1))
    assert read_at(township, TODAY + timedelta(days=1))
    assert not read_at(township, TODAY + timedelta(days=2))


def test_a_withdrawn_announcement_is_gone_everywhere(
    announce, administrator, county, township
) -> None:
    announce()
    with in_station(county):
        row = announcements_on(TODAY).get()
        assert withdraw_announcement(row.pk, actor=administrator, now=NOON) == 3
    assert not read_at(county)
    assert not read_at(township)


def test_a_station_cannot_withdraw_what_its_parent_published(announce, township, person_at) -> None:
    announce()
    below = person_at(township, Role.ADMINISTRATOR)
    with in_station(township), pytest.raises(NotFound):
        withdraw_announcement(announcements_on(TODAY).get().pk, actor=below, now=NOON)


def test_an_announcement_of_another_branch_looks_absent(announce, county, outsider) -> None:
    announce()
    with in_station(county):
        row = announcements_on(TODAY).get()
    with in_station(outsider), pytest.raises(NotFound):
        get_announcement(row.pk)


def test_a_clerk_cannot_publish(announce, clerk) -> None:
    with pytest.raises(NotPermitted):
        announce(actor=clerk)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 101}, "title"),
        ({"body": ""}, "body"),
        ({"until_on": TODAY - timedelta(days=1)}, "until_on"),
    ],
)
def test_an_announcement_without_sense_is_refused(announce, changes, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        announce(**changes)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_an_administrator_publishes_reads_and_withdraws_on_the_pages(
    signed_in, administrator, county
) -> None:
    browser = signed_in(administrator)
    base = f"/s/{county.code}/notifications/announcements/"
    assert "还没有公告" in browser.get(base).content.decode()
    answer = browser.post(f"{base}new/", {"title": "通知", "body": "<b>正文</b>", "until_on": ""})
    assert answer.status_code == 302
    with in_station(county):
        row = announcements_on(date(2026, 1, 1)).get()
    page = browser.get(f"{base}{row.pk}/").content.decode()
    assert "&lt;b&gt;正文&lt;/b&gt;" in page
    browser.post(f"{base}{row.pk}/withdraw/")
    assert browser.get(f"{base}{row.pk}/").status_code == 404


def test_a_wrong_last_day_is_explained_at_the_field(signed_in, administrator, county) -> None:
    browser = signed_in(administrator)
    page = browser.post(
        f"/s/{county.code}/notifications/announcements/new/",
        {"title": "通知", "body": "正文", "until_on": "2020-01-01"},
    )
    assert "展示截止日不能早于今天" in page.content.decode()


def test_a_clerk_sees_no_publishing_and_is_refused(signed_in, clerk, township) -> None:
    browser = signed_in(clerk)
    base = f"/s/{township.code}/notifications/announcements/"
    assert "发布公告" not in browser.get(base).content.decode()
    assert browser.get(f"{base}new/").status_code == 403


def test_a_program_publishes_and_lists(signed_in, administrator, county) -> None:
    browser = signed_in(administrator)
    address = f"/s/{county.code}/api/v1/notifications/announcements/"
    answer = browser.post(address, {"title": "通知", "body": "正文"}, "application/json")
    assert (answer.status_code, answer.json()) == (201, {"stations": 3})
    assert [row["title"] for row in browser.get(address).json()["results"]] == ["通知"]
