"""The network's console and a station's settings, as pages and endpoints."""

import io
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.models import User
from shared_apps.accounts.roles import Role
from shared_apps.accounts.services.tokens import create_token
from shared_apps.audit.models import AuditRow
from shared_apps.console import services
from shared_apps.console.errors import TooFewStandards
from shared_apps.console.rules import PAYMENTS
from shared_apps.exchange.services import post
from shared_apps.notifications.models import Notification
from shared_apps.onboarding.errors import StationExists
from shared_apps.onboarding.models import Application, ApplicationState
from shared_apps.onboarding.services import opening
from shared_apps.policies.models import DemoClock
from shared_apps.rollup.indicators import Fact
from shared_apps.rollup.services import fold_facts, record_facts
from tenant_apps.reports.services.deciding import ACCEPTED
from tenants.models import Station, StationState
from tenants.selectors import forget_stations
from tests.conftest import FOR_A_PART, NOON
from tests.shared_apps.onboarding.test_onboarding import COMPLETE, apply

TEN = [
    "network",
    "institution",
    "beneficiaries",
    "functions",
    "rules",
    "premises",
    "carriers",
    "funds",
    "ledgers",
    "performance",
]


@pytest.fixture
def network_administrator(city, person_at, signed_in, client):
    cache.clear()
    person = person_at(city, Role.ADMINISTRATOR, name="网管", password="correct horse 7")
    with in_network():
        User.objects.filter(pk=person.user_id).update(is_network_administrator=True)
        user = User.objects.get(pk=person.user_id)
    client.post("/accounts/login/", {"username": user.username, "password": "correct horse 7"})
    return user


@pytest.fixture
def head(city, person_at):
    return person_at(city, Role.HEAD, name="市站长")


def state_of(ref) -> str:
    with in_network():
        return Station.objects.get(pk=ref.id).state


@pytest.mark.parametrize(
    "address",
    [
        "/network/",
        "/network/stations/",
        "/network/stations/?words=宣化",
        "/network/stations/1307/",
        "/network/applications/",
        "/network/import/",
        "/network/people/",
        "/network/tokens/",
    ],
)
def test_every_page_of_the_console_opens(address, network_administrator, client, city):
    apply(city, COMPLETE)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("part", "page"),
    [
        ("/network/progress/", "/network/"),
        ("/network/stations/1307/branch/", "/network/stations/1307/"),
    ],
)
def test_a_part_of_the_console_opened_in_a_tab_leads_to_its_page(
    part, page, network_administrator, client, city
):
    assert client.get(part, headers=FOR_A_PART).status_code == 200
    assert client.get(part)["Location"] == page


def test_somebody_of_a_station_does_not_see_the_console(head, signed_in):
    assert signed_in(head).get("/network/").status_code == 403


def test_the_network_reviews_an_application_from_its_console(network_administrator, client, city):
    application = apply(city, COMPLETE)
    assert client.get(f"/network/applications/{application.pk}/").status_code == 200
    client.post(f"/network/applications/{application.pk}/approve/")
    with in_network():
        application.refresh_from_db()
    assert application.state == ApplicationState.PROVISIONING


def test_a_list_is_previewed_and_opened_only_when_confirmed(network_administrator, client):
    sheet = (
        "station_code,name,level,parent_code,region_code,region_kind,union_uscc\n"
        "130773,塞北中心,2-县(区),1307,130773,统计用管理区,\n"
        "130705,重复,2-县(区),1307,130705,县级区划,\n"
    )
    upload = SimpleUploadedFile("list.csv", sheet.encode("utf-8-sig"))
    page = client.post("/network/import/", {"title": "补开", "file": upload})
    assert "可以开通 1 个站点" in page.content.decode()
    with in_network():
        assert not Application.objects.exists()
    client.post("/network/import/", {"confirm": shown_on(page)})
    assert opening.open_waiting(now=NOON, limit=5) == 1
    forget_stations()
    with in_network():
        assert Station.objects.get(code="130773").parent.code == "1307"


def shown_on(page):
    return re.search(r'name="confirm" value="([^"]+)"', page.content.decode())[1]


def test_confirming_opens_the_list_of_that_page_though_another_was_previewed_since(
    network_administrator, client
):
    pages = []
    for code, region in (("130773", "130773"), ("130722", "130722")):
        sheet = (
            "station_code,name,level,parent_code,region_code,region_kind,union_uscc\n"
            f"{code},中心{code},2-县(区),1307,{region},县级区划,\n"
        )
        upload = SimpleUploadedFile("list.csv", sheet.encode("utf-8-sig"))
        pages.append(client.post("/network/import/", {"title": code, "file": upload}))
    client.post("/network/import/", {"confirm": shown_on(pages[0])})

    with in_network():
        assert [one.assigned_code for one in Application.objects.all()] == ["130773"]


def test_a_workbook_that_is_none_is_refused_with_a_reason(network_administrator, client):
    upload = SimpleUploadedFile("list.xlsx", b"PK\x03\x04 not a workbook")
    page = client.post("/network/import/", {"title": "补开", "file": upload})
    assert "文件已损坏" in page.content.decode()


def test_the_clock_moves_forward_from_the_console(network_administrator, client):
    client.post("/network/clock/", {"days": "7"})
    with in_network():
        assert DemoClock.objects.get().ahead_by == timedelta(days=7)


def test_a_trial_ends_when_eight_of_ten_standards_are_met(head, county, city):
    with in_station(city):
        with pytest.raises(TooFewStandards):
            services.accept_station(code="130705", met=TEN[:7], actor=head, now=NOON)
        services.accept_station(
            code="130705", met=TEN[:8], reason="10月20日发放演练合格", actor=head, now=NOON
        )
    assert state_of(county) == StationState.ACTIVE


def test_a_trial_without_an_accepted_report_and_a_payment_ends_only_for_a_reason(
    head, county, city
):
    with in_station(city), pytest.raises(InvalidInput) as refused:
        services.accept_station(code="130705", met=TEN, reason=" ", actor=head, now=NOON)
    assert [one.field for one in refused.value.problems] == ["reason"]
    assert "报表 0 份、到账发放 0 笔" in str(refused.value.problems[0].message)


def test_nothing_is_told_of_a_station_that_is_not_below_the_own_one(
    county, other_county, person_at
):
    stranger = person_at(other_county, Role.HEAD)
    with in_station(other_county), pytest.raises(NotFound):
        services.accept_station(code="130705", met=TEN, actor=stranger, now=NOON)


def test_a_trial_in_which_a_report_was_accepted_and_somebody_paid_needs_no_reason(
    head, county, city
):
    with in_station(city):
        post(kind=ACCEPTED, recipient=county.id, stream="report:1", key="1", body={}, now=NOON)
    with in_station(county), transaction.atomic():
        record_facts([Fact(indicator=PAYMENTS, period=NOON.date().replace(day=1))], now=NOON)
    fold_facts(now=NOON)
    with in_station(city):
        services.accept_station(code="130705", met=TEN, actor=head, now=NOON)
    assert state_of(county) == StationState.ACTIVE
    with in_network():
        said = AuditRow.objects.get(event="station.accept").data
    assert (said["reports"], said["payments"]) == (1, 1)


def test_a_suspended_station_can_be_read_but_not_changed(head, county, city, signed_in, person_at):
    with in_station(city):
        services.suspend_station(code="130705", reason="整改", actor=head, now=NOON)
    administrator = person_at(county, Role.ADMINISTRATOR)
    client = signed_in(administrator)
    page = client.get("/s/130705/settings/")
    assert page.status_code == 200
    assert "只能查看" in page.content.decode()
    assert client.post("/s/130705/settings/", {"phone": "1"}).status_code == 409
    with in_station(city):
        services.resume_station(code="130705", actor=head, now=NOON)
    assert state_of(county) == StationState.TRIAL
    assert client.post("/s/130705/settings/", {"phone": "0313-2000000"}).status_code == 302


def test_a_station_gives_a_credit_code_that_can_be_one(county, signed_in, person_at):
    client = signed_in(person_at(county, Role.ADMINISTRATOR))

    wrong = client.post("/s/130705/settings/", {"union_uscc": "不是信用代码"})
    right = client.post("/s/130705/settings/", {"union_uscc": "８１130700 j4ngrcbadb"})

    assert wrong.status_code == 200
    assert "信用代码" in wrong.content.decode().split('class="error"')[1]
    assert right.status_code == 302
    with in_network():
        assert Station.objects.get(code="130705").union_uscc == "81130700J4NGRCBADB"


@pytest.mark.parametrize("typed", ["1", "门卫转 302", "0313-1", "1990000000"])
def test_a_telephone_that_cannot_be_called_is_refused_and_stays_in_its_field(
    county, signed_in, person_at, typed
):
    client = signed_in(person_at(county, Role.ADMINISTRATOR))

    page = client.post("/s/130705/settings/", {"phone": typed, "address": "宣化府街 1 号"})

    shown = page.content.decode()
    assert "电话应为 11 位手机号，或带区号的座机号，如 0313-2000000。" in shown
    assert f'value="{typed}"' in shown
    with in_network():
        assert Station.objects.get(code="130705").address == ""


def test_a_mobile_number_of_a_station_is_kept_as_its_digits(county, signed_in, person_at):
    client = signed_in(person_at(county, Role.ADMINISTRATOR))

    client.post("/s/130705/settings/", {"phone": "+86 199-0000-0001"})

    with in_network():
        assert Station.objects.get(code="130705").phone == "19900000001"


def test_a_station_cannot_resume_itself(county, person_at, head, city):
    own = person_at(county, Role.HEAD)
    with in_station(city):
        services.suspend_station(code="130705", reason="整改", actor=head, now=NOON)
    with in_station(county), pytest.raises(NotFound):
        services.resume_station(code="130705", actor=own, now=NOON)


def test_an_active_station_cannot_be_resumed(head, city, county):
    with in_station(city), pytest.raises(IllegalMove):
        services.resume_station(code="130705", actor=head, now=NOON)


def test_no_station_is_suspended_without_a_reason(head, county, city):
    with in_station(city), pytest.raises(InvalidInput):
        services.suspend_station(code="130705", reason="  ", actor=head, now=NOON)
    with in_network():
        assert Station.objects.get(code="130705").state != StationState.SUSPENDED


def test_a_clerk_may_not_suspend(city, county, person_at):
    clerk = person_at(city, Role.CLERK)
    with in_station(city), pytest.raises(NotPermitted):
        services.suspend_station(code="130705", reason="x", actor=clerk, now=NOON)


def test_a_head_finds_the_stations_below(head, county, signed_in):
    browser = signed_in(head)
    assert county.name in browser.get("/s/1307/settings/children/").content.decode()
    assert browser.get("/s/1307/settings/children/130705/").status_code == 200


def test_a_station_of_another_branch_looks_absent(head, signed_in, county, person_at):
    neighbour = person_at(county, Role.HEAD)
    assert signed_in(neighbour).get("/s/130705/settings/children/130702/").status_code == 404


def test_a_station_changes_its_own_profile(county, person_at, signed_in):
    client = signed_in(person_at(county, Role.ADMINISTRATOR))
    client.post("/s/130705/settings/", {"phone": "0313-3012345", "address": "宣化府街 1 号"})
    with in_network():
        assert Station.objects.get(code="130705").phone == "0313-3012345"


def test_the_tree_is_read_by_a_token_of_the_network(client, network_administrator):
    from bangfu.kernel.actors import Actor

    with in_network():
        _token, secret = create_token(
            user=network_administrator,
            actor=Actor.system("test"),
            name="tree",
            lifetime=None,
            now=NOON,
        )
    answer = client.get("/api/v1/stations/", headers={"Authorization": f"Token {secret}"})
    tree = {row["code"]: row["parent_code"] for row in answer.json()}
    assert tree["130705001E01"] == "130705001"
    assert tree["1307"] is None


def test_a_token_of_a_station_is_none_at_the_network_or_at_another(client, head, county):
    with in_network():
        user = User.objects.get(pk=head.user_id)
    with in_station(head.station):
        _token, secret = create_token(user=user, actor=head, name="t", lifetime=None, now=NOON)
    header = {"Authorization": f"Token {secret}"}
    assert client.get("/s/1307/api/v1/stations/", headers=header).status_code == 200
    assert client.get("/s/130705/api/v1/stations/", headers=header).status_code == 401
    assert client.get("/api/v1/stations/", headers=header).status_code == 401


def test_a_spreadsheet_of_the_network_is_read_as_it_is():
    import xlsxwriter

    from shared_apps.onboarding.sheets import lines_of_upload

    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["站点编码", "站点名称", "层级", "上级编码", "行政区划代码"])
        sheet.write_row(1, 0, ["130773", "塞北中心", "2-县(区)", "1307", 130773])
    (line,) = lines_of_upload(SimpleUploadedFile("a.xlsx", content.getvalue()))
    assert (line.row, line.code, line.level, line.region_code) == (2, "130773", 2, "130773")


def correct(head, county, reason="更名批复〔2026〕3号", **said):
    with in_station(head.station):
        return services.correct_station(
            code=county.code, said=said, reason=reason, actor=head, now=NOON
        )


def test_the_station_above_corrects_name_kind_and_division_and_the_code_stays(head, county):
    station = correct(
        head, county, name="宣化区职工服务中心", kind="training", region_code="130702"
    )
    assert (station.name, station.kind, station.region_code) == (
        "宣化区职工服务中心", "training", "130702",
    )  # fmt: skip
    assert station.code == county.code
    with in_network():
        row = AuditRow.objects.get(event="station.corrected")
        told = Notification.objects.get(station_id=county.id, kind="station.corrected")
    assert row.data["changed"]["name"] == [county.name, "宣化区职工服务中心"]
    assert told.headline == "上级更正了本站资料：宣化区职工服务中心"


@pytest.mark.parametrize(
    ("said", "reason", "code"),
    [
        ({"name": " "}, "更名", "required"),
        ({"name": "新名"}, " ", "required"),
        ({}, "更名", "unchanged"),
        ({"kind": "palace"}, "更名", "unknown-kind"),
        ({"region_code": "130105"}, "更名", "wrong-region"),
        ({"region_code": "130799"}, "更名", "unknown-region"),
    ],
)
def test_a_correction_that_cannot_be_right_is_refused(head, county, said, reason, code):
    with pytest.raises(InvalidInput) as refusal:
        correct(head, county, reason=reason, **said)
    assert [one.code for one in refusal.value.problems] == [code]


def test_a_division_that_has_such_a_station_gets_no_second_one(head, county, outsider):
    with pytest.raises(StationExists, match="桥东区"):
        correct(head, county, region_code="130702")


def test_only_the_station_above_corrects(county, township, enterprise, person_at):
    with pytest.raises(NotFound):
        correct(person_at(county, Role.HEAD), enterprise, name="别的")
    with pytest.raises(NotPermitted):
        correct(person_at(county, Role.CLERK), township, name="别的")


def test_a_station_is_corrected_on_its_page(head, county, signed_in):
    browser = signed_in(head)
    page = f"/s/1307/settings/children/{county.code}/"
    assert 'data-dialog="correct"' in browser.get(page).content.decode()
    said = {"name": "宣化区职工服务中心", "kind": "comprehensive", "region_code": "130705"}
    browser.post(f"{page}correct/", said | {"reason": "更名"})
    assert "宣化区职工服务中心" in browser.get(page).content.decode()


def test_a_program_accepts_suspends_resumes_and_corrects_a_station(head, county, client):
    with in_network():
        user = User.objects.get(pk=head.user_id)
        Station.objects.filter(pk=county.id).update(state=StationState.TRIAL)
    with in_station(head.station):
        _token, secret = create_token(user=user, actor=head, name="t", lifetime=None, now=NOON)
    base = f"/s/1307/api/v1/stations/{county.code}/"

    def call(method, step="", **said):
        forget_stations()
        return getattr(client, method)(
            f"{base}{step}", said or None, content_type="application/json",
            headers={"Authorization": f"Token {secret}"},
        )  # fmt: skip

    assert client.get(base, headers={"Authorization": f"Token {secret}"}).json()["state"] == "trial"
    assert call("post", "accept/", met=TEN[:2]).status_code == 422
    assert call("post", "accept/", met=TEN).status_code == 422
    assert call("post", "accept/", met=TEN, reason="发放演练合格").json()["state"] == "active"
    assert call("post", "suspend/").status_code == 400
    assert call("post", "suspend/", reason="盘点").json()["state"] == "suspended"
    assert call("post", "resume/").json()["state"] == "active"
    assert call("patch", name="宣化中心", reason="更名").json()["name"] == "宣化中心"
    assert (
        client.get(
            "/s/1307/api/v1/stations/130705001/", headers={"Authorization": f"Token {secret}"}
        ).status_code
        == 404
    )
