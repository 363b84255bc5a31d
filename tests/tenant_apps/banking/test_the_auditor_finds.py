"""Each kind of corruption between the ledger, the bank and what was paid is found and named."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import psycopg
import pytest
import time_machine

from bangfu.kernel.tenancy import in_network, in_station
from bangfu.kernel.tenancy.direct import direct_parameters
from bangfu.kernel.tenancy.router import OWNER
from shared_apps.audit.auditor import End, audit_ledger, ends_that_differ
from shared_apps.audit.auditor.money import MONEY_CHECKS
from shared_apps.reconciliation.words import LEDGER_CHECKS
from tenant_apps.aid.models import Application
from tenant_apps.funds import expectations
from tenant_apps.funds.services import appropriate_budget, reserve_budget
from tenant_apps.payouts.models import Batch, Line
from tenant_apps.sources.models import Donation
from tenants.models import Station
from tests.conftest import NOON
from tests.support import databases
from tests.support.nobody import nobody_in_particular
from tests.tenant_apps.banking.banks import Booked, Payouts, Transfers
from tests.tenant_apps.banking.conftest import DAY, Desk
from tests.tenant_apps.funds.conftest import TODAY, books_of

pytestmark = pytest.mark.fault

S = "(SELECT id FROM bankfiles_statement ORDER BY last_on LIMIT 1)"
LINE = "(SELECT id FROM bankfiles_line WHERE serial = '{}')"


def without(table, name):
    return f"ALTER TABLE {table} DROP CONSTRAINT {name}"


CORRUPTIONS = {
    "bank-closes-otherwise": [f"UPDATE bankfiles_statement SET closing_fen = closing_fen + 1 WHERE id = {S}"],
    "bank-statements-do-not-meet": [
        ("UPDATE bankfiles_statement SET opening_fen = opening_fen + 5, closing_fen = closing_fen + 5 "
        f"WHERE id <> {S}")
    ],
    "bank-line-taken-twice": [
        "DROP INDEX public.bankfiles_line_serial_once",
        "UPDATE bankfiles_line SET serial = 'S1' WHERE serial = 'S2'",
    ],
    "bank-line-by-one-person": [
        without("bankfiles_line", "bankfiles_line_two_people"),
        "UPDATE bankfiles_line SET checker_id = maker_id WHERE serial = 'S1'",
    ],
    "bank-statement-by-one-person": [
        without("bankfiles_statement", "bankfiles_statement_two_people"),
        f"UPDATE bankfiles_statement SET checker_id = maker_id WHERE id = {S}",
    ],
    "bank-line-of-an-uncounted-statement": [
        f"UPDATE bankfiles_statement SET state = 'withdrawn' WHERE id = {S}"
    ],
    "bank-line-posted-otherwise": ["UPDATE bankfiles_line SET amount_fen = 49999 WHERE serial = 'S1'"],
    "bank-line-settled-by-nothing": [
        without("bankfiles_line", "bankfiles_line_posted"),
        "UPDATE bankfiles_line SET journal_id = NULL WHERE serial = 'S1'",
    ],
    "bank-other-than-books": [
        ("UPDATE funds_entry SET amount_fen = amount_fen * 3 WHERE journal_id = "
        "(SELECT journal_id FROM bankfiles_line WHERE serial = 'S1')")
    ],
    "item-paid-twice": [
        "DROP INDEX payouts_paid_once",
        ("UPDATE payouts_line SET application_id = (SELECT application_id FROM payouts_line WHERE ref = 'L-1') "
        "WHERE ref = 'L-2'"),
    ],
    "batch-other-than-lines": ["UPDATE payouts_batch SET total_fen = total_fen + 1"],
    "paid-without-a-line": ["UPDATE payouts_line SET state = 'failed' WHERE ref = 'L-1'"],
    "line-paid-otherwise": ["UPDATE payouts_line SET amount_fen = 1 WHERE ref = 'L-1'"],
    "held-other-than-approved": ["UPDATE aid_application SET amount_fen = 7 WHERE number = 'A-2'"],
    "spent-other-than-paid": ["UPDATE payouts_line SET aid = 'medical' WHERE ref = 'L-1'"],
    "payouts-in-transit-otherwise": ["UPDATE payouts_line SET moved_on = NULL WHERE ref = 'L-2'"],
    "transfers-in-transit-otherwise": [
        "UPDATE funds_account SET code = '1101' WHERE code = '2101'"
    ],
    "donation-returned-otherwise": [
        "UPDATE sources_donation SET returned_fen = returned_fen + 1 WHERE kind = 'cash'"
    ],
    "donation-returns-do-not-add-up": [
        "UPDATE sources_donation SET returned_fen = returned_fen - 1 WHERE kind = 'goods'"
    ],
    "donation-held-otherwise": [
        ("UPDATE sources_donation SET going_back = jsonb_set(going_back, '{fen}', '1') "
        "WHERE state = 'returning'")
    ],
}  # fmt: skip


def paid_and_on_the_way(books):
    """Two approved needs in one batch that left the account: one was paid, of the other nothing is known yet."""
    fund = books.fiscal
    money = {"maker": books.finance, "actor": books.head, "now": NOON}
    appropriate_budget(
        ref="yj", fund_id=fund.pk, amount_fen=1000_00, on=TODAY, memo="预算", **money
    )
    needs = [
        Application.objects.create(
            number=f"A-{number}", state=state, group="front_line", programme="living",
            programme_version_id=1, aid="living", mode="amount", cycle="2026", household=bytes([number]) * 16,
            person_name="虚构", payee_name="虚构", asked_fen=100_00, amount_fen=100_00, fund=fund,
            entered_by="甲", approved_by_id=3, approved_on=TODAY, created_at=NOON, changed_at=NOON, **more,
        )
        for number, state, more in (
            (1, "paid", {"paid_on": TODAY, "counted": {}}), (2, "batched", {}),
        )
    ]  # fmt: skip
    for need in needs:
        reserve_budget(
            ref=need.budget_ref, fund_id=fund.pk, amount_fen=100_00, on=TODAY, memo="占用", **money
        )
    batch = Batch.objects.create(
        number="PF-1", title="生活救助", fund=fund, layout="generic", made_by_id=1, made_by="甲",
        made_at=NOON, changed_at=NOON,
    )  # fmt: skip
    for number, need in enumerate(needs, start=1):
        Line.objects.create(
            batch=batch, serial=number, ref=f"L-{number}", application=need, programme="living",
            aid="living", amount_fen=100_00, payee_name="虚构",
        )  # fmt: skip
    Batch.objects.update(
        state="partly_paid", count=2, total_fen=200_00, file="x", digest=bytes(32), frozen_at=NOON,
        checked_by_id=2, audited_by_id=3, approved_by_id=4, sent_by_id=5, sent_on=TODAY,
    )  # fmt: skip
    Line.objects.update(state="sent", moved_on=TODAY)
    Line.objects.filter(ref="L-1").update(state="paid", paid_on=TODAY)
    books.post(books.leg("1201", 200_00), books.leg("1001", -200_00), kind="payout_sent")
    books.post(
        books.leg("5001.living", 100_00), books.leg("1201", -100_00), books.leg("8003", 100_00),
        books.leg("8002", -100_00), kind="payout_paid",
    )  # fmt: skip


def gone_back(books):
    """A gift of money of which a part went back by a voucher, and goods that went back without one."""
    fund = books.gift
    gift = {
        "state": "received", "donor": "移动公司", "donor_hash": bytes(16), "amount_fen": 80_00,
        "returned_fen": 30_00, "returns": [{"fen": 10_00}, {"fen": 20_00}], "pledged_on": TODAY, "made_by_id": 1,
        "made_by": "甲", "created_at": NOON, "changed_at": NOON,
    }  # fmt: skip
    Donation.objects.create(number="JZ0001", kind="cash", fund=fund, **gift)
    Donation.objects.create(number="JZ0002", kind="goods", goods="大米 10 袋", **gift)
    books.post(books.leg("1001", 80_00, fund), books.leg("4003", -80_00, fund), kind="donation")
    for serial, fen in (("R1", 10_00), ("R2", 20_00)):
        books.post(
            books.leg("4003", fen, fund), books.leg("1001", -fen, fund), kind="donation_back",
            ref=f"JZ0001/{serial}",
        )  # fmt: skip
    waiting = Donation.objects.create(
        number="JZ0003", kind="cash", fund=fund,
        **gift | {"state": "returning", "returned_fen": 0, "returns": [], "going_back": {"fen": 15_00}},
    )  # fmt: skip
    books.post(
        books.leg("8001", 50_00, fund), books.leg("8000", -50_00, fund), kind="appropriation"
    )
    books.post(
        books.leg("8002", 15_00, fund), books.leg("8001", -15_00, fund), kind="reserve",
        ref=f"donation:{waiting.pk}",
    )  # fmt: skip


@pytest.fixture(scope="module")
def world(session_database, stage, django_db_blocker):
    """A station with two statements and a batch, in a database of its own, and a connection of its owner."""
    name = f"{session_database}_bank"
    known = dict(expectations.waiting())
    transfers, payouts = Transfers(), Payouts()
    with django_db_blocker.unblock():
        with time_machine.travel(NOON), databases.aside(name, stage=stage):
            expectations._waiting.update({"transfer": transfers, "payout": payouts})
            with in_network():
                station = Station.objects.get(code="130705001").ref
            books = books_of(station, nobody_in_particular())
            desk = Desk(books, transfers, payouts)
            with in_station(station):
                books.receive(900_00, on=date(2026, 11, 1))
                transfers.wait("BK-2026-1", 500_00, DAY, fund=desk.fund)
                desk.take_in(
                    Booked("S1", DAY, 500_00, "张家口市总工会", "BK-2026-1"), opening=900_00
                )
                desk.take_in(
                    Booked("S2", TODAY, 70_00, "好心人"), Booked("S3", TODAY, -3_00, "手续费"),
                    opening=1400_00,
                )  # fmt: skip
                paid_and_on_the_way(books)
                gone_back(books)
            expectations._waiting.clear()
            expectations._waiting.update(known)
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
            assert direct.execute(statement).rowcount != 0, statement
        with direct.cursor() as cursor:
            return audit_ledger(cursor, station=station.id)


def test_nothing_is_found_where_bank_books_and_payments_agree(world):
    assert found(world) == []


def test_every_check_has_its_corruption():
    assert set(CORRUPTIONS) == set(MONEY_CHECKS)


@pytest.mark.parametrize("check", CORRUPTIONS)
def test_the_auditor_names(world, check):
    named = found(world, *CORRUPTIONS[check])

    assert check in {one.check for one in named}
    assert all(one.remedy for one in named)


OUT = End(
    station=1, key=str(UUID(int=1)), number="BK-1", side="out", partner=2, amount=500, confirmed=500,
    source="central",
)  # fmt: skip
INTO = replace(OUT, station=2, side="in", partner=1)


@pytest.mark.parametrize(
    "ends",
    [
        [OUT],
        [INTO],
        [OUT, replace(INTO, confirmed=499)],
        [OUT, replace(INTO, source="union")],
        [OUT, replace(INTO, partner=3)],
        [OUT, OUT],
        [OUT, INTO, INTO],
    ],
    ids=["no receiver", "no sender", "amount", "source", "partner", "two senders", "three ends"],
)
def test_two_ends_that_are_not_each_others_are_found(ends):
    assert len(ends_that_differ(ends)) == 1


def test_two_ends_that_say_the_same_are_sound_also_while_the_message_is_on_its_way():
    assert ends_that_differ([OUT, INTO]) == []
    assert ends_that_differ([replace(OUT, confirmed=0)]) == []
    assert ends_that_differ([replace(OUT, confirmed=0), INTO]) == []


def test_every_check_has_a_name_that_people_read():
    assert set(MONEY_CHECKS) <= set(LEDGER_CHECKS)
