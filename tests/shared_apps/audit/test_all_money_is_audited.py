"""Each kind of corruption of goods, of cards, of what was granted and of what is published is found and named."""

from dataclasses import dataclass

import psycopg
import pytest
import time_machine
from django.urls import resolve

from bangfu.kernel.tenancy import in_network, in_station
from bangfu.kernel.tenancy.direct import direct_parameters
from bangfu.kernel.tenancy.router import OWNER
from shared_apps.accounts.roles import Role
from shared_apps.audit.auditor import (
    audit_ledger,
    ends_here,
    ends_that_differ,
    published_otherwise,
    sums_here,
)
from shared_apps.audit.auditor.granting import CAP_CHECKS, GRANT_CHECKS
from shared_apps.audit.auditor.in_kind import IN_KIND_CHECKS
from shared_apps.audit.auditor.ledger import REMEDIES, LedgerFinding
from shared_apps.audit.auditor.published import PUBLISHED_CHECKS
from shared_apps.exchange import relay
from shared_apps.reconciliation.kinds import kind_of_check
from shared_apps.reconciliation.models import BreakKind
from shared_apps.reconciliation.words import LEDGER_CHECKS
from shared_apps.rollup.services import fold_facts
from tenant_apps.aid import services as aid
from tenant_apps.goods import services as goods
from tenant_apps.goods.models import Lot
from tenant_apps.goods.rules import Recipient
from tenant_apps.payouts.models import Batch
from tenant_apps.sources.links import STATION_ADDRESSES
from tenants.models import Station
from tests.conftest import NOON
from tests.support import databases
from tests.support.nobody import nobody_in_particular
from tests.tenant_apps.aid.conftest import desk_of
from tests.tenant_apps.aid.walking import Walk
from tests.tenant_apps.benefits.conftest import Window
from tests.tenant_apps.benefits.test_settlements import propose
from tests.tenant_apps.goods.conftest import COATS, RICE, Store

pytestmark = pytest.mark.fault

RICE_LOT = "kind = 'grain_oil' AND transfer_id IS NULL"
COATS_LOT = "lot_id = (SELECT id FROM goods_lot WHERE kind = 'clothes')"
NEED = "household = (SELECT household FROM aid_application WHERE amount_fen = 280000)"
OF_LIVING = "WHERE key = 'living'"


def without(table, *names):
    return [f"ALTER TABLE {table} DROP CONSTRAINT {name}" for name in names]


def terms(said):
    return f"UPDATE public.programmes_programme SET terms = terms || '{said}' {OF_LIVING}"


GOODS = {
    "stock-other-than-movements": [
        *without("goods_lot", "goods_lot_adds_up"),
        f"UPDATE goods_lot SET sorted_milli = sorted_milli + 1000 WHERE {RICE_LOT}",
    ],
    "stock-below-zero": [
        *without("goods_lot", "goods_lot_adds_up", "goods_lot_never_below_zero"),
        f"UPDATE goods_lot SET sorted_milli = -1000 WHERE {RICE_LOT}",
    ],
    "movement-of-no-lot": ["DELETE FROM goods_lot WHERE kind = 'clothes'"],
    "goods-moved-a-forbidden-way": [
        *without("goods_movement", "goods_movement_goes_a_known_way"),
        "UPDATE goods_movement SET source = 'received' WHERE kind = 'issue'",
    ],
    "goods-undone-otherwise": [
        "UPDATE goods_movement SET quantity_milli = quantity_milli + 1000 WHERE kind = 'undo'"
    ],
    "goods-undone-twice": [
        *without("goods_movement", "goods_movement_follows_id_key"),
        ("UPDATE goods_movement SET follows_id = (SELECT follows_id FROM goods_movement WHERE kind = 'undo') "
        "WHERE kind = 'count'"),
    ],
    "goods-valued-otherwise": [
        "UPDATE goods_movement SET value_fen = value_fen + 1 WHERE kind = 'issue'"
    ],
    "goods-issued-undisinfected": [
        f"UPDATE goods_movement SET source = 'received' WHERE kind = 'sort' AND {COATS_LOT}"
    ],
    "goods-issued-past-last-day": [
        f"UPDATE goods_lot SET expires_on = '2026-11-20' WHERE {RICE_LOT}"
    ],
    "food-without-last-day": [
        *without("goods_lot", "goods_lot_food_has_a_last_day"),
        f"UPDATE goods_lot SET expires_on = NULL WHERE {RICE_LOT}",
    ],
    "goods-given-to-nobody": [
        "UPDATE goods_movement SET file_id = gen_random_uuid() WHERE kind = 'issue' AND file_id IS NOT NULL"
    ],
    "goods-checked-by-one-person": [
        *without("goods_movement", "goods_movement_checked_by_two"),
        "UPDATE goods_movement SET second_id = by_id WHERE kind = 'count'",
    ],
}  # fmt: skip

CARDS = {
    "card-balance-other-than-entries": ["UPDATE benefits_card SET balance_fen = balance_fen + 1"],
    "card-below-zero": [
        *without("benefits_card", "benefits_card_never_below_zero"),
        "UPDATE benefits_card SET balance_fen = -1",
    ],
    "card-shares-other-than-the-whole": [
        *without("benefits_entry", "benefits_entry_shares_are_the_whole"),
        "UPDATE benefits_entry SET union_fen = union_fen + 1 WHERE receipt = 'A1'",
    ],
    "card-shares-other-than-agreed": [
        ("UPDATE benefits_entry SET union_fen = union_fen + 1, partner_fen = partner_fen - 1 "
        "WHERE receipt = 'A1'")
    ],
    "card-entry-moves-otherwise": [
        "UPDATE benefits_entry SET effect_fen = effect_fen + 1 WHERE receipt = 'A1'"
    ],
    "card-reversal-other-than-mirror": [
        ("UPDATE benefits_entry SET amount_fen = amount_fen - 1, union_fen = union_fen - 1 "
        "WHERE kind = 'reversal'")
    ],
    "card-entry-reversed-twice": [
        *without("benefits_entry", "benefits_entry_reverses_id_key", "benefits_entry_reversal_reverses"),
        ("UPDATE benefits_entry SET reverses_id = (SELECT reverses_id FROM benefits_entry "
        "WHERE kind = 'reversal') WHERE receipt = 'A2'"),
    ],
    "card-slip-entered-twice": [
        "DROP INDEX benefits_entry_receipt_once",
        "UPDATE benefits_entry SET receipt = 'A1' WHERE receipt = 'A2'",
    ],
    "settlement-other-than-entries": [
        "UPDATE benefits_entry SET entered_on = '2026-10-05' WHERE receipt = 'A2'"
    ],
    "month-settled-twice": [
        "DROP INDEX benefits_entry_month_settled_once",
        *without("benefits_entry", "benefits_entry_settled_by_two"),
        "UPDATE benefits_entry SET kind = 'settlement', covers = '2026-11-01' WHERE receipt = 'A2'",
    ],
    "settlement-posted-otherwise": [
        "UPDATE funds_entry SET amount_fen = amount_fen * 2 WHERE amount_fen = 3813"
    ],
    "purchase-posted-without-settlement": ["DELETE FROM benefits_entry WHERE kind = 'settlement'"],
    "settled-by-one-person": [
        *without("benefits_entry", "benefits_entry_settled_by_two"),
        "UPDATE benefits_entry SET second_id = by_id WHERE kind = 'settlement'",
    ],
}  # fmt: skip

GRANTS = {
    "need-met-twice": [
        "DROP INDEX aid_same_need_once",
        f"UPDATE aid_application SET {NEED} WHERE amount_fen = 900000",
    ],
    "aid-by-fewer-than-three-people": [
        *without("aid_application", "aid_approved_by_a_third"),
        "UPDATE aid_application SET approved_by_id = entered_by_id WHERE amount_fen = 280000",
    ],
    "batch-by-fewer-than-four-people": [
        *without(
            "payouts_batch", "payouts_batch_four_people", "payouts_batch_signed_in_turn",
            "payouts_batch_frozen_whole",
        ),
        ("UPDATE payouts_batch SET state = 'approved', checked_by_id = made_by_id, audited_by_id = 8, "
        "approved_by_id = 9"),
    ],
    "aid-of-no-programme": [
        f"UPDATE public.programmes_programme SET valid_from = '2027-06-01' {OF_LIVING}"
    ],
    "aid-above-cap-of-one-grant": [
        "UPDATE aid_application SET amount_fen = 300001 WHERE programme = 'warmth'"
    ],
    "aid-above-cap-of-the-year": [
        "UPDATE aid_application SET amount_fen = 5000000 WHERE amount_fen = 280000"
    ],
    "aid-above-cap-in-all": [terms('{"total_fen": 279999}')],
    "aid-more-often-than-allowed": [
        terms('{"times_per_year": 1}'),
        "DROP INDEX aid_same_need_once",
        f"UPDATE aid_application SET {NEED} WHERE amount_fen = 900000",
    ],
    "aid-outside-its-window": [terms('{"window": ["01-01", "02-28"]}')],
    "aid-above-own-limit": [
        "DELETE FROM casework_event WHERE subject_kind = 'aid' AND action = 'agreed_above'"
    ],
}  # fmt: skip

CORRUPTIONS = {
    name: (place, statements)
    for place, some in (("store", GOODS), ("cards", CARDS), ("store", GRANTS))
    for name, statements in some.items()
}

LEAF = (
    "INSERT INTO public.rollup_leaf (station_id, indicator, dimension, key, period, n, value) "
    "VALUES ({}, '{}', '', '', '2025-01-01', 1, 1)"
)


def keep_a_store(store, there, clerk):
    """Goods of two sorts: given to a household and a group, kept back, counted, taken back, sent on."""
    rice, coats = store.on_shelf(RICE), store.on_shelf(COATS, 5)
    store.give(rice, 2)
    store.give(rice, 3, to=Recipient(group="front_line", name="供热公司夜班", persons=3))
    mistake = store.give(coats, 1)
    store.act("undo_movement", mistake.pk, reason="领错", by=store.head)
    store.give(coats, 2, file=store.li)
    store.give(rice, 1, step="reserve_goods")
    counted = store.act(
        "propose_count", coats.pk, place="sorted", counted_milli=2_000, reason="盘亏一件"
    )
    store.act("confirm_check", counted.pk, by=store.reviewer)
    sent = store.act("send_goods", rice.pk, to=there.code, quantity_milli=2_000, by=store.head)
    relay.deliver_all()
    with in_station(there):
        lot = Lot.objects.get(transfer_id=sent.transfer_id)
        goods.receive_transfer(lot.pk, quantity_milli=2_000, actor=clerk, now=NOON)
    relay.deliver_all()


def grant(desk, above, head_above):
    """One need the station above agreed to, one of the station's own, and one outside the files."""
    walk = Walk(desk)
    with in_station(desk.station):
        large = walk.ratified(desk.household(), amount_fen=900_000)
    relay.deliver_all()
    with in_station(above):
        aid.decide_asked(
            large.pk, agrees=True, opinion="同意，请按规定公示。", actor=head_above, now=desk.now
        )
    relay.deliver_all()
    with in_station(desk.station):
        walk.ratified(desk.household())
        walk.ratified(
            programme="warmth", group="front_line", name="周一线", unit="供热公司", bank="工商银行",
            card_no="6222020200000000017", amount_fen=200_000, case_on=desk.today,
        )  # fmt: skip
        walk.notice_over()
        Batch.objects.create(
            number="PF-1", title="生活救助", fund=desk.fiscal, layout="generic", made_by_id=7,
            made_by="甲", made_at=NOON, changed_at=NOON,
        )  # fmt: skip


def shop(window):
    """Purchases, one taken back, and the month settled with the partner."""
    window.buy(3_333, receipt="A1")
    window.buy(1_000, receipt="A2")
    taken_back = window.buy(500, receipt="A3")
    window.act("reverse_entry", taken_back.pk, reason="退货")
    window.next_month()
    todo = propose(window, ("A1", 3_333), ("A2", 1_000))
    window.act("confirm_settlement", todo.pk, by=window.head)


# A movement whose lot is gone is on no page any more.
SHOWN_NOWHERE = ("movement-of-no-lot",)


@dataclass
class World:
    """Two stations with everything money and goods do, and a connection of the owner."""

    places: dict
    direct: psycopg.Connection

    def enter(self, place):
        self.direct.execute("SET CONSTRAINTS ALL IMMEDIATE")
        self.direct.execute("SET LOCAL session_replication_role = replica")
        self.direct.execute(f'SET LOCAL search_path = "{self.places[place].schema}", public')

    def corrupt(self, *statements):
        for statement in statements:
            assert self.direct.execute(statement).rowcount != 0, statement

    def audited(self, place, *statements):
        with self.direct.transaction(force_rollback=True), self.direct.cursor() as cursor:
            self.enter(place)
            self.corrupt(*statements)
            return audit_ledger(cursor, station=self.places[place].id)

    def published(self, place, *statements):
        station = self.places[place].id
        with self.direct.transaction(force_rollback=True), self.direct.cursor() as cursor:
            self.enter(place)
            self.corrupt(*statements)
            sums = sums_here(cursor, station=station)
            return published_otherwise(cursor, sums, station=station)

    def ends(self, *statements):
        ends = []
        with self.direct.transaction(force_rollback=True), self.direct.cursor() as cursor:
            for place in self.places:
                self.enter(place)
                if place == "store":
                    self.corrupt(*statements)
                ends += ends_here(cursor, station=self.places[place].id)
        return ends_that_differ(ends)


@pytest.fixture(scope="module")
def world(session_database, stage, django_db_blocker):
    name = f"{session_database}_in_kind"
    with django_db_blocker.unblock():
        with time_machine.travel(NOON), databases.aside(name, stage=stage):
            with in_network():
                here, there, above = (
                    Station.objects.get(code=code).ref
                    for code in ("130705001", "130702001", "130705")
                )
            person_at = nobody_in_particular()
            keep_a_store(Store(here, person_at), there, person_at(there, Role.CLERK))
            grant(desk_of(here, person_at), above, person_at(above, Role.HEAD))
            shop(Window(there, person_at))
            fold_facts(now=NOON, wait=True)
            parameters = direct_parameters(OWNER)
        with psycopg.connect(**parameters) as direct:
            yield World({"store": here, "cards": there}, direct)
        databases.drop_copy(name)


def test_nothing_is_found_where_all_is_sound(world):
    assert world.audited("store") == []
    assert world.audited("cards") == []
    assert world.published("store") == []
    assert world.published("cards") == []
    assert world.ends() == []


def test_every_check_has_its_corruption():
    assert set(CORRUPTIONS) == {*IN_KIND_CHECKS, *GRANT_CHECKS, *CAP_CHECKS}


@pytest.mark.parametrize("check", CORRUPTIONS)
def test_the_auditor_names(world, check):
    place, statements = CORRUPTIONS[check]
    named = world.audited(place, *statements)

    assert check in {one.check for one in named}
    assert all(one.record and one.remedy in REMEDIES.values() for one in named)
    assert len({(one.check, one.record) for one in named}) == len(named)
    pages = [one.page for one in named if one.check == check and one.page]
    assert bool(pages) == (check not in SHOWN_NOWHERE)
    for page in pages:
        resolve(f"/{page}", urlconf=STATION_ADDRESSES)
    assert kind_of_check(check) != BreakKind.LEDGER


@pytest.mark.parametrize(
    ("check", "place", "figure"),
    [
        ("published-other-than-spent", "cards", "FUN-04"),
        ("published-other-than-paid", "store", "AID-03"),
        ("published-other-than-issued", "store", "AID-04"),
    ],
)
def test_a_figure_that_no_record_gives_is_named(world, check, place, figure):
    statement = LEAF.format(world.places[place].id, figure)

    ((found, record, _seen),) = world.published(place, statement)

    assert (found, record) == (check, figure)
    assert LedgerFinding(check=found, record=record, seen="").remedy


def test_every_figure_has_its_corruption():
    assert set(PUBLISHED_CHECKS) == {
        "published-other-than-spent", "published-other-than-paid", "published-other-than-issued",
    }  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE goods_movement SET quantity_milli = 1000 WHERE kind = 'arrive'",
        "UPDATE goods_movement SET quantity_milli = 3000 WHERE kind = 'send'",
        "UPDATE goods_movement SET transfer_station = 1 WHERE kind = 'send'",
        "DELETE FROM goods_movement WHERE kind = 'send'",
    ],
    ids=["another quantity arrived", "more was sent", "sent elsewhere", "never sent"],
)
def test_goods_whose_two_ends_differ_are_named(world, statement):
    ((end, seen),) = world.ends(statement)

    assert end.check == "ends-of-a-goods-transfer-differ"
    assert seen


STRICTER = """
    INSERT INTO public.programmes_programme (key, scope_path, name, english, aid, terms, valid_from, version,
        source, document_no, is_example, laid_down_by, laid_down_at, withdrawn_by)
    SELECT key, scope_path, name, english, aid, terms || '{{"per_time_fen": 1}}', '2026-11-01', 2, source, '',
        false, '', '{} 09:00+08', '' FROM public.programmes_programme WHERE key = 'living'"""
UNTIL = f"UPDATE public.programmes_programme SET valid_to = '2026-11-01' {OF_LIVING}"


def test_a_grant_is_judged_by_what_was_known_on_its_day(world):
    # Laid down afterwards, for a day before the grant: nobody could know.
    assert world.audited("store", STRICTER.format("2027-02-01"), f"{UNTIL} AND version = 1") == []

    named = world.audited("store", STRICTER.format("2026-10-20"), f"{UNTIL} AND version = 1")

    assert {one.check for one in named} == {"aid-above-cap-of-one-grant"}


@pytest.mark.parametrize(
    ("lost_fen", "is_above"), [("400000", False), ("399999", True), ("NULL", True)]
)
def test_a_grant_above_the_share_of_what_was_lost_is_named(world, lost_fen, is_above):
    # The grant is of 2,000 yuan, half of what was lost.
    shares = '{"loss_caps_fen": {"fire": 800000}, "loss_shares": {"fire": "0.5"}}'
    named = world.audited(
        "store",
        f"UPDATE public.programmes_programme SET terms = terms || '{shares}' WHERE key = 'warmth'",
        f"UPDATE aid_application SET loss_kind = 'fire', loss_fen = {lost_fen} WHERE programme = 'warmth'",
    )
    assert {one.check for one in named} == ({"aid-above-cap-of-one-grant"} if is_above else set())


def test_every_check_has_a_name_that_people_read():
    assert {*CORRUPTIONS, *PUBLISHED_CHECKS, "ends-of-a-goods-transfer-differ"} <= set(
        LEDGER_CHECKS
    )
