"""A transfer goes from the plan at one station to the confirmed receipt at the other, on evidence of both banks."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from bangfu.kernel import clock
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotPermitted
from bangfu.kernel.tenancy import in_network
from shared_apps.exchange.models import Message
from shared_apps.exchange.relay import time_given
from shared_apps.notifications.models import Notification
from shared_apps.reconciliation.models import Break, BreakKind
from shared_apps.reconciliation.proofs import differences_here, resend_of
from shared_apps.reconciliation.services import reconcile_station
from tenant_apps.casework.models import Clock, Todo
from tenant_apps.casework.selectors import todos_for
from tenant_apps.casework.services import fire_clocks
from tenant_apps.funds.errors import BelowFloor
from tenant_apps.funds.models import Journal
from tenant_apps.sources import services
from tenant_apps.sources.errors import BackBeyondUnused, NoSuchPartner, SamePerson
from tenant_apps.sources.models import Transfer
from tenant_apps.sources.selectors import transit_differences
from tests.conftest import NOON
from tests.support.scenes import scene
from tests.tenant_apps.sources import conftest
from tests.tenant_apps.sources.conftest import BOTH_MET, PAYEE, TODAY, acting_at

pytestmark = pytest.mark.usefixtures("at_noon")

FEN = 20_000_00


@pytest.fixture
def fund(county):
    return county.fund()


@scene(after=conftest.money)
def sent(cast, money):
    """The county's bank has paid; the township has heard of it."""
    county = money.county
    transfer = county.instruct(money.township, county.fund(), FEN)
    county.books(transfer.number, FEN)
    money.deliver()
    return transfer


def in_transit(desk):
    with acting_at(desk.station):
        assert transit_differences() == []
    return desk.balance("1101")


def test_money_is_posted_only_on_the_line_of_the_own_bank(money, county, township, fund):
    transfer = county.instruct(township, fund, FEN)
    assert county.balance("1001") == 100_000_00
    assert county.balance("8002") == FEN

    county.books(transfer.number, FEN)
    assert (county.balance("1001"), in_transit(county)) == (80_000_00, FEN)
    money.deliver()
    assert township.end(transfer).state == "announced"
    assert township.journals() == []

    township.books(transfer.number, FEN)
    assert (township.balance("1001"), township.balance("4002")) == (FEN, FEN)
    assert (county.end(transfer).state, in_transit(county)) == ("sent", FEN)
    money.deliver()

    assert (county.end(transfer).state, township.end(transfer).state) == ("closed", "received")
    assert (in_transit(county), county.balance("5101")) == (0, FEN)
    assert county.balance("8003") == FEN
    assert township.balance("8001") == FEN


def test_three_people_decide_and_two_meetings_are_noted(county, township, fund):
    transfer = county.plan(township, fund, FEN)
    with acting_at(county.station):
        with pytest.raises(SamePerson):
            services.check_transfer(transfer.pk, **county.edge(county.finance))
        with pytest.raises(NotPermitted):
            services.approve_transfer(transfer.pk, BOTH_MET, **county.edge(county.finance))
        with pytest.raises(IllegalMove):
            services.approve_transfer(transfer.pk, BOTH_MET, **county.edge(county.head))
        services.check_transfer(transfer.pk, **county.edge(county.supervisor))
        late = services.Meetings(
            chair_met_on=TODAY.replace(day=19), chair_decided="同意",
            party_met_on=TODAY.replace(day=18), party_decided="通过",
        )  # fmt: skip
        with pytest.raises(InvalidInput):
            services.approve_transfer(transfer.pk, late, **county.edge(county.head))
        services.approve_transfer(transfer.pk, BOTH_MET, **county.edge(county.head))

    end = county.end(transfer)
    assert (end.planned_by, end.checked_by, end.approved_by) == ("钱财务", "周经审", "孙站长")
    assert (end.chair_met_on, end.party_decided) == (TODAY, "审定通过")


def test_more_than_the_budget_of_the_fund_is_not_approved(county, township, fund):
    transfer = county.plan(township, fund, 100_000_01)
    with acting_at(county.station):
        services.check_transfer(transfer.pk, **county.edge(county.supervisor))
        with pytest.raises(BelowFloor):
            services.approve_transfer(transfer.pk, BOTH_MET, **county.edge(county.head))


def test_money_goes_only_to_a_station_right_below_or_above(money, county, township, fund):
    with pytest.raises(NoSuchPartner):
        money.city.plan(township, money.city.open_fund(), FEN)
    assert county.plan(money.city, fund, FEN).direction == "up"


def test_what_is_given_up_before_the_bank_paid_frees_its_budget(county, township, fund):
    transfer = county.instruct(township, fund, FEN)
    with acting_at(county.station):
        services.cancel_transfer(transfer.pk, reason="计划调整", **county.edge(county.finance))
    assert (county.balance("8002"), county.balance("8001")) == (0, 100_000_00)
    assert county.expected() == []
    with pytest.raises(IllegalMove):
        county.books(transfer.number, FEN)


def test_a_line_told_twice_is_one_voucher_and_one_message(money, county, township, fund):
    transfer = county.instruct(township, fund, FEN)
    first = county.books(transfer.number, FEN, serial="L1")
    again = county.books(transfer.number, FEN, serial="L1")
    assert again.pk == first.pk
    money.deliver()
    assert township.books(transfer.number, FEN, serial="T1").pk == (
        township.books(transfer.number, FEN, serial="T1").pk
    )
    money.deliver()
    with acting_at(county.station):
        assert Message.objects.filter(kind="money.announced").count() == 1
        assert Journal.objects.filter(kind="transfer_closed").count() == 1


def test_the_receiver_keeps_source_and_purpose(money, county, township):
    earmarked = county.open_fund("ZX26", "助学专款", "province", programmes=["schooling"])
    county.endow(earmarked, FEN)
    township.open_fund("ZX26", "本镇专项", "own_union")
    transfer = county.instruct(township, earmarked, FEN, purpose="金秋助学")
    county.books(transfer.number, FEN)
    money.deliver()

    here = township.end(transfer)
    with acting_at(township.station):
        purse = here.fund
    assert (purse.source, purse.programmes, purse.name) == ("province", ["schooling"], "助学专款")
    assert purse.code != "ZX26"
    assert (here.purpose, here.source) == ("金秋助学", "province")


def test_money_of_one_source_lies_in_one_fund_all_the_way_down(money, county, township, sent):
    other = township.fund()
    assert (other.code, other.source) == ("ZY26", "central")
    assert township.end(sent).fund_id == other.pk


def test_a_payee_other_than_instructed_is_a_difference_at_once(money, county, township, fund):
    transfer = county.instruct(township, fund, FEN)
    county.books(transfer.number, FEN, counterparty="桥西区总工会")
    money.deliver()

    end = county.end(transfer)
    assert (end.state, end.difference, in_transit(county)) == ("mismatch", "payee", FEN)
    assert township.end(transfer).difference == "payee"


def test_brackets_and_spaces_make_no_other_payee(county, township, fund):
    transfer = county.instruct(township, fund, FEN, payee="桥东区总工会（帮扶中心）")
    county.books(transfer.number, FEN, counterparty="桥东区总工会 (帮扶中心)")
    assert county.end(transfer).state == "sent"


def test_less_than_was_sent_is_a_difference_at_both_ends_until_two_people_agree(
    money, county, township, sent
):
    receipt = township.takes_in(township.fund(), 19_000_00)
    with acting_at(township.station):
        services.claim_for_transfer(sent.pk, receipt.pk, **township.two)
    money.deliver()
    assert [desk.end(sent).difference for desk in (county, township)] == ["amount", "amount"]
    assert (township.balance("2101"), township.balance("4002")) == (19_000_00, 0)
    assert in_transit(county) == FEN
    with acting_at(county.station), pytest.raises(NotPermitted):
        services.agree_on_received(sent.pk, **county.edge(county.finance))

    with acting_at(county.station):
        services.agree_on_received(sent.pk, **county.edge(county.head))
    money.deliver()
    assert (township.end(sent).state, township.balance("4002")) == ("received", 19_000_00)
    assert (county.end(sent).state, in_transit(county)) == ("mismatch", 1_000_00)

    county.books(sent.number, 1_000_00, kind="transfer_back")
    money.deliver()
    assert (county.end(sent).state, in_transit(county)) == ("closed", 0)
    assert county.balance("5101") == 19_000_00
    assert township.end(sent).state == "received"


def test_more_than_was_sent_stays_unidentified_beyond_what_was_sent(money, county, township, sent):
    receipt = township.takes_in(township.fund(), 21_000_00)
    with acting_at(township.station):
        services.claim_for_transfer(sent.pk, receipt.pk, **township.two)
    money.deliver()
    with acting_at(county.station):
        services.agree_on_received(sent.pk, **county.edge(county.head))
    money.deliver()

    assert (township.balance("4002"), township.balance("2101")) == (FEN, 1_000_00)
    assert (county.balance("5101"), in_transit(county)) == (FEN, 0)


def test_money_that_came_before_it_was_announced_is_claimed(money, county, township, fund):
    own = township.open_fund("GH26", "本级工会帮扶资金", "own_union")
    receipt = township.takes_in(own, FEN)
    transfer = county.instruct(township, fund, FEN)
    county.books(transfer.number, FEN)
    money.deliver()
    with acting_at(township.station):
        services.claim_for_transfer(transfer.pk, receipt.pk, **township.two)
        assert services.unidentified_receipts() == []
    money.deliver()

    assert county.end(transfer).state == "closed"
    assert (township.balance("1001", own), township.balance("1001", township.fund())) == (0, FEN)
    assert (township.balance("2101"), township.balance("4002")) == (0, FEN)


def test_what_the_bank_gives_back_is_expected_no_longer(money, county, township, sent):
    county.books(sent.number, FEN, kind="transfer_back")
    money.deliver()

    assert [desk.end(sent).state for desk in (county, township)] == ["returned", "returned"]
    assert (county.balance("1001"), in_transit(county)) == (100_000_00, 0)
    assert (county.balance("8001"), county.balance("8003")) == (100_000_00, 0)
    assert township.expected() == []


def test_money_at_both_ends_is_a_contradiction(money, county, township, sent):
    township.books(sent.number, FEN)
    county.books(sent.number, FEN, kind="transfer_back")
    money.deliver()

    assert township.end(sent).difference == "status"


def test_unused_money_is_recalled_and_comes_back(money, county, township, sent):
    township.books(sent.number, FEN)
    money.deliver()
    with acting_at(county.station):
        with pytest.raises(BackBeyondUnused):
            services.recall_transfer(
                sent.pk, amount_fen=FEN + 1, reason="未用", **county.edge(county.head)
            )
        services.recall_transfer(
            sent.pk, amount_fen=5_000_00, reason="年末未用", **county.edge(county.head)
        )
    money.deliver()
    assert [one.amount_fen for one in township.expected()] == [5_000_00]
    township.books(sent.number, 5_000_00)
    assert (township.balance("1001"), township.balance("4002")) == (15_000_00, 15_000_00)
    money.deliver()
    county.books(sent.number, 5_000_00)

    assert (county.balance("5101"), county.balance("1001")) == (15_000_00, 85_000_00)
    assert county.end(sent).confirmed_fen == township.end(sent).confirmed_fen == 15_000_00
    assert (in_transit(county), township.balance("8001")) == (0, 15_000_00)


def test_use_is_reported_and_settled_at_the_end_of_the_year(money, county, township, sent):
    township.books(sent.number, FEN)
    money.deliver()
    with acting_at(township.station):
        services.report_use(
            sent.pk, used_fen=18_000_00, report="慰问 36 户", **township.edge(township.finance)
        )
    money.deliver()
    with acting_at(county.station):
        services.settle_transfer(sent.pk, **county.edge(county.head))
    money.deliver()

    assert [desk.end(sent).state for desk in (county, township)] == ["settled", "settled"]
    assert county.end(sent).used_fen == 18_000_00


def test_three_working_days_without_a_confirmation_reach_both_stations(
    money, county, township, sent
):
    money.pass_days(7)
    for desk in (county, township):
        with acting_at(desk.station):
            fired = fire_clocks(now=desk.now)
            assert fired.overdue == 1
            assert Clock.objects.get(overdue_at__isnull=False).reference == sent.number


def test_a_difference_waits_for_finance(money, county, township, sent):
    receipt = township.takes_in(township.fund(), 1)
    with acting_at(township.station):
        services.claim_for_transfer(sent.pk, receipt.pk, **township.two)
    money.deliver()
    with acting_at(county.station):
        todo = Todo.objects.get(subject_id=sent.pk, closed_at=None)
        assert todo.kind == "transfer.mismatch"
        assert "20,000.00" in todo.headline


def test_a_transfer_that_was_not_announced_is_proved_missing(money, county, township, fund):
    from shared_apps.reconciliation.checks import messages_against_effects

    transfer = county.instruct(township, fund, FEN)
    county.books(transfer.number, FEN)
    money.deliver()
    assert messages_against_effects(township.station) == []
    with acting_at(township.station):
        Transfer.objects.filter(pk=transfer.pk).delete()
    found = messages_against_effects(township.station)
    assert [one.detail["kind"] for one in found] == ["money.announced"]


def test_the_payee_is_the_one_on_the_payment_letter(county, township, fund):
    transfer = county.instruct(township, fund, FEN)
    (one,) = county.expected()
    assert (one.ref, one.amount_fen, one.incoming) == (transfer.number, FEN, False)
    assert one.counterparty == PAYEE


def test_money_back_that_came_before_anybody_said_so_is_claimed(money, county, township, sent):
    township.books(sent.number, FEN)
    money.deliver()
    with acting_at(county.station):
        services.recall_transfer(
            sent.pk, amount_fen=5_000_00, reason="未用", **county.edge(county.head)
        )
    money.deliver()
    township.books(sent.number, 5_000_00)
    receipt = county.takes_in(county.fund(), 5_000_00)
    money.deliver()
    with acting_at(county.station):
        services.claim_for_transfer(sent.pk, receipt.pk, **county.two)
        assert services.unidentified_receipts() == []

    assert (county.balance("2101"), county.balance("5101")) == (0, 15_000_00)
    assert county.expected() == []


def test_what_came_and_what_bounced_add_up_without_anybody_having_to_agree(
    money, county, township, sent
):
    county.books(sent.number, 1_000_00, kind="transfer_back")
    receipt = township.takes_in(township.fund(), 19_000_00)
    with acting_at(township.station):
        services.claim_for_transfer(sent.pk, receipt.pk, **township.two)
    money.deliver()

    assert (county.end(sent).state, township.end(sent).state) == ("closed", "received")
    assert county.balance("5101") == township.balance("4002") == 19_000_00
    assert (in_transit(county), township.balance("2101")) == (0, 0)


def breaks_of(desk):
    with acting_at(desk.station):
        return [(one.detail["type"], one.actual) for one in differences_here("bank")
                if one.key.startswith("transfer:")]  # fmt: skip


def test_ends_that_differ_are_breaks_at_both_stations(money, county, township, sent):
    receipt = township.takes_in(township.fund(), 19_000_00)
    with acting_at(township.station):
        services.claim_for_transfer(sent.pk, receipt.pk, **township.two)
    money.deliver()

    assert breaks_of(county) == breaks_of(township) == [("B5", "19,000.00")]


def test_money_nobody_confirmed_in_three_working_days_is_a_break_of_the_sender(
    money, county, sent, monkeypatch
):
    assert breaks_of(county) == []
    monkeypatch.setattr(clock, "today", lambda: TODAY + timedelta(days=7))
    assert breaks_of(county) == [("B12", "")]


def found_at(desk, after):
    """What the county would be told of the bank a while after noon."""
    with time_machine.travel(NOON + after, tick=False):
        return breaks_of(desk)


def test_a_statement_brought_late_makes_no_break_of_a_transfer_just_announced(
    money, county, township, fund
):
    transfer = county.instruct(township, fund, FEN)
    county.books(transfer.number, FEN, on=TODAY - timedelta(days=15))

    assert found_at(county, timedelta(minutes=5)) == []
    assert found_at(county, timedelta(days=4)) == []
    # Nobody delivers it: that outlives the working days and the time a message is given.
    assert found_at(county, timedelta(days=7)) == [("B12", "")]


def test_the_receivers_word_on_its_way_keeps_the_sender_from_being_told(
    money, county, township, sent
):
    week = timedelta(days=7)
    money.pass_days(7)
    township.books(sent.number, FEN)

    assert found_at(county, week) == []
    assert found_at(county, week + time_given()) == [("B12", "")]
    money.deliver()
    assert found_at(county, week + time_given()) == []


def test_nobody_is_told_of_what_healed_before(money, county, township, fund):
    transfer = county.instruct(township, fund, FEN)
    county.books(transfer.number, FEN, on=TODAY - timedelta(days=15))
    for after in (timedelta(minutes=5), timedelta(days=1)):
        with time_machine.travel(NOON + after, tick=False):
            reconcile_station(county.station, now=NOON + after, kinds=[BreakKind.BANK])
    money.deliver()
    township.books(transfer.number, FEN)
    money.deliver()
    with time_machine.travel(NOON + timedelta(days=8), tick=False):
        reconcile_station(county.station, now=NOON + timedelta(days=8), kinds=[BreakKind.BANK])

    with in_network():
        assert not Break.objects.filter(station_id=county.station.id).exists()
        assert not Notification.objects.filter(kind="break").exists()


def test_what_vanished_on_its_way_is_said_again_from_the_senders_own_records(
    money, county, township, fund
):
    transfer = county.instruct(township, fund, FEN)
    county.books(transfer.number, FEN)
    with in_network():
        Message.objects.filter(kind="money.announced").delete()
    assert money.deliver() == 0
    stream = f"money:{transfer.pk}"
    with acting_at(county.station):
        assert resend_of(stream)(stream, township.station.id, now=county.now)
        assert resend_of(stream)(stream, township.station.id, now=county.now)

    money.deliver()
    assert township.end(transfer).state == "announced"
    with in_network():
        assert Message.objects.filter(kind="money.announced").count() == 1


def todo_of(desk, *actors):
    with acting_at(desk.station):
        return [[todo.kind for todo in todos_for(actor)] for actor in actors]


def test_a_plan_does_not_wait_for_the_one_who_made_it(county, township, fund):
    both = replace(
        county.finance, capabilities=county.finance.capabilities | county.supervisor.capabilities
    )
    transfer = county.plan(township, fund, FEN)
    assert todo_of(county, both, county.supervisor) == [[], ["transfer.planned"]]

    with acting_at(county.station):
        services.check_transfer(transfer.pk, **county.edge(county.supervisor))
    acted = [replace(one, capabilities=county.head.capabilities)
             for one in (county.finance, county.supervisor)]  # fmt: skip
    assert todo_of(county, *acted, county.head) == [[], [], ["transfer.checked"]]

    with acting_at(county.station):
        services.approve_transfer(transfer.pk, BOTH_MET, **county.edge(county.head))
    assert todo_of(county, county.finance) == [["transfer.approved"]]
