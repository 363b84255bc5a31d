"""A return file that waits for the bank's statement and was the wrong one: dropped, noted, followed by another."""

import pytest

from bangfu.kernel.errors import IllegalMove, InvalidInput, NotPermitted
from bangfu.kernel.tenancy import in_station
from tenant_apps.payouts import services
from tenant_apps.payouts.bankfile import Status
from tenant_apps.payouts.errors import AnswerWaits
from tenant_apps.payouts.models import Batch, BatchState, LineState
from tests.conftest import NOON

HOME = "/s/130705001/payouts"
API = "/s/130705001/api/v1/payouts"
WRONG = "传成了另一批的回盘"


@pytest.fixture
def batch(office):
    """A batch whose return file says that everybody was paid; the bank's statement does not show it."""
    return office.answered(office.sent(count=2))


def drop(office, batch, *, by=None, reason=WRONG):
    return services.drop_answer(batch.pk, reason=reason, actor=by or office.finance, now=NOON)


def test_another_file_is_refused_while_one_waits_and_taken_once_that_was_dropped(office, batch):
    failed = office.reply(batch, {office.lines(batch)[0].ref: (Status.FAILED, "户名不符")})
    with pytest.raises(AnswerWaits):
        services.receive_answer(batch.pk, failed, actor=office.finance, now=NOON)

    drop(office, batch)
    again = services.receive_answer(batch.pk, failed, actor=office.finance, now=NOON)

    assert again.waits
    assert [one["kind"] for one in again.answers] == ["dropped", "whole"]


def test_what_was_dropped_is_noted_with_who_and_why_and_nothing_of_it_is_booked(office, batch):
    before = office.balance("1201")

    dropped = drop(office, batch)

    (noted,) = dropped.answers
    assert (noted["dropped_by"], noted["why"]) == (office.finance.name, WRONG)
    assert (dropped.waits, dropped.answer, dropped.answered_by) == (False, None, "")
    assert {line.state for line in office.lines(batch)} == {LineState.SENT}
    office.booked(batch)
    assert {line.state for line in office.lines(batch)} == {LineState.SENT}
    assert office.balance("1201") == before + batch.total_fen


def test_the_same_file_may_come_again_after_all(office, batch):
    drop(office, batch)
    assert office.answered(batch).waits

    office.booked(batch)

    batch.refresh_from_db()
    assert batch.state == BatchState.PAID
    assert ["used" in one for one in batch.answers] == [False, True]


def test_a_reason_is_needed(office, batch):
    with pytest.raises(InvalidInput):
        drop(office, batch, reason="  ")
    assert Batch.objects.get(pk=batch.pk).waits


def test_neither_the_clerk_nor_whoever_approved_drops_a_file(office, batch):
    for actor in (office.clerk, office.head):
        with pytest.raises(NotPermitted):
            drop(office, batch, by=actor)


def test_what_was_used_is_not_dropped(office, batch):
    office.booked(batch)
    with pytest.raises(IllegalMove):
        drop(office, batch)


def test_the_page_offers_it_and_shows_what_was_dropped(paying, signed_in):
    office = paying
    with in_station(office.station):
        batch = office.answered(office.sent(count=2))
    client = signed_in(office.finance)
    page = client.get(f"{HOME}/{batch.pk}/").content.decode()
    assert f"{HOME}/{batch.pk}/answer/drop/" in page

    answer = client.post(f"{HOME}/{batch.pk}/answer/drop/", {"reason": WRONG}, follow=True)

    page = answer.content.decode()
    assert "已撤下" in page and WRONG in page
    assert "上传回盘文件" in page


def test_a_program_drops_it_too(paying, signed_in):
    office = paying
    with in_station(office.station):
        batch = office.answered(office.sent(count=2))
    client = signed_in(office.finance)
    path = f"{API}/{batch.pk}/answer/drop/"
    assert client.post(path, {}, content_type="application/json").status_code == 422
    dropped = client.post(path, {"reason": WRONG}, content_type="application/json").json()
    assert (dropped["waits"], dropped["answers"][0]["kind"]) == (False, "dropped")
