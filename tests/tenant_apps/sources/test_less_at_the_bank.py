"""The bank credits less, or more, than was sent: two people at the receiver say which transfer it is."""

import time_machine

from shared_apps.bankfiles.models import Line
from tenant_apps.banking import services as banking
from tenant_apps.banking.balance import differences
from tests.conftest import NOON
from tests.tenant_apps.banking.banks import Booked, csv_of
from tests.tenant_apps.sources.conftest import TODAY, acting_at

FEN = 20_000_00
CAME = 19_950_00


def test_a_line_of_less_than_the_transfer_is_claimed_by_two_people(money, county, township):
    transfer = county.instruct(township, county.fund(), FEN)
    county.books(transfer.number, FEN)
    money.deliver()
    booked = Booked("S1", TODAY, CAME, "宣化区总工会", reference=transfer.number)
    with time_machine.travel(NOON), acting_at(township.station):
        brought = banking.upload_statement(
            csv_of([booked]), filename="对账单.csv", fund_id=township.fund().pk, only_this_fund=False,
            **township.edge(township.finance),
        )  # fmt: skip
        banking.go_on(
            banking.confirm_statement(brought.pk, **township.edge(township.head)), now=NOON
        )
        line = Line.objects.get(serial="S1")
        assert (line.state, line.break_type) == ("break", "B5")
        banking.propose_match(
            [line.pk], kind="transfer", ref=transfer.number, memo="手续费", **township.edge(township.finance)
        )  # fmt: skip
        receipt = banking.confirm_line(line.pk, **township.edge(township.head))
        line.refresh_from_db()
        assert (line.state, line.journal_id) == ("matched", receipt.pk)
        assert not [one for one in differences() if one.key.startswith("line:")]
    money.deliver()

    assert [desk.end(transfer).difference for desk in (county, township)] == ["amount", "amount"]
    assert (township.balance("2101"), township.balance("1001")) == (CAME, CAME)


def test_a_line_of_more_than_the_transfer_closes_it_and_leaves_the_surplus_unclaimed(
    money, county, township
):
    transfer = county.instruct(township, county.fund(), FEN)
    county.books(transfer.number, FEN)
    money.deliver()
    booked = Booked("S1", TODAY, FEN + 500_00, "宣化区总工会", reference=transfer.number)
    with time_machine.travel(NOON), acting_at(township.station):
        brought = banking.upload_statement(
            csv_of([booked]), filename="对账单.csv", fund_id=township.fund().pk, only_this_fund=False,
            **township.edge(township.finance),
        )  # fmt: skip
        banking.go_on(
            banking.confirm_statement(brought.pk, **township.edge(township.head)), now=NOON
        )
        line = Line.objects.get(serial="S1")
        banking.propose_match(
            [line.pk], kind="transfer", ref=transfer.number, memo="多汇", **township.edge(township.finance)
        )  # fmt: skip
        banking.confirm_line(line.pk, **township.edge(township.head))
    money.deliver()

    assert [desk.end(transfer).state for desk in (county, township)] == ["closed", "received"]
    assert [desk.end(transfer).confirmed_fen for desk in (county, township)] == [FEN, FEN]
    assert (township.balance("2101"), township.balance("1001")) == (500_00, FEN + 500_00)
