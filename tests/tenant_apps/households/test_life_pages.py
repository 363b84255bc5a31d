"""The pages and endpoints of a file on file, as people and programs use them."""

from datetime import timedelta

import pytest

from bangfu.kernel import clock
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.models import User
from shared_apps.accounts.roles import Role
from shared_apps.rollup.services import fold_facts, recount_station
from tenant_apps.households.facts import facts_of_station
from tenant_apps.households.models import FileState, HouseholdFile, HouseholdRecheck
from tenant_apps.households.services import moving, rechecking
from tenant_apps.notices import services as notices
from tenant_apps.reviews.life.models import ExitRequest

API = "/s/130705001/api/v1/files"
FILES = "/s/130705001/files"
REVIEWS = "/s/130705/reviews/life"


@pytest.fixture
def now(life):
    life.now = clock.now()
    return life.now


@pytest.fixture
def at_work(life, now, township, county, client):
    """A browser for each of the people: ``at_work(township, Role.CLERK)``."""

    def sign_in(station, *roles):
        actor = life.person_at(station, *roles, name="测试人")
        with in_network():
            user = User.objects.get(pk=actor.user_id)
            client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def due(life, station):
    file = life.on_file(station)
    with in_station(station):
        HouseholdFile.objects.filter(pk=file.pk).update(
            on_file_on=life.today - timedelta(days=120), submitted_at=life.now
        )
    life.rounds(station)
    with in_station(station):
        HouseholdRecheck.objects.update(is_sampled=False)
    return file


@pytest.mark.fault
def test_a_clerk_rechecks_on_the_page_and_the_centre_decides_on_its_own(
    life, township, county, at_work
):
    file = due(life, township)
    browser = at_work(township, Role.CLERK)
    assert file.file_no in browser.get(f"{FILES}/work/").content.decode()
    browser.post(f"{FILES}/{file.pk}/step/start_recheck/")
    page = browser.get(f"{FILES}/{file.pk}/").content.decode()
    assert f"{FILES}/{file.pk}/recheck/" in page
    assert "提交前还要补齐" not in page and "删除草稿" not in page
    empty = browser.post(f"{FILES}/{file.pk}/recheck/", {"proposal": "continue", "findings": ""})
    assert empty.status_code == 200
    done = browser.post(
        f"{FILES}/{file.pk}/recheck/", {"proposal": "continue", "findings": "没有变化"}
    )
    assert done.status_code == 302
    life.relay()

    review = life.review(county, file)
    centre = at_work(county, Role.REVIEWER)
    assert file.file_no in centre.get(f"{REVIEWS}/").content.decode()
    assert "没有变化" in centre.get(f"{REVIEWS}/{review.pk}/").content.decode()
    centre.post(f"{REVIEWS}/many/", {"ids": [str(review.pk)]})
    life.relay()
    assert life.state(township, file) == FileState.ON_FILE
    assert life.row(township, file).rechecked_on == clock.today()


def test_a_recheck_has_no_page_among_those_of_files_to_be_put_on_file(
    life, township, county, at_work
):
    file = due(life, township)
    browser = at_work(township, Role.CLERK)
    browser.post(f"{FILES}/{file.pk}/step/start_recheck/")
    browser.post(f"{FILES}/{file.pk}/recheck/", {"proposal": "continue", "findings": "没有变化"})
    life.relay()
    review = life.review(county, file)

    centre = at_work(county, Role.REVIEWER)
    api = "/s/130705/api/v1/reviews"
    assert centre.get(f"/s/130705/reviews/{review.pk}/").status_code == 404
    assert centre.get(f"{api}/{review.pk}/").status_code == 404
    assert centre.post(f"{api}/{review.pk}/photos/").status_code == 404


def test_an_exit_with_wrong_incomes_names_the_month_on_the_page(life, township, at_work):
    file = due(life, township)
    browser = at_work(township, Role.CLERK)
    given = {
        "proposal": "exit",
        "findings": "收入增加",
        "exit_kind": "out",
        "exit_reason": "income",
        "is_cause_gone": "on",
        **{f"income_{number}": "2500" for number in range(1, 6)},
        "income_6": "100",
    }
    answer = browser.post(f"{FILES}/{file.pk}/exit/", given)
    assert "第 6 个月" in answer.content.decode()
    assert browser.post(f"{FILES}/{file.pk}/exit/", given | {"income_6": "2500"}).url
    assert life.row(township, file).custody == "130705"


def test_what_helped_a_household_out_is_counted_and_seen_by_the_centre(
    life, township, county, at_work
):
    file = due(life, township)
    browser = at_work(township, Role.CLERK)
    incomes = {f"income_{number}": "2500" for number in range(1, 7)}
    browser.post(
        f"{FILES}/{file.pk}/exit/",
        {"proposal": "exit", "findings": "两人就业", "exit_kind": "out", "exit_reason": "income",
         "exit_measure": "employment", "is_cause_gone": "on", **incomes},
    )  # fmt: skip
    life.relay()
    review = life.review(county, file)
    page = at_work(county, Role.REVIEWER).get(f"/s/130705/reviews/life/{review.pk}/")
    assert "就业创业" in page.content.decode()
    life.decide(county, "agree_exit", file)
    life.pass_days(8)
    with in_station(county):
        notices.end_over_notices(now=life.now)
    life.relay()
    life.decide(county, "confirm_exit", file, role=Role.HEAD)

    with in_station(township):
        left = [dict(one.dims) for one in facts_of_station() if one.indicator == "FIL-04"]
    assert left == [{"exit_reason": "income", "exit_measure": "employment"}]
    with in_network():
        fold_facts(now=life.now, wait=True)
    assert not recount_station(township)


def test_many_are_sent_from_the_list_and_the_refused_say_why(life, township, at_work):
    file, sampled = due(life, township), due(life, township)
    with in_station(township):
        HouseholdRecheck.objects.create(
            file_id=sampled.pk,
            kind="event",
            period="x",
            due_on=life.today + timedelta(days=300),
            is_sampled=True,
            opened_at=life.now,
        )
    browser = at_work(township, Role.CLERK)
    answer = browser.post(
        f"{FILES}/work/send/",
        {"ids": [str(file.pk), str(sampled.pk), "nonsense"], "reason": "无变化"},
        follow=True,
    ).content.decode()
    assert "已上报复核 1 户" in answer
    assert "抽中入户核查" in answer


@pytest.mark.fault
def test_a_file_is_offered_accepted_and_confirmed_on_pages(life, township, outsider, city, at_work):
    file = due(life, township)
    giver = at_work(township, Role.REVIEWER)
    wrong = giver.post(f"{FILES}/{file.pk}/transfer/", {"to_code": "1", "reason": "moved"})
    assert "请选择另一个正在运行的站点" in wrong.content.decode()
    giver.post(f"{FILES}/{file.pk}/transfer/", {"to_code": outsider.code, "reason": "moved"})
    life.relay()
    for station, action in ((outsider, "accept"), (city, "confirm")):
        browser = at_work(station, Role.REVIEWER)
        path = f"/s/{station.code}/files/transfers/"
        page = browser.get(path)
        assert file.file_no in page.content.decode()
        assert file.name not in page.content.decode()
        row = page.context["rows"][0]["transfer"]
        browser.post(f"{path}{row.transfer_id}/{action}/")
        life.relay()
    assert life.state(outsider, file) == FileState.ON_FILE


@pytest.mark.parametrize(
    "path", ["exit", "event", "transfer", "head", "split", "recheck", "", "../temporary"]
)
def test_every_page_of_a_file_opens(life, township, at_work, path):
    file = due(life, township)
    browser = at_work(township, Role.CLERK, Role.REVIEWER)
    address = f"{FILES}/temporary/" if path == "../temporary" else f"{FILES}/{file.pk}/{path}"
    assert browser.get(f"{address.rstrip('/')}/").status_code == 200


@pytest.mark.parametrize("name", ["due", "overdue", "sent", "redeclare", "exits", "nat_entry"])
def test_an_empty_work_list_says_so(township, at_work, name):
    answer = at_work(township, Role.CLERK).get(f"{FILES}/work/{name}/")
    assert "没有需要办理的档案" in answer.content.decode()


def test_the_entry_and_the_helper_are_noted_from_the_page(life, township, at_work):
    file = due(life, township)
    browser = at_work(township, Role.CLERK)
    refused = browser.post(f"{FILES}/{file.pk}/nat-entry/", {"number": "N1"}, follow=True)
    assert refused.status_code == 200
    day = clock.today().isoformat()
    browser.post(f"{FILES}/{file.pk}/nat-entry/", {"number": "N1", "entered_on": day})
    browser.post(f"{FILES}/{file.pk}/helper/", {"helper": "周帮扶"})
    row = life.row(township, file)
    assert (row.nat_no, row.helper_name) == ("N1", "周帮扶")


@pytest.mark.fault
def test_programs_recheck_and_transfer_by_the_same_rules(life, township, county, at_work):
    file = due(life, township)
    program = at_work(township, Role.CLERK, Role.REVIEWER)
    as_json = {"content_type": "application/json"}
    assert program.get(f"{API}/rechecks/?list=due").json()["results"][0]["file"] == str(file.pk)
    assert program.post(f"{API}/{file.pk}/rechecks/").status_code == 201
    early = program.post(
        f"{API}/{file.pk}/rechecks/send/",
        {"findings": "拟退出", "proposal": "exit", "exit_kind": "out", "exit_reason": "income"},
        **as_json,
    )
    assert early.status_code == 422
    assert [one["code"] for one in early.json()["errors"]] == ["V343", "V346"]
    sent = program.post(f"{API}/{file.pk}/rechecks/send/", {"findings": "无变化"}, **as_json)
    assert (sent.status_code, sent.json()["state"]) == (200, "sent")
    again = program.post(f"{API}/{file.pk}/rechecks/")
    assert (again.status_code, again.json()["title"]) == (409, "illegal-move")
    assert program.get(f"{API}/{file.pk}/payout-block/").json() == []
    life.relay()

    centre = at_work(county, Role.REVIEWER)
    lives = "/s/130705/api/v1/reviews/life/"
    (found,) = centre.get(lives).json()["results"]
    assert centre.get(f"{lives}{found['id']}/").json()["recheck"]["findings"] == "无变化"
    assert centre.post(f"{lives}{found['id']}/continue/").status_code == 200
    life.relay()

    program = at_work(township, Role.REVIEWER)
    offered = program.post(
        f"{API}/{file.pk}/transfer/", {"to_code": "130702001", "reason": "moved"}, **as_json
    )
    assert offered.status_code == 201
    blocked = program.get(f"{API}/{file.pk}/payout-block/").json()
    assert [one["code"] for one in blocked] == ["transfer-running"]
    assert program.get(f"{API}/transfers/").json()["results"][0]["state"] == "offered"
    cancelled = program.post(f"{API}/{file.pk}/transfer/cancel/", {"reason": "不转了"}, **as_json)
    assert cancelled.json()["state"] == "on_file"


def test_two_people_begin_one_recheck_and_the_second_is_told(life, township, at_work):
    file = due(life, township)
    life.at(township, rechecking.start_recheck, file)
    browser = at_work(township, Role.CLERK)
    answer = browser.post(f"{FILES}/{file.pk}/step/start_recheck/", follow=True)
    assert "当前状态下不能办理这一步" in answer.content.decode()
    assert moving.SUBJECT == "transfer"


@pytest.mark.fault
def test_a_centre_starts_an_exit_on_its_page_and_takes_it_back(life, township, county, at_work):
    file = life.on_file(township)
    browser = at_work(county, Role.REVIEWER)
    assert f"{REVIEWS}/exits/new/" in browser.get(f"{REVIEWS}/").content.decode()
    assert "没有发起过退出" in browser.get(f"{REVIEWS}/exits/").content.decode()
    given = {
        "proposal": "exit",
        "file_no": file.file_no,
        "source": "audit",
        "findings": "审计发现不符合条件。",
        "exit_kind": "cancelled",
        "exit_reason": "",
    }
    refused = browser.post(f"{REVIEWS}/exits/new/", given).content.decode()
    assert "请选择与退出类型相符的退出原因" in refused
    browser.post(f"{REVIEWS}/exits/new/", given | {"exit_reason": "false"})
    life.relay()
    page = browser.get(f"{REVIEWS}/exits/").content.decode()
    assert file.file_no in page and "办理中" in page
    review = life.review(county, file)
    assert "审计、检查发现" in browser.get(f"{REVIEWS}/{review.pk}/").content.decode()
    at_home = at_work(township, Role.CLERK).get(f"{FILES}/{file.pk}/").content.decode()
    assert "上级发起" in at_home and 'data-dialog="withdraw_recheck"' not in at_home

    browser = at_work(county, Role.REVIEWER)
    with in_station(county):
        request = ExitRequest.objects.get()
    browser.post(f"{REVIEWS}/exits/{request.pk}/withdraw/", {"reason": "查明属实"})
    life.relay()
    assert life.state(township, file) == FileState.ON_FILE


def test_a_program_starts_an_exit_and_reads_the_rules_of_each_step(life, township, county, at_work):
    file = life.on_file(township)
    exits = "/s/130705/api/v1/reviews/life/exits/"
    browser = at_work(county, Role.REVIEWER)
    given = {
        "file_no": file.file_no,
        "source": "death",
        "findings": "公安亡故信息比对。",
        "exit_kind": "cancelled",
        "exit_reason": "death",
    }
    asked = browser.post(exits, given, content_type="application/json")
    assert asked.status_code == 201, asked.content
    life.relay()
    (row,) = browser.get(f"{exits}?state=open").json()["results"]
    assert (row["state"], row["holder"]) == ("taken", township.name)

    steps = at_work(township, Role.CLERK).get(f"{API}/{file.pk}/timeline/").json()
    sent = next(one for one in steps if any("exit.months@" in rule for rule in one["rules"]))
    assert county.name in sent["who"]

    browser = at_work(county, Role.REVIEWER)
    taken_back = browser.post(
        f"{exits}{row['id']}/withdraw/", {"reason": "信息有误"}, content_type="application/json"
    )
    assert taken_back.json()["state"] == "withdrawn"
