from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, transaction

from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.rollup.fold import counted_twice, lag_seconds, rebuild_tree
from shared_apps.rollup.indicators import Fact
from shared_apps.rollup.models import Delta, Leaf, Member, Tree
from shared_apps.rollup.selectors import tree_differences_of
from shared_apps.rollup.services import BadFact, fold_facts, record_facts
from tests.conftest import NOON

NOVEMBER = date(2026, 11, 1)
WANG = b"w" * 16
LI = b"l" * 16


def household(subject=WANG, *, n=1, tier="1", group=("3",), period=NOVEMBER):
    return Fact(
        indicator="FIL-01",
        period=period,
        dims={"tier": tier, "group": list(group)},
        n=n,
        subject=subject,
    )


def record(station, *facts, now=NOON):
    with in_station(station), transaction.atomic():
        record_facts(facts, now=now)


def total(station, *, dimension="", key="", indicator="FIL-01"):
    with in_network():
        return sum(
            Tree.objects.filter(
                ancestor_id=station.id, indicator=indicator, dimension=dimension, key=key
            ).values_list("n", flat=True)
        )


def test_a_household_counts_at_its_station_and_at_every_station_above(
    township, county, city, outsider
):
    record(township, household())

    fold_facts(now=NOON)

    assert [total(one) for one in (township, county, city, outsider)] == [1, 1, 1, 0]


def test_every_dimension_has_its_own_cells(township, city):
    record(township, household(tier="1"), household(LI, tier="2"))

    fold_facts(now=NOON)

    assert total(city, dimension="tier", key="1") == 1
    assert total(city, dimension="tier", key="2") == 1
    assert total(city) == 2


def test_a_household_of_two_groups_counts_under_both_and_once_in_total(township, city):
    record(township, household(group=("3", "5")))

    fold_facts(now=NOON)

    assert total(city, dimension="group", key="3") == 1
    assert total(city, dimension="group", key="5") == 1
    assert total(city) == 1


def test_folding_twice_counts_once(township, city):
    record(township, household())
    fold_facts(now=NOON)

    again = fold_facts(now=NOON)

    assert again.deltas == 0
    assert total(city) == 1


def test_a_change_of_tier_moves_the_household_between_cells(township, city):
    record(township, household(tier="1"))
    record(township, household(tier="1", n=-1), household(tier="2"))

    fold_facts(now=NOON)

    assert total(city, dimension="tier", key="1") == 0
    assert total(city, dimension="tier", key="2") == 1
    assert total(city) == 1


def test_many_small_batches_give_the_same_as_one(township, enterprise, city):
    for subject in (WANG, LI):
        record(township, household(subject))
        record(enterprise, household(subject, tier="2"))

    folded = fold_facts(now=NOON, batch=1)

    assert folded.deltas == 4
    assert total(city) == 4
    assert tree_differences_of(city) == []


def test_a_household_on_file_at_two_stations_is_counted_twice_by_one(
    township, outsider, county, city
):
    record(township, household(WANG), household(LI))
    record(outsider, household(WANG))
    fold_facts(now=NOON)

    period = {"indicator": "FIL-01", "first": date(1900, 1, 1), "last": NOVEMBER}

    assert counted_twice(path=city.path, **period) == 1
    assert counted_twice(path=county.path, **period) == 0


def test_a_duplicate_that_arrives_in_a_later_fold_is_seen_too(township, outsider, city):
    record(township, household(WANG))
    fold_facts(now=NOON)
    record(outsider, household(WANG))
    fold_facts(now=NOON)

    twice = counted_twice(path=city.path, indicator="FIL-01", first=date(1900, 1, 1), last=NOVEMBER)

    assert twice == 1


def test_a_rolled_back_write_leaves_no_fact(township, city):
    with in_station(township), transaction.atomic():
        record_facts([household()], now=NOON)
        transaction.set_rollback(True)

    fold_facts(now=NOON)

    assert total(city) == 0


def test_the_tree_built_anew_equals_the_tree_folded(township, enterprise, city):
    record(township, household())
    record(enterprise, household(LI))
    fold_facts(now=NOON)
    before = tree()

    rebuild_tree()

    assert tree() == before


def tree():
    with in_network():
        return sorted(
            Tree.objects.values_list("ancestor_id", "indicator", "dimension", "key", "period", "n")
        )


def test_the_lag_is_the_age_of_the_oldest_write_that_waits(township):
    record(township, household(), now=NOON)

    assert lag_seconds(now=NOON + timedelta(seconds=7)) == 7

    fold_facts(now=NOON)
    assert lag_seconds(now=NOON + timedelta(seconds=7)) == 0


def test_a_station_can_append_facts_but_not_read_or_change_them(at_township):
    with transaction.atomic():
        record_facts([household()], now=NOON)

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Delta.objects.count()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Leaf.objects.update(n=99)


def test_a_station_sees_who_stands_behind_its_own_numbers_alone(township, outsider):
    record(township, household())
    fold_facts(now=NOON)

    with in_station(outsider):
        assert not Member.objects.exists()
    with in_station(township):
        assert Member.objects.count() == 1


def test_a_fact_nobody_declared_is_refused_at_once(at_township):
    with pytest.raises(BadFact, match="XXX-01"), transaction.atomic():
        record_facts([Fact(indicator="XXX-01", period=NOVEMBER)], now=NOON)


def test_a_fact_counts_in_a_month_and_not_on_a_day(at_township):
    with pytest.raises(BadFact, match="first of a month"), transaction.atomic():
        record_facts([Fact(indicator="FIL-01", period=date(2026, 11, 20))], now=NOON)
