"""What is rare and happens: the turn of the year, the smallest and the largest sum, the same twice, too late."""

from datetime import datetime

import pytest

from bangfu.kernel import clock
from bangfu.kernel.errors import IllegalMove, InvalidInput
from bangfu.kernel.tenancy import in_station
from tenant_apps.aid.models import AidState, Application
from tenant_apps.funds.expectations import Booking, waiting
from tenant_apps.payouts import services
from tenant_apps.payouts.bankfile import LAYOUTS, Status
from tenant_apps.payouts.models import Batch, BatchState, LineState
from tenant_apps.payouts.selectors import batches_at_work, held_by, is_answer_due
from tenant_apps.payouts.services import answering
from tests.conftest import NOON
from tests.tenant_apps.payouts.conftest import TODAY

NEW_YEAR = datetime(2027, 1, 2, 4, tzinfo=clock.LOCAL)
HOME = "/s/130705001/payouts"


def test_a_return_file_of_the_new_year_waits_until_its_books_are_open(office):
    batch = office.sent(count=2)
    office.booked(batch)
    data = office.reply(batch)
    batch = services.receive_answer(batch.pk, data, actor=office.finance, now=NEW_YEAR)
    assert batch.waits and "2027-01" in held_by(batch)
    assert {line.state for line in office.lines(batch)} == {LineState.SENT}
    assert services.use_or_hold(batch.pk, now=NOON).state == BatchState.PAID
    batch.refresh_from_db()
    assert (held_by(batch), "held" in batch.answers[-1]) == ("", False)


def test_the_statement_of_the_old_year_is_posted_although_the_return_file_has_to_wait(office):
    batch = office.sent(count=2)
    office.answered(batch)
    booking = Booking(
        serial="S1", booked_on=TODAY, amount_fen=200_000, counterparty="", text=batch.number
    )
    waiting()["payout"].settle(
        batch.number, (booking,), maker=office.second_finance, actor=office.head, now=NEW_YEAR
    )
    batch.refresh_from_db()
    assert {line.moved_on for line in office.lines(batch)} == {TODAY}
    assert batch.waits and "2027-01" in held_by(batch)
    assert [one.pk for one in batches_at_work()] == [batch.pk]


def test_the_page_says_why_a_return_file_is_not_posted_yet(paying, signed_in):
    office = paying
    with in_station(office.station):
        batch = office.sent(count=2)
        office.booked(batch)
        data = office.reply(batch)
        services.receive_answer(batch.pk, data, actor=office.finance, now=NEW_YEAR)
    page = signed_in(office.finance).get(f"{HOME}/{batch.pk}/").content.decode()
    assert "暂时不能记账" in page and "2027-01" in page


def test_a_file_that_pays_nobody_waits_for_no_statement_and_is_swept_up(office, monkeypatch):
    monkeypatch.setattr(answering, "AT_ONCE", 1)
    batch = office.sent(count=2)
    refused = {line.ref: (Status.FAILED, "账户已销户") for line in office.lines(batch)}
    batch = office.answered(batch, refused)
    assert batch.waits and is_answer_due(batch)
    assert [one.pk for one in batches_at_work()] == [batch.pk]
    services.use_or_hold(batch.pk, now=NOON)
    assert {line.state for line in office.lines(batch)} == {LineState.FAILED}


def test_progress_counts_what_failed_and_what_came_back_too(office):
    batch = office.paid(count=4)
    batch.refresh_from_db()
    lines = office.lines(batch)
    back = {line.ref: (Status.RETURNED, "账户不符") for line in lines[:3]}
    data = office.reply(batch, back, is_whole=False)
    seen = []
    answering._receive(batch.pk, data, actor=office.finance, now=NOON)
    services.use_answer(batch.pk, now=NOON, progress=seen.append)
    assert seen == [3]


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_one_fen_and_a_hundred_million_are_paid_by_the_same_file(office, layout):
    rows = [*office.approved(1, amount_fen=1), *office.approved(1, amount_fen=9_999_999_999)]
    batch = office.paid(rows, layout=layout)
    batch.refresh_from_db()
    assert (batch.state, batch.total_fen) == (BatchState.PAID, 10_000_000_000)
    assert services.reconcile_batch(batch.pk, actor=office.supervisor, now=NOON)


def test_a_batch_without_a_line_is_neither_sealed_nor_stuck(office):
    (row,) = office.approved(1)
    batch = office.batch([row])
    (line,) = office.lines(batch)
    services.drop_line(batch.pk, line.pk, reason="选错了", actor=office.clerk, now=NOON)
    with pytest.raises(InvalidInput):
        services.freeze_batch(batch.pk, actor=office.clerk, now=NOON)
    batch = services.void_batch(batch.pk, reason="空批次", actor=office.clerk, now=NOON)
    assert (batch.state, batch.given_up["count"]) == (BatchState.VOID, 0)
    assert Application.objects.get().state == AidState.APPROVED


def test_the_same_choice_sent_twice_makes_one_batch(paying, signed_in):
    office = paying
    with in_station(office.station):
        keys = [str(row.pk) for row in office.approved(2)]
    client = signed_in(office.clerk)
    form = {"ids": keys, "title": "慰问", "layout": "generic", "channel": "bank"}
    client.post(f"{HOME}/new/", form)
    again = client.post(f"{HOME}/new/", form).content.decode()
    assert "不能列入发放" in again
    with in_station(office.station):
        assert Batch.objects.count() == 1


def test_going_back_and_pressing_again_tells_what_the_batch_is_now(paying, signed_in):
    office = paying
    with in_station(office.station):
        batch = office.batch()
    client = signed_in(office.clerk)
    address = f"{HOME}/{batch.pk}/void/"
    client.post(address, {"reason": "选错了"})
    again = client.post(address, {"reason": "选错了"}, follow=True)
    assert again.status_code == 200 and "已作废" in again.content.decode()
    with in_station(office.station), pytest.raises(IllegalMove):
        services.freeze_batch(batch.pk, actor=office.clerk, now=NOON)
