"""Posting: one business key, one message, one place in its stream."""

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from bangfu.kernel.tenancy import NoStation, in_network, in_station
from shared_apps.exchange import relay, services
from shared_apps.exchange.errors import OtherBodyUnderKey
from shared_apps.exchange.models import Message, Stream
from tests.conftest import NOON


def test_the_same_key_and_body_are_the_same_message(township, county, say):
    assert say(township, county, "hello").pk == say(township, county, "hello").pk

    with in_network():
        assert Message.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(township, county, say):
    say(township, county, "hello", key="k")

    with pytest.raises(OtherBodyUnderKey):
        say(township, county, "goodbye", key="k")


def test_the_same_key_of_another_station_is_another_message(township, outsider, county, say):
    assert say(township, county, "a", key="k").pk != say(outsider, county, "a", key="k").pk


def test_messages_of_a_stream_are_numbered_without_a_gap(township, county, city, say):
    assert [say(township, county, text).seq for text in "abc"] == [1, 2, 3]
    assert say(township, county, "d", stream="other").seq == 1
    assert say(township, city, "e").seq == 1

    with in_network():
        assert Stream.objects.get(name="talk", recipient_id=county.id).last_seq == 3


def to_each(sender, texts, *, key="all"):
    """Post one text to each of these stations at once."""
    with in_station(sender), transaction.atomic():
        return services.post_to_each(
            kind="test.said", stream="talk", key=key,
            bodies={one.id: {"text": text} for one, text in texts.items()}, now=NOON,
        )  # fmt: skip


def test_many_are_told_at_once_as_each_would_be_alone(county, city, township, outsider, say, ear):
    first = say(county, city, "first")
    sent = to_each(county, {city: "to all", township: "to all", outsider: "you"})
    alone = say(county, township, "to all", key="all")

    assert alone.pk in {one.pk for one in sent}
    assert {one.recipient_id: one.seq for one in sent} == {
        city.id: first.seq + 1, township.id: 1, outsider.id: 1,
    }  # fmt: skip
    relay.deliver_all()
    assert sorted(ear.texts) == ["first", "to all", "to all", "you"]


def test_many_who_were_told_are_not_told_again(county, city, township):
    to_each(county, {city: "a", township: "b"})

    assert to_each(county, {city: "a", township: "b"}) == []
    with pytest.raises(OtherBodyUnderKey):
        to_each(county, {city: "a", township: "c"})
    with in_network():
        assert Message.objects.count() == 2


@pytest.mark.parametrize("alone_first", [True, False])
def test_what_was_sent_alone_or_with_many_is_not_sent_otherwise(county, city, say, alone_first):
    by_each = [
        lambda text: say(county, city, text, key="all"),
        lambda text: to_each(county, {city: text}),
    ]
    first, second = by_each if alone_first else reversed(by_each)
    first("a")

    second("a")
    with pytest.raises(OtherBodyUnderKey):
        second("b")
    with in_network():
        assert Message.objects.get().seq == 1


def test_many_are_told_with_as_many_questions_to_the_database_as_one(
    county, city, township, outsider
):
    counts = []
    for key, stations in (("one", [city]), ("three", [city, township, outsider])):
        with CaptureQueriesContext(connection) as asked:
            to_each(county, dict.fromkeys(stations, "a"), key=key)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_refused_act_posts_nothing(township, county, say):
    with in_station(township), transaction.atomic():
        say(township, county, "a")
        transaction.set_rollback(True)

    with in_network():
        assert not Message.objects.exists()
    assert say(township, county, "b").seq == 1


def test_a_message_needs_the_transaction_of_an_act(committed, township, county):
    with in_station(township), pytest.raises(transaction.TransactionManagementError):
        services.post(kind="test.said", recipient=county.id, stream="s", key="k", body={}, now=None)


def test_only_a_station_sends(on_network, county, say):
    with pytest.raises(NoStation):
        services.post(kind="test.said", recipient=county.id, stream="s", key="k", body={}, now=None)


def test_a_station_sees_what_it_sent_and_received_and_nothing_else(township, county, outsider, say):
    say(township, county, "up")
    say(county, township, "down")

    counts = {}
    for station in (township, county, outsider):
        with in_station(station):
            counts[station.code] = Message.objects.count()
    assert counts == {township.code: 2, county.code: 2, outsider.code: 0}


def test_a_station_cannot_write_a_message_in_the_name_of_another(township, county, outsider, say):
    message = say(township, county, "a")
    message.pk, message.seq, message.sender_id = services.message_key(1, 2, "x", "x"), 9, county.id

    with in_station(township), pytest.raises(ProgrammingError), transaction.atomic():
        message.save(force_insert=True)


def test_a_lost_message_gets_its_place_back(township, county, say):
    for text in "abc":
        say(township, county, text)
    with in_network():
        Message.objects.filter(seq=2).delete()

    with in_station(township), transaction.atomic():
        found = services.post_lost_again(
            kind="test.said",
            recipient=county.id,
            stream="talk",
            key="talk:b",
            body={"text": "b"},
            now=NOON,
        )

    assert found.seq == 2


def test_posting_a_present_message_again_as_lost_changes_nothing(township, county, say):
    message = say(township, county, "a")

    with in_station(township), transaction.atomic():
        again = services.post_lost_again(
            kind="test.said",
            recipient=county.id,
            stream="talk",
            key="talk:a",
            body={"text": "a"},
            now=message.posted_at,
        )

    assert again.pk == message.pk
