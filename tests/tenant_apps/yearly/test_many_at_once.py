"""What stands when the same ledger is taken in, or taken back, by many at the same moment."""

import pytest

from bangfu.kernel.errors import IllegalMove
from bangfu.kernel.tenancy import in_station
from shared_apps.paperbooks.models import Book
from shared_apps.rollup.services import recount_station
from tenant_apps.yearly.errors import BookKeptAlready
from tests.support.crowd import at_once
from tests.support.scenes import Cast
from tests.tenant_apps.yearly.conftest import Past, rows_sheet

pytestmark = pytest.mark.fault
THREADS = 16
LEDGER = rows_sheet(
    *(
        {"kind": "发放资金", "who": who, "on": "2004-05", "amount": 100, "aid": "助学"}
        for who in range(200)
    )
)


def test_the_same_ledger_sent_many_times_at_once_counts_once_and_is_taken_back_once(
    committed, person_at
):
    past = Past(Cast(person_at))
    township = past.stations["township"]
    ends = at_once(*[lambda: past.keep(LEDGER).book] * THREADS)
    kept = [one for one in ends if isinstance(one, Book)]
    assert len(kept) == 1
    assert sum(isinstance(one, BookKeptAlready) for one in ends) == THREADS - 1
    past.tell()
    assert not recount_station(township)

    ends = at_once(*[lambda: past.undo(kept[0])] * THREADS)
    assert sum(isinstance(one, Book) for one in ends) == 1
    assert sum(isinstance(one, IllegalMove) for one in ends) == THREADS - 1
    past.tell()
    assert not recount_station(township)
    with in_station(township):
        assert not kept[0].past_rows.exists()
