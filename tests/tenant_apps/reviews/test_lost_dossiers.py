"""A dossier that vanishes between two stations is found, and sent again from the sender's file."""

import pytest

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.exchange.models import Message
from shared_apps.reconciliation.errors import CannotHeal
from shared_apps.reconciliation.models import Break, BreakState
from shared_apps.reconciliation.planting import plant_faults
from shared_apps.reconciliation.services import heal, reconcile_station
from shared_apps.rollup.services import fold_facts
from tenant_apps.households.models import FileState
from tenant_apps.reviews.models import Review, ReviewState
from tests.conftest import NOON


def lose(kind):
    """Delete a message behind the services' back."""
    with in_network():
        message = Message.objects.filter(kind=kind).latest("posted_at")
        Message.objects.filter(pk=message.pk).delete()


def heal_the_only_break(station):
    with in_network():
        case = Break.objects.get(state=BreakState.OPEN)
    with in_station(station):
        heal(case.pk, actor=Actor.system("test", station=station), now=NOON)


def test_a_dossier_lost_on_its_way_arrives_after_healing(way, township, county):
    file = way.visited(township)
    way.home("report_upward", township, file)
    lose("dossier.offered")
    way.relay()
    assert way.review_at(county, file) is None

    assert reconcile_station(township, now=NOON).found == 1
    heal_the_only_break(township)
    way.relay()

    assert way.review_at(county, file).state == ReviewState.OFFERED
    assert reconcile_station(township, now=NOON).found == 0
    assert reconcile_station(county, now=NOON).found == 0


def test_a_review_that_vanished_from_the_desk_comes_back(way, township, county):
    file = way.reported(township)
    with in_station(county):
        Review.objects.all().delete()

    assert reconcile_station(county, now=NOON).found == 1
    heal_the_only_break(county)
    way.relay()

    assert way.review_at(county, file).state == ReviewState.OFFERED
    assert reconcile_station(county, now=NOON).gone == 1


def test_a_decision_that_only_people_remember_is_left_to_them(way, township, county):
    way.approved(township, county)
    lose("dossier.decided")

    reconcile_station(county, now=NOON)

    with pytest.raises(CannotHeal):
        heal_the_only_break(county)


def test_the_whole_way_leaves_no_break_anywhere(way, enterprise, township, county, city):
    file = way.reported(enterprise)
    way.review("forward", township, file)
    way.approved(enterprise, county, file)
    fold_facts(now=way.now)

    for station in (enterprise, township, county, city):
        assert reconcile_station(station, now=way.now).found == 0, station.code
    assert way.state(enterprise, file) == FileState.ON_FILE


def test_the_lost_message_planted_for_visitors_can_be_sent_again(way, township, county, settings):
    settings.BANGFU_DEMO = True
    way.reported(township)

    planted = plant_faults(1, now=way.now)

    assert planted.message
    assert reconcile_station(township, now=NOON).found == 1
    heal_the_only_break(township)
    way.relay()
    assert reconcile_station(township, now=NOON).found == 0
    assert reconcile_station(county, now=NOON).found == 0
