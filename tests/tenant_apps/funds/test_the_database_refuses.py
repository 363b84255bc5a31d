"""R8: what the database itself refuses, whoever asks: a station, the network, or the owner of the tables."""

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction

from bangfu.kernel.ids import uuid7
from bangfu.kernel.tenancy import in_network, in_station
from bangfu.kernel.tenancy.direct import direct_parameters
from bangfu.kernel.tenancy.router import OWNER
from tests.support.scenes import scene
from tests.tenant_apps.funds.conftest import books_of, settled

NO_HASH = "decode(repeat('00', 32), 'hex')"
TABLES = ("funds_journal", "funds_entry", "funds_account", "funds_period", "funds_fund")
NEVER_CHANGED = [
    *(f"DELETE FROM {table}" for table in TABLES),
    *(f"TRUNCATE {table} CASCADE" for table in TABLES),
    "UPDATE funds_journal SET memo = 'x'",
    "UPDATE funds_journal SET checker_id = 1",
    "UPDATE funds_entry SET amount_fen = amount_fen + 1",
    "UPDATE funds_account SET balance_fen = balance_fen + 1",
    "UPDATE funds_account SET floor_fen = -1000000",
    "UPDATE funds_account SET code = '2001'",
    "UPDATE funds_period SET last_number = 0",
    f"UPDATE funds_period SET last_hash = {NO_HASH}",
    "UPDATE funds_period SET year = 2030",
    "UPDATE funds_fund SET source = 'other'",
]
ALTERED = [
    "ALTER TABLE funds_journal DISABLE TRIGGER ALL",
    "DROP TRIGGER funds_journal_append_only ON funds_journal",
    "DROP FUNCTION funds_refuse_change() CASCADE",
    "SET session_replication_role = replica",
    "CREATE TEMP TABLE funds_period (year int)",
]


def refused(statement, *params):
    with pytest.raises(DatabaseError), transaction.atomic():
        run(statement, *params)


def run(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@scene
def kept_books(cast):
    made = books_of(cast.station("130705001"), cast.person_at)
    with in_station(made.station):
        made.receive(1000)
        made.spend(400)
    return settled(made)


@pytest.fixture
def kept(kept_books):
    with in_station(kept_books.station):
        yield kept_books


@pytest.mark.parametrize("statement", [*NEVER_CHANGED, *ALTERED])
def test_a_station_cannot_change_its_own_ledger(kept, statement):
    refused(statement)


@pytest.mark.parametrize("statement", NEVER_CHANGED)
def test_the_network_cannot_reach_the_ledger_of_a_station(kept, statement):
    with in_network():
        refused(statement.replace("funds_", f'"{kept.station.schema}".funds_', 1))
        refused(f'SELECT * FROM "{kept.station.schema}".funds_journal')


def test_another_station_reads_nothing_of_it(kept, outsider):
    with in_station(outsider):
        for table in TABLES:
            refused(f'SELECT * FROM "{kept.station.schema}".{table}')


@pytest.fixture
def owner(committed, township, person_at):
    """A connection of the owner of the tables, on a ledger that is really committed."""
    made = books_of(township, person_at)
    with in_station(township):
        made.receive(1000)
        made.spend(400)
    connections["default"].close()
    with psycopg.connect(**direct_parameters(OWNER)) as direct:
        direct.execute(f'SET search_path = "{township.schema}"')
        yield direct
        direct.rollback()


def test_even_the_owner_of_the_tables_cannot_change_the_ledger(owner):
    for statement in NEVER_CHANGED:
        with pytest.raises(psycopg.Error), owner.transaction():
            owner.execute(statement)


def journal_of(fund=None, **columns):
    said = {
        "id": f"'{uuid7()}'", "year": "2026", "number": "3", "kind": "'manual'", "ref": "'raw'",
        "effective_on": "'2026-11-20'", "memo": "'raw'", "legs": "2", "maker_id": "1",
        "maker_name": "'a'", "checker_id": "2", "checker_name": "'b'", "posted_at": "now()",
        "reverses_id": "NULL", "hash": NO_HASH,
        "prev_hash": "(SELECT last_hash FROM funds_period WHERE year = 2026 AND month = 0)",
    } | columns  # fmt: skip
    return said["id"], (
        f"INSERT INTO funds_journal ({', '.join(said)}) VALUES ({', '.join(said.values())})"
    )


def entry(journal, line, code, fen):
    return (
        "INSERT INTO funds_entry (id, journal_id, line, account_id, amount_fen) SELECT "
        f"'{uuid7()}', {journal}, {line}, id, {fen} FROM funds_account WHERE code = '{code}'"
    )


def raw(*legs, **columns):
    key, statement = journal_of(**columns)
    return "; ".join([statement, *(entry(key, *leg) for leg in legs)])


BALANCED = ((1, "1001", 5), (2, "4001", -5))
FIRST = "(SELECT id FROM funds_journal WHERE number = 1)"
SECOND = "(SELECT id FROM funds_journal WHERE number = 2)"


@pytest.mark.parametrize(
    ("legs", "columns"),
    [
        pytest.param(((1, "1001", 5), (2, "4001", -4)), {}, id="does not balance"),
        pytest.param(((1, "1001", 5),), {}, id="lacks a leg"),
        pytest.param(((1, "1001", 5),), {"legs": "1"}, id="has one leg"),
        pytest.param((*BALANCED, (3, "5001.living", 1)), {}, id="has a leg too many"),
        pytest.param(((1, "1001", 0), (2, "4001", 0)), {}, id="moves nothing"),
        pytest.param(((1, "1001", -601), (2, "5001.living", 601)), {}, id="goes below the floor"),
        pytest.param(BALANCED, {"number": "2"}, id="takes a number again"),
        pytest.param(BALANCED, {"number": "4"}, id="leaves a number out"),
        pytest.param(BALANCED, {"prev_hash": NO_HASH}, id="does not follow in the chain"),
        pytest.param(BALANCED, {"checker_id": "1"}, id="is checked by its maker"),
        pytest.param(BALANCED, {"ref": "'ref-1'"}, id="tells an event again"),
        pytest.param(BALANCED, {"effective_on": "'2027-01-05'"}, id="lies in another year"),
        pytest.param(
            BALANCED, {"year": "2027", "effective_on": "'2027-01-05'"}, id="lies in no open year"
        ),
        pytest.param(
            BALANCED,
            {"kind": "'reversal'", "reverses_id": FIRST},
            id="is no mirror of what it reverses",
        ),
        pytest.param(BALANCED, {"reverses_id": FIRST}, id="reverses and does not say so"),
        pytest.param(BALANCED, {"kind": "'reversal'"}, id="reverses nothing"),
    ],
)
def test_a_journal_written_past_the_services_is_refused_if_it(kept, legs, columns):
    refused(raw(*legs, **columns))


def test_a_right_journal_written_by_hand_would_be_taken(kept):
    run(raw(*BALANCED))


@pytest.mark.parametrize("line", [1, 2, 3])
def test_no_entry_is_added_to_a_journal_of_an_earlier_transaction(kept, line):
    refused(entry(FIRST, line, "5001.living", 1))


def test_what_was_reversed_is_not_reversed_again(kept):
    mirror = {"kind": "'reversal'", "reverses_id": SECOND}
    legs = ((1, "1001", 400), (2, "5001.living", -400))
    with connection.cursor() as cursor:
        cursor.execute(raw(*legs, **mirror))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    refused(raw(*legs, **mirror | {"number": "4", "ref": "'again'"}))


def test_an_account_begins_at_zero_and_a_year_where_the_last_ended(kept):
    refused(
        "INSERT INTO funds_account (id, book, code, fund_id, year, balance_fen) "
        "SELECT %s, 'cash', '2001', id, 2026, 5 FROM funds_fund LIMIT 1",
        uuid7(),
    )
    refused(
        "INSERT INTO funds_period (id, year, month, state, last_number, last_hash, closed_by) "
        f"VALUES (%s, 2027, 0, 'open', 0, {NO_HASH}, '')",
        uuid7(),
    )
    refused(
        "INSERT INTO funds_period (id, year, month, state, last_number, last_hash, closed_by) "
        f"VALUES (%s, 2030, 1, 'open', 9, {NO_HASH}, '')",
        uuid7(),
    )
