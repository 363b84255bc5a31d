"""Delivery: once, in order, and what fails never holds up the rest."""

from datetime import timedelta

import pytest
from django.db import transaction

from bangfu.kernel import doorbell
from bangfu.kernel.errors import NotFound, NotPermitted
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.audit.models import AuditRow
from shared_apps.audit.services import record
from shared_apps.exchange import relay, services
from shared_apps.exchange.errors import (
    NothingAsked,
    NotParked,
    PermanentFailure,
    ReasonNeeded,
    SecondPersonNeeded,
)
from shared_apps.exchange.models import Message, MessageState, Wish
from tenants.models import Station, StationState
from tests.conftest import NOON

FAULT = RuntimeError("the handler fails")


def test_a_message_is_applied_inside_its_recipient(township, county, say, ear, now_of):
    message = say(township, county, "hello")

    assert relay.deliver(county.id) == 1
    assert ear.heard == [(county.code, "hello")]
    assert now_of(message).state == MessageState.DONE


def test_what_was_delivered_is_not_delivered_again(township, county, say, ear, make_due):
    say(township, county, "hello")
    relay.deliver_all()
    make_due()

    assert relay.deliver_all() == 0
    assert ear.texts == ["hello"]


def test_messages_of_a_stream_arrive_in_order(township, county, say, ear):
    for number in range(12):
        say(township, county, str(number))

    relay.deliver_all()

    assert ear.texts == [str(number) for number in range(12)]


def test_a_failing_message_holds_up_its_own_stream_alone(
    township, outsider, county, say, ear, make_due, now_of
):
    ear.failing["bad"] = FAULT
    bad = say(township, county, "bad")
    say(township, county, "after")
    say(township, county, "beside", stream="other")
    say(township, county, "further", stream="other")
    say(outsider, county, "stranger")

    relay.deliver_all()

    assert sorted(ear.texts) == ["beside", "further", "stranger"]
    assert now_of(bad).attempts == 1
    assert "RuntimeError" in now_of(bad).last_error
    ear.failing.clear()
    make_due()
    relay.deliver_all()
    assert ear.texts[-2:] == ["bad", "after"]


def test_what_a_failing_handler_wrote_is_undone(township, county, say, monkeypatch):
    from shared_apps.exchange import handlers

    def write_and_fail(message, *, now):
        record(event="test.wrote", actor=actor, subject=("x", 1), now=now)
        raise FAULT

    from bangfu.kernel.actors import Actor

    actor = Actor.system("test", station=county)
    monkeypatch.setitem(handlers._handlers, "test.said", write_and_fail)
    say(township, county, "a")

    relay.deliver_all()

    with in_network():
        assert not AuditRow.objects.filter(event="test.wrote").exists()


@pytest.mark.parametrize(
    ("attempt", "seconds"), [(1, 10), (2, 20), (3, 40), (8, 1280), (10, 3600), (40, 3600)]
)
def test_the_waiting_time_doubles_up_to_an_hour(attempt, seconds):
    assert relay.backoff(attempt) == timedelta(seconds=seconds)


def test_a_message_that_failed_waits_before_the_next_attempt(township, county, say, ear):
    ear.failing["bad"] = FAULT
    say(township, county, "bad")

    relay.deliver_all()
    ear.failing.clear()

    assert relay.deliver_all() == 0


def failed_eight_times(message, ear, make_due):
    ear.failing[message.body["text"]] = FAULT
    for _attempt in range(relay.MAX_ATTEMPTS):
        make_due()
        relay.deliver_all()
    ear.failing.clear()
    make_due()


def test_after_eight_attempts_a_message_is_parked_and_its_stream_stops(
    township, county, say, ear, make_due, now_of
):
    bad = say(township, county, "bad")
    say(township, county, "after")

    failed_eight_times(bad, ear, make_due)
    relay.deliver_all()

    assert now_of(bad).state == MessageState.PARKED
    assert now_of(bad).attempts == 8
    assert ear.texts == []


def test_a_permanent_failure_is_parked_at_once(township, county, say, ear, now_of):
    ear.failing["bad"] = PermanentFailure("never")
    bad = say(township, county, "bad")

    relay.deliver_all()

    assert (now_of(bad).state, now_of(bad).attempts) == (MessageState.PARKED, 1)


def test_a_message_nobody_handles_is_parked(township, county, say, now_of):
    message = say(township, county, "a", kind="test.nobody_handles")

    relay.deliver_all()

    assert now_of(message).state == MessageState.PARKED
    assert "test.nobody_handles" in now_of(message).last_error


def test_a_message_that_kills_every_worker_is_parked(township, county, say, ear, make_due, now_of):
    message = say(township, county, "deadly")
    for _death in range(relay.MAX_ATTEMPTS):
        make_due()
        assert relay._claim(county.id, lease=relay.LEASE)
    make_due()

    relay.deliver_all()

    assert now_of(message).state == MessageState.PARKED
    assert ear.texts == []


def test_a_claimed_message_is_nobody_elses_until_the_lease_ends(township, county, say, ear):
    say(township, county, "a")
    assert relay._claim(county.id, lease=timedelta(hours=1))

    assert relay.stations_with_mail() == []
    assert relay.deliver(county.id) == 0


def test_the_sweeper_finds_a_message_whose_worker_died(township, county, say, ear):
    say(township, county, "a")
    relay._claim(county.id, lease=timedelta(seconds=-1))

    assert relay.stations_with_mail() == [county.id]
    relay.deliver_all()
    assert ear.texts == ["a"]


def test_a_worker_that_lost_its_lease_applies_nothing(township, county, say, ear):
    say(township, county, "a")
    late = relay._claim(county.id, lease=timedelta(seconds=-1))
    relay.deliver_all()

    assert relay._try(late, county) is False
    assert ear.texts == ["a"]


def test_a_worker_that_lost_its_lease_leaves_the_message_to_its_successor(
    township, county, say, ear
):
    say(township, county, "a")
    late = relay._claim(county.id, lease=timedelta(seconds=-1))
    successor = relay._claim(county.id, lease=timedelta(hours=1))

    assert relay._try(late, county) is False
    assert ear.texts == []
    assert relay._try(successor, county) is True


def test_a_worker_that_lost_its_lease_cannot_park_the_message(township, county, say, ear, now_of):
    message = say(township, county, "a")
    late = relay._claim(county.id, lease=timedelta(seconds=-1))
    relay._claim(county.id, lease=timedelta(hours=1))

    relay._park(late, "late")

    assert now_of(message).state == MessageState.NEW


@pytest.mark.parametrize("state", [StationState.SUSPENDED, StationState.CLOSED])
def test_messages_to_a_station_that_is_not_open_wait(township, county, say, ear, state):
    say(township, county, "a")
    with in_network():
        Station.objects.filter(pk=county.id).update(state=state)
    assert relay.deliver_all() == 0
    assert relay.deliver(county.id) == 0

    with in_network():
        Station.objects.filter(pk=county.id).update(state=StationState.ACTIVE)
    relay.deliver_all()
    assert ear.texts == ["a"]


@pytest.fixture
def operator(county, person_at):
    return person_at(county, Role.ADMINISTRATOR, name="甲")


@pytest.fixture
def second(county, person_at):
    return person_at(county, Role.ADMINISTRATOR, name="乙")


@pytest.fixture
def parked(township, county, say, ear):
    ear.failing["bad"] = PermanentFailure("never")
    message = say(township, county, "bad")
    say(township, county, "after")
    relay.deliver_all()
    ear.failing.clear()
    return message


def ask(message, actor, wish=Wish.REPLAY, reason="已修复"):
    with in_station(actor.station):
        return services.ask_for(message.pk, wish=wish, reason=reason, actor=actor, now=NOON)


def confirm(message, actor):
    with in_station(actor.station):
        return services.confirm_wish(message.pk, actor=actor, now=NOON)


def test_a_parked_message_is_sent_again_when_two_people_want_it(parked, operator, second, ear):
    ask(parked, operator)
    confirm(parked, second)

    relay.deliver_all()

    assert ear.texts == ["bad", "after"]


def test_a_discarded_message_lets_its_stream_go_on(parked, operator, second, ear, now_of):
    ask(parked, operator, Wish.DISCARD)
    confirm(parked, second)

    relay.deliver_all()

    assert ear.texts == ["after"]
    assert now_of(parked).state == MessageState.DISCARDED


def test_nobody_confirms_what_he_asked_for_himself(parked, operator):
    ask(parked, operator)

    with pytest.raises(SecondPersonNeeded):
        confirm(parked, operator)


def test_there_is_nothing_to_confirm_before_somebody_asked(parked, second):
    with pytest.raises(NothingAsked):
        confirm(parked, second)


def test_a_request_says_why(parked, operator):
    with pytest.raises(ReasonNeeded):
        ask(parked, operator, reason="  ")


def test_a_message_on_its_way_cannot_be_discarded(township, county, say, operator):
    with pytest.raises(NotParked):
        ask(say(township, county, "a"), operator, Wish.DISCARD)


def test_a_message_of_others_looks_absent(parked, outsider, person_at):
    with pytest.raises(NotFound):
        ask(parked, person_at(outsider, Role.ADMINISTRATOR))


def test_a_clerk_may_not_operate_messages(parked, county, person_at):
    with pytest.raises(NotPermitted):
        ask(parked, person_at(county, Role.CLERK))


def test_both_steps_of_a_replay_are_audited(parked, operator, second, county):
    ask(parked, operator)
    confirm(parked, second)

    with in_station(county):
        events = AuditRow.objects.filter(subject_id=str(parked.pk)).order_by("seq")
        assert [(row.event, row.actor_name) for row in events] == [
            ("message.replay_asked", "甲"),
            ("message.replay_confirmed", "乙"),
        ]


def test_an_effect_outside_is_begun_once(committed, county):
    with in_station(county):
        assert services.begin_effect("mail:1", now=NOON)
        assert not services.begin_effect("mail:1", now=NOON)


def test_the_handler_may_answer_in_the_same_transaction(township, county, say, monkeypatch):
    from shared_apps.exchange import handlers

    answers = []

    def answer(message, *, now):
        services.post(
            kind="test.answered",
            recipient=message.sender_id,
            stream=message.stream,
            key=f"answer:{message.pk}",
            body={},
            now=now,
        )

    def note(message, *, now):
        answers.append(message.kind)

    monkeypatch.setitem(handlers._handlers, "test.said", answer)
    monkeypatch.setitem(handlers._handlers, "test.answered", note)
    say(township, county, "a")

    assert relay.deliver_all() == 2
    assert answers == ["test.answered"]


def test_a_lost_doorbell_loses_no_message(committed, township, county, say, ear, monkeypatch):
    from kombu.exceptions import OperationalError

    rung = []

    def nobody_answers(_app, task, **_kwargs):
        rung.append(task)
        raise OperationalError("no broker")

    monkeypatch.setattr("celery.app.base.Celery.send_task", nobody_answers)
    monkeypatch.setattr(doorbell, "_bell", doorbell._Bell())
    say(township, county, "a")

    assert rung == ["relay.deliver"]
    assert relay.deliver_all() == 1
    with in_network(), transaction.atomic():
        assert Message.objects.get().state == MessageState.DONE
