"""What stands when many post at the same moment, and when some of them die."""

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangfu.kernel.errors import DomainError
from bangfu.kernel.ids import uuid7
from bangfu.kernel.tenancy import in_station
from shared_apps.audit.auditor import audit_ledger
from tenant_apps.funds.errors import BelowFloor
from tenant_apps.funds.models import Account, Entry, Journal, Period
from tenant_apps.funds.services import (
    appropriate_budget,
    open_fund,
    reserve_budget,
    reverse_journal,
)
from tests.conftest import NOON
from tests.support.crowd import crowd
from tests.tenant_apps.funds.conftest import TODAY, books_of

pytestmark = pytest.mark.fault
THREADS, TRIES = 32, 10


def budget(books, **more):
    return {
        "fund_id": books.fiscal.pk, "on": TODAY, "memo": "救助", "maker": books.finance,
        "actor": books.head, "now": NOON,
    } | more  # fmt: skip


def findings(station):
    with connection.cursor() as cursor:
        return audit_ledger(cursor, station=station.id)


def test_32_people_reserve_on_one_fund_and_it_never_goes_below_its_floor(
    committed, township, person_at
):
    books = books_of(township, person_at)
    with in_station(township):
        appropriate_budget(ref="2026", amount_fen=100, **budget(books))
    held, refused = [], []

    def reserve(number):
        with in_station(township):
            for turn in range(TRIES):
                try:
                    reserve_budget(ref=f"{number}-{turn}", amount_fen=1, **budget(books))
                except BelowFloor:
                    refused.append(number)
                else:
                    held.append(number)

    assert crowd(reserve) == []

    assert len(held) == 100
    assert len(refused) == THREADS * TRIES - 100
    with in_station(township):
        assert Account.objects.get(code="8001").balance_fen == 0
        numbers = list(Journal.objects.order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, 102))
        assert findings(township) == []


def test_32_people_who_tell_of_the_same_event_post_it_once(committed, township, person_at):
    books = books_of(township, person_at)
    told = []

    def tell(_number):
        with in_station(township):
            told.append(appropriate_budget(ref="2026", amount_fen=100, **budget(books)).pk)

    assert crowd(tell) == []

    assert len(told) == THREADS
    assert len(set(told)) == 1


def test_numbers_stay_without_a_gap_when_half_of_the_writers_die(committed, township, person_at):
    books = books_of(township, person_at)

    class Died(Exception):
        """The process of a writer ended before its commit."""

    def post_and_die(number):
        with in_station(township), transaction.atomic():
            books.receive(100, ref=f"w{number}")
            if number % 2:
                connection.connection.close()
                raise Died

    crowd(post_and_die)

    with in_station(township):
        numbers = list(Journal.objects.order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, THREADS // 2 + 1))
        assert Period.objects.get(month=0).last_number == THREADS // 2
        assert findings(township) == []


CODES = ("1001", "2101", "4001", "4003", "5001.living", "5101", "8000", "8001", "8002")
LEGS = st.lists(
    st.tuples(st.sampled_from(CODES), st.booleans(), st.integers(-500, 500)), min_size=1, max_size=6
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(LEGS, st.booleans()), max_size=6))
def test_whatever_is_posted_balances_are_the_sums_of_entries(books, plan):
    posted = []
    for legs, is_reversed in plan:
        sums = {}
        for code, of_gift, fen in legs:
            fund = books.gift if of_gift else books.fiscal
            sums[code, fund] = sums.get((code, fund), 0) + fen
        for fund in (books.fiscal, books.gift):
            for codes, counter in ((("1", "2", "4", "5"), "3001"), (("8",), "8003")):
                left = sum(
                    fen for (code, of), fen in sums.items() if of == fund and code[0] in codes
                )
                sums[counter, fund] = sums.get((counter, fund), 0) - left
        try:
            with transaction.atomic():
                posted.append(
                    books.post(
                        *(books.leg(code, fen, fund) for (code, fund), fen in sums.items() if fen),
                        ref=str(uuid7()),
                    )
                )
                if is_reversed:
                    reverse_journal(
                        posted[-1].pk, effective_on=TODAY, reason="试冲", maker=books.finance,
                        actor=books.head, now=NOON,
                    )  # fmt: skip
        except DomainError:
            continue
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    for account in Account.objects.all():
        entries = Entry.objects.filter(account=account).values_list("amount_fen", flat=True)
        assert account.balance_fen == sum(entries)
        assert account.floor_fen is None or account.balance_fen >= account.floor_fen
    assert findings(books.station) == []


def test_a_fund_that_many_open_at_once_is_one(committed, township, person_at):
    finance = person_at(township, "finance")
    opened = set()

    def opens(_number):
        with in_station(township):
            fund = open_fund(
                code="ZY26", name="中央财政", source="central", actor=finance, now=NOON
            )
        opened.add(fund.pk)

    crowd(opens)
    assert len(opened) == 1
