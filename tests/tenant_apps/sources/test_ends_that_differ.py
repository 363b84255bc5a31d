"""Every night each transfer is compared with its other end, and what the auditor finds is a break with amounts."""

from datetime import timedelta

import time_machine

from bangfu.kernel.tenancy import in_network
from shared_apps.exchange.relay import time_given
from shared_apps.reconciliation.kinds import AUDITED
from shared_apps.reconciliation.models import Break, BreakKind, BreakState
from shared_apps.reconciliation.services import reconcile_station
from shared_apps.reconciliation.wording import page_of_record, place_of
from tenant_apps.sources import services
from tenant_apps.sources.models import Transfer
from tests.conftest import NOON
from tests.support.scenes import scene
from tests.tenant_apps.sources import conftest
from tests.tenant_apps.sources.conftest import acting_at

FEN = 20_000_00


@scene(after=conftest.money)
def closed(cast, money):
    """A transfer that both banks booked and both ends confirmed to the fen."""
    county, township = money.county, money.township
    transfer = county.instruct(township, county.fund(), FEN)
    county.books(transfer.number, FEN)
    money.deliver()
    township.books(transfer.number, FEN)
    money.deliver()
    assert county.end(transfer).state == "closed"
    return transfer


def say_otherwise(desk, transfer, fen):
    with acting_at(desk.station):
        Transfer.objects.filter(pk=transfer.pk).update(confirmed_fen=fen)


def compare(desk, *, after=timedelta()):
    """What the nightly comparison of one station finds in its ledger a while after noon, by key."""
    with time_machine.travel(NOON + after, tick=False):
        reconcile_station(desk.station, now=NOON + after, kinds=[BreakKind.LEDGER])
    with in_network():
        rows = Break.objects.select_related("station").filter(
            kind__in=AUDITED, station_id=desk.station.id
        )
        return {case.key: case for case in rows}


def test_nothing_is_found_where_both_ends_say_the_same(county, township, closed):
    assert compare(county) == {}
    assert compare(township) == {}


def test_ends_that_say_different_amounts_are_one_break_at_the_sender(
    county, township, closed, person_at
):
    say_otherwise(township, closed, FEN - 1)

    assert compare(township) == {}
    ((key, case),) = compare(county).items()

    assert key == f"ends-of-a-transfer-differ:{closed.number}"
    assert case.owner_id == county.station.parent_id
    assert (case.kind, case.get_kind_display()) == ("transfer", "拨款不符")
    here = county.station
    finance, reviewer = (person_at(here, role) for role in ("finance", "reviewer"))
    page = f"/s/130705/sources/transfers/{closed.pk}/"
    assert page_of_record(case, here=here, actor=finance) == page
    assert page_of_record(case, here=here, actor=reviewer) == ""
    assert (case.expected, case.actual) == ("20,000.00", "19,999.99")
    assert case.detail["amount_fen"] == -1
    assert place_of(case) == f"拨款两端不符 · {closed.number}"


def test_it_is_healed_by_itself_when_both_ends_say_the_same_again(county, township, closed):
    say_otherwise(township, closed, FEN - 1)
    compare(county)
    say_otherwise(township, closed, FEN)

    (case,) = compare(county).values()

    assert case.state == BreakState.HEALED


def test_an_end_that_nobody_sent_is_a_break_where_it_arrived(county, township, closed):
    with acting_at(county.station):
        Transfer.objects.filter(pk=closed.pk).delete()

    found = compare(township)

    assert f"ends-of-a-transfer-differ:{closed.number}" in found


def test_what_is_in_transit_otherwise_is_a_break_with_its_amounts(county, closed):
    say_otherwise(county, closed, FEN - 5)

    case = compare(county)["transfers-in-transit-otherwise:1101"]

    assert (case.expected, case.actual) == ("0.05", "0.00")
    assert case.detail["amount_fen"] == -5


def test_ends_that_differ_only_while_a_word_is_on_its_way_are_no_break(county, township, closed):
    say_otherwise(township, closed, FEN - 1)
    with acting_at(township.station):
        services.report_use(
            closed.pk, used_fen=1, report="已使用", **township.edge(township.finance)
        )

    assert compare(county) == {}
    assert compare(county, after=time_given() - timedelta(seconds=1)) == {}
    assert compare(county, after=time_given()) != {}


def test_a_word_that_came_heals_without_anybody_having_been_told(money, county, township, closed):
    say_otherwise(township, closed, FEN - 1)
    with acting_at(township.station):
        services.report_use(
            closed.pk, used_fen=1, report="已使用", **township.edge(township.finance)
        )
    assert compare(county) == {}

    say_otherwise(township, closed, FEN)
    money.deliver()

    assert compare(county, after=timedelta(days=1)) == {}


def test_unused_money_on_its_way_back_is_no_difference(money, county, township, closed):
    with acting_at(county.station):
        services.recall_transfer(
            closed.pk, amount_fen=5_000_00, reason="未用完", **county.edge(county.head)
        )
    money.deliver()
    township.books(closed.number, 5_000_00)
    assert compare(county, after=timedelta(days=1)) == {}

    money.deliver()
    assert compare(county, after=timedelta(days=1)) == {}
    county.books(closed.number, 5_000_00)
    assert compare(county, after=timedelta(days=1)) == {}
    assert (county.end(closed).confirmed_fen, township.end(closed).confirmed_fen) == (
        15_000_00, 15_000_00,
    )  # fmt: skip
