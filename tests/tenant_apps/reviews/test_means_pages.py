"""The pages and endpoints of means checks, meetings and objections, as people and programs use them."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from shared_apps.audit.models import AuditRow
from shared_apps.printing.models import MeansBatch
from tenant_apps.notices.models import Notice, Objection
from tenant_apps.reviews import services
from tenant_apps.reviews.models import MeansCheck, MeansKind, Meeting, ReviewState
from tests.tenant_apps.reviews.conftest import NOTICED, REPORTED
from tests.tenant_apps.reviews.test_means_lists import AGREES, HEAD_ID, filled
from tests.tenant_apps.reviews.test_review_pages import api, noon  # noqa: F401
from tests.tenant_apps.reviews.test_review_pages import page as visit

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def at_county(way, county, signed_in):
    def go(path, data=None, *, role=Role.REVIEWER):
        return visit(signed_in, way.person(county, role), path, data)

    return go


@pytest.mark.fault
@pytest.mark.begins(REPORTED)
def test_a_means_check_walks_over_its_pages(way, township, county, at_county):
    file = way.reported(township)
    way.review("accept", county, file)
    review = way.review_at(county, file)
    assert "没有经济状况核对" in at_county("reviews/means/").content.decode()

    at_county(f"reviews/{review.pk}/request_check/", {"opinion": ""})
    shown = at_county("reviews/means/", None).content.decode()
    assert "待发送" in shown
    assert HEAD_ID not in shown
    refused = at_county("reviews/means/send/", {"unit": "", "reason": "无"})
    assert "导出理由" in refused.content.decode()
    sent = at_county("reviews/means/send/", {"unit": "区民政局", "reason": "送民政局核对"})
    assert "区民政局" in sent.content.decode()
    with in_station(county):
        batch, check = MeansBatch.objects.get(), MeansCheck.objects.get()
    shown = at_county(f"reviews/means/lists/{batch.pk}/").content.decode()
    assert f'name="ids" value="{review.pk}"' in shown
    letter = at_county("documents/means-request/", {"ids": str(review.pk)})
    assert letter.content.startswith(b"%PDF")
    drawn = at_county(f"reviews/means/lists/{batch.pk}/workbook/", {"reason": "送民政局核对"})
    assert drawn["Content-Type"] == XLSX
    assert drawn.content.startswith(b"PK")

    answers = {**AGREES, MeansKind.HOMES: ("2", "不符")}
    upload = SimpleUploadedFile(
        "反馈.xlsx", filled((check.number, HEAD_ID, answers), ("X", "", {}))
    )
    taken = at_county("reviews/means/answers/", {"file": upload}).content.decode()
    assert "有出入 1 户" in taken
    assert "本站点没有这个核对编号" in taken
    detail = at_county(f"reviews/{review.pk}/").content.decode()
    assert "核实处理" in detail
    assert 'data-dialog="letter"' in detail
    assert 'data-dialog="conclude_check"' not in detail
    with in_station(county):
        item = check.items.get(kind="homes")
    settled = at_county(
        f"reviews/means/{check.pk}/settle/{item.pk}/",
        {"verdict": "explained", "reason": "其中一套为借住"},
    )
    assert 'data-dialog="conclude_check"' in settled.content.decode()
    at_county(f"reviews/{review.pk}/conclude_check/", {"opinion": ""})
    assert way.review_at(county, file).state == ReviewState.MEANS_CHECK


@pytest.mark.begins(REPORTED)
def test_answers_are_noted_by_hand_and_a_missing_choice_is_named(way, township, county, at_county):
    file = way.reported(township)
    way.review("accept", county, file)
    review = way.review_at(county, file)
    with in_station(county):
        reviewer = way.person(county, Role.REVIEWER)
        check = services.request_check(review.pk, actor=reviewer, now=way.now)
        services.send_checks(reason="送民政局核对", actor=reviewer, now=way.now)
    path = f"reviews/means/{check.pk}/answer/"

    wrong = at_county(path, {"answered_on": "2026-11-20", "found_homes": "2"})
    assert "房产：请选择是否相符" in wrong.content.decode()
    at_county(path, {"answered_on": "2026-11-20", "found_homes": "1", "result_homes": "fits"})

    with in_station(county):
        assert check.items.get(kind="homes").result == "fits"


@pytest.mark.begins(REPORTED)
def test_a_check_on_paper_keeps_who_when_and_which_document(way, township, county, at_county):
    file = way.reported(township)
    way.review("accept", county, file)
    review = way.review_at(county, file)
    at_county(
        f"reviews/{review.pk}/confirm_means/",
        {
            "fits": "yes",
            "checked_on": "2026-11-20",
            "unit": "区民政局核对中心",
            "document_no": "宣民核〔2026〕12号",
        },
    )

    shown = at_county(f"reviews/{review.pk}/").content.decode()
    assert "宣民核〔2026〕12号" in shown
    assert 'data-dialog="letter"' not in shown
    assert "区民政局核对中心" in shown
    # On paper nothing is answered item by item: no empty table of items.
    assert "核对项目" not in shown


@pytest.mark.begins(REPORTED)
def test_a_meeting_is_noted_on_its_page_and_says_what_is_missing(way, township, county, at_county):
    review = way.review_at(county, way.reported(township))
    way.review("accept", county, type("F", (), {"pk": review.file_id}))
    values = {"kind": "chair", "held_on": "2026-11-20", "place": "三楼", "attendees": "甲乙"}

    wrong = at_county("reviews/meetings/new/", {**values, "minutes": "同意"})
    assert "请至少选择一户" in wrong.content.decode()
    key = str(review.pk)
    done = at_county(
        "reviews/meetings/new/",
        {**values, "minutes": "同意", "ids": key, f"agrees-{key}": "no", f"remark-{key}": "再核实"},
    )
    assert "再核实" in done.content.decode()
    link = re.search(r'href="/s/130705/(documents/meetings/[^"]+)"', done.content.decode())[1]
    assert at_county(link).content.startswith(b"PK")
    supervised = at_county("reviews/meetings/" + link.split("/")[2] + "/", role=Role.SUPERVISOR)
    assert "documents/meetings/" not in supervised.content.decode()
    assert "主席办公会" in at_county("reviews/meetings/").content.decode()


@pytest.mark.begins(REPORTED)
def test_many_are_moved_from_the_list_and_refusals_are_listed(way, township, county, at_county):
    review = way.review_at(county, way.reported(township))
    assert 'name="ids"' in at_county("reviews/").content.decode()

    at_county("reviews/many/accept/", {"ids": str(review.pk), "reason": "材料齐全"})
    again = at_county("reviews/many/accept/", {"every": "1", "ids": ""}).content.decode()

    assert "没有办理的" in again
    assert "请先选择" in at_county("reviews/many/accept/", {"x": "1"}).content.decode()
    at_county(
        "reviews/assign/",
        {"ids": str(review.pk), "user": str(way.person(county, Role.REVIEWER).user_id)},
    )
    assert review.file_no in at_county("reviews/?mine=on").content.decode()


@pytest.mark.begins(NOTICED)
def test_objections_are_listed_and_who_objected_is_shown_only_for_a_reason(
    way, township, county, at_county
):
    way.noticed(township, county)
    with in_station(county):
        services.raise_objection(
            Notice.objects.get().pk, text="名下有门店", name="孙某", contact="139", now=way.now
        )
        objection = Objection.objects.get()

    shown = at_county("notices/objections/").content.decode()
    assert "名下有门店" in shown
    assert "孙某" not in shown
    path = f"notices/objections/{objection.pk}/reveal/"
    assert "请写明查看理由" in at_county(path, {"reason": ""}).content.decode()
    assert "孙某，139" in at_county(path, {"reason": "核查需要联系"}).content.decode()
    with in_station(county):
        assert AuditRow.objects.filter(event="notice.objector_revealed").count() == 1
    public = Client().get(f"/s/{county.code}/public/notices/?purpose=exit").content.decode()
    assert "拟退出困难职工档案公示" in public
    assert "目前没有公示" in public


@pytest.mark.begins(REPORTED)
def test_programs_walk_the_same_way(way, township, county, api):  # noqa: F811
    file = way.reported(township)
    way.review("accept", county, file)
    review = way.review_at(county, file)
    reviewer = way.person(county, Role.REVIEWER)

    asked = api(reviewer, "post", f"reviews/{review.pk}/request-check/")
    assert asked.status_code == 201
    listed = api(reviewer, "get", "reviews/means-checks/?state=prepared").json()["results"]
    assert [one["number"] for one in listed] == [asked.json()["number"]]
    sent = api(reviewer, "post", "reviews/means-checks/send/", {"reason": "送民政局核对"}).json()
    drawn = api(
        reviewer, "post", f"reviews/means-lists/{sent['id']}/workbook/", {"reason": "重新下载"}
    )
    assert drawn.content.startswith(b"PK")
    early = api(reviewer, "post", f"reviews/{review.pk}/conclude-check/")
    assert early.status_code == 409
    assert early.json()["type"].endswith("items-missing")

    check = f"reviews/means-checks/{asked.json()['id']}"
    items = [{"kind": kind, "found": "无", "result": "fits"} for kind in MeansKind.values]
    items[2]["result"] = "conflict"
    answered = api(reviewer, "post", f"{check}/answer/", {"items": items}).json()
    assert answered["state"] == "conflict"
    item = next(one["id"] for one in answered["items"] if one["kind"] == "homes")
    body = {"item": item, "verdict": "explained", "reason": "借住"}
    assert api(reviewer, "post", f"{check}/settle/", body).json()["state"] == "answered"
    meeting = {
        "kind": "joint",
        "held_on": "2026-11-20",
        "place": "三楼",
        "attendees": "甲乙",
        "minutes": "同意",
        "said": [{"review": str(review.pk), "agrees": True}],
    }
    assert api(reviewer, "post", "reviews/meetings/", meeting).status_code == 201
    moved = api(
        reviewer, "post", "reviews/many/", {"action": "conclude-check", "ids": [str(review.pk)]}
    )
    assert moved.json()[0]["refusals"] == []
    with in_station(county):
        assert Meeting.objects.get().decisions.get().agrees


@pytest.mark.begins(REPORTED)
def test_a_clerk_sees_no_value_of_a_means_check(way, township, county, at_county):
    file = way.reported(township)
    way.review("accept", county, file)
    review = way.review_at(county, file)
    way.review("request_check", county, file)

    shown = at_county(f"reviews/{review.pk}/", role=Role.CLERK).content.decode()

    assert "经济状况核对" in shown
    assert "2200.00" not in shown
