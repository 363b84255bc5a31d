"""What vanishes of a re-check or an exit between two stations is found, and sent again by whoever said it."""

import pytest

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.exchange.models import Message, MessageState
from shared_apps.reconciliation.models import Break, BreakState
from shared_apps.reconciliation.services import heal, reconcile_station
from tenant_apps.households.models import FileState, HouseholdRecheck, RecheckState
from tenant_apps.households.services import rechecking
from tenant_apps.households.services.following import LIFE_DECIDED
from tenant_apps.households.services.recheck_letters import LIFE_OFFERED, LIFE_RECALLED
from tenant_apps.notices import services as notices
from tenant_apps.reviews.life import services as centre
from tests.conftest import NOON

pytestmark = pytest.mark.fault


def lose(kind):
    """Delete the message of a kind that is on its way, behind the services' back."""
    with in_network():
        assert Message.objects.filter(kind=kind, state=MessageState.NEW).delete()[0] == 1


def healed(life, station):
    """Let the one break of a station be found and brought right, and what follows be delivered."""
    assert reconcile_station(station, now=NOON).found == 1
    with in_network():
        case = Break.objects.get(state=BreakState.OPEN)
    with in_station(station):
        heal(case.pk, actor=Actor.system("test", station=station), now=life.now)
    life.relay()
    assert reconcile_station(station, now=NOON).found == 0


def proposed(life, home, **changes):
    file = life.on_file(home)
    life.at(home, rechecking.propose_exit, file, life.leaving(**changes))
    return file


def decided(life, station, step, file, *, role=Role.REVIEWER, **words):
    """Let the centre decide; nothing is delivered."""
    review = life.review(station, file)
    with in_station(station):
        getattr(centre, step)(review.pk, actor=life.person(station, role), now=life.now, **words)


@pytest.mark.parametrize("below", ["township", "enterprise"])
def test_an_exit_lost_on_its_way_up_arrives_after_healing(life, request, county, below):
    home = request.getfixturevalue(below)
    file = proposed(life, home)
    lose(LIFE_OFFERED)
    life.relay()
    assert life.review(county, file) is None

    healed(life, home)

    review = life.review(county, file)
    assert (review.kind, review.state, review.head_name) == ("exit", "offered", file.name)
    life.decide(county, "agree_exit", file)
    assert life.state(home, file) == FileState.EXIT_NOTICE


def test_a_decision_lost_on_its_way_down_is_followed_after_healing(life, township, county):
    file = proposed(life, township)
    life.relay()
    decided(life, county, "agree_exit", file)
    lose(LIFE_DECIDED)
    life.relay()
    assert life.state(township, file) == FileState.RECHECKING

    healed(life, county)

    assert life.state(township, file) == FileState.EXIT_NOTICE


def test_decisions_that_came_before_the_lost_one_was_missed_are_followed_in_order(
    life, township, county
):
    file = proposed(life, township)
    life.relay()
    decided(life, county, "agree_exit", file)
    lose(LIFE_DECIDED)
    life.pass_days(8)
    with in_station(county):
        notices.end_over_notices(now=life.now)
    decided(life, county, "confirm_exit", file, role=Role.HEAD)
    life.relay()
    with in_network():
        # As if they had been tried until they were parked.
        Message.objects.filter(kind=LIFE_DECIDED).update(state=MessageState.PARKED, attempts=8)
    assert life.state(township, file) == FileState.RECHECKING

    healed(life, county)

    assert life.state(township, file) == FileState.OUT


def test_the_wish_to_have_a_recheck_back_is_told_again(life, township, county):
    file = proposed(life, township)
    life.relay()
    life.at(township, rechecking.withdraw_recheck, file, reason="填错了")
    lose(LIFE_RECALLED)
    life.relay()
    assert life.review(county, file).state == "offered"

    healed(life, township)

    assert life.review(county, file).state == "withdrawn"
    with in_station(township):
        recheck = HouseholdRecheck.objects.get(file_id=file.pk)
        assert (recheck.state, recheck.decision) == (RecheckState.FILLING, "填错了")


def test_what_was_lost_of_a_station_that_is_its_own_centre_is_sent_again(life, county):
    file = proposed(life, county)
    lose(LIFE_OFFERED)
    healed(life, county)
    decided(life, county, "agree_exit", file)
    lose(LIFE_DECIDED)
    healed(life, county)
    assert life.state(county, file) == FileState.EXIT_NOTICE


def test_a_decision_that_was_delivered_and_left_no_trace_is_followed_again(life, township, county):
    file = proposed(life, township)
    life.relay()
    decided(life, county, "agree_exit", file)
    with in_network():
        Message.objects.filter(kind=LIFE_DECIDED).update(state=MessageState.DONE, done_at=NOON)
    assert life.state(township, file) == FileState.RECHECKING

    healed(life, township)

    assert life.state(township, file) == FileState.EXIT_NOTICE


def test_what_arrived_is_not_sent_again_and_a_whole_exit_leaves_no_break(life, township, county):
    file = proposed(life, township, kind="cancelled", reason="death")
    life.relay()
    life.decide(county, "agree_exit", file)
    life.decide(county, "confirm_exit", file, role=Role.HEAD)
    with in_network():
        before = Message.objects.count()
    for station in (township, county):
        assert reconcile_station(station, now=life.now).found == 0, station.code
    with in_network():
        assert Message.objects.count() == before
    assert life.state(township, file) == FileState.CANCELLED
