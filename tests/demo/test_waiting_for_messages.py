"""The story waits for what its stations say to each other, but not for ever."""

from datetime import timedelta

from bangfu.demo import money
from bangfu.kernel.tenancy import in_network
from shared_apps.exchange.models import Message
from tests.conftest import NOON


def test_a_message_that_cannot_be_delivered_holds_up_one_chapter_and_no_more(
    township, county, monkeypatch
):
    pauses = []
    monkeypatch.setattr(money, "_PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(money, "_PAUSE_SECONDS", 0.1)
    monkeypatch.setattr(money.time, "sleep", pauses.append)
    with in_network():
        put_off = Message.objects.create(
            id="44708d58-3462-4bd8-b74b-7b25ce8a9da9", stream="talk", seq=1, kind="test.said",
            sender_id=county.id, recipient_id=township.id, body={}, digest=bytes(32), attempts=2,
            next_at=NOON + timedelta(days=3650), posted_at=NOON,
        )  # fmt: skip
    given_up = set()

    money._deliver([township.id], given_up)
    assert {str(one) for one in given_up} == {put_off.pk}
    assert pauses

    pauses.clear()
    money._deliver([township.id], given_up)
    assert pauses == []
