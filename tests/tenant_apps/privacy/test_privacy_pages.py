"""The pages and endpoints of privacy: what a person at the counter, a head and a program see and do."""

import io
import json
import zipfile

import pytest

from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from shared_apps.audit.models import AuditRow
from shared_apps.exchange import relay
from tenant_apps.households.models import HouseholdFile
from tenant_apps.privacy import services
from tenant_apps.privacy.models import Consent, Correction, Disposal, LookRequest
from tests.conftest import NOON

AT = "/s/130705001/privacy/"
API = "/s/130705001/api/v1/privacy/"


def text(response):
    return response.content.decode()


def events(station):
    with in_station(station):
        return set(AuditRow.objects.values_list("event", flat=True))


def test_the_map_says_in_plain_words_what_is_kept_and_why(signed_in, head):
    page = text(signed_in(head).get(AT))

    assert "我们保存什么、为什么、保存多久" in page
    assert "因病、因残困难认定与医疗帮扶" in page
    assert "家庭成员：病种" in page


def test_a_clerk_does_not_see_the_map_but_the_consents_of_a_file(signed_in, clerk, file):
    client = signed_in(clerk)

    assert client.get(AT).status_code == 403
    page = text(client.get(f"{AT}files/{file.pk}/"))
    assert "申请时签署" in page
    assert "还没有人查看过完整信息" in page
    assert "为本人导出" not in page


def test_a_consent_is_given_and_taken_back_at_the_counter(signed_in, clerk, file, township):
    client = signed_in(clerk)
    word = {"purpose": "health", "channel": "counter", "on": ""}

    given = client.post(f"{AT}files/{file.pk}/consent/give/", word, follow=True)
    taken = client.post(f"{AT}files/{file.pk}/consent/withdraw/", word, follow=True)
    again = client.post(f"{AT}files/{file.pk}/consent/withdraw/", word, follow=True)

    assert "已办理：登记同意" in text(given)
    assert "已撤回" in text(taken)
    assert "这项同意已经撤回" in text(again)
    with in_station(township):
        assert Consent.objects.count() == 2


def test_a_wrong_word_is_told_by_its_field(signed_in, clerk, file):
    answer = signed_in(clerk).post(
        f"{AT}files/{file.pk}/consent/give/", {"purpose": "x", "channel": "counter"}, follow=True
    )
    assert "同意事项：" in text(answer)
    assert signed_in(clerk).post(f"{AT}files/{file.pk}/consent/burn/").status_code == 404


def test_a_correction_is_taken_down_read_with_a_trace_and_answered(
    signed_in, clerk, head, file, township
):
    signed_in(clerk).post(
        f"{AT}files/{file.pk}/correct/",
        {"field": "mobile", "wish": "19900000099", "asked_by": "柳试一", "channel": "counter"},
    )
    with in_station(township):
        row = Correction.objects.get()
    client = signed_in(head)

    assert "手机号码" in text(client.get(f"{AT}corrections/"))
    assert "19900000099" not in text(client.get(f"{AT}corrections/"))
    assert "19900000099" in text(client.get(f"{AT}corrections/{row.pk}/"))
    assert "privacy.correction_read" in events(township)
    answer = client.post(f"{AT}corrections/{row.pk}/accept/", follow=True)
    assert "已办理：采纳更正申请" in text(answer)
    with in_station(township):
        assert HouseholdFile.objects.get(pk=file.pk).mobile.reveal() == "19900000099"


@pytest.mark.parametrize("shape", ["xlsx", "json"])
def test_the_export_for_a_worker_is_whole_marked_and_noted(signed_in, head, file, township, shape):
    answer = signed_in(head).post(
        f"{AT}files/{file.pk}/export/", {"reason": "本人申请", "shape": shape}
    )

    assert answer.headers["Cache-Control"] == "no-store"
    if shape == "json":
        assert "130771197406150127" in json.dumps(json.loads(answer.content), ensure_ascii=False)
    else:
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            said = book.read("xl/sharedStrings.xml").decode()
        assert "周站长 于" in said
        assert "130771197406150127" in said
    assert "privacy.exported" in events(township)


def test_an_export_without_a_reason_or_a_right_is_refused(signed_in, head, clerk, file, township):
    refused = signed_in(head).post(
        f"{AT}files/{file.pk}/export/", {"reason": "", "shape": "json"}, follow=True
    )
    assert "缘由：" in text(refused)
    forbidden = signed_in(clerk).post(
        f"{AT}files/{file.pk}/export/", {"reason": "本人申请", "shape": "json"}
    )
    assert forbidden.status_code == 403
    assert "privacy.exported" not in events(township)


def test_a_county_asks_on_a_page_the_township_agrees_and_the_picture_is_masked(
    signed_in, person_at, county, head, file, township
):
    asker = person_at(county, Role.REVIEWER)
    client = signed_in(asker)
    form = {"home_code": township.code, "file_no": file.file_no, "reason": "信访件核查"}
    wrong = client.post("/s/130705/privacy/looks/new/", {**form, "reason": "看"})
    assert "请写明调阅理由" in text(wrong)
    client.post("/s/130705/privacy/looks/new/", form)
    again = client.post("/s/130705/privacy/looks/new/", form)
    assert "已有一份调阅申请待答复" in text(again)
    with in_station(county):
        row = LookRequest.objects.get()
    relay.deliver_all()

    home = signed_in(head)
    assert "信访件核查" in text(home.get(f"{AT}looks/{row.pk}/"))
    home.post(f"{AT}looks/{row.pk}/grant/", {"days": "3", "answer": ""})
    relay.deliver_all()
    client = signed_in(asker)
    page = text(client.get(f"/s/130705/privacy/looks/{row.pk}/picture/"))
    assert "柳试一" in page
    assert "130771********0127" in page
    assert "130771197406150127" not in page
    client.post(f"/s/130705/privacy/looks/{row.pk}/withdraw/")
    assert client.get(f"/s/130705/privacy/looks/{row.pk}/picture/").status_code == 410


def test_lists_without_rows_say_what_will_stand_there(signed_in, head):
    client = signed_in(head)
    for path, hint in (
        ("looks/", "没有调阅申请"),
        ("corrections/", "没有更正申请"),
        ("retention/", "没有保管期满的档案"),
        ("retention/?tab=decided", "还没有处置记录"),
    ):
        assert hint in text(client.get(AT + path))


@pytest.mark.fault
def test_an_old_file_is_proposed_by_one_deleted_by_another_and_the_certificate_is_shown(
    signed_in, head, second_head, old_file, township
):
    client = signed_in(head)
    assert old_file.file_no in text(client.get(f"{AT}retention/"))
    client.post(f"{AT}files/{old_file.pk}/dispose/", {"reason": "保管期满"})
    with in_station(township):
        row = Disposal.objects.get()
    alone = client.post(f"{AT}retention/{row.pk}/confirm/", follow=True)
    assert "删除须由两人办理" in text(alone)

    page = text(signed_in(second_head).post(f"{AT}retention/{row.pk}/confirm/", follow=True))

    assert "档案销毁证明" in page
    assert "130705001-XH2026-0001" in page
    assert "档案内容已删除" in text(signed_in(head).get(f"{AT}files/{old_file.pk}/"))
    paper = text(signed_in(head).get(f"{AT}retention/{row.pk}/certificate/"))
    assert "复核人（签字）：" in paper
    assert f"困难职工档案 {old_file.file_no} 已退出" in paper


def test_there_is_no_certificate_of_a_file_that_was_not_deleted(
    signed_in, head, old_file, township
):
    client = signed_in(head)
    client.post(f"{AT}files/{old_file.pk}/dispose/", {"reason": "保管期满"})
    with in_station(township):
        row = Disposal.objects.get()

    assert client.get(f"{AT}retention/{row.pk}/certificate/").status_code == 404


def test_a_program_does_the_same_as_the_pages(signed_in, head, second_head, file, township):
    client = signed_in(head)

    def post(path, **body):
        return client.post(API + path, json.dumps(body), content_type="application/json")

    assert {row["code"] for row in client.get(f"{API}fields/").json()} >= {"identity", "health"}
    at = f"files/{file.pk}/"
    given = post(f"{at}consents/", purpose="payment", is_given=True, channel="paper")
    taken = post(f"{at}consents/", purpose="payment", is_given=False, channel="phone")
    assert (given.status_code, taken.status_code) == (201, 201)
    assert [row["is_given"] for row in client.get(f"{API}{at}consents/").json()] == [False, True]
    asked = post(f"{at}corrections/", field="address", wish="示例路2号", asked_by="柳试一")
    assert asked.status_code == 201
    key = asked.json()["id"]
    assert client.get(f"{API}corrections/?state=asked").json()["results"][0]["id"] == key
    assert post(f"corrections/{key}/refuse/", answer="").status_code == 422
    assert post(f"corrections/{key}/accept/").json()["state"] == "accepted"
    assert post(f"corrections/{key}/accept/").status_code == 409
    assert post(f"{at}export/", reason="本人申请").json()["content"]["file"]["file_no"]
    assert client.get(f"{API}{at}access/").json()[0]["what"] == "为本人导出了全部信息"
    assert post("looks/", home_code="x", file_no="x", reason="信访件核查").status_code == 422
    assert client.get(f"{API}looks/").json()["results"] == []
    refused = post("retention/", file_id=str(file.pk), reason="保管期满")
    assert (refused.status_code, refused.json()["title"]) == (409, "still-to-be-kept")


def test_a_program_disposes_of_an_old_file(signed_in, head, second_head, old_file):
    def post(actor, path, **body):
        return signed_in(actor).post(API + path, json.dumps(body), content_type="application/json")

    row = post(head, "retention/", file_id=str(old_file.pk), reason="保管期满").json()
    assert post(head, f"retention/{row['id']}/delete/").status_code == 403
    assert post(head, f"retention/{row['id']}/withdraw/").json()["state"] == "withdrawn"
    row = post(head, "retention/", file_id=str(old_file.pk), reason="保管期满").json()
    kept = post(head, f"retention/{row['id']}/keep/", until="2030-01-01", reason="诉讼未结")
    assert kept.json()["state"] == "kept"
    assert signed_in(head).get(f"{API}retention/").json()["results"][0]["state"] == "kept"


def test_looking_by_the_api_tells_the_home_station(
    signed_in, person_at, county, head, file, township
):
    asker = person_at(county, Role.HEAD)

    def post(actor, station, path, **body):
        return signed_in(actor).post(
            f"/s/{station}/api/v1/privacy/{path}", json.dumps(body), content_type="application/json"
        )

    form = {"home_code": township.code, "file_no": file.file_no, "reason": "信访件核查"}
    key = post(asker, "130705", "looks/", **form).json()["id"]
    relay.deliver_all()
    assert post(head, township.code, f"looks/{key}/grant/", days=31).status_code == 400
    assert post(head, township.code, f"looks/{key}/grant/").json()["state"] == "granted"
    relay.deliver_all()
    picture = signed_in(asker).get(f"/s/130705/api/v1/privacy/looks/{key}/picture/").json()
    assert picture["values"]["id_no"] == "130771********0127"
    relay.deliver_all()
    told = signed_in(head).get(f"{API}files/{file.pk}/access/").json()
    assert told[0]["where"] == county.name
    assert post(asker, "130705", f"looks/{key}/withdraw/").json()["state"] == "withdrawn"


def test_the_menu_counts_the_requests_that_wait(signed_in, person_at, county, head, file, township):
    asker = person_at(county, Role.REVIEWER)
    with in_station(county):
        services.request_look(
            home_code=township.code,
            file_no=file.file_no,
            reason="信访件核查",
            actor=asker,
            now=NOON,
        )
    relay.deliver_all()

    assert "调阅申请" in text(signed_in(head).get(f"{AT}looks/"))
    with in_station(township):
        assert LookRequest.objects.get().state == "asked"
