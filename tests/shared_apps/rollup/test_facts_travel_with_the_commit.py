"""The facts of a write are sent together with its commit: one round trip for both, and none is ever lost."""

from datetime import date

import psycopg
import pytest
from django.db import Error, IntegrityError, ProgrammingError, connection, transaction

from bangfu.kernel.ids import uuid7
from bangfu.kernel.tenancy import in_network, in_station, send_with_next
from bangfu.kernel.tenancy.backend.base import role_of
from shared_apps.rollup.indicators import Fact
from shared_apps.rollup.models import Delta
from shared_apps.rollup.services import record_facts
from tenant_apps.households.models import HouseholdVersion
from tenants.models import Station
from tests.conftest import NOON

FACT = Fact(indicator="FIL-03", period=date(2026, 11, 1), dims={"tier": "1"})
INSERT = "INSERT INTO rollup_delta (role, at, facts) VALUES (%s, now(), %s)"


class Undone(Exception):
    """Take a transaction back."""


def waiting():
    with in_network():
        return Delta.objects.count()


def test_facts_and_the_commit_go_out_together(committed, township, monkeypatch):
    sent = []
    execute = psycopg.Connection.execute

    def note(self, query, params=None, **options):
        sent.append(str(query))
        return execute(self, query, params, **options)

    monkeypatch.setattr(psycopg.Connection, "execute", note)
    with in_station(township), transaction.atomic():
        Station.objects.count()
        record_facts([FACT], now=NOON)
        record_facts([FACT], now=NOON)

    assert sent[-1].count("rollup_delta") == 2
    assert sent[-1].endswith("; COMMIT")
    assert waiting() == 2


def test_facts_alone_in_a_transaction_are_committed(committed, township):
    with in_station(township):
        with transaction.atomic():
            record_facts([FACT], now=NOON)
        with transaction.atomic():
            record_facts([FACT], now=NOON)

    assert waiting() == 2


def test_what_is_asked_afterwards_sees_the_facts(township):
    before = waiting()
    with in_station(township), transaction.atomic():
        record_facts([FACT], now=NOON)
        assert waiting() == before + 1


def test_facts_of_several_stations_in_one_transaction_keep_to_their_own(
    committed, township, county
):
    with in_network(), transaction.atomic():
        with in_station(township):
            record_facts([FACT], now=NOON)
        with in_station(county):
            record_facts([FACT], now=NOON)

    with in_network():
        assert set(Delta.objects.values_list("role", flat=True)) == {
            role_of(township.schema),
            role_of(county.schema),
        }


def test_facts_go_with_the_transaction_that_is_taken_back(committed, township):
    with in_station(township):
        with pytest.raises(Undone):
            _record_and_undo(FACT)
        with transaction.atomic():
            Station.objects.count()

    assert waiting() == 0


def test_facts_go_with_the_savepoint_that_is_taken_back(committed, township):
    with in_station(township), transaction.atomic():
        record_facts([FACT], now=NOON)
        with pytest.raises(Undone):
            _record_and_undo(FACT, FACT)

    with in_network():
        (left,) = Delta.objects.all()
    assert len(left.facts) == 1


def test_facts_before_a_failed_statement_go_with_it(committed, township):
    with in_station(township):
        with pytest.raises(ProgrammingError):
            _record_and_fail()
        with transaction.atomic():
            record_facts([FACT], now=NOON)

    assert waiting() == 1


def test_what_the_server_refuses_takes_the_whole_write_back(committed, township, county):
    with in_station(township):
        with pytest.raises(Error):
            _record_for(county)
        with transaction.atomic():
            record_facts([FACT], now=NOON)

    with in_network():
        assert list(Delta.objects.values_list("role", flat=True)) == [role_of(township.schema)]


def test_what_is_refused_at_the_commit_takes_the_facts_back(committed, township):
    with in_station(township):
        with pytest.raises(IntegrityError):
            _record_and_break_a_promise()
        with transaction.atomic():
            record_facts([FACT], now=NOON)

    assert waiting() == 1


def test_nothing_rides_along_outside_a_transaction(committed, township):
    with in_station(township), pytest.raises(transaction.TransactionManagementError):
        send_with_next(INSERT, [role_of(township.schema), "[]"])


@transaction.atomic
def _record_and_undo(*facts):
    record_facts(facts, now=NOON)
    raise Undone


@transaction.atomic
def _record_and_fail():
    record_facts([FACT], now=NOON)
    with connection.cursor() as cursor:
        cursor.execute("SELECT no_such_thing()")


@transaction.atomic
def _record_for(station):
    record_facts([FACT], now=NOON)
    send_with_next(INSERT, [role_of(station.schema), "[]"])


@transaction.atomic
def _record_and_break_a_promise():
    record_facts([FACT], now=NOON)
    # A key that leads nowhere is found out at the commit.
    HouseholdVersion(
        file_id=uuid7(), number=1, effective_on=NOON, state="", event="", snapshot={}, made_at=NOON
    ).save(force_insert=True)
    record_facts([FACT], now=NOON)
