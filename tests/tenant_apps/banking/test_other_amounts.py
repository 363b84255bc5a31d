"""Lines of another amount than was expected: paired by two people for a reason, and taken back by two."""

from datetime import timedelta

import pytest
from django.db import connection

from bangfu.kernel.errors import InvalidInput
from shared_apps.audit.auditor.money import MONEY_CHECKS, MONEY_PARTS
from shared_apps.bankfiles.models import Line
from tenant_apps.banking import services
from tenant_apps.banking.balance import reconciliation
from tenant_apps.banking.errors import NotExpected, StaysPosted
from tenant_apps.banking.selectors import expectations, receipts, unidentified_fen
from tenant_apps.sources.errors import ActedOn
from tenant_apps.sources.models import Donation
from tenant_apps.sources.services import give_receipt, pledge_donation
from tests.conftest import NOON
from tests.tenant_apps.banking.banks import Booked
from tests.tenant_apps.banking.conftest import DAY
from tests.tenant_apps.banking.test_work_by_hand import balance, types

LATER = DAY + timedelta(days=1)


def pair(desk, serial, ref="BK-9", *, kind="transfer", memo="经办人核实"):
    line = desk.line(serial)
    services.propose_match([line.pk], kind=kind, ref=ref, memo=memo, actor=desk.finance, now=NOON)
    return services.confirm_line(line.pk, actor=desk.head, now=NOON)


def held():
    return list(Line.objects.filter(state="held").order_by("number"))


@pytest.fixture
def pledge(desk):
    """Somebody promised 500 yuan."""
    return pledge_donation(
        kind="cash", donor="老同志", amount_fen=500_00, fund_id=desk.books.gift.pk,
        actor=desk.finance, now=NOON,
    )  # fmt: skip


# --- more -----------------------------------------------------------------------------------------


def test_more_than_was_sent_settles_it_and_the_rest_is_held(desk):
    desk.transfers.wait("BK-9", 500_00, DAY, fund=desk.fund)
    desk.take_in(Booked("S1", DAY, 530_00, "张家口市总工会", "BK-9"))
    assert types() == {"B3", "B5"}

    pair(desk, "S1")

    (rest,) = held()
    assert (desk.line("S1").amount_fen, rest.amount_fen) == (500_00, 30_00)
    assert (balance("1001"), balance("4002"), balance("2101")) == (530_00, -500_00, -30_00)
    assert unidentified_fen() == 30_00
    assert [one.pk for one in receipts(actor=desk.finance)] == [rest.pk]
    assert "530.00" in rest.note
    assert reconciliation().left_fen == 0


def test_the_rest_goes_its_own_way(desk):
    desk.transfers.wait("BK-9", 500_00, DAY, fund=desk.fund)
    desk.take_in(Booked("S1", DAY, 530_00, "张家口市总工会", "BK-9"))
    pair(desk, "S1")
    (rest,) = held()
    services.propose_closing(
        rest.pk, account="4004", fund_id=desk.fund.pk, memo="利息", actor=desk.finance, now=NOON
    )

    services.confirm_line(rest.pk, actor=desk.head, now=NOON)

    assert (balance("2101"), balance("4004")) == (0, -30_00)
    assert types() == set()


def test_a_receipt_that_was_held_is_parted_as_well(desk):
    desk.take_in(Booked("S1", DAY, 530_00, "好心人"))
    desk.transfers.wait("BK-9", 500_00, DAY, fund=desk.fund)

    pair(desk, "S1")

    assert (balance("1001"), balance("4002"), balance("2101")) == (530_00, -500_00, -30_00)
    assert reconciliation().left_fen == 0


def test_another_amount_asks_for_a_reason(desk):
    desk.transfers.wait("BK-9", 500_00, DAY, fund=desk.fund)
    desk.take_in(Booked("S1", DAY, 530_00, "张家口市总工会", "BK-9"))

    with pytest.raises(InvalidInput) as refused:
        pair(desk, "S1", memo=" ")

    assert [problem.code for problem in refused.value.problems] == ["K109"]


def test_more_that_was_paid_is_no_pair(desk):
    desk.books.receive(900_00, on=DAY.replace(day=1))
    desk.transfers.wait("BK-9", 500_00, DAY, incoming=False, fund=desk.fund)
    desk.take_in(Booked("S1", DAY, -530_00, "张家口市总工会", "BK-9"), opening=900_00)

    with pytest.raises(NotExpected):
        pair(desk, "S1")


def test_a_transfer_the_sender_heard_of_is_not_taken_back_here(desk):
    desk.transfers.wait("BK-9", 500_00, DAY, fund=desk.fund)
    desk.take_in(Booked("S1", DAY, 530_00, "张家口市总工会", "BK-9"))
    pair(desk, "S1")

    with pytest.raises(StaysPosted):
        services.propose_undoing(
            desk.line("S1").pk, reason="不是这笔", actor=desk.finance, now=NOON
        )


# --- less -----------------------------------------------------------------------------------------


@pytest.mark.fault
def test_less_than_was_promised_is_held_as_a_part_until_the_rest_comes(desk, pledge):
    desk.take_in(Booked("S1", DAY, 300_00, "老同志"))
    pair(desk, "S1", pledge.number, kind="donation")
    assert [line.wish["act"] for line in held()] == ["part"]
    assert (balance("2101"), balance("4003")) == (-300_00, 0)
    assert types() == set()

    desk.take_in(Booked("S2", LATER, 200_00, "老同志"), opening=300_00)
    pair(desk, "S2", pledge.number, kind="donation", memo="")

    assert held() == []
    assert (balance("2101"), balance("4003"), balance("1001")) == (0, -500_00, 500_00)
    assert Donation.objects.get().state == "received"
    assert reconciliation().left_fen == 0


@pytest.mark.fault
def test_two_parts_that_are_too_much_part_off_the_rest(desk, pledge):
    desk.take_in(Booked("S1", DAY, 300_00, "老同志"))
    pair(desk, "S1", pledge.number, kind="donation")
    desk.take_in(Booked("S2", LATER, 250_00, "老同志"), opening=300_00)

    pair(desk, "S2", pledge.number, kind="donation")

    assert [line.amount_fen for line in held()] == [50_00]
    assert (balance("2101"), balance("4003"), balance("1001")) == (-50_00, -500_00, 550_00)
    assert reconciliation().left_fen == 0


def test_a_part_that_was_none_is_claimed_as_something_else(desk, pledge):
    desk.take_in(Booked("S1", DAY, 300_00, "老同志"))
    pair(desk, "S1", pledge.number, kind="donation")
    line = desk.line("S1")
    services.propose_closing(
        line.pk, account="4004", fund_id=desk.fund.pk, memo="利息", actor=desk.finance, now=NOON
    )

    services.confirm_line(line.pk, actor=desk.head, now=NOON)

    assert (balance("2101"), balance("4004")) == (0, -300_00)
    assert Donation.objects.get().state == "pledged"


# --- taken back -----------------------------------------------------------------------------------


def undo(desk, serial):
    line = desk.line(serial)
    services.propose_undoing(line.pk, reason="配错了", actor=desk.finance, now=NOON)
    services.confirm_line(line.pk, actor=desk.head, now=NOON)


def test_a_donation_that_was_paired_with_the_wrong_line_is_pledged_again(desk, pledge):
    desk.take_in(Booked("S1", DAY, 500_00, "别人"))
    pair(desk, "S1", pledge.number, kind="donation")

    undo(desk, "S1")

    line = desk.line("S1")
    assert (line.state, line.break_type, line.journal_id) == ("break", "B1", None)
    assert (balance("1001"), balance("4003"), balance("8001")) == (0, 0, 0)
    assert Donation.objects.get().state == "pledged"
    assert reconciliation().left_fen == 0


@pytest.mark.fault
def test_the_same_donation_comes_again_after_it_was_taken_back(desk, pledge):
    desk.take_in(Booked("S1", DAY, 500_00, "别人"))
    pair(desk, "S1", pledge.number, kind="donation")
    undo(desk, "S1")

    pair(desk, "S1", pledge.number, kind="donation")

    assert (balance("4003"), Donation.objects.get().state) == (-500_00, "received")
    assert desk.line("S1").state == "matched"
    assert types() == set()


def test_a_donation_with_a_receipt_stays(desk, pledge):
    desk.take_in(Booked("S1", DAY, 500_00, "别人"))
    pair(desk, "S1", pledge.number, kind="donation")
    give_receipt(pledge.pk, actor=desk.finance, now=NOON)
    with pytest.raises(ActedOn, match="已开票据"):
        services.propose_undoing(desk.line("S1").pk, reason="配错了", actor=desk.finance, now=NOON)


def test_a_receipt_given_between_the_two_people_keeps_a_donation_posted(desk, pledge):
    desk.take_in(Booked("S1", DAY, 500_00, "别人"))
    pair(desk, "S1", pledge.number, kind="donation")
    line = desk.line("S1")
    services.propose_undoing(line.pk, reason="配错了", actor=desk.finance, now=NOON)
    give_receipt(pledge.pk, actor=desk.finance, now=NOON)

    with pytest.raises(ActedOn, match="已开票据"):
        services.confirm_line(line.pk, actor=desk.head, now=NOON)


def test_a_voucher_stays_when_the_line_that_proved_it_was_another(desk):
    voucher = desk.books.receive(500_00, on=DAY)
    desk.take_in(Booked("S1", DAY, 500_00, "某人"))
    pair(desk, "S1", str(voucher), kind="voucher")

    undo(desk, "S1")

    assert balance("1001") == 500_00
    assert desk.line("S1").break_type == "B1"


# --- the auditor --------------------------------------------------------------------------------------


def complaints(desk):
    """What the auditor's own queries on bank and books find here."""
    found = []
    for name, (_remedy, query) in MONEY_CHECKS.items():
        asked = query
        for part, text in sorted(MONEY_PARTS.items(), reverse=True):
            asked = asked.replace(part, text)
        if name.startswith("bank-"):
            with connection.cursor() as cursor:
                cursor.execute(asked, {"station": desk.station.id})
                found += [(name, *row) for row in cursor.fetchall()]
    return found


@pytest.mark.fault
def test_the_auditor_finds_nothing_wrong_with_any_of_it(desk, pledge):
    desk.transfers.wait("BK-9", 500_00, DAY, fund=desk.fund)
    desk.take_in(
        Booked("S1", DAY, 530_00, "张家口市总工会", "BK-9"), Booked("S2", DAY, 300_00, "老同志"),
        Booked("S3", DAY, 70_00, "误汇人"), Booked("S4", DAY, 20_00, "无名"), Booked("S5", DAY, 5_00, "无名"),
    )  # fmt: skip
    pair(desk, "S1")
    pair(desk, "S2", pledge.number, kind="donation")
    services.propose_refund(
        desk.line("S3").pk, payee="误汇人", memo="误汇", actor=desk.finance, now=NOON
    )
    services.confirm_line(desk.line("S3").pk, actor=desk.head, now=NOON)
    for serial in ("S4", "S5"):
        line = desk.line(serial)
        services.propose_closing(
            line.pk, account="4003", fund_id=desk.books.gift.pk, memo="捐款", with_budget=True,
            actor=desk.finance, now=NOON,
        )  # fmt: skip
        services.confirm_line(line.pk, actor=desk.head, now=NOON)
    undo(desk, "S4")
    assert complaints(desk) == []

    (due,) = [one for one in expectations(on=DAY) if one.kind == "refund"]
    desk.take_in(Booked("S6", LATER, -70_00, "误汇人", reference=due.ref), opening=925_00)

    assert complaints(desk) == []
    assert unidentified_fen() == 30_00 + 300_00 + 20_00
