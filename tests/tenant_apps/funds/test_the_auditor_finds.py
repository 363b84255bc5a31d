"""Each kind of corruption, done behind the triggers' back, is found and named; a sound ledger gives nothing."""

import psycopg
import pytest
from django.db import connection

from bangfu.kernel.tenancy import in_network, in_station
from bangfu.kernel.tenancy.direct import direct_parameters
from bangfu.kernel.tenancy.router import OWNER
from shared_apps.audit.auditor import audit_ledger, ledger_check_names
from shared_apps.audit.auditor.granting import CAP_CHECKS, GRANT_CHECKS
from shared_apps.audit.auditor.in_kind import IN_KIND_CHECKS
from shared_apps.audit.auditor.money import ENDS_DIFFER, GOODS_ENDS_DIFFER, MONEY_CHECKS
from shared_apps.audit.auditor.published import PUBLISHED_CHECKS
from shared_apps.reconciliation.models import Break, BreakKind
from shared_apps.reconciliation.services import reconcile_station
from shared_apps.reconciliation.wording import place_of
from tenant_apps.funds.services import close_period, open_year, reverse_journal
from tenants.models import Station
from tests.conftest import NOON
from tests.support import databases
from tests.support.nobody import nobody_in_particular
from tests.tenant_apps.funds.conftest import TODAY, books_of
from tests.tenant_apps.funds.test_the_database_refuses import raw

pytestmark = pytest.mark.fault

J = "(SELECT id FROM funds_journal WHERE number = {} AND year = 2026)"
OPENING = "(SELECT id FROM funds_journal WHERE kind = 'opening')"
COLUMNS = (
    "id, year, number, kind, ref, effective_on, memo, legs, maker_id, maker_name, checker_id, "
    "checker_name, posted_at, prev_hash, hash, reverses_id"
)


def copied(of, number="number + 1", ref="ref || '-2'", reverses="reverses_id"):
    return (
        f"INSERT INTO funds_journal ({COLUMNS}) SELECT gen_random_uuid(), year, {number}, kind, {ref}, "
        "effective_on, memo, legs, maker_id, maker_name, checker_id, checker_name, posted_at, "
        f"prev_hash, hash, {reverses} FROM funds_journal WHERE number = {of} AND year = 2026"
    )


def without(table, name):
    return f"ALTER TABLE {table} DROP CONSTRAINT {name}"


CORRUPTIONS = {
    "journal-does-not-balance": [
        f"UPDATE funds_entry SET amount_fen = 999 WHERE line = 1 AND journal_id = {J.format(1)}"
    ],
    "journal-lacks-legs": [f"DELETE FROM funds_entry WHERE line = 2 AND journal_id = {J.format(1)}"],
    "entry-of-no-journal": [f"DELETE FROM funds_journal WHERE id = {J.format(2)}"],
    "entry-of-no-account": ["DELETE FROM funds_account WHERE code = '5001.living'"],
    "entry-in-account-of-another-year": [
        "UPDATE funds_account SET year = 2025 WHERE code = '5001.living'"
    ],
    "entry-moves-nothing": [
        without("funds_entry", "funds_entry_moves_money"),
        f"UPDATE funds_entry SET amount_fen = 0 WHERE journal_id = {J.format(1)}",
    ],
    "balance-other-than-entries": [
        "UPDATE funds_account SET balance_fen = balance_fen + 1 WHERE code = '4001'"
    ],
    "account-below-floor": [
        without("funds_account", "funds_account_above_floor"),
        "UPDATE funds_account SET balance_fen = -1 WHERE code = '1001' AND year = 2027",
    ],
    "floor-other-than-chart": ["UPDATE funds_account SET floor_fen = NULL WHERE code = '1001'"],
    "account-not-in-chart": ["UPDATE funds_account SET code = '6001' WHERE code = '4001'"],
    "numbers-with-a-gap": ["UPDATE funds_journal SET number = 40 WHERE number = 3 AND year = 2026"],
    "year-counts-otherwise": ["UPDATE funds_period SET last_number = 9 WHERE month = 0"],
    "journal-in-no-year": [
        without("funds_journal", "funds_journal_of_its_year"),
        f"UPDATE funds_journal SET effective_on = '2025-12-31' WHERE id = {J.format(1)}",
    ],
    "year-lacks-months": ["DELETE FROM funds_period WHERE year = 2026 AND month = 5"],
    "month-open-in-closed-year": [
        "UPDATE funds_period SET state = 'open' WHERE year = 2026 AND month = 5"
    ],
    "posted-after-closing": [
        f"UPDATE funds_journal SET posted_at = posted_at + interval '1 day' WHERE id = {J.format(1)}"
    ],
    "maker-is-checker": [
        without("funds_journal", "funds_journal_by_two_people"),
        f"UPDATE funds_journal SET checker_id = maker_id WHERE id = {J.format(1)}",
    ],
    "event-posted-twice": [
        without("funds_journal", "funds_journal_event_once"),
        copied(1, number="50", ref="ref"),
    ],
    "reversed-twice": [
        "ALTER TABLE funds_journal DROP CONSTRAINT funds_journal_reverses_id_key",
        copied(4, number="50"),
    ],
    "reversal-other-than-mirror": [
        f"UPDATE funds_entry SET amount_fen = amount_fen * 2 WHERE journal_id = {J.format(4)}"
    ],
    "reversal-of-a-reversal": [
        f"UPDATE funds_journal SET kind = 'reversal', reverses_id = {J.format(4)} WHERE id = {J.format(1)}"
    ],
    "opening-other-than-closing": [
        f"UPDATE funds_entry SET amount_fen = amount_fen * 2 WHERE journal_id = {OPENING}"
    ],
    "outside-purpose": [
        'UPDATE funds_fund SET programmes = \'["medical"]\' WHERE code = \'ZY26\''
    ],
    "posting-not-audited": ["DELETE FROM public.audit_row WHERE event = 'ledger.posted'"],
    "audited-posting-gone": [f"DELETE FROM funds_journal WHERE id = {J.format(3)}"],
    "chain-out-of-order": [
        f"UPDATE funds_journal SET prev_hash = hash WHERE id = {J.format(2)}"
    ],
    "journal-changed": [f"UPDATE funds_journal SET memo = '改过' WHERE id = {J.format(2)}"],
    "year-ends-otherwise": ["UPDATE funds_period SET last_hash = sha256('x') WHERE year = 2026 AND month = 0"],
}  # fmt: skip


@pytest.fixture(scope="module")
def world(session_database, stage, django_db_blocker):
    """A ledger of two years with a reversal, in a database of its own, and a connection of its owner."""
    name = f"{session_database}_ledger"
    with django_db_blocker.unblock():
        with databases.aside(name, stage=stage):
            with in_network():
                station = Station.objects.get(code="130705001").ref
            books = books_of(station, nobody_in_particular())
            with in_station(station):
                books.receive(1000)
                books.spend(400)
                wrong = books.receive(50)
                reverse_journal(
                    wrong.pk, effective_on=TODAY, reason="重复入账", maker=books.finance,
                    actor=books.head, now=NOON,
                )  # fmt: skip
                for month in range(1, 13):
                    close_period(year=2026, month=month, actor=books.finance, now=NOON)
                open_year(year=2027, maker=books.finance, actor=books.head, now=NOON)
            parameters = direct_parameters(OWNER)
        with psycopg.connect(**parameters) as direct:
            direct.execute(f'SET search_path = "{station.schema}", public')
            direct.commit()
            yield station, direct
        databases.drop_copy(name)


def found(world, *statements):
    station, direct = world
    with direct.transaction(force_rollback=True):
        direct.execute("SET CONSTRAINTS ALL IMMEDIATE")
        direct.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            direct.execute(statement)
        with direct.cursor() as cursor:
            return audit_ledger(cursor, station=station.id)


def test_nothing_is_found_in_a_sound_ledger(world):
    assert found(world) == []


def test_every_check_has_its_corruption():
    # What is between the ledger, the bank and what was paid is looked at beside the bank; goods, cards, grants and
    # published figures with the audit.
    elsewhere = {
        *MONEY_CHECKS, *IN_KIND_CHECKS, *GRANT_CHECKS, *CAP_CHECKS, *PUBLISHED_CHECKS, ENDS_DIFFER,
        GOODS_ENDS_DIFFER,
    }  # fmt: skip
    assert set(CORRUPTIONS) == set(ledger_check_names()) - elsewhere


@pytest.mark.parametrize("check", CORRUPTIONS)
def test_the_auditor_names(world, check):
    named = found(world, *CORRUPTIONS[check])

    assert check in {one.check for one in named}
    assert all(one.remedy for one in named)


def test_a_finding_becomes_a_break_that_the_station_above_works_on(books):
    journal = books.receive(1000)
    with connection.cursor() as cursor:
        # What a station can do by itself: post past the services, where no audit row is written.
        cursor.execute(raw((1, "1001", 5), (2, "4001", -5), number="2"))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    reconcile_station(books.station, now=NOON, kinds=[BreakKind.LEDGER])

    with in_network():
        breaks = {case.key: case for case in Break.objects.filter(kind=BreakKind.LEDGER)}
    assert "posting-not-audited:2026-00002" in breaks
    assert "journal-changed:2026-00002" in breaks
    assert not any(key.endswith(str(journal)) for key in breaks)
    assert {case.owner_id for case in breaks.values()} == {books.station.parent_id}
    assert place_of(breaks["posting-not-audited:2026-00002"]) == "凭证没有审计记录 · 2026-00002"
