"""A station where nothing was done yet is told what to do first, each person what they may do."""

from uuid import uuid4

import pytest
from django.urls import reverse

from bangfu.kernel.tenancy import in_network, in_station
from bangfu.ui.beginnings import declared_steps
from shared_apps.accounts.roles import Role
from shared_apps.rollup.services import fold_facts
from tenant_apps.casework.services import open_todo
from tenant_apps.households import services
from tests.conftest import NOON
from tests.shared_apps.rollup.on_file import put_on_file
from tests.tenant_apps.households.households import complete

pytestmark = pytest.mark.usefixtures("at_noon")
HEADING = "从这里开始"


@pytest.fixture
def page_of(signed_in):
    def look(actor):
        return signed_in(actor).get(f"/s/{actor.station.code}/")

    return look


@pytest.fixture
def steps_of(page_of):
    """What the workbench tells a person to do first: the words of each step, and whether it is done."""

    def look(actor):
        steps = page_of(actor).context["first_steps"]
        return {str(step.label): step.is_done for step in steps}

    return look


def draft_at(station, clerk):
    with in_station(station):
        services.open_draft(complete(), actor=clerk, now=NOON)


def test_a_clerk_of_a_new_station_is_led_to_the_first_file(page_of, township, clerk):
    page = page_of(clerk).content.decode()

    assert HEADING in page
    for address in ("files/import/template/", "files/import/", "files/new/"):
        assert f'class="choice" href="/s/{township.code}/{address}"' in page


def test_who_manages_a_new_station_is_led_to_its_people_and_its_address(
    steps_of, township, person_at
):
    told = steps_of(person_at(township, Role.ADMINISTRATOR))

    assert list(told) == [
        "邀请同事，分配岗位",
        "填写本站的电话和地址",
        "设好对外服务页",
        "邀请下级站点入驻",
    ]


def test_nobody_is_led_to_what_they_may_not_do(steps_of, township, clerk, person_at):
    assert "邀请同事，分配岗位" not in steps_of(clerk)
    assert "新建第一份档案" not in steps_of(person_at(township, Role.REVIEWER))
    assert "建立专项资金" not in steps_of(clerk)
    assert "建立专项资金" in steps_of(person_at(township, Role.FINANCE))


def test_an_enterprise_is_not_told_to_bring_in_stations_below(steps_of, enterprise, person_at):
    assert "邀请下级站点入驻" not in steps_of(person_at(enterprise, Role.ADMINISTRATOR))


def test_people_are_named_once_files_can_be_filled_checked_and_signed(
    steps_of, township, person_at
):
    administrator = person_at(township, Role.ADMINISTRATOR, Role.CLERK, Role.HEAD)
    assert steps_of(administrator)["邀请同事，分配岗位"] is False

    person_at(township, Role.REVIEWER)

    assert steps_of(administrator)["邀请同事，分配岗位"] is True


def test_a_station_that_said_how_to_reach_it_is_not_asked_again(
    signed_in, steps_of, township, person_at
):
    administrator = person_at(township, Role.ADMINISTRATOR)
    browser = signed_in(administrator)
    browser.post(f"/s/{township.code}/settings/", {"phone": "0313-1234567"})
    assert steps_of(administrator)["填写本站的电话和地址"] is False

    browser.post(
        f"/s/{township.code}/settings/", {"phone": "0313-1234567", "address": "天泰寺街 1 号"}
    )

    assert steps_of(administrator)["填写本站的电话和地址"] is True


def test_after_the_first_draft_the_next_step_is_to_send_it(steps_of, township, clerk):
    draft_at(township, clerk)

    told = steps_of(clerk)

    assert told["新建第一份档案"] is True
    assert told["补齐材料，检查提交"] is False


def test_the_first_steps_are_gone_once_a_file_was_more_than_a_draft(page_of, township, clerk):
    put_on_file(township)

    assert HEADING not in page_of(clerk).content.decode()


def test_the_first_steps_make_room_for_what_waits(page_of, township, clerk):
    with in_station(township):
        open_todo(
            subject=("file", uuid4()),
            kind="file.fill",
            capability="file.edit",
            title="补正",
            now=NOON,
        )

    assert HEADING not in page_of(clerk).content.decode()


def test_a_station_is_at_work_when_those_below_are_counted(
    page_of, township, county, county_reviewer
):
    assert HEADING in page_of(county_reviewer).content.decode()
    put_on_file(township)
    with in_network():
        fold_facts(now=NOON, wait=True)

    assert HEADING not in page_of(county_reviewer).content.decode()


def test_what_another_station_has_on_file_leaves_a_new_one_new(page_of, township, outsider, clerk):
    put_on_file(outsider)

    assert HEADING in page_of(clerk).content.decode()


def test_each_first_step_leads_to_a_page_there_is():
    steps = declared_steps()

    assert all(reverse(step.url_name, urlconf="bangfu.urls.station") for step in steps)
