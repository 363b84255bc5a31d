"""Goods that travel between two stations, and what both ends say of them."""

import pytest

from bangfu.kernel.errors import InvalidInput
from bangfu.kernel.tenancy import in_station
from shared_apps.exchange import relay
from shared_apps.exchange.models import Message
from shared_apps.reconciliation.proofs import differences_here
from tenant_apps.casework.models import Todo
from tenant_apps.goods import services
from tenant_apps.goods.errors import NotUndoable
from tenant_apps.goods.models import Lot, Movement
from tenant_apps.goods.services.sending import hear_arrived, hear_sent
from tests.conftest import NOON
from tests.tenant_apps.goods.conftest import RICE


class Way:
    """Ten bags on their way from the township to another county."""

    def __init__(self, store, there, clerk):
        self.store, self.there, self.clerk = store, there, clerk
        self.lot = store.on_shelf(RICE)
        self.sent = store.act(
            "send_goods", self.lot.pk, to=there.code, quantity_milli=6_000, by=store.head
        )
        relay.deliver_all()

    def take_in(self, bags, reason=""):
        with in_station(self.there):
            lot = Lot.objects.get(transfer_id=self.sent.transfer_id)
            services.receive_transfer(
                lot.pk, quantity_milli=bags * 1000, reason=reason, actor=self.clerk, now=NOON
            )
        relay.deliver_all()

    @property
    def arrived(self):
        with in_station(self.there):
            return Lot.objects.get(transfer_id=self.sent.transfer_id)

    @property
    def left(self):
        return self.store.fresh(self.lot)


@pytest.fixture
def way(store, other_county, person_at):
    return Way(store, other_county, person_at(other_county, "clerk"))


def test_what_is_sent_is_in_transit_here_and_announced_there(way):
    assert (way.left.sorted_milli, way.left.in_transit_milli) == (4_000, 6_000)
    assert way.arrived.announced_milli == 6_000
    assert way.arrived.transfer_from == way.store.station.name
    with in_station(way.there):
        assert Todo.objects.filter(kind="goods.comes", closed_at=None).count() == 1


def test_both_ends_are_equal_when_all_of_it_arrives(way):
    way.take_in(6)
    assert (way.left.in_transit_milli, way.left.transferred_milli) == (0, 6_000)
    assert way.arrived.received_milli == 6_000
    with in_station(way.there):
        assert not Todo.objects.filter(closed_at=None, subject_id=way.arrived.pk).exists()


def test_what_does_not_arrive_waits_for_the_sender_who_takes_it_back(way):
    with pytest.raises(InvalidInput):
        way.take_in(5)
    way.take_in(5, reason="运输途中破损一袋")
    assert (way.left.in_transit_milli, way.left.transferred_milli) == (1_000, 5_000)
    with in_station(way.store.station):
        assert Todo.objects.filter(kind__startswith="goods.differs", closed_at=None).count() == 1
    way.store.act("take_back", way.sent.pk, reason="司机带回一袋", by=way.store.head)
    assert (way.left.in_transit_milli, way.left.sorted_milli) == (0, 5_000)
    with in_station(way.store.station):
        assert not Todo.objects.filter(kind__startswith="goods.differs", closed_at=None).exists()


def test_nothing_is_taken_back_before_the_other_station_answered(way):
    with pytest.raises(NotUndoable):
        way.store.act("take_back", way.sent.pk, reason="不送了", by=way.store.head)


def test_what_did_not_arrive_is_a_break_until_it_is_settled(way):
    way.take_in(5, reason="运输途中破损一袋")
    with in_station(way.store.station):
        [found] = differences_here("money")
    assert (found.expected, found.actual, found.detail["type"]) == ("6000", "5000", "goods")
    way.store.act("take_back", way.sent.pk, reason="司机带回一袋", by=way.store.head)
    with in_station(way.store.station):
        assert differences_here("money") == []


def test_what_was_lost_on_the_way_is_thrown_away_by_two_people(way):
    way.take_in(0, reason="车辆被盗")
    todo = way.store.act(
        "propose_scrap", way.lot.pk, place="in_transit", quantity_milli=6_000, reason="途中遗失"
    )
    way.store.act("confirm_check", todo.pk, by=way.store.head)
    assert (way.left.in_transit_milli, way.left.scrapped_milli) == (0, 6_000)


def test_a_message_that_is_applied_twice_changes_nothing(way):
    way.take_in(6)
    with in_station(way.there):
        sent = Message.objects.get(kind="goods.sent")
        hear_sent(sent.body, sender_id=sent.sender_id, now=NOON)
        assert Lot.objects.count() == 1
    with in_station(way.store.station):
        hear_arrived(Message.objects.get(kind="goods.arrived").body, now=NOON)
        assert Movement.objects.filter(kind="arrive").count() == 1


def test_goods_are_not_sent_to_nowhere_or_to_oneself(store):
    lot = store.on_shelf()
    for code in ("999999", store.station.code):
        with pytest.raises(InvalidInput):
            store.act("send_goods", lot.pk, to=code, quantity_milli=1_000, by=store.head)


def test_what_came_from_another_station_is_not_donated_once_more(way):
    way.take_in(6)
    with in_station(way.there):
        services.bring_on(
            way.arrived.pk, kind="sort", quantity_milli=6_000, actor=way.clerk, now=NOON
        )
    assert way.store.number("LOV-02") == 10
