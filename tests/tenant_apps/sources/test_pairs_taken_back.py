"""A line of the bank that was entered as a transfer and was another's: taken back by two people, at either end."""

import pytest
from django.db import connection

from bangfu.kernel.tenancy import in_network
from shared_apps.audit.auditor import audit_ledger, ends_here, ends_that_differ
from shared_apps.bankfiles.models import Line
from shared_apps.exchange.models import Message
from shared_apps.reconciliation.checks import messages_against_effects
from tenant_apps.banking import services as bank
from tenant_apps.banking.errors import SameHands
from tenant_apps.funds.errors import BelowFloor, PeriodNotOpen
from tenant_apps.funds.expectations import waiting
from tenant_apps.funds.models import Journal
from tenant_apps.funds.rules import Leg
from tenant_apps.funds.services import close_period, post_journal
from tenant_apps.sources import rules, services, unpairing
from tenant_apps.sources.errors import ActedOn
from tenant_apps.sources.models import Transfer, TransferState
from tenant_apps.sources.rules import End
from tests.support.scenes import scene
from tests.tenant_apps.banking.banks import Booked, csv_of
from tests.tenant_apps.sources import conftest
from tests.tenant_apps.sources.conftest import TODAY, acting_at

FEN = 20_000_00
BOOKS = ("1001", "1101", "2101", "4002", "5101", "8001", "8002", "8003")


@pytest.fixture
def fund(county):
    return county.fund()


@scene(after=conftest.money)
def sent(cast, money):
    """The county's bank paid, and the township heard of it."""
    county = money.county
    transfer = county.instruct(money.township, county.fund(), FEN)
    county.books(transfer.number, FEN, serial="C1")
    money.deliver()
    return transfer


@pytest.fixture
def received(money, township, sent):
    """The township's bank booked it, and the county heard of it."""
    township.books(sent.number, FEN, serial="T1")
    money.deliver()
    return sent


def take_back(desk, transfer, kind):
    with acting_at(desk.station):
        journal = Journal.objects.get(kind=kind, reversed_by__isnull=True)
        waiting()["transfer"].undo(transfer.number, journal, reason="配错了", **desk.two)
        return journal


def books(desk):
    return {code: desk.balance(code) for code in BOOKS}


def states(transfer, *desks):
    return [desk.end(transfer).state for desk in desks]


def is_sound(*desks):
    ends = []
    for desk in desks:
        with acting_at(desk.station), connection.cursor() as cursor:
            assert audit_ledger(cursor, station=desk.station.id) == []
            ends += ends_here(cursor, station=desk.station.id)
        assert messages_against_effects(desk.station) == []
    assert ends_that_differ(ends) == []


def test_a_debit_taken_back_leaves_the_transfer_instructed_and_the_receiver_waits_no_more(
    money, county, township, fund
):
    transfer = county.instruct(township, fund, FEN)
    before = books(county)
    county.books(transfer.number, FEN, serial="C1")
    money.deliver()

    journal = take_back(county, transfer, "transfer_sent")
    money.deliver()

    assert states(transfer, county, township) == ["instructed", "cancelled"]
    assert books(county) == before
    assert township.expected() == []
    assert [one.ref for one in county.expected()] == [transfer.number]
    with acting_at(county.station):
        journal.refresh_from_db()
        assert journal.reversed_by.effective_on == journal.effective_on
    is_sound(county, township)


def test_the_right_debit_sends_it_again_and_it_closes_as_ever(money, county, township, sent):
    take_back(county, sent, "transfer_sent")
    money.deliver()

    county.books(sent.number, FEN, serial="C2")
    money.deliver()
    township.books(sent.number, FEN)
    money.deliver()

    assert states(sent, county, township) == ["closed", "received"]
    assert (county.balance("5101"), township.balance("4002")) == (FEN, FEN)
    with acting_at(county.station):
        refs = list(Journal.objects.filter(kind="transfer_sent").order_by("number").values_list(
            "ref", flat=True))  # fmt: skip
    assert refs == [sent.number, f"{sent.number}#1"]
    is_sound(county, township)


def test_a_debit_is_not_taken_back_once_the_receiver_said_what_came(county, township, received):
    with pytest.raises(ActedOn, match="对方已到账"):
        take_back(county, received, "transfer_sent")
    assert states(received, county, township) == ["closed", "received"]


def test_a_debit_is_not_taken_back_while_the_receivers_word_is_on_its_way(county, township, sent):
    township.books(sent.number, FEN)

    with pytest.raises(ActedOn, match="正在送达"):
        take_back(county, sent, "transfer_sent")


def test_a_credit_taken_back_opens_the_transfer_again_at_both_ends(money, county, township, sent):
    before = books(county), books(township)
    township.books(sent.number, FEN, serial="T1")
    money.deliver()

    take_back(township, sent, "transfer_in")
    money.deliver()

    assert states(sent, county, township) == ["sent", "announced"]
    assert (books(county), books(township)) == before
    assert [one.ref for one in township.expected()] == [sent.number]
    is_sound(county, township)

    township.books(sent.number, FEN, serial="T2")
    money.deliver()
    assert states(sent, county, township) == ["closed", "received"]
    assert (county.balance("5101"), township.balance("4002")) == (FEN, FEN)
    assert [pair["fen"] for pair in county.end(sent).pairs] == [FEN, -FEN, FEN]
    is_sound(county, township)


def test_a_credit_is_not_taken_back_once_the_sender_wants_some_back(
    money, county, township, received
):
    with acting_at(county.station):
        services.recall_transfer(
            received.pk, amount_fen=1_00, reason="未用完", **county.edge(county.head)
        )
    with pytest.raises(ActedOn, match="正在送达"):
        take_back(township, received, "transfer_in")
    money.deliver()
    with pytest.raises(ActedOn, match="要求退还"):
        take_back(township, received, "transfer_in")


def test_a_credit_is_not_taken_back_once_its_use_was_reported(money, township, received):
    with acting_at(township.station):
        services.report_use(
            received.pk, used_fen=1, report="已使用", **township.edge(township.finance)
        )
    with pytest.raises(ActedOn, match="决算已上报"):
        take_back(township, received, "transfer_in")


def test_a_credit_whose_money_is_spent_is_not_taken_back(money, county, township, received):
    with acting_at(township.station):
        fund = Transfer.objects.get(pk=received.pk).fund_id
        post_journal(
            kind="manual", ref="spent", effective_on=TODAY, memo="慰问支出",
            legs=[Leg(code="5001.living", fund_id=fund, amount_fen=1),
                  Leg(code="1001", fund_id=fund, amount_fen=-1)],
            **township.two,
        )  # fmt: skip
    with pytest.raises(BelowFloor):
        take_back(township, received, "transfer_in")
    assert states(received, county, township) == ["closed", "received"]


def test_what_is_said_twice_or_late_changes_nothing(money, county, township, sent):
    take_back(county, sent, "transfer_sent")
    money.deliver()
    county.books(sent.number, FEN, serial="C2")
    money.deliver()
    again = ["money.announced", "money.unsent", "money.announced"]
    with in_network():
        Message.objects.filter(kind__in=again).update(state="new", attempts=0, done_at=None)

    money.deliver()

    assert states(sent, county, township) == ["sent", "announced"]
    is_sound(county, township)


def test_two_lines_that_cross_contradict_each_other_until_the_right_debit_comes():
    """Both ends act at one moment: neither can know of the other, and no word is lost."""
    out = End(state=TransferState.SENT, direction="down", amount_fen=5, moved_fen=5, source="x")
    inn = End(state=TransferState.ANNOUNCED, direction="down", amount_fen=5, source="x")
    came, gone = rules.credited(inn, 5), unpairing.unsent(out)

    inn = unpairing.heard_unsent(came.end, of_round=0).end
    out = rules.heard_received(gone.end, 5, source="x").end
    assert (out.state, inn.state, inn.difference) == ("instructed", "mismatch", "status")

    paid = rules.debited(out, 5, counterparty="")
    said = unpairing.heard_announced_again(inn, difference="", of_round=paid.body["round"])
    closed = rules.heard_received(paid.end, said.body["fen"], source="x", of_round=0)
    assert (closed.end.state, said.end.state) == ("closed", "received")


def test_words_of_an_earlier_round_are_not_heard():
    out = End(
        state=TransferState.SENT, direction="down", amount_fen=5, moved_fen=5, source="x",
        heard_undone=1,
    )  # fmt: skip
    inn = End(
        state=TransferState.ANNOUNCED, direction="down", amount_fen=5, source="x", heard_undone=1
    )

    assert rules.heard_received(out, 5, source="x", of_round=0).end == out
    assert unpairing.heard_unreceived(out, of_round=0).end == out
    assert unpairing.heard_unsent(inn, of_round=0).end == inn
    assert unpairing.heard_announced_again(inn, difference="", of_round=0).end == inn


# --- at the bank ------------------------------------------------------------------------------------


@scene(after=conftest.money)
def booked(cast, money):
    """The county's statement paired a debit with the transfer, by two people."""
    county = money.county
    fund = county.fund()
    transfer = county.instruct(money.township, fund, FEN)
    with acting_at(county.station):
        data = csv_of(
            [Booked("C1", TODAY, -FEN, "桥东区总工会", transfer.number)], opening=100_000_00
        )
        statement = bank.upload_statement(
            data, filename="对账单.csv", fund_id=fund.pk, only_this_fund=False,
            **county.edge(county.finance),
        )  # fmt: skip
        bank.confirm_statement(statement.pk, **county.edge(county.head))
        bank.go_on(statement.__class__.objects.get(pk=statement.pk), now=county.now)
        assert Line.objects.get(serial="C1").state == "matched"
    return transfer


def line_of(desk):
    return Line.objects.get(serial="C1", station_id=desk.station.id)


def test_two_people_take_a_pair_back_at_the_bank(money, county, township, booked):
    money.deliver()
    with acting_at(county.station):
        line = line_of(county)
        bank.propose_undoing(line.pk, reason="配错了", **county.edge(county.finance))
        with pytest.raises(SameHands):
            bank.confirm_line(line.pk, **county.edge(county.finance))
        bank.confirm_line(line.pk, **county.edge(county.head))
        line = line_of(county)
        assert (line.state, line.break_type, line.journal_id) == ("break", "B2", None)
    money.deliver()

    assert states(booked, county, township) == ["instructed", "cancelled"]


def test_the_first_person_is_told_at_once_why_it_cannot_be_taken_back(
    money, county, township, booked
):
    money.deliver()
    township.books(booked.number, FEN)
    with acting_at(county.station), pytest.raises(ActedOn, match="正在送达"):
        bank.propose_undoing(line_of(county).pk, reason="配错了", **county.edge(county.finance))


def test_what_the_other_end_did_meanwhile_is_seen_by_the_second_person(
    money, county, township, booked
):
    money.deliver()
    with acting_at(county.station):
        bank.propose_undoing(line_of(county).pk, reason="配错了", **county.edge(county.finance))
    township.books(booked.number, FEN)
    money.deliver()

    with acting_at(county.station), pytest.raises(ActedOn, match="对方已到账"):
        bank.confirm_line(line_of(county).pk, **county.edge(county.head))
    assert states(booked, county, township) == ["closed", "received"]


def test_nothing_is_taken_back_in_a_month_that_is_closed(money, county, booked):
    with acting_at(county.station):
        for month in range(1, 12):
            close_period(year=2026, month=month, **county.edge(county.head))
        with pytest.raises(PeriodNotOpen):
            bank.propose_undoing(line_of(county).pk, reason="配错了", **county.edge(county.finance))


def test_a_month_closed_between_the_two_people_keeps_it_posted(money, county, booked):
    with acting_at(county.station):
        bank.propose_undoing(line_of(county).pk, reason="配错了", **county.edge(county.finance))
        for month in range(1, 12):
            close_period(year=2026, month=month, **county.edge(county.head))
        with pytest.raises(PeriodNotOpen):
            bank.confirm_line(line_of(county).pk, **county.edge(county.head))
    assert county.end(booked).state == "sent"
