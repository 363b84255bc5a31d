"""What stands when many take from one shelf at the same moment."""

import pytest

from bangfu.kernel.tenancy import in_station
from tenant_apps.goods.errors import NotThatMuch, OverSeasonLimit
from tenant_apps.goods.models import Lot, Movement
from tenant_apps.goods.selectors import lots_other_than_movements
from tests.support.crowd import crowd
from tests.tenant_apps.goods.conftest import RICE, Store

pytestmark = pytest.mark.fault
THREADS, TRIES = 32, 6


def test_32_people_empty_one_shelf_and_it_never_goes_below_zero(committed, township, person_at):
    store = Store(township, person_at)
    lot = store.on_shelf(RICE, 100)
    given, refused = [], []

    def give(number):
        for _turn in range(TRIES):
            try:
                store.give(lot, 1, file=(store.wang, store.li)[number % 2])
            except NotThatMuch:
                refused.append(number)
            else:
                given.append(number)

    assert crowd(give) == []

    assert (len(given), len(refused)) == (100, THREADS * TRIES - 100)
    assert (store.fresh(lot).sorted_milli, store.fresh(lot).issued_milli) == (0, 100_000)
    with in_station(township):
        assert not lots_other_than_movements().exists()


def test_32_people_who_give_to_one_household_do_not_get_past_its_limit(
    committed, township, person_at
):
    store = Store(township, person_at)
    said = {name: getattr(RICE, name) for name in RICE.__slots__}
    limited = type(RICE)(**{**said, "season_limit_milli": 5_000})
    shelves = [store.on_shelf(limited, 100) for _ in range(2)]

    def give(number):
        for _turn in range(2):
            try:
                store.give(shelves[number % 2], 1)
            except OverSeasonLimit:
                continue

    assert crowd(give) == []

    with in_station(township):
        assert Movement.objects.filter(kind="issue").count() == 5
        assert sum(Lot.objects.values_list("issued_milli", flat=True)) == 5_000
