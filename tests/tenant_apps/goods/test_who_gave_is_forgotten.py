"""Somebody who gave goods is forgotten when they ask, and by itself when the years are over."""

from datetime import timedelta

import pytest

from bangfu.kernel.errors import IllegalMove
from bangfu.kernel.tenancy import in_station
from tenant_apps.goods.models import Lot, Movement
from tenant_apps.goods.rules import LotDetails
from tenant_apps.privacy.services import forget_old_outsiders, forget_outsider
from tenant_apps.privacy.services.scrubbing import GONE
from tests.conftest import NOON

QUILTS = LotDetails(
    name="棉被", kind="bedding", unit="piece", unit_value_fen=8_000, origin="donation",
    donor="赵先生", note="赵先生住东街，想给老人",
)  # fmt: skip
ASKED = "本人 11 月 20 日到窗口申请"


@pytest.fixture
def forget(store):
    def of(lot):
        with in_station(store.station):
            return forget_outsider("goods_lot", lot.pk, reason=ASKED, actor=store.head, now=NOON)

    return of


def said_of(lot):
    return lot.donor, lot.note


def test_goods_that_never_came_forget_who_announced_them(store, forget):
    lot = store.take_in(QUILTS, 2, is_announced=True)
    store.act("cancel_announced", lot.pk, reason="另有安排")

    certificate = forget(lot)

    assert said_of(store.fresh(lot)) == (GONE, GONE)
    assert (certificate.file_no, certificate.erased) == ("棉被", {"goods.lot": 1})


def test_of_goods_that_were_given_out_the_book_keeps_the_giver_until_the_years_are_over(
    store, forget
):
    lot = store.on_shelf(QUILTS, 2)
    store.give(lot, 2)
    forget(lot)
    assert said_of(store.fresh(lot)) == ("赵先生", GONE)
    with pytest.raises(IllegalMove):
        forget(lot)

    with in_station(store.station):
        moved = Movement.objects.filter(lot=lot).count()
        assert forget_old_outsiders(now=NOON.replace(year=NOON.year + 9)) == 0
        ten_years = NOON.replace(year=NOON.year + 10) + timedelta(days=1)
        assert forget_old_outsiders(now=ten_years) == 1
        assert forget_old_outsiders(now=ten_years) == 0
        assert Movement.objects.filter(lot=lot).count() == moved
    assert said_of(store.fresh(lot)) == (GONE, GONE)


def test_while_goods_are_in_the_store_their_giver_is_not_forgotten(store, forget):
    lot = store.on_shelf(QUILTS, 2)
    store.give(lot, 1)

    with pytest.raises(IllegalMove):
        forget(lot)
    with in_station(store.station):
        assert forget_old_outsiders(now=NOON.replace(year=NOON.year + 20)) == 0
        assert Lot.objects.get(pk=lot.pk).donor == "赵先生"


def test_the_page_of_a_lot_offers_it_to_the_head_once_it_can_be_done(store, signed_in, forget):
    lot = store.on_shelf(QUILTS, 2)
    page, button = f"/s/{store.station.code}/goods/lots/{lot.pk}/", 'data-dialog="forget"'

    assert button not in signed_in(store.head).get(page).content.decode()
    store.give(lot, 2)
    assert button in signed_in(store.head).get(page).content.decode()
    assert button not in signed_in(store.clerk).get(page).content.decode()
    forget(lot)
    assert button not in signed_in(store.head).get(page).content.decode()
