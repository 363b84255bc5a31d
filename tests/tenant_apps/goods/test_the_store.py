"""Goods from the promise to the household, and everything that is refused on the way."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from bangfu.kernel.errors import DomainError, IllegalMove, InvalidInput, NotFound, NotPermitted
from bangfu.kernel.tenancy import in_station
from shared_apps.rollup.services import recount_station
from tenant_apps.casework.models import Todo
from tenant_apps.goods.errors import (
    NotDisinfected,
    NotDonated,
    NotOnFile,
    NotThatMuch,
    NotUndoable,
    OverSeasonLimit,
    OwnCheck,
    PastLastDay,
    UndoneAlready,
)
from tenant_apps.goods.models import Lot, Movement
from tenant_apps.goods.rules import Recipient
from tenant_apps.goods.selectors import (
    LotSearch,
    count_waiting_checks,
    lots,
    lots_other_than_movements,
    stock,
    waiting_checks,
)
from tenant_apps.households.models import FileState, HouseholdFile
from tenant_apps.households.work import files_to_do
from tests.support.held import taken_along
from tests.tenant_apps.goods.conftest import COAL, COATS, RICE


def count(store, lot, found, *, place="sorted", reason="清点"):
    return store.act(
        "propose_count", lot.pk, place=place, counted_milli=int(found * 1000), reason=reason
    )


def refused(raised):
    return [one.code for one in raised.value.problems]


def test_promised_clothes_go_through_every_stage_to_a_household(store):
    lot = store.take_in(COATS, 20, is_announced=True)
    store.act("receive_announced", lot.pk, quantity_milli=18_000)
    store.act("cancel_announced", lot.pk, reason="其余两件未送来")
    for stage in ("quarantine", "disinfect", "sort"):
        store.bring(lot, stage, 18)
    issued = store.give(lot, 2)

    lot = store.fresh(lot)
    assert (lot.sorted_milli, lot.issued_milli, lot.on_hand_milli) == (16_000, 2_000, 16_000)
    assert lot.taken_in_milli == 18_000
    assert issued.value_fen == 7_100
    assert (issued.file_no, issued.recipient) == (store.wang.file_no, "")


def test_used_clothes_do_not_reach_the_shelf_before_disinfection(store):
    lot = store.take_in(COATS)
    with pytest.raises(NotDisinfected):
        store.bring(lot, "sort", 1)
    store.bring(lot, "quarantine", 10)
    with pytest.raises(NotThatMuch):
        store.give(lot)


def test_food_skips_disinfection_and_needs_a_last_day(store):
    lot = store.on_shelf(RICE)
    assert lot.sorted_milli == 10_000
    with pytest.raises(IllegalMove):
        store.bring(lot, "quarantine", 1)
    with pytest.raises(InvalidInput) as raised:
        store.take_in(type(RICE)(**{**_said(RICE), "expires_on": None}))
    assert refused(raised) == ["G107"]


def test_food_past_its_last_day_is_not_given_out(store):
    lot = store.on_shelf(RICE)
    store.pass_days((RICE.expires_on - store.today).days)
    with pytest.raises(PastLastDay):
        store.give(lot)


def test_only_a_household_on_file_or_a_named_group_is_given_goods(store):
    lot = store.on_shelf()
    with in_station(store.station):
        HouseholdFile.objects.filter(pk=store.li.pk).update(state=FileState.CANCELLED)
    with pytest.raises(NotOnFile):
        store.give(lot, file=store.li)
    with pytest.raises(InvalidInput):
        store.give(lot, to=Recipient())
    given = store.give(lot, 3, to=Recipient(group="front_line", name="供热公司夜班", persons=3))
    assert (given.persons, given.subject) == (3, None)


def test_nobody_is_given_more_than_the_shelf_holds(store):
    lot = store.on_shelf(units=2)
    with pytest.raises(NotThatMuch, match="只有 2 袋，不足 3 袋"):
        store.give(lot, 3)


def test_a_household_is_given_no_more_in_a_quarter_than_the_limit(store):
    limited = type(RICE)(**{**_said(RICE), "season_limit_milli": 2_000})
    first, second = store.on_shelf(limited), store.on_shelf(limited)
    mistake = store.give(first, 1)
    store.give(first, 1, step="reserve_goods")
    with pytest.raises(OverSeasonLimit, match="还可领 0 袋"):
        store.give(second, 1)
    store.give(second, 2, file=store.li)
    store.act("undo_movement", mistake.pk, reason="发错家庭", by=store.head)
    store.give(second, 1)

    store.pass_days(60)
    store.give(second, 2)


def test_who_was_given_goods_is_not_on_the_list_of_those_never_helped(store):
    given = store.give(store.on_shelf(), 1)
    assert never_helped(store) == {store.li.pk}
    store.act("undo_movement", given.pk, reason="发错家庭", by=store.head)
    assert never_helped(store) == {store.li.pk, store.wang.pk}


def never_helped(store):
    with in_station(store.station):
        return {file.pk for file in files_to_do("never_helped", on=store.now.date())}


def test_what_was_kept_back_is_fetched_once_or_put_back(store):
    lot = store.on_shelf()
    kept = store.give(lot, 4, step="reserve_goods")
    with pytest.raises(NotThatMuch):
        store.give(lot, 7)
    fetched = store.act("end_reservation", kept.pk, is_fetched=True)
    assert fetched.file_id == store.wang.pk
    with pytest.raises(UndoneAlready):
        store.act("end_reservation", kept.pk, is_fetched=False)
    other = store.give(lot, 2, step="reserve_goods")
    store.act("end_reservation", other.pk, is_fetched=False)
    assert store.fresh(lot).sorted_milli == 6_000


def test_what_was_given_by_mistake_comes_back_to_the_shelf_once(store):
    lot = store.on_shelf()
    given = store.give(lot, 2)
    with pytest.raises(NotPermitted):
        store.act("undo_movement", given.pk, reason="发错")
    store.act("undo_movement", given.pk, reason="发错", by=store.head)
    with pytest.raises(UndoneAlready):
        store.act("undo_movement", given.pk, reason="发错", by=store.head)
    assert store.fresh(lot).sorted_milli == 10_000
    assert (store.number("LOV-03"), store.number("AID-04", "value")) == (0, 0)


def test_a_count_is_entered_when_another_person_agrees(store):
    lot = store.on_shelf()
    todo = count(store, lot, 8, reason="两袋受潮遗失")
    store.give(lot, 1)
    with pytest.raises(NotPermitted):
        store.act("confirm_check", todo.pk)
    with pytest.raises(DomainError, match="等待另一人"):
        count(store, lot, 7)
    moved = store.act("confirm_check", todo.pk, by=store.head)

    assert store.fresh(lot).sorted_milli == 7_000
    assert store.fresh(lot).counted_on == store.today
    assert (moved.by_name, moved.second_name) == ("王经办", "孙站长")
    with pytest.raises(NotUndoable):
        store.act("undo_movement", moved.pk, reason="重数", by=store.head)


def test_more_may_be_found_than_the_book_says_and_a_count_that_agrees_is_noted_too(store):
    lot = store.on_shelf()
    store.act("confirm_check", count(store, lot, 11).pk, by=store.head)
    store.act("confirm_check", count(store, lot, 11, reason="").pk, by=store.head)
    assert store.fresh(lot).adjusted_milli == -1_000
    assert store.fresh(lot).on_hand_milli == 11_000
    assert [one.quantity_milli for one in store.movements(kind="count")] == [1_000, 0]


def test_nobody_confirms_a_count_of_their_own(store):
    lot = store.on_shelf()
    todo = store.act(
        "propose_count", lot.pk, place="sorted", counted_milli=9_000, reason="少一袋",
        by=store.reviewer,
    )  # fmt: skip
    with pytest.raises(OwnCheck):
        store.act("confirm_check", todo.pk, by=store.reviewer)
    with in_station(store.station):
        assert count_waiting_checks(store.reviewer) == 0
        assert count_waiting_checks(store.head) == 1


def test_a_difference_needs_a_reason_and_a_count_can_be_returned(store):
    lot = store.on_shelf()
    with pytest.raises(InvalidInput) as raised:
        count(store, lot, 9, reason="")
    assert refused(raised) == ["G103"]
    todo = count(store, lot, 9)
    store.act("return_check", todo.pk, reason="请重新清点", by=store.head)
    with in_station(store.station):
        assert not waiting_checks().exists()
    assert store.fresh(lot).sorted_milli == 10_000


def test_spoilt_goods_are_thrown_away_by_two_people(store):
    lot = store.on_shelf()
    todo = store.act(
        "propose_scrap", lot.pk, place="sorted", quantity_milli=3_000, reason="过期变质"
    )
    store.act("confirm_check", todo.pk, by=store.head)
    assert (store.fresh(lot).scrapped_milli, store.fresh(lot).on_hand_milli) == (3_000, 7_000)


def test_lots_that_nobody_counted_for_a_quarter_are_due(store):
    lot = store.on_shelf()
    search = LotSearch(tab="uncounted")
    with in_station(store.station):
        assert not lots(search, actor=store.clerk, on=store.today).exists()
        assert lots(search, actor=store.clerk, on=store.today + timedelta(days=93)).exists()
    store.pass_days(93)
    with in_station(store.station):
        assert store_services().ask_for_counts(now=store.now) == 1
        assert Todo.objects.filter(kind="goods.count_due", closed_at=None).exists()
    store.act("confirm_check", count(store, lot, 10).pk, by=store.head)
    with in_station(store.station):
        assert not Todo.objects.filter(kind="goods.count_due", closed_at=None).exists()
        assert store_services().ask_for_counts(now=store.now) == 0


def test_105_tons_of_coal_for_100_households_are_105_tons(store):
    coal = store.on_shelf(COAL, 105)
    for file in (store.wang, store.li):
        store.give(coal, 1.05, file=file)
    store.give(coal, 102.9, to=Recipient(group="retired", name="其余 98 户", persons=98))

    assert store.fresh(coal).sorted_milli == 0
    assert store.number("AID-09", "value") == 105_000
    assert (store.number("AID-01"), store.number("AID-02")) == (2, 100)
    assert store.number("AID-04", "value") == 105 * 95_000
    assert store.number("LOV-03") == 0


def test_clothes_and_goods_of_the_district_come_out_as_in_its_report(store):
    """TC-18: 20,000 clothes in and 14,821 out leave 5,179; 4,940 goods in and 900 out leave 4,040."""
    goods = type(COATS)(**{**_said(COATS), "name": "毛巾", "kind": "daily"})
    clothes, daily = store.on_shelf(COATS, 20_000), store.on_shelf(goods, 4_940)
    store.give(clothes, 14_821, to=Recipient(group="retired", persons=9_000))
    store.give(daily, 900, to=Recipient(group="retired", persons=900))

    assert store.number("LOV-02") == 24_940
    assert store.number("LOV-03") == 15_721
    assert store.number("LOV-04") == 5_179 + 4_040
    with in_station(store.station):
        rows = {row.kind: row for row in stock(actor=store.clerk)}
    assert rows["clothes"].on_hand == 5_179_000
    assert rows["daily"].on_hand == 4_040_000


def test_the_numbers_are_what_the_movements_give(store):
    rice, coats = store.on_shelf(RICE), store.on_shelf(COATS)
    store.act("undo_movement", store.give(rice, 2).pk, reason="发错", by=store.head)
    kept = store.give(coats, 3, step="reserve_goods")
    store.act("end_reservation", kept.pk, is_fetched=True)
    store.act("confirm_check", count(store, rice, 9).pk, by=store.head)
    store.number("LOV-04")

    assert not recount_station(store.station)
    with in_station(store.station):
        assert not lots_other_than_movements().exists()


def test_whole_units_are_not_divided(store):
    lot = store.on_shelf()
    with pytest.raises(InvalidInput) as raised:
        store.give(lot, 0.5)
    assert refused(raised) == ["G102"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE goods_movement SET quantity_milli = 1",
        "DELETE FROM goods_movement",
        "DELETE FROM goods_lot",
        "TRUNCATE goods_movement",
        "UPDATE goods_lot SET sorted_milli = 99000, outside_milli = outside_milli - 99000",
        "UPDATE goods_lot SET unit_value_fen = 1",
    ],
)
def test_the_database_refuses_to_change_what_was_done(store, statement):
    store.on_shelf()
    with in_station(store.station), pytest.raises(ProgrammingError), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "issue", "source": "sorted", "target": "issued", "quantity_milli": 11_000},
        {"kind": "issue", "source": "received", "target": "issued"},
        {"kind": "sort", "source": "quarantined", "target": "sorted"},
        {"kind": "receive", "source": "outside", "target": "received", "quantity_milli": 0},
        {"kind": "scrap", "source": "sorted", "target": "scrapped", "reason": "坏"},
        {"kind": "undo", "source": "sorted", "target": "received"},
    ],
)
def test_the_database_refuses_movements_that_cannot_be(store, said):
    lot = store.on_shelf()
    row = {
        "quantity_milli": 1_000, "value_fen": 0, "moved_on": store.today, "moved_at": store.now,
        "by_id": 1, "by_name": "甲", "file_id": store.wang.pk, **said,
    }  # fmt: skip
    with in_station(store.station), pytest.raises(IntegrityError), transaction.atomic():
        Movement.objects.create(lot=Lot.objects.get(pk=lot.pk), **row)


def test_the_database_refuses_goods_past_their_last_day_and_a_group_of_nobody(store):
    lot = store.on_shelf()
    row = {
        "kind": "issue", "source": "sorted", "target": "issued", "quantity_milli": 1_000,
        "value_fen": 0, "moved_at": store.now, "by_id": 1, "by_name": "甲",
    }  # fmt: skip
    for said in (
        {"moved_on": RICE.expires_on, "file_id": store.wang.pk},
        {"moved_on": store.today, "group": "retired", "persons": 0},
        {"moved_on": store.today},
    ):
        with in_station(store.station), pytest.raises(IntegrityError), transaction.atomic():
            Movement.objects.create(lot=Lot.objects.get(pk=lot.pk), **row, **said)


def test_a_lot_of_another_station_looks_absent(store, county, person_at):
    lot = store.on_shelf()
    stranger = person_at(county, "clerk")
    with in_station(county), pytest.raises(NotFound):
        store_services().bring_on(
            lot.pk, kind="sort", quantity_milli=1_000, actor=stranger, now=store.now
        )


def store_services():
    from tenant_apps.goods import services

    return services


def _said(details):
    return {name: getattr(details, name) for name in details.__slots__}


def test_donated_goods_go_back_to_their_donor_by_two_people_and_are_counted_no_more(store):
    lot = store.on_shelf(COATS)
    todo = store.act(
        "propose_return", lot.pk, place="sorted", quantity_milli=4_000, reason="捐赠人要求退还"
    )
    with pytest.raises(NotPermitted):
        store.act("confirm_check", todo.pk)
    moved = store.act("confirm_check", todo.pk, by=store.head)
    assert (store.fresh(lot).on_hand_milli, store.fresh(lot).taken_in_milli) == (6_000, 6_000)
    assert (store.number("LOV-02"), store.number("LOV-04")) == (6, 6)
    store.act("undo_movement", moved.pk, reason="捐赠人改了主意", by=store.head)
    assert store.fresh(lot).sorted_milli == 10_000
    assert (store.number("LOV-02"), store.number("LOV-04")) == (10, 10)


def test_only_what_was_given_and_is_not_promised_goes_back(store):
    bought = store.on_shelf()
    with pytest.raises(NotDonated):
        store.act("propose_return", bought.pk, place="sorted", quantity_milli=1_000, reason="退")
    lot = store.on_shelf(COATS)
    store.give(lot, 3)
    store.give(lot, 4, step="reserve_goods")
    with pytest.raises(NotThatMuch):
        store.act("propose_return", lot.pk, place="sorted", quantity_milli=3_001_000, reason="退")
    todo = store.act("propose_return", lot.pk, place="sorted", quantity_milli=3_000, reason="退")
    with in_station(store.station):
        assert todo.kind == "goods.give_back"


def test_a_household_takes_along_what_it_was_given_and_not_what_was_taken_back(store):
    lot = store.on_shelf(RICE)
    store.give(lot, 2)
    store.act("undo_movement", store.give(lot, 1).pk, reason="发错", by=store.head)

    given = taken_along(store.station, store.wang, "goods")

    assert [(one["what"], one["quantity"]) for one in given] == [("东北大米 10kg", "2 袋")]
    assert taken_along(store.station, store.li, "goods") == []
