"""A sum above the own limit: asked of the station above, passed on by it, decided, and followed at home."""

import pytest

from bangfu.kernel import clock
from bangfu.kernel.errors import IllegalMove, NotFound
from bangfu.kernel.ids import uuid7
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.exchange import relay
from shared_apps.exchange.models import Message
from shared_apps.programmes.models import Programme
from shared_apps.programmes.services import lay_down_programme
from tenant_apps.aid import messages, services
from tenant_apps.aid.models import AidState, Application
from tenant_apps.aid.services import asking
from tenant_apps.casework.models import Event, Todo
from tenant_apps.households.models import HouseholdPaper
from tests.tenant_apps.aid.walking import Walk

HIGH, HIGHEST = 900_000, 3_000_000


@pytest.fixture
def heads(aid_desk, county, city, person_at):
    return {
        station.level: person_at(station, Role.HEAD, name=f"{station.name}负责人")
        for station in (county, city)
    }


@pytest.fixture
def above(aid_desk, heads):
    """Ask of the county what the township may not grant by itself."""

    def ask(amount_fen=HIGH, **changes):
        with in_station(aid_desk.station):
            walk = Walk(aid_desk)
            file = aid_desk.household()
            for kind in ("diagnosis", "medical_bills"):
                HouseholdPaper.objects.create(
                    file=file, kind=kind, seen_on=aid_desk.today, created_at=aid_desk.now
                )
            row = walk.ratified(file, amount_fen=amount_fen, **changes)
        relay.deliver_all()
        return row

    return ask


def medical(desk):
    return {
        "programme": "medical", "self_paid_fen": 4_000_000, "case_on": desk.today,
    }  # fmt: skip


def decide(station, row, *, by, now, agrees=True):
    with in_station(station):
        return services.decide_asked(
            row.pk, agrees=agrees, opinion="同意，请按规定公示。", actor=by, now=now
        )


def state_at_home(desk, row):
    with in_station(desk.station):
        return Application.objects.get(pk=row.pk).state


def test_what_is_above_the_limit_waits_for_the_station_above(aid_desk, above, county) -> None:
    row = above()
    assert state_at_home(aid_desk, row) == AidState.ASKED_ABOVE
    with in_station(county):
        todo = Todo.objects.get(kind=asking.WAITS)
        asked = todo.params["asked"]
    assert asked["amount_fen"] == HIGH
    assert len(asked["meetings"]) == 2
    assert row.person_name not in str(asked)


def test_the_county_agrees_and_it_is_published_at_home(aid_desk, above, county, heads) -> None:
    row = above()
    assert decide(county, row, by=heads[2], now=aid_desk.now) == asking.AGREED
    relay.deliver_all()
    assert state_at_home(aid_desk, row) == AidState.NOTICE


def test_the_county_refuses_and_says_why(aid_desk, above, county, heads) -> None:
    row = above()
    decide(county, row, by=heads[2], now=aid_desk.now, agrees=False)
    relay.deliver_all()
    with in_station(aid_desk.station):
        assert Application.objects.get(pk=row.pk).reason == "同意，请按规定公示。"
    assert state_at_home(aid_desk, row) == AidState.REFUSED


def test_what_is_above_the_county_too_goes_on_to_the_city(
    aid_desk, above, county, city, heads
) -> None:
    row = above(HIGHEST, **medical(aid_desk))
    assert decide(county, row, by=heads[2], now=aid_desk.now) == asking.FORWARDED
    relay.deliver_all()
    with in_station(city):
        assert Todo.objects.get(kind=asking.WAITS).params["asked"]["opinions"]
    decide(city, row, by=heads[1], now=aid_desk.now)
    relay.deliver_all()
    assert state_at_home(aid_desk, row) == AidState.NOTICE


def test_every_message_may_arrive_twice(aid_desk, above, county, heads) -> None:
    row = above()
    decide(county, row, by=heads[2], now=aid_desk.now)
    relay.deliver_all()
    with in_network():
        Message.objects.update(state="new", attempts=0)
    relay.deliver_all()
    assert state_at_home(aid_desk, row) == AidState.NOTICE
    with in_station(county):
        assert Event.objects.filter(subject_kind=asking.REQUEST).count() == 2


def test_it_is_decided_once(aid_desk, above, county, heads) -> None:
    row = above()
    decide(county, row, by=heads[2], now=aid_desk.now)
    with pytest.raises(IllegalMove):
        decide(county, row, by=heads[2], now=aid_desk.now)


def test_nobody_decides_what_was_not_asked(aid_desk, county, heads) -> None:
    with in_station(county), pytest.raises(NotFound):
        services.decide_asked(
            uuid7(), agrees=True, opinion="同意", actor=heads[2], now=aid_desk.now
        )


def test_a_request_that_left_no_trace_is_found_and_sent_again(aid_desk, above, county) -> None:
    row = above()
    with in_station(county):
        Todo.objects.filter(kind=asking.WAITS).delete()
        Event.objects.filter(subject_kind=asking.REQUEST).delete()
        with in_network():
            sent = list(Message.objects.filter(kind=asking.ASKED))
        assert messages.asked_but_not_here(sent) == {one.pk for one in sent}
    with in_network():
        Message.objects.all().delete()
    with in_station(aid_desk.station):
        assert messages.send_again(f"aid:{row.pk}", county.id, now=aid_desk.now)
    relay.deliver_all()
    with in_station(county):
        assert Todo.objects.filter(kind=asking.WAITS).count() == 1


def test_a_decision_that_vanished_is_sent_again(aid_desk, above, county, heads) -> None:
    row = above()
    decide(county, row, by=heads[2], now=aid_desk.now)
    with in_network():
        Message.objects.filter(kind=asking.DECIDED).delete()
    with in_station(county):
        assert messages.send_again(f"aid:{row.pk}", aid_desk.station.id, now=aid_desk.now)
    relay.deliver_all()
    assert state_at_home(aid_desk, row) == AidState.NOTICE


def test_a_decision_not_followed_is_seen(aid_desk, above, county, heads) -> None:
    row = above()
    decide(county, row, by=heads[2], now=aid_desk.now)
    with in_network():
        sent = list(Message.objects.filter(kind=asking.DECIDED))
    with in_station(aid_desk.station):
        assert messages.decided_but_not_followed(sent) == {sent[0].pk}
    relay.deliver_all()
    with in_station(aid_desk.station):
        assert messages.decided_but_not_followed(sent) == set()
    assert state_at_home(aid_desk, row) == AidState.NOTICE


@pytest.fixture
def own_programme(aid_desk):
    """What only the township has, with what each level grants by itself."""
    with in_station(aid_desk.station):
        return lay_down_programme(
            key="own_living",
            name="本镇生活救助",
            aid="living",
            terms={"tiers": ["1", "2", "3"], "own_limits_fen": {"3": 100_000, "2": 1_000_000}},
            valid_from=aid_desk.today,
            source="测试",
            station=aid_desk.station,
            actor=aid_desk.head,
            now=aid_desk.now,
        )


@pytest.mark.parametrize(
    ("amount_fen", "done"), [(280_000, asking.AGREED), (2_800_000, asking.FORWARDED)]
)
def test_a_programme_of_the_station_below_alone_is_decided_by_its_own_limits(
    aid_desk, above, county, heads, own_programme, amount_fen, done
) -> None:
    row = above(amount_fen, programme=own_programme.key)
    assert decide(county, row, by=heads[2], now=aid_desk.now) == done


def test_a_programme_that_ended_meanwhile_is_still_decided(aid_desk, above, county, heads) -> None:
    row = above()
    with in_network():
        Programme.objects.filter(key=row.programme).update(valid_to=clock.today())
    assert decide(county, row, by=heads[2], now=aid_desk.now) == asking.AGREED
