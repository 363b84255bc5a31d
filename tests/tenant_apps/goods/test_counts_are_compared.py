"""A count that found another quantity than the book stands in the workbench until a second person decides."""

import pytest

from bangfu.kernel.tenancy import in_network
from shared_apps.reconciliation.models import Break, BreakKind
from shared_apps.reconciliation.services import reconcile_station
from shared_apps.reconciliation.wording import place_of
from tests.conftest import NOON
from tests.tenant_apps.goods.test_the_store import count


def compared(store):
    reconcile_station(store.station, now=NOON, kinds=[BreakKind.MONEY])
    with in_network():
        rows = Break.objects.select_related("station").filter(kind=BreakKind.MONEY)
        return list(rows.order_by("pk"))


@pytest.fixture
def short(store):
    """Ten bags on the shelf, of which eight were found; and the count that waits."""
    return count(store, store.on_shelf(), 8, reason="两袋受潮遗失")


def test_a_count_that_differs_is_a_break_with_both_quantities_and_their_value(store, short):
    (case,) = compared(store)

    assert (case.expected, case.actual) == ("10 袋", "8 袋")
    assert case.detail["amount_fen"] == -12_000
    assert case.owner_id == store.station.id
    assert place_of(case) == "物资 · 东北大米 10kg 盘点（已上架），等待第二人确认"
    assert case.detail["page"] == f"goods/lots/{short.subject_id}/"


@pytest.mark.parametrize("decided", ["confirmed", "returned"])
def test_it_is_gone_when_somebody_else_decided(store, short, decided):
    compared(store)
    if decided == "confirmed":
        store.act("confirm_check", short.pk, by=store.head)
    else:
        store.act("return_check", short.pk, reason="请重新清点", by=store.head)

    assert [case.state for case in compared(store)] == ["healed"]


def test_a_count_that_agrees_is_no_break(store):
    count(store, store.on_shelf(), 10, reason="")

    assert compared(store) == []
