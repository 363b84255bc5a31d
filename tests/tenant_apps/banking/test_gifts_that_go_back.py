"""Money that goes back to its donor is found in the statement by the number of the donation, and taken back by two."""

from datetime import timedelta

from tenant_apps.banking import services
from tenant_apps.banking.selectors import expectations
from tenant_apps.sources.models import Donation
from tenant_apps.sources.services import agree_return, ask_return, give_receipt, pledge_donation
from tests.conftest import NOON
from tests.tenant_apps.banking.banks import Booked
from tests.tenant_apps.banking.conftest import DAY
from tests.tenant_apps.banking.test_work_by_hand import balance

LATER = DAY + timedelta(days=1)


def received(desk):
    """500 yuan that came for their pledge, with their receipt."""
    pledge = pledge_donation(
        kind="cash", donor="老同志", amount_fen=500_00, fund_id=desk.books.gift.pk,
        actor=desk.finance, now=NOON,
    )  # fmt: skip
    desk.take_in(Booked("S1", DAY, 500_00, "老同志", pledge.number))
    return give_receipt(pledge.pk, actor=desk.finance, now=NOON)


def going_back(desk, donation):
    ask_return(donation.pk, amount_fen=500_00, reason="来函", actor=desk.finance, now=NOON)
    return agree_return(donation.pk, actor=desk.head, now=NOON)


def test_the_debit_finds_the_return_by_the_number_of_the_donation(desk):
    donation = going_back(desk, received(desk))
    assert [one.kind for one in expectations(on=DAY)] == ["donation_return"]
    desk.take_in(Booked("S2", LATER, -500_00, "老同志", donation.number), opening=500_00)

    line = desk.line("S2")
    assert (line.state, line.kind, line.rule) == ("matched", "donation_return", "P1")
    assert (balance("1001"), balance("4003"), balance("8002")) == (0, 0, 0)
    assert Donation.objects.get().state == "returned"


def test_the_pair_is_taken_back_by_two_people_and_the_return_waits_again(desk):
    donation = going_back(desk, received(desk))
    desk.take_in(Booked("S2", LATER, -500_00, "老同志", donation.number), opening=500_00)
    line = desk.line("S2")
    services.propose_undoing(line.pk, reason="配错了", actor=desk.finance, now=NOON)
    services.confirm_line(line.pk, actor=desk.head, now=NOON)

    assert Donation.objects.get().state == "returning"
    assert (balance("1001"), balance("4003"), balance("8002")) == (500_00, -500_00, 500_00)
    assert [one.kind for one in expectations(on=DAY)] == ["donation_return"]


def test_a_debit_for_a_donation_that_is_not_to_go_back_is_a_break(desk):
    donation = received(desk)
    desk.take_in(Booked("S2", LATER, -500_00, "老同志", donation.number), opening=500_00)
    assert desk.line("S2").state == "break"
    assert Donation.objects.get().state == "receipted"
