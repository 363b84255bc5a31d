"""What stands when one card is used at many outlets at the same moment."""

import pytest

from bangfu.kernel.tenancy import in_station
from tenant_apps.benefits.errors import AboveBalance
from tenant_apps.benefits.models import Entry
from tenant_apps.benefits.selectors import cards_other_than_entries
from tests.support.crowd import CROWD, crowd
from tests.tenant_apps.benefits.conftest import Window

pytestmark = pytest.mark.fault
TRIES = 5


def test_32_outlets_spend_one_card_and_it_never_goes_below_zero(committed, township, person_at):
    window = Window(township, person_at)
    bought, refused = [], []

    def buy(number):
        for _turn in range(TRIES):
            try:
                window.buy(1_000)
            except AboveBalance:
                refused.append(number)
            else:
                bought.append(number)

    assert crowd(buy) == []

    assert (len(bought), len(refused)) == (100, CROWD * TRIES - 100)
    assert window.fresh(window.card).balance_fen == 0
    with in_station(township):
        spent = Entry.objects.filter(kind="purchase")
        assert sum(spent.values_list("union_fen", flat=True)) == 88_000
        assert not cards_other_than_entries().exists()
