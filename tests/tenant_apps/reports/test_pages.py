"""Pages and endpoints of reports, as people and programs use them."""

import io

import openpyxl
import pytest

from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from tenant_apps.reports.models import ReceivedState, Report, ReportState
from tests.tenant_apps.reports.conftest import household

TOTAL = "closing.households_all"


def page(station, tail=""):
    return f"/s/{station.code}/reports/{tail}"


def api(station, tail=""):
    return f"/s/{station.code}/api/v1/reports/{tail}"


def text_of(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


@pytest.fixture
def head(signed_in):
    def sign_in(network, station):
        return signed_in(network.head(station))

    return sign_in


def test_before_the_first_period_is_over_the_list_says_when_reports_appear(network, township, head):
    assert "还没有报表" in text_of(head(network, township).get(page(township)))


def test_a_head_looks_at_the_report_sends_it_and_sees_it_sealed(branch, enterprise, head):
    client, report = head(branch, enterprise), branch.report(enterprise)
    assert "困难职工档案统计表" in text_of(client.get(page(enterprise)))
    shown = text_of(client.get(page(enterprise, f"{report.pk}/")))
    assert "期末在档合计" in shown
    assert f"/cells/{TOTAL}/" in shown
    answer = client.post(page(enterprise, f"{report.pk}/submit/"), {"reason": ""}, follow=True)
    assert "已上报" in text_of(answer)
    assert branch.report(enterprise).state == ReportState.SUBMITTED
    assert "重新取数" not in text_of(client.get(page(enterprise, f"{report.pk}/")))
    for tail in ("versions/", "check/", "print/", f"cells/{TOTAL}/"):
        assert client.get(page(enterprise, f"{report.pk}/{tail}")).status_code == 200


def test_a_refusal_is_shown_on_the_page_in_words(branch, township, head):
    client, report = head(branch, township), branch.report(township)
    answer = client.post(page(township, f"{report.pk}/submit/"), follow=True)
    assert "未报或未审核" in text_of(answer)


def test_the_workbook_has_the_layout_of_the_form_and_numbers_are_numbers(branch, enterprise, head):
    client, report = head(branch, enterprise), branch.report(enterprise)
    answer = client.post(page(enterprise, f"{report.pk}/workbook/"))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = {row[0]: row[1:] for row in sheet.iter_rows(values_only=True)}
    assert sheet["A1"].value == "困难职工档案统计表"
    assert rows["期末在档合计"] == (1, 1, 0, 3, 3, 0)
    assert rows["本期新建档"][3:] == ("—", "—", "—")


def test_the_board_shows_who_is_in_and_one_click_urges_the_others_on(
    branch, enterprise, township, head
):
    client, report = head(branch, township), branch.report(township)
    unit = branch.unit(township, enterprise)
    assert "催报全部未报单位" in text_of(client.get(page(township, f"{report.pk}/board/")))
    shown = client.post(page(township, f"{report.pk}/board/chase/"), follow=True)
    assert "已催报 1 个单位" in text_of(shown)
    answer = client.post(page(township, f"units/{unit.pk}/chase/"), {"from": "board"}, follow=True)
    assert "今天已经催报过" in text_of(answer)

    branch.submit(enterprise)
    assert "待审核" in text_of(client.get(page(township, f"units/{unit.pk}/")))
    answer = client.post(page(township, f"{report.pk}/board/accept/"), follow=True)
    assert "已接收 1 份" in text_of(answer)
    assert branch.unit(township, enterprise).state == ReceivedState.ACCEPTED


def test_a_report_is_returned_with_comments_that_stand_beside_the_cell(
    branch, enterprise, township, head
):
    branch.submit(enterprise)
    unit = branch.unit(township, enterprise)
    head(branch, township).post(
        page(township, f"units/{unit.pk}/return/"), {f"comment:{TOTAL}": "请核对户数"}
    )
    from shared_apps.exchange import relay

    relay.deliver_all()
    client, report = head(branch, enterprise), branch.report(enterprise)
    assert "请核对户数" in text_of(client.get(page(enterprise, f"{report.pk}/")))


def test_a_paper_report_is_typed_in_and_wrong_numbers_are_named(branch, township, head):
    client, report = head(branch, township), branch.report(township)
    path = page(township, f"{report.pk}/paper/")
    assert "未入网的单位" in text_of(client.get(path))
    answer = client.post(path, {"name": "某企业", f"number:{TOTAL}": "五"})
    assert answer.status_code == 422
    assert "请填写不小于 0 的整数" in answer.content.decode()


def test_a_clerk_fills_in_but_neither_sends_nor_decides(branch, township, enterprise, signed_in):
    report = branch.report(township)
    client = signed_in(branch.person(township, Role.CLERK))
    assert client.post(page(township, f"{report.pk}/redraw/")).status_code == 302
    assert client.post(page(township, f"{report.pk}/submit/")).status_code == 403
    assert client.post(page(township, f"{report.pk}/board/accept/")).status_code == 403
    assert "上报后数字封存" not in text_of(client.get(page(township, f"{report.pk}/")))


def test_a_program_reads_sends_and_decides(branch, enterprise, township, head):
    client, report = head(branch, enterprise), branch.report(enterprise)
    listed = client.get(api(enterprise)).json()["results"]
    assert [(one["form"], one["period"], one["state"]) for one in listed] == [
        ("hardship_files", "2026Q3", "draft")
    ]
    read = client.get(api(enterprise, f"{report.pk}/")).json()
    cell = next(one for one in read["cells"] if one["key"] == TOTAL)
    assert (cell["value"], cell["count"], len(cell["digest"]), read["findings"]) == (1, 1, 64, [])
    sent = client.post(api(enterprise, f"{report.pk}/submit/"), {}, "application/json").json()
    assert (sent["state"], sent["version"]) == ("submitted", 1)
    # These facts were recorded without files, and the proof says so.
    proof = client.get(api(enterprise, f"{report.pk}/check/")).json()
    assert {(one["station_code"], one["against"]) for one in proof} == {(enterprise.code, "files")}
    assert client.get(api(enterprise, f"{report.pk}/cells/{TOTAL}/files/")).json() == []
    again = client.post(api(enterprise, f"{report.pk}/submit/"), {}, "application/json")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/illegal-move")

    from shared_apps.exchange import relay

    relay.deliver_all()
    client, above = head(branch, township), branch.report(township)
    unit = client.get(api(township, f"{above.pk}/board/")).json()[0]
    assert unit["state"] == "submitted"
    done = client.post(api(township, f"units/{unit['id']}/accept/"), {}, "application/json")
    assert done.json()["counted_version"] == 1
    detail = client.get(api(township, f"units/{unit['id']}/")).json()
    assert {one["key"] for one in detail["cells"]} >= {TOTAL}
    names = client.get(api(township, f"{above.pk}/versions/"))
    assert names.json() == []


def test_what_does_not_hold_is_answered_to_a_program_with_rule_and_cell(network, township, head):
    network.record(township, household("one", file_kind="temporary"))
    network.opened(township)
    network.at_unit_excused(township)
    client, report = head(network, township), network.report(township)
    answer = client.post(api(township, f"{report.pk}/submit/"), {}, "application/json")
    assert answer.status_code == 422
    assert {one["code"] for one in answer.json()["errors"]} == {"kinds_households", "kinds_persons"}
    with in_station(township):
        assert Report.objects.get().state == ReportState.DRAFT
