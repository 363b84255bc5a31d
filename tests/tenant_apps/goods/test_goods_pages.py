"""What people see of the store, and do there."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from tenant_apps.goods.models import Lot, Movement
from tests.tenant_apps.goods.conftest import COATS

pytestmark = pytest.mark.usefixtures("at_noon")

BASE = "/s/130705001/goods/"


def test_goods_are_entered_and_stand_in_the_store(store, signed_in):
    browser = signed_in(store.clerk)
    said = {
        "name": "花生油 5L", "kind": "grain_oil", "unit": "barrel", "quantity": "40",
        "unit_value": "72.50", "expires_on": "2027-06-30", "origin": "purchase",
    }  # fmt: skip
    answer = browser.post(f"{BASE}new/", said)
    with in_station(store.station):
        lot = Lot.objects.get()
    assert answer.url.endswith(f"/lots/{lot.pk}/")
    assert (lot.received_milli, lot.unit_value_fen) == (40_000, 7_250)
    assert "花生油 5L" in browser.get(BASE).content.decode()


def test_what_is_wrong_with_goods_is_said_beside_its_field(store, signed_in):
    said = {
        "name": "花生油", "kind": "grain_oil", "unit": "barrel", "quantity": "1.5",
        "unit_value": "72.50", "origin": "donation",
    }  # fmt: skip
    page = signed_in(store.clerk).post(f"{BASE}new/", said).content.decode()
    for words in ("食品须填写保质期", "只能填写整数", "请填写捐赠人"):
        assert words in page


def test_goods_are_given_out_in_three_taps(store, signed_in):
    lot = store.on_shelf()
    browser = signed_in(store.clerk)
    chosen = f"{BASE}lots/{lot.pk}/issue/{store.wang.pk}/"
    assert chosen in browser.get(f"{BASE}lots/{lot.pk}/issue/").content.decode()
    assert "确认发放" in browser.get(chosen).content.decode()
    browser.post(chosen, {"quantity": "2"})
    with in_station(store.station):
        assert Movement.objects.get(kind="issue").file_id == store.wang.pk
    assert store.wang.name in browser.get(f"{BASE}issues/?file={store.wang.pk}").content.decode()


def test_a_refusal_is_said_on_the_page(store, signed_in):
    lot = store.on_shelf(units=1)
    page = signed_in(store.clerk).post(
        f"{BASE}lots/{lot.pk}/issue/{store.wang.pk}/", {"quantity": "2"}
    )
    assert "只有 1 袋，不足 2 袋" in page.content.decode()


def test_every_step_of_a_lot_has_its_button(store, signed_in):
    lot = store.take_in(COATS, 20, is_announced=True)
    page = f"{BASE}lots/{lot.pk}/"
    browser = signed_in(store.clerk)
    for step, quantity in (("receive", 20), ("quarantine", 20), ("disinfect", 20), ("sort", 19)):
        browser.post(f"{page}{step}/", {"quantity": quantity})
    browser.post(f"{page}count/", {"place": "sorted", "quantity": "18", "reason": "少一件"})
    assert "等待另一人确认" in browser.get(page).content.decode()
    with in_station(store.station):
        todo = store_checks().get()
    signed_in(store.head).post(f"{BASE}checks/{todo.pk}/confirm/")
    browser = signed_in(store.clerk)
    browser.post(f"{page}keep/", {"shelf": "A-03", "season_limit": "2"})
    browser.post(f"{page}issue/group/", {
        "group": "retired", "persons": "3", "quantity": "3", "name": "光荣院",
    })  # fmt: skip
    lot = store.fresh(lot)
    assert (lot.sorted_milli, lot.disinfected_milli, lot.adjusted_milli) == (15_000, 1_000, 1_000)
    assert (lot.shelf, lot.season_limit_milli) == ("A-03", 2_000)
    content = browser.get(page).content.decode()
    assert "光荣院" in content
    assert "冲回" not in content
    issued = store.movements(kind="issue")[0]
    signed_in(store.head).post(f"{BASE}movements/{issued.pk}/undo/", {"reason": "未领取"})
    assert store.fresh(lot).sorted_milli == 18_000


def test_what_is_wrong_with_goods_for_a_group_is_said_beside_its_field_and_nothing_typed_is_lost(
    store, signed_in
):
    lot = store.on_shelf(units=5)
    sent = {"group": "", "persons": "", "quantity": "3", "name": "光荣院"}

    page = signed_in(store.clerk).post(f"{BASE}lots/{lot.pk}/issue/group/", sent)

    said = page.content.decode()
    assert page.status_code == 200
    assert "有 2 处需要修改" in said
    assert 'value="光荣院"' in said
    assert 'value="3"' in said
    assert store.movements(kind="issue") == []


def test_more_than_there_is_for_a_group_is_said_once(store, signed_in):
    lot = store.on_shelf(units=1)
    sent = {"group": "retired", "persons": "3", "quantity": "3", "name": "光荣院"}

    said = signed_in(store.clerk).post(f"{BASE}lots/{lot.pk}/issue/group/", sent).content.decode()

    assert said.count("只有 1 袋，不足 3 袋") == 1
    assert "请选择对象群体" not in said


def test_a_list_of_goods_is_entered_whole_or_not_at_all(store, signed_in):
    browser = signed_in(store.clerk)
    assert browser.get(f"{BASE}import/template/").content[:2] == b"PK"
    head = "品名规格,类别,计量单位,数量,单价（元）,保质期至,来源,捐赠人"
    good = "花生油 5L,米面粮油,桶,40,72.5,2027/6/30,采购,"

    def upload(*rows):
        file = SimpleUploadedFile("goods.csv", "\n".join((head, *rows)).encode())
        return browser.post(f"{BASE}import/", {"file": file})

    page = upload(
        good, "旧棉衣,衣物,件,两百,30,,社会捐赠,", "大米,米面粮油,袋,1.5,60,,采购,"
    ).content.decode()
    for words in ("请填写数字", "只能填写整数", "食品须填写保质期"):
        assert words in page
    with in_station(store.station):
        assert not Lot.objects.exists()
    upload(good, "旧棉衣,衣物,件,200,30,,社会捐赠,市一中")
    with in_station(store.station):
        assert {lot.name: lot.received_milli for lot in Lot.objects.all()} == {
            "花生油 5L": 40_000,
            "旧棉衣": 200_000,
        }
    assert "请勿重复导入" in upload(good).content.decode()
    assert (
        "没有找到物资清单"
        in browser.post(
            f"{BASE}import/", {"file": SimpleUploadedFile("x.csv", b"a,b\n1,2")}
        ).content.decode()
    )


def test_the_endpoints_do_what_the_pages_do(store, signed_in):
    api = "/s/130705001/api/v1/goods/"
    browser = signed_in(store.clerk)

    def post(path, **body):
        return browser.post(f"{api}{path}", body, content_type="application/json")

    lot = post(
        "lots/", name="大米", kind="grain_oil", unit="bag", unit_value_fen=6000, origin="purchase",
        expires_on="2027-05-01", quantity_milli=10_000,
    ).json()  # fmt: skip
    place = f"lots/{lot['id']}"
    assert post(f"{place}/stages/sort/", quantity_milli=10_000).status_code == 201
    given = post(f"{place}/issue/", quantity_milli=2_000, file_id=str(store.wang.pk)).json()
    assert given["value_fen"] == 12_000
    kept = post(f"{place}/reserve/", quantity_milli=1_000, file_id=str(store.li.pk)).json()
    assert post(f"movements/{kept['id']}/end/", is_fetched=True).status_code == 201
    assert (
        post(f"{place}/issue/", quantity_milli=9_000, file_id=str(store.li.pk)).status_code == 409
    )
    check = post(f"{place}/count/", place="sorted", counted_milli=6_000, reason="少一袋").json()
    head = signed_in(store.head)
    assert head.post(f"{api}checks/{check['id']}/confirm/").json()["kind"] == "count"
    undone = head.post(
        f"{api}movements/{given['id']}/undo/", {"reason": "发错"}, content_type="application/json"
    )
    assert undone.status_code == 201
    assert browser.get(f"{api}{place}/").json()["sorted_milli"] == 8_000
    assert browser.get(f"{api}stock/").json()[0]["on_shelf"] == 8_000
    assert len(browser.get(f"{api}issues/").json()["results"]) == 1
    assert len(browser.get(f"{api}{place}/movements/").json()["results"]) == 7
    assert browser.get(f"{api}checks/").json() == []


def test_finance_looks_and_does_not_keep_the_store(store, signed_in, person_at):
    lot = store.on_shelf()
    browser = signed_in(person_at(store.station, Role.FINANCE))
    assert browser.get(f"{BASE}lots/{lot.pk}/").status_code == 200
    assert browser.get(f"{BASE}lots/{lot.pk}/issue/").status_code == 403
    assert browser.post(f"{BASE}lots/{lot.pk}/sort/", {"quantity": "1"}).status_code == 403


def store_checks():
    from tenant_apps.goods.selectors import waiting_checks

    return waiting_checks()


def test_a_far_page_of_what_was_given_steps_over_keys(store, signed_in):
    lot = store.on_shelf(units=21)
    for _number in range(21):
        store.give(lot)
    browser = signed_in(store.clerk)

    with CaptureQueriesContext(connection) as asked_for:
        shown = browser.get(f"{BASE}issues/?page=2").content.decode()

    (rows,) = [one["sql"] for one in asked_for if "OFFSET 20" in one["sql"]]
    assert rows.index("IN (SELECT") < rows.index("OFFSET 20")
    assert shown.count(f'href="{BASE}lots/{lot.pk}/"') == 1


def test_a_far_page_of_the_movements_of_a_lot_steps_over_keys_in_the_order_of_their_index(
    store, signed_in
):
    lot = store.on_shelf(units=21)
    for _number in range(21):
        store.give(lot)
    browser = signed_in(store.clerk)

    with CaptureQueriesContext(connection) as asked_for:
        browser.get(f"{BASE}lots/{lot.pk}/?page=2")

    (rows,) = [one["sql"] for one in asked_for if "OFFSET 20" in one["sql"]]
    far = rows[rows.index("IN (SELECT") : rows.index("OFFSET 20")]
    read = set(re.findall(r'U0\."(\w+)"', far))
    assert read == {"id", "lot_id"}


def test_what_was_given_is_shown_without_a_question_for_each_row(store, signed_in):
    lot = store.on_shelf(units=4)
    browser, asked = signed_in(store.clerk), []

    for times in (1, 3):
        for _number in range(times):
            store.give(lot)
        with CaptureQueriesContext(connection) as asked_for:
            browser.get(f"{BASE}issues/")
        asked.append([one["sql"] for one in asked_for if 'FROM "goods_movement"' in one["sql"]])

    assert len(asked[0]) == len(asked[1]) == 2
    for rows in asked[1]:
        keys = rows[rows.index("IN (SELECT") :] if "IN (SELECT" in rows else rows
        assert "JOIN" not in keys
        assert "NOT EXISTS" in keys
