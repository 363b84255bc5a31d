"""A return file of the bank that is refused stands in the workbench until a good one is taken in."""

import pytest

from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.reconciliation.models import Break, BreakKind
from shared_apps.reconciliation.services import reconcile_station
from shared_apps.reconciliation.wording import meaning_of, place_of
from shared_apps.rollup.services import recount_station
from tenant_apps.payouts import services
from tenant_apps.payouts.bankfile import FileRefused
from tests.conftest import NOON
from tests.support.scenes import scene
from tests.tenant_apps.payouts import conftest


@scene(after=conftest.paying)
def batch(cast, office):
    """A batch that the bank has, and whose money left the account."""
    with in_station(office.station):
        made = office.sent()
        office.booked(made)
        return made


def refuse(office, batch, data):
    with pytest.raises(FileRefused) as refusal:
        services.receive_answer(batch.pk, data, actor=office.finance, now=NOON)
    return str(refusal.value)


def breaks(**narrowed):
    with in_network():
        rows = Break.objects.select_related("station").filter(kind=BreakKind.BANK, **narrowed)
        return list(rows.order_by("pk"))


def test_a_refused_file_is_a_break_with_its_type_and_the_sentence_the_clerk_read(office, batch):
    said = refuse(office, batch, b"PK\x03\x04")

    (case,) = breaks()
    assert (case.state, case.owner_id) == ("open", office.station.id)
    assert (case.detail["type"], case.detail["said"]) == ("B11", said)
    assert (case.detail["amount_fen"], case.expected) == (300_000, "3,000.00")
    assert not case.detail["critical"]
    assert case.detail["page"] == f"payouts/{batch.pk}/"
    assert place_of(case) == f"B11 回盘文件不完整 · 批次 {batch.number} 回盘文件"
    assert "回盘文件" in str(meaning_of(case))
    assert not recount_station(office.station)


def test_the_same_file_again_is_the_same_break(office, batch):
    refuse(office, batch, b"PK\x03\x04")
    refuse(office, batch, b"PK\x03\x04")
    reconcile_station(office.station, now=NOON, kinds=[BreakKind.BANK])

    assert len(breaks()) == 1


def test_every_refused_file_closes_when_a_good_one_is_taken_in(office, batch):
    refuse(office, batch, b"PK\x03\x04")
    refuse(office, batch, office.reply(batch)[:-10])
    assert [case.state for case in breaks()] == ["open", "open"]

    office.answered(batch)

    assert [case.state for case in breaks()] == ["healed", "healed"]


def test_a_good_file_that_is_brought_again_closes_what_was_refused_after_it(office, batch):
    data = office.reply(batch)
    services.receive_answer(batch.pk, data, actor=office.finance, now=NOON)
    refuse(office, batch, b"PK\x03\x04")
    assert [case.state for case in breaks()] == ["open"]

    services.receive_answer(batch.pk, data, actor=office.finance, now=NOON)

    assert [case.state for case in breaks()] == ["healed"]
    batch.refresh_from_db()
    assert [one["kind"] for one in batch.answers] == ["refused", "whole"]
    assert office.balance("5001.warmth") == 300_000


def test_a_payment_nobody_ordered_is_critical(office, batch):
    stranger = office.sent()
    data = office.reply(stranger).replace(stranger.number.encode(), batch.number.encode(), 1)

    refuse(office, batch, data)

    (case,) = breaks()
    assert (case.detail["type"], case.detail["critical"]) == ("B2", True)


def test_the_page_of_the_break_says_why_and_leads_to_the_batch(office, batch, signed_in, person_at):
    said = refuse(office, batch, b"PK\x03\x04")
    client = signed_in(person_at(office.station, Role.HEAD, name="周站长"))
    (case,) = breaks()

    page = client.get(f"/s/{office.station.code}/breaks/{case.pk}/").text

    assert said in page
    assert f"/s/{office.station.code}/payouts/{batch.pk}/" in page


def test_a_refused_file_is_open_again_when_the_one_that_followed_it_is_dropped(office):
    batch = office.sent()
    refuse(office, batch, b"PK\x03\x04")
    office.answered(batch)
    assert not breaks(state="open")

    services.drop_answer(batch.pk, reason="传错了文件", actor=office.finance, now=NOON)

    assert [one.detail["type"] for one in breaks(state="open")] == ["B11"]
