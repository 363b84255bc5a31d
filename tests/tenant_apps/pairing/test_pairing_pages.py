"""The pages and endpoints of pairing, as a browser sees them."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.kernel import clock
from bangfu.kernel.tenancy import in_station
from tenant_apps.households.models import HouseholdFile, HouseholdMember
from tenant_apps.pairing.models import Contact, Duty, Helper, Pairing
from tenant_apps.pairing.people import files_in_groups
from tenant_apps.pairing.selectors import files_without_helper

BASE = "/s/130705001/pairing/"
API = "/s/130705001/api/v1/pairing/"


def shown(page, path):
    answer = page.get(BASE + path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def next_time(month, day):
    """The next day of this month and day that is not over."""
    today = clock.today()
    this_year = date(today.year, month, day)
    return this_year if this_year >= today else date(today.year + 1, month, day)


def test_every_page_is_shown_with_nothing_and_with_something(town, signed_in):
    page = signed_in(town.reviewer)
    paths = ["", "pairings/", "visits/", "rounds/", "helpers/", "groups/", "students/"]
    assert "还没有在档户" in shown(page, "")
    assert all(shown(page, path) for path in paths[1:])
    file = town.file()
    assert "批量落实责任人" in shown(page, "")
    helper = town.helper(phone="13900001234")
    pairing = town.paired(file, helper)
    contact = town.visit(file)
    duty = town.duties()[0]
    texts = [shown(page, path) for path in paths]
    one = {
        f"pairings/{pairing.pk}/": "帮扶中",
        f"visits/{duty.pk}/": "季度联系",
        f"contacts/{contact.pk}/": "家中情况稳定",
        f"rounds/{duty.round_id}/": "2026Q4 季度联系",
        f"helpers/{helper.pk}/": "工会干部",
        "rounds/new/?kind=women_day": f"{next_time(3, 8)}",
        "groups/?group=single_mother": file.file_no,
        f"pairings/new/{file.pk}/": "结对形式",
    }
    assert all(words in shown(page, path) for path, words in one.items())
    assert not any("13900001234" in text for text in texts)


def test_a_helper_is_added_and_a_household_paired_through_the_pages(town, signed_in):
    page, file = signed_in(town.reviewer), town.file()
    refused = page.post(BASE + "helpers/new/", {"name": "", "kind": "leader"})
    assert "请" in refused.content.decode()
    page.post(BASE + "helpers/new/", {"name": "周责任", "kind": "leader", "is_default": "on"})
    page.post(BASE + "assign/", {"helper_id": "written", "ids": [str(file.pk)]})
    assert town.pairings() == []
    with in_station(town.station):
        helper = Helper.objects.get()
    page.post(BASE + "assign/", {"helper_id": str(helper.pk), "every": "1"})
    pairing = town.pairings()[0]
    steps = f"{BASE}pairings/{pairing.pk}/"
    page.post(steps + "review/", {"score": "95"})
    page.post(steps + "end/", {"reason": ""})
    assert town.pairings()[0].state == "reviewed"
    page.post(steps + "end/", {"reason": "期满"})
    assert town.pairings()[0].state == "ended"


def test_a_visit_is_noted_at_the_door_and_wrong_input_keeps_what_was_typed(town, signed_in):
    file = town.file()
    town.paired(file, town.helper())
    duty = town.duties()[0]
    page = signed_in(town.clerk)
    address = f"{BASE}visits/{duty.pk}/record/"
    assert "周责任" in page.get(address).content.decode()
    said = {"visited_on": "2099-01-01", "way": "visit", "by_names": "周", "findings": "都好"}
    refused = page.post(address, said).content.decode()
    assert "走访日期不能晚于今天" in refused
    assert "都好" in refused
    saved = page.post(address, said | {"visited_on": "2026-11-20"})
    assert saved.status_code == 302
    assert town.duties()[0].state == "done"


def test_a_clerk_does_not_assign_helpers_and_a_stranger_finds_nothing(town, signed_in, outsider):
    file = town.file()
    page = signed_in(town.clerk)
    assert page.post(BASE + "assign/", {"ids": [str(file.pk)]}).status_code == 403
    elsewhere = f"/s/{outsider.code}/pairing/contacts/new/{file.pk}/"
    assert page.get(elsewhere).status_code in {302, 404}


@pytest.mark.parametrize("tab", ["open", "all"])
def test_a_far_page_of_visits_steps_over_keys_and_reads_only_the_rows_it_shows(
    town, signed_in, tab
):
    file = town.file()
    with in_station(town.station):
        days = {"opens_on": town.today, "due_on": town.today}
        moments = {"created_at": town.now, "changed_at": town.now}
        Duty.objects.bulk_create(
            Duty(file=file, kind="two_festivals", key=f"k{number}", **days, **moments)
            for number in range(45)
        )
    browser = signed_in(town.reviewer)

    with CaptureQueriesContext(connection) as asked_for:
        page = shown(browser, f"visits/?tab={tab}&page=3")

    (rows,) = [one["sql"] for one in asked_for if "OFFSET 40" in one["sql"]]
    assert page.count('name="ids"') == 5
    assert rows.index("IN (SELECT") < rows.index("OFFSET 40")


def test_the_head_who_may_strike_a_visit_off_can_tick_it(town, signed_in, person_at):
    town.paired(town.file(), town.helper())
    (duty, *_) = town.duties()
    page = signed_in(person_at(town.station, "head"))
    for path in ("visits/?tab=all", f"rounds/{duty.round_id}/"):
        text = shown(page, path)
        assert 'data-dialog="cancel"' in text
        assert f'name="ids" value="{duty.pk}"' in text


def test_the_endpoints_pair_visit_and_answer_problems(town, signed_in):
    page, file = signed_in(town.reviewer), town.file()

    def post(path, body):
        return page.post(API + path, body, content_type="application/json")

    helper = post("helpers/", {"name": "周责任", "kind": "leader"}).json()
    made = post("pairings/", {"file_id": str(file.pk), "helper_id": helper["id"]})
    again = post("pairings/", {"file_id": str(file.pk), "helper_id": helper["id"]})
    said = {"file_id": str(file.pk), "visited_on": "2026-11-20", "by_names": "周", "findings": "好"}
    contact = post("contacts/", said)
    wrong = post("contacts/", said | {"visited_on": "2099-01-01"})
    assert [one.status_code for one in (made, again, contact, wrong)] == [201, 409, 201, 422]
    assert "already-paired" in again.content.decode()
    for path in ("coverage/", "helpers/", "pairings/", "visits/", "contacts/", "rounds/"):
        assert page.get(API + path).status_code == 200
    assert page.get(API + "coverage/").json()["percent"] == 100
    withdrawn = post(f"contacts/{contact.json()['id']}/withdraw/", {"reason": "记错"})
    assert withdrawn.json()["withdrawn_at"]
    with in_station(town.station):
        assert (Pairing.objects.count(), Contact.objects.count()) == (1, 1)


def test_a_campaign_is_opened_through_the_endpoint(town, signed_in):
    town.file(groups=("member_elder",))
    page = signed_in(town.reviewer)
    said = {
        "kind": "july_first",
        "name": "七一走访",
        "opens_on": f"{next_time(7, 1) - timedelta(days=16)}",
        "due_on": f"{next_time(7, 1)}",
        "groups": ["member_elder"],
    }
    made = page.post(API + "rounds/", said, content_type="application/json")
    assert (made.status_code, made.json()["asked"]) == (201, 1)


@pytest.mark.parametrize("group", ["", "retired", "single_mother"])
def test_households_on_file_are_found_and_narrowed_in_one_index(at_township, group):
    files = files_in_groups([group]) if group else files_without_helper()
    (index,) = [one for one in HouseholdFile._meta.indexes if one.name == "file_on_file"]
    read = set(re.findall(r'"households_file"\."(\w+)"', str(files.values("pk").query)))
    assert read <= {"on_file_on", "id", *index.include}


def test_the_board_asks_once_how_many_have_nobody(town, signed_in):
    town.paired(town.file(), town.helper())
    town.file()
    browser = signed_in(town.reviewer)

    with CaptureQueriesContext(connection) as asked_for:
        page = shown(browser, "")

    counted = [
        one["sql"]
        for one in asked_for
        if 'COUNT(*) AS "__count" FROM "households_file"' in one["sql"]
    ]
    assert len(counted) == 2
    assert not any("NOT EXISTS" in one for one in counted)
    assert page.count('name="ids"') == 1


def test_far_pages_of_pairings_helpers_and_students_step_over_keys(town, signed_in):
    helpers = [town.helper(f"责任{number}") for number in range(21)]
    file = town.file()
    with in_station(town.station):
        Pairing.objects.bulk_create(
            Pairing(
                file=file, helper=one, form="one_to_one", helper_kind=one.kind,
                created_at=one.created_at, changed_at=one.changed_at,
            )
            for one in helpers
        )  # fmt: skip
        HouseholdMember.objects.bulk_create(
            HouseholdMember(
                file=file, position=number, relation="son", identity="student",
                name="周学生", id_no_hash=number.to_bytes(16),
            )
            for number in range(1, 22)
        )  # fmt: skip
    browser = signed_in(town.reviewer)

    for path in ("pairings/", "helpers/", "students/"):
        with CaptureQueriesContext(connection) as asked_for:
            shown(browser, f"{path}?page=2")
        (rows,) = [one["sql"] for one in asked_for if "OFFSET 20" in one["sql"]]
        far = rows[rows.index("IN (SELECT") :]
        assert "OFFSET 20" in far
        assert "COUNT(" not in far
        assert "MAX(" not in far


@pytest.mark.parametrize("path", ["", "visits/", "helpers/", "pairings/"])
def test_nothing_is_counted_for_the_names_of_the_helpers_one_chooses_from(town, signed_in, path):
    town.paired(town.file(), town.helper())
    town.file()
    browser = signed_in(town.reviewer)

    with CaptureQueriesContext(connection) as asked_for:
        page = shown(browser, path)

    chosen = [one["sql"] for one in asked_for if 'FROM "pairing_helper"' in one["sql"]]
    assert "周责任" in page
    assert sum("COUNT(U0" in one for one in chosen) == (path == "helpers/")


def test_the_last_contact_of_helper_and_pairing_is_the_latest_that_was_not_withdrawn(
    town, signed_in
):
    file, helper = town.file(), town.helper()
    town.paired(file, helper)
    for days in (3, 1):
        contact = town.visit(file, visited_on=town.today - timedelta(days=days))
    town.do("withdraw_contact", contact.pk, reason="记错")
    browser = signed_in(town.reviewer)

    for path in ("pairings/", "helpers/"):
        page = shown(browser, path)
        assert f"{town.today - timedelta(days=3):%Y-%m-%d}" in page
        assert f"{town.today - timedelta(days=1):%Y-%m-%d}" not in page
