"""Many people and workers on one transfer at the same moment: one voucher, one message, one claim."""

import pytest

from bangfu.kernel.errors import DomainError
from bangfu.kernel.tenancy import in_station
from shared_apps.exchange import relay
from shared_apps.exchange.models import Message
from tenant_apps.funds.expectations import waiting
from tenant_apps.funds.models import Journal
from tenant_apps.sources import services
from tenant_apps.sources.models import Transfer
from tenant_apps.sources.selectors import transit_differences
from tests.support.crowd import crowd
from tests.tenant_apps.sources.conftest import Money, desk_at

pytestmark = pytest.mark.fault
FEN = 1_000_00


@pytest.fixture
def real(committed, city, other_county, outsider, person_at):
    """Three stations in which everything commits; the city has 100,000 yuan."""
    made = Money(*(desk_at(station, person_at) for station in (city, other_county, outsider)))
    made.city.endow(made.city.open_fund(), 100_000_00)
    return made


def vouchers(desk, kind):
    with in_station(desk.station):
        return Journal.objects.filter(kind=kind).count()


def test_a_line_that_32_tell_at_once_is_one_voucher_and_one_message(real):
    above, below = real.city, real.county
    transfer = above.instruct(below, above.fund(), FEN)

    errors = crowd(lambda _number: above.books(transfer.number, FEN, serial="L1"))

    assert errors == []
    assert vouchers(above, "transfer_sent") == 1
    with in_station(above.station):
        assert Message.objects.filter(kind="money.announced").count() == 1
        assert transit_differences() == []


def test_one_receipt_is_claimed_for_one_of_two_transfers_of_the_same_amount(real):
    above, below = real.city, real.county
    both = [above.instruct(below, above.fund(), FEN) for _number in range(2)]
    for transfer in both:
        above.books(transfer.number, FEN)
    relay.deliver_all()
    receipt = below.takes_in(below.fund(), FEN)

    def claim(number):
        with in_station(below.station):
            services.claim_for_transfer(both[number % 2].pk, receipt.pk, **below.two)

    errors = crowd(claim)
    relay.deliver_all()

    assert len(errors) == 31
    assert all(isinstance(error, DomainError) for error in errors)
    with in_station(below.station):
        assert Transfer.objects.filter(state="received").count() == 1
    assert (below.balance("2101"), below.balance("4002")) == (0, FEN)
    assert sorted(above.end(one).state for one in both) == ["closed", "sent"]


@pytest.mark.parametrize("end", ["sender", "receiver"])
def test_a_pair_that_32_take_back_at_once_is_taken_back_once(real, end):
    above, below = real.city, real.county
    transfer = above.instruct(below, above.fund(), FEN)
    above.books(transfer.number, FEN, serial="L1")
    relay.deliver_all()
    if end == "receiver":
        below.books(transfer.number, FEN, serial="L2")
        relay.deliver_all()
    desk, kind = (above, "transfer_sent") if end == "sender" else (below, "transfer_in")
    with in_station(desk.station):
        journal = Journal.objects.get(kind=kind)

    def take_back(_number):
        with in_station(desk.station):
            waiting()["transfer"].undo(transfer.number, journal, reason="配错了", **desk.two)

    errors = crowd(take_back)
    relay.deliver_all()

    assert len(errors) == 31
    assert all(isinstance(error, DomainError) for error in errors)
    assert vouchers(desk, "reversal") == 1
    expected = ["instructed", "cancelled"] if end == "sender" else ["sent", "announced"]
    assert [desk.end(transfer).state for desk in (above, below)] == expected


def test_a_debit_taken_back_while_the_receiver_enters_its_credit_loses_nothing(real):
    above, below = real.city, real.county
    transfer = above.instruct(below, above.fund(), FEN)
    above.books(transfer.number, FEN, serial="L1")
    relay.deliver_all()
    with in_station(above.station):
        journal = Journal.objects.get(kind="transfer_sent")

    def act(number):
        if number % 2:
            below.books(transfer.number, FEN, serial="L2")
            return
        with in_station(above.station):
            waiting()["transfer"].undo(transfer.number, journal, reason="配错了", **above.two)

    errors = crowd(act)
    relay.deliver_all()

    assert all(isinstance(error, DomainError) for error in errors)
    state = above.end(transfer).state
    assert state in {"closed", "instructed"}
    if state == "instructed":
        above.books(transfer.number, FEN, serial="L3")
        relay.deliver_all()
        if below.end(transfer).state == "announced":
            below.books(transfer.number, FEN, serial="L4")
            relay.deliver_all()
    assert [desk.end(transfer).state for desk in (above, below)] == ["closed", "received"]
    assert (above.balance("5101"), below.balance("4002")) == (FEN, FEN)
    with in_station(above.station):
        assert transit_differences() == []
