"""Differences between bank and books: counted, told above when they are critical or old, gone when they are settled."""

from datetime import date, timedelta

import pytest

from bangfu.kernel.errors import NotPermitted
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.notifications.models import Notification
from shared_apps.reconciliation.models import Break, BreakKind
from shared_apps.reconciliation.services import alert_parents, close, explain, reconcile_station
from shared_apps.rollup.models import Leaf
from shared_apps.rollup.services import fold_facts, recount_station
from tenant_apps.banking import services
from tenant_apps.banking.balance import differences, reconciliation
from tenant_apps.funds.services import reverse_journal
from tests.conftest import NOON
from tests.tenant_apps.banking.banks import Booked, csv_of
from tests.tenant_apps.banking.conftest import DAY


def types():
    return sorted(one.detail["type"] for one in differences())


def told_above(desk):
    with in_network():
        return Notification.objects.filter(station_id=desk.station.parent_id, kind="break").count()


def test_a_critical_break_is_told_above_at_once_and_another_after_three_days(desk):
    desk.books.receive(900_00, on=date(2026, 11, 1))
    desk.take_in(
        Booked("S1", DAY, 5_00, "好心人"), Booked("S2", DAY, -3_00, "某户"), opening=900_00
    )

    alert_parents(now=NOON)
    at_once = told_above(desk)
    alert_parents(now=NOON + timedelta(days=4))

    assert at_once == 1
    assert told_above(desk) == 2


def test_breaks_of_money_are_counted_and_can_be_counted_anew(desk):
    desk.take_in(Booked("S1", DAY, 5_00, "好心人"), Booked("S2", DAY, 7_00, "好心人"))
    fold_facts(now=NOON, wait=True)

    with in_network():
        cell = Leaf.objects.get(
            station_id=desk.station.id, indicator="FUN-08", dimension="break_kind", key="bank"
        )
    assert cell.n == 2
    differing = {one.indicator for one in recount_station(desk.station).cells}
    assert "FUN-08" not in differing


def test_what_is_expected_and_not_booked_ages(desk):
    desk.transfers.wait("BK-1", 9_00, date(2026, 11, 19), fund=desk.fund)
    desk.transfers.wait("BK-2", 8_00, date(2026, 11, 9), fund=desk.fund)
    desk.transfers.wait("BK-3", 8_00, date(2026, 11, 9), incoming=False, fund=desk.fund)
    desk.take_in(Booked("S1", date(2026, 11, 19), 1_00, "好心人"))

    assert types() == ["B1", "B12", "B3", "B4"]


def test_what_the_bank_proved_and_somebody_enters_again_is_found(desk):
    desk.transfers.wait("BK-1", 9_000_00, DAY, fund=desk.fund)
    desk.take_in(Booked("S1", DAY, 9_000_00, "张家口市总工会", "BK-1"))
    again = desk.books.receive(9_000_00, on=DAY, memo="拨款到账")
    assert types() == ["B7"]

    reverse_journal(
        again.pk, effective_on=DAY, reason="重复", maker=desk.finance, actor=desk.head, now=NOON
    )

    assert types() == []
    assert reconciliation().left_fen == 0


def test_a_voucher_by_hand_is_proved_by_the_line_that_names_it(desk):
    desk.take_in(Booked("S0", DAY - timedelta(days=1), 1_00, "好心人"))
    voucher = desk.books.receive(300_00, on=DAY, memo="财政拨款")
    assert types() == ["B1"]

    desk.take_in(Booked("S1", DAY, 300_00, "财政局", text=f"凭证 {voucher}"), opening=1_00)

    line = desk.line("S1")
    assert (line.state, line.journal_id) == ("matched", voucher.pk)
    assert types() == ["B1"]
    assert reconciliation().left_fen == 0


def test_what_bank_and_books_differed_by_from_the_beginning_stays_to_be_explained(desk):
    desk.take_in(Booked("S1", DAY, 5_00, "好心人"), opening=70_00)

    assert reconciliation().opening_fen == 70_00
    assert types() == ["B1", "B15"]


def test_a_posting_that_died_half_way_goes_on_and_doubles_nothing(desk):
    for number in range(3):
        desk.transfers.wait(f"BK-2026-{number}", 10_00 + number, DAY, fund=desk.fund)
    statement = desk.upload(
        csv_of(
            [Booked(f"S{n}", DAY, 10_00 + n, "张家口市总工会", f"BK-2026-{n}") for n in range(3)]
        )
    )
    services.confirm_statement(statement.pk, actor=desk.head, now=NOON)
    settle, calls = desk.transfers.settle, []

    def dies(*args, **more):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return settle(*args, **more)

    desk.transfers.settle = dies
    with pytest.raises(KeyboardInterrupt):
        services.post(statement.pk, now=NOON)
    desk.transfers.settle = settle
    # The books forgot what was not committed; so does who waits.
    if not desk.journals("transfer_in"):
        desk.transfers.wait("BK-2026-0", 10_00, DAY, fund=desk.fund)

    services.post(statement.pk, now=NOON)

    assert len(desk.journals("transfer_in")) == 3
    assert types() == []
    assert reconciliation().left_fen == 0


def test_finance_explains_breaks_of_the_bank_and_closes_none_of_the_own_ledger(desk):
    desk.take_in(Booked("S1", DAY, 5_00, "好心人"))
    with in_network():
        bank = Break.objects.get(kind=BreakKind.BANK)
        ledger = Break.objects.create(
            kind=BreakKind.LEDGER, station_id=desk.station.id, owner_id=desk.station.parent_id,
            key="x", detail={"check": "maker-is-checker", "record": "2026-00001"}, found_at=NOON,
            seen_at=NOON,
        )  # fmt: skip

    explain(bank.pk, comment="已问银行", actor=desk.finance, now=NOON)

    with pytest.raises(NotPermitted):
        close(ledger.pk, comment="没有问题", actor=desk.finance, now=NOON)


def test_another_station_sees_nothing_of_the_bank_of_this_one(desk, outsider):
    desk.take_in(Booked("S1", DAY, 5_00, "好心人"))

    with in_station(outsider):
        assert differences() == []
        assert reconciliation() is None


def test_a_break_is_gone_when_its_line_is_settled(desk):
    desk.take_in(Booked("S1", DAY, 5_00, "好心人"))
    line = desk.line("S1")
    services.propose_closing(
        line.pk, account="4003", fund_id=desk.fund.pk, memo="捐款", actor=desk.finance, now=NOON
    )
    services.confirm_line(line.pk, actor=desk.head, now=NOON)

    reconcile_station(desk.station, now=NOON, kinds=[BreakKind.BANK])

    with in_network():
        assert Break.objects.get(kind=BreakKind.BANK).state == "healed"
