"""The pages and endpoints of payouts, as the people see them."""

import json
import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from bangfu.kernel.tenancy import in_station
from shared_apps.audit.models import AuditRow
from tenant_apps.aid.models import Application
from tenant_apps.payouts.models import Batch, BatchState, Line
from tests.tenant_apps.payouts.drawing import picture, signature

HOME = "/s/130705001/payouts"
API = "/s/130705001/api/v1/payouts"


def here(office, question):
    with in_station(office.station):
        return question()


def text(page):
    return re.sub(r"\s+", " ", page.content.decode())


def keys_of(office, count=3):
    return [str(row.pk) for row in here(office, lambda: office.approved(count))]


@pytest.mark.fault
def test_a_batch_goes_over_four_desks_to_the_bank_and_back(paying, signed_in):
    office = paying
    keys = keys_of(office)
    client = signed_in(office.clerk)
    assert "有 3 笔已批准的申请等待发放" in text(client.get(f"{HOME}/"))
    assert "职工1" in text(client.get(f"{HOME}/new/"))
    answer = client.post(
        f"{HOME}/new/",
        {"ids": keys, "title": "双节慰问", "layout": "generic", "channel": "bank"},
    )
    batch = here(office, Batch.objects.get)
    assert answer.url.endswith(f"{batch.pk}/")
    page = f"{HOME}/{batch.pk}/"
    for actor, action in (
        (office.clerk, "freeze"), (office.finance, "check"), (office.supervisor, "audit"),
        (office.head, "approve"),
    ):  # fmt: skip
        client = signed_in(actor)
        assert f'data-dialog="{action}"' in text(client.get(page))
        assert client.post(f"{page}{action}/", follow=True).status_code == 200
    client = signed_in(office.finance)
    file = client.post(f"{page}file/")
    assert file.content.decode().startswith("H,BANGFU-PAY-1,")
    assert file["Content-Disposition"] == f'attachment; filename="{batch.number}.csv"'
    assert here(office, lambda: AuditRow.objects.filter(event="payout.file_taken").count()) == 1
    client.post(f"{page}send/")
    here(office, lambda: office.booked(batch))
    wrong = client.post(f"{page}answer/", {"file": SimpleUploadedFile("r.csv", b"PK\x03\x04")})
    assert wrong.status_code == 422
    assert "B11 这是 Excel 文件" in text(wrong)
    data = here(office, lambda: office.reply(batch))
    good = client.post(f"{page}answer/", {"file": SimpleUploadedFile("r.csv", data)}, follow=True)
    assert "回盘结果已生效" in text(good)
    assert "全部成功" in text(good)
    book = client.post(f"{page}summary/")
    assert book.content.startswith(b"PK")


def test_nobody_who_may_not_is_offered_a_button_or_served(paying, signed_in):
    office = paying
    batch = here(office, lambda: office.batch(count=1))
    page = f"{HOME}/{batch.pk}/"
    client = signed_in(office.head)
    assert 'data-dialog="freeze"' not in text(client.get(page))
    assert client.get(f"{HOME}/new/").status_code == 403
    assert client.post(f"{page}file/").status_code == 403
    assert client.post(f"{page}nothing/").status_code == 404


def test_what_keeps_applications_from_being_paid_is_said_on_the_page(paying, signed_in):
    office = paying
    keys = [str(row.pk) for row in here(office, lambda: office.approved(1, fund=office.gift))]
    client = signed_in(office.clerk)
    form = {"ids": keys, "title": "慰问", "layout": "generic", "channel": "bank"}
    answer = client.post(f"{HOME}/new/", form)
    assert "专款专用" in text(answer)
    assert "请先勾选" in text(client.post(f"{HOME}/new/", form | {"ids": []}))
    everything = client.post(f"{HOME}/new/", form | {"ids": [], "every": "1"})
    assert "专款专用" in text(everything)
    assert here(office, Batch.objects.count) == 0


def test_a_payee_is_taken_out_and_a_batch_is_given_up(paying, signed_in):
    office = paying
    batch = here(office, lambda: office.batch(count=2))
    line = here(office, lambda: office.lines(batch)[0])
    client = signed_in(office.clerk)
    page = f"{HOME}/{batch.pk}/"
    client.post(f"{page}drop/", {"line": str(line.pk), "reason": "联系不上"})
    assert here(office, lambda: Batch.objects.get().count) == 1
    client.post(f"{page}void/", {"reason": "不发了"})
    assert here(office, lambda: Batch.objects.get().state) == BatchState.VOID


@pytest.mark.fault
def test_the_payee_signs_on_the_page_and_another_only_with_the_head(paying, signed_in):
    office = paying
    batch = here(office, office.paid)
    first, second, third = here(office, lambda: office.lines(batch))
    client = signed_in(office.clerk)
    page = f"{HOME}/lines/{first.pk}/"
    assert "data-pad" in text(client.get(page))
    empty = client.post(page, {"signature": ""})
    assert empty.status_code == 422
    assert "没有收到签名" in text(empty)
    done = client.post(page, {"signature": signature()}, follow=True)
    assert "已签收" in text(done)
    scan = SimpleUploadedFile("slip.png", picture(4))
    client.post(f"{HOME}/lines/{second.pk}/", {"scan": scan})
    assert here(office, lambda: Line.objects.get(pk=second.pk).receipt_kind) == "paper"
    proxy = {
        "is_proxy": "on", "name": "女儿", "relation": "父女", "reason": "住院",
        "signature": signature(8),
    }  # fmt: skip
    refused = client.post(f"{HOME}/lines/{third.pk}/", proxy)
    assert "没有办理这项业务的权限" in text(refused)
    client = signed_in(office.head)
    lacking = client.post(f"{HOME}/lines/{third.pk}/", proxy)
    assert "书面委托书" in text(lacking)
    power = SimpleUploadedFile("power.png", picture(5))
    client.post(f"{HOME}/lines/{third.pk}/", proxy | {"power": power})
    assert here(office, lambda: Line.objects.get(pk=third.pk).is_proxy)


@pytest.mark.fault
def test_the_endpoints_do_what_the_pages_do(paying, signed_in):
    office = paying
    keys = keys_of(office)
    client = signed_in(office.clerk)

    def send(path, body=None, **more):
        return client.post(
            f"{API}{path}", json.dumps(body or {}), content_type="application/json", **more
        )

    asked = {"application_ids": keys, "title": "双节慰问", "layout": "fixed"}
    key = {"headers": {"Idempotency-Key": keys[0]}}
    made = send("/", asked, **key)
    assert made.status_code == 201
    assert send("/", asked, **key).json() == made.json()
    one = made.json()
    assert (one["count"], one["total_fen"], one["state"]) == (3, 300_000, "draft")
    for actor, action in (
        (office.clerk, "freeze"), (office.finance, "check"), (office.supervisor, "audit"),
        (office.head, "approve"), (office.finance, "send"),
    ):  # fmt: skip
        client = signed_in(actor)
        assert send(f"/{one['id']}/{action}/").status_code == 200, action
    assert send(f"/{one['id']}/freeze/").status_code in {403, 409}
    file = client.post(f"{API}/{one['id']}/file/")
    assert file.content.startswith(b"H")
    batch = here(office, Batch.objects.get)
    data = here(office, lambda: office.reply(batch))
    waits = client.post(f"{API}/{one['id']}/answer/", {"file": SimpleUploadedFile("r.txt", data)})
    assert (waits.status_code, waits.json()["waits"]) == (202, True)
    here(office, lambda: office.booked(batch))
    whole = client.get(f"{API}/{one['id']}/").json()
    assert (whole["state"], whole["answers"][0]["counts"]["paid"]) == ("paid", 3)
    lines = client.get(f"{API}/{one['id']}/lines/").json()["results"]
    assert {line["state"] for line in lines} == {"paid"}
    assert {len(line["card_tail"]) for line in lines} == {4}
    client = signed_in(office.clerk)
    signed = send(f"/lines/{lines[0]['id']}/receipt/", {"signature": signature()})
    assert signed.json()["receipt_kind"] == "screen"
    refused = client.post(f"{API}/{one['id']}/answer/", {"file": SimpleUploadedFile("r.txt", data)})
    assert refused.status_code == 403


def test_a_refused_return_file_is_answered_with_its_line_and_remedy(paying, signed_in):
    office = paying
    batch = here(office, office.sent)
    client = signed_in(office.finance)
    answer = client.post(
        f"{API}/{batch.pk}/answer/", {"file": SimpleUploadedFile("r.csv", b"H,x\r\n")}
    )
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("return-file-refused")
    assert "请" in answer.json()["detail"]


@pytest.mark.parametrize("query", ["?state=paid", "?words=P2026", "?words=%00&state=x", "?page=9"])
def test_the_list_is_narrowed_and_never_fails(paying, signed_in, query):
    here(paying, lambda: paying.batch(count=1))
    assert signed_in(paying.clerk).get(f"{HOME}/{query}").status_code == 200
    assert here(paying, Application.objects.count) == 1


def test_far_pages_of_payments_and_of_what_is_to_be_paid_step_over_keys(paying, signed_in):
    office = paying
    batch = here(office, lambda: office.batch(count=21))
    here(office, lambda: office.approved(21))
    client = signed_in(office.clerk)

    for address in (f"{HOME}/{batch.pk}/?page=2", f"{HOME}/new/?page=2"):
        with CaptureQueriesContext(connection) as asked_for:
            client.get(address)
        (rows,) = [one["sql"] for one in asked_for if "OFFSET 20" in one["sql"]]
        assert rows.index("IN (SELECT") < rows.index("OFFSET 20")


def test_a_program_takes_the_summary_by_name_and_that_is_noted(paying, signed_in):
    office = paying
    batch = here(office, office.paid)
    assert signed_in(office.clerk).post(f"{API}/{batch.pk}/summary/").status_code == 403
    answer = signed_in(office.finance).post(f"{API}/{batch.pk}/summary/")
    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    assert any("职工1" in row for row in rows)
    assert here(office, Batch.objects.get).summary_at is not None


def test_a_program_says_that_cash_did_not_reach_its_payee(paying, signed_in):
    office = paying
    batch = here(office, lambda: office.sent(channel="cash", reason="无银行卡，行动不便"))
    here(office, lambda: office.booked(batch))
    line = here(office, lambda: office.lines(batch))[0]
    client = signed_in(office.clerk)
    path = f"{API}/lines/{line.pk}/not-handed-over/"
    assert client.post(path, {}, content_type="application/json").status_code == 422
    answer = client.post(path, {"reason": "本人已去世"}, content_type="application/json")
    assert (answer.status_code, answer.json()["state"]) == (200, "failed")
