"""The station's inbox: what a clerk sees and does."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.kernel.crypto import mask_id_no
from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from shared_apps.audit.models import AuditRow
from tenant_apps.applications.models import Application, ApplicationState
from tenant_apps.applications.services import deciding
from tenant_apps.households import services as files
from tenant_apps.households.models import HouseholdFile
from tests.conftest import NOON
from tests.tenant_apps.applications.applications import ID_NO, NAME, TAIL, sent
from tests.tenant_apps.applications.conftest import Phone
from tests.tenant_apps.households.households import complete

BASE = "/s/130705001/applications/"


@pytest.fixture
def worker(township):
    return sent(township, NOON)


@pytest.fixture
def desk(signed_in, clerk):
    """The clerk's browser."""
    return signed_in(clerk)


def test_an_empty_inbox_says_what_will_come(desk, township):
    assert "没有待处理的申请" in desk.get(BASE).content.decode()


def test_the_inbox_shows_what_waits_and_the_menu_counts_it(desk, worker):
    page = desk.get(BASE).content.decode()

    assert worker.row.number in page
    assert NAME in page
    assert re.search(r'职工申请</span><span class="num">1<', page)
    assert worker.row.number in desk.get(BASE, {"words": ID_NO}).content.decode()
    assert "没有这个证件号码的申请" in desk.get(BASE, {"words": "1"}).content.decode()


def test_many_applications_are_paged_and_their_deadlines_read_at_once(desk, township):
    with in_station(township):
        Application.objects.bulk_create(
            Application(
                state=ApplicationState.SENT,
                code_hash=number.to_bytes(16),
                made_at=NOON,
                changed_at=NOON,
                sent_at=NOON,
            )
            for number in range(25)
        )
    with CaptureQueriesContext(connection) as queries:
        page = desk.get(BASE).content.decode()
    assert page.count("办理</a>") == 20
    assert "page=2" in page
    assert len([one for one in queries if "casework_clock" in one["sql"]]) <= 1


def test_the_page_of_an_application_shows_masked_answers_and_warns(desk, worker, clerk):
    with in_station(worker.station):
        files.open_draft(complete(), actor=clerk, now=NOON)
    page = desk.get(f"{BASE}{worker.key}/").content.decode()

    assert mask_id_no(ID_NO) in page
    assert ID_NO not in page
    assert "可能重复" in page


def test_one_click_leads_to_the_filled_in_file(desk, worker):
    answer = desk.post(f"{BASE}{worker.key}/take/")

    with in_station(worker.station):
        file = HouseholdFile.objects.get()
    assert answer.headers["Location"].endswith(f"/files/{file.pk}/change/")
    page = desk.get(f"{BASE}{worker.key}/").content.decode()
    assert f"/files/{file.pk}/" in page


def test_a_duplicate_is_refused_on_the_page_with_its_reason(desk, worker, clerk):
    with in_station(worker.station):
        files.open_draft(complete(), actor=clerk, now=NOON)
    page = desk.post(f"{BASE}{worker.key}/take/", follow=True).content.decode()

    assert "一户只建一份档案" in page
    assert worker.row.state == ApplicationState.SENT


@pytest.mark.parametrize(
    ("action", "data", "state"),
    [
        ("return", {"reason": "请补拍户口簿"}, ApplicationState.RETURNED),
        ("refuse", {"reason": "已在外地建档"}, ApplicationState.REFUSED),
        ("refer", {"reason": "由县中心办理", "to": "130705"}, ApplicationState.REFERRED),
        ("return", {"reason": ""}, ApplicationState.SENT),
        ("refer", {"reason": "由县中心办理", "to": "130702"}, ApplicationState.SENT),
    ],
)
def test_the_steps_of_the_page(desk, worker, action, data, state):
    answer = desk.post(f"{BASE}{worker.key}/{action}/", data)

    assert answer.status_code == 302
    assert worker.row.state == state


def test_two_clerks_at_once_take_an_application_over_once(desk, worker, clerk):
    with in_station(worker.station):
        deciding.take_over(worker.key, actor=clerk, now=NOON)
    page = desk.post(f"{BASE}{worker.key}/take/", follow=True).content.decode()

    assert "当前状态下不能办理这一步" in page
    with in_station(worker.station):
        assert HouseholdFile.objects.count() == 1


def code_on(page):
    return re.search(r"\d{4}(-\d{4}){3}", page)[0]


def test_an_application_begun_at_the_counter_is_filled_in_with_the_slip(desk, township):
    code = code_on(desk.post(f"{BASE}new/").content.decode())
    phone = Phone()

    assert phone.post("resume/", {"code": code}).status_code == 302
    assert "您本人" in phone.read("apply/who/")


def test_a_lost_slip_is_replaced_against_the_identity_card(desk, worker):
    page = desk.post(f"{BASE}{worker.key}/code/", {"id_no": "1"}, follow=True).content.decode()
    assert "身份证号与申请人填写的不符" in page
    code = code_on(desk.post(f"{BASE}{worker.key}/code/", {"id_no": ID_NO}).content.decode())

    assert Phone().post("resume/", {"code": code, "tail": TAIL}).status_code == 302
    assert Phone().post("resume/", {"code": worker.code, "tail": TAIL}).status_code == 422
    with in_station(worker.station):
        assert AuditRow.objects.filter(event="application.code_renewed").exists()


def test_a_file_gets_a_code_at_the_counter(desk, township, clerk):
    with in_station(township):
        file = files.open_draft(complete(), actor=clerk, now=NOON).file
    path = f"{BASE}code/{file.pk}/"
    assert "发放查询码" in desk.get(path).content.decode()
    assert desk.post(path, {"id_no": "1"}).status_code == 422
    phone = Phone()
    phone.post(
        "resume/",
        {"code": code_on(desk.post(path, {"id_no": ID_NO}).content.decode()), "tail": TAIL},
    )

    assert "站点正在整理您的档案" in phone.read("mine/")


def test_a_masked_answer_is_shown_for_a_reason(desk, worker):
    path = f"{BASE}{worker.key}/reveal/mobile/"

    assert "19900000001" not in desk.post(path, {"reason": ""}).content.decode()
    assert "19900000001" in desk.post(path, {"reason": "打电话核实"}).content.decode()
    with in_station(worker.station):
        assert AuditRow.objects.get(event="application.revealed").data["reason"] == "打电话核实"


def test_who_may_only_look_sees_no_buttons(signed_in, worker, person_at):
    head = signed_in(person_at(worker.station, Role.HEAD))
    page = head.get(f"{BASE}{worker.key}/").content.decode()

    assert 'data-dialog="take"' not in page
    assert head.post(f"{BASE}{worker.key}/take/").status_code == 403


def test_the_desk_is_changed_by_the_administrator(signed_in, township, person_at, clerk):
    admin = signed_in(person_at(township, Role.ADMINISTRATOR))
    data = {"pause_note": "年底盘点", "hours": "8:30–17:30", "welcome": "您好"}
    assert admin.get(f"{BASE}desk/").status_code == 200
    admin.post(f"{BASE}desk/", data)

    assert "年底盘点" in Phone().read("")
    assert signed_in(clerk).post(f"{BASE}desk/", data).status_code == 403


def test_an_application_of_another_station_is_absent(signed_in, worker, outsider, person_at):
    stranger = signed_in(person_at(outsider))

    assert stranger.get(f"/s/130702001/applications/{worker.key}/").status_code == 404
    with in_station(outsider):
        assert not Application.objects.exists()
