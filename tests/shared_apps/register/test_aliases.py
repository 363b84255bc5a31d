"""A household that is known by two hashes counts once, and twice again when that was wrong."""

from datetime import date
from random import Random

import pytest

from bangfu.kernel.identity import fictitious_id
from bangfu.kernel.ids import uuid7
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.register.models import Alias, AliasReason
from shared_apps.register.services import (
    AliasCircle,
    add_alias,
    recount_removed_aliases,
    remove_alias,
)
from shared_apps.rollup.fold import distinct_subjects
from shared_apps.rollup.models import Member
from shared_apps.rollup.periods import Period
from shared_apps.rollup.selectors import answer
from shared_apps.rollup.services import fold_facts, recount_station
from tenant_apps.households import services as files
from tenant_apps.households.models import FileState
from tests.conftest import NOON
from tests.tenant_apps.households.households import complete

MONTH = date(2026, 11, 1)
BIRTH = date(1979, 12, 1)
OTHER_NUMBER = {
    "id_no": fictitious_id(Random(4), birth=BIRTH, sex=2),
    "birth": BIRTH,
    "sex": "2",
    "name": "赵试二",
    "card_name": "赵试二",
}


def put_on_file(station, person, **changes):
    with in_station(station):
        file = files.open_draft(complete(**changes), actor=person, now=NOON).file
        file.state = FileState.ON_FILE
        file.save()
        files.record_version(file=file, event="approve", actor=person, now=NOON)
    return file


def households_of(station):
    return distinct_subjects(
        path=station.path, indicator="FIL-01", first=date(2000, 1, 1), last=MONTH
    )


def sum_of(station):
    return answer("FIL-01", station=station, period=Period.month_of(MONTH), by="month").value


@pytest.fixture(autouse=True)
def _somewhere(on_network):
    """A statement runs somewhere; an alias belongs to the network."""


@pytest.fixture
def two(township, outsider, person_at):
    """Two files of one household: the mother's here, the daughter's elsewhere."""
    here = put_on_file(township, person_at(township, "clerk"), members=[])
    there = put_on_file(outsider, person_at(outsider, "clerk"), members=[], **OTHER_NUMBER)
    fold_facts(now=NOON)
    return bytes(here.id_no_hash), bytes(there.id_no_hash)


def test_two_hashes_of_one_household_count_once_and_no_sum_changes(two, city):
    before = households_of(city), sum_of(city)
    add_alias(old_hash=two[1], new_hash=two[0], reason=AliasReason.SPLIT, now=NOON)
    assert (before, households_of(city)) == ((2, 2), 1)


def test_facts_written_before_and_after_agree_with_the_records(two, outsider, township):
    add_alias(old_hash=two[1], new_hash=two[0], reason=AliasReason.NEW_HEAD, now=NOON)
    assert not recount_station(outsider)
    assert not recount_station(township)


def test_what_waits_to_be_folded_counts_under_the_new_hash(township, outsider, city, person_at):
    here = put_on_file(township, person_at(township, "clerk"), members=[])
    there = put_on_file(outsider, person_at(outsider, "clerk"), members=[], **OTHER_NUMBER)
    add_alias(
        old_hash=bytes(there.id_no_hash),
        new_hash=bytes(here.id_no_hash),
        reason=AliasReason.SPLIT,
        now=NOON,
    )
    fold_facts(now=NOON)
    assert households_of(city) == 1
    assert not recount_station(outsider)


def test_the_second_time_the_same_alias_is_given_nothing_happens(two):
    for _again in range(2):
        add_alias(old_hash=two[1], new_hash=two[0], reason=AliasReason.SPLIT, now=NOON)
    with in_network():
        assert Alias.objects.count() == 1


def test_a_chain_of_heads_leads_to_the_last_of_them(two, city):
    third = b"\x07" * 16
    add_alias(old_hash=two[1], new_hash=two[0], reason=AliasReason.NEW_HEAD, now=NOON)
    add_alias(old_hash=two[0], new_hash=third, reason=AliasReason.NEW_HEAD, now=NOON)
    with in_network():
        standing = set(Member.objects.filter(indicator="FIL-01").values_list("subject", flat=True))
    assert {bytes(one) for one in standing} == {third}


def test_two_households_never_stand_for_each_other(two):
    add_alias(old_hash=two[1], new_hash=two[0], reason=AliasReason.SPLIT, now=NOON)
    with pytest.raises(AliasCircle):
        add_alias(old_hash=two[0], new_hash=two[1], reason=AliasReason.SPLIT, now=NOON)


def test_an_alias_taken_back_gives_each_household_its_own_facts_again(two, city, outsider):
    case = uuid7()
    add_alias(
        old_hash=two[1], new_hash=two[0], reason=AliasReason.DUPLICATE, case_id=case, now=NOON
    )
    remove_alias(case_id=case, now=NOON)
    recount_removed_aliases()
    assert (households_of(city), sum_of(city)) == (2, 2)
    assert not recount_station(outsider)
