"""A dossier that vanishes between two stations is found, and sent again from the sender's file."""

import pytest

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.exchange import relay
from shared_apps.exchange.models import Message, MessageState
from shared_apps.reconciliation.errors import CannotHeal
from shared_apps.reconciliation.models import Break, BreakState
from shared_apps.reconciliation.planting import plant_faults
from shared_apps.reconciliation.services import heal, reconcile_station
from shared_apps.rollup.services import fold_facts
from tenant_apps.households.models import FileState, HouseholdFile
from tenant_apps.reviews import services
from tenant_apps.reviews.models import Review, ReviewState
from tests.conftest import NOON
from tests.tenant_apps.reviews.conftest import NOTICED, REPORTED

pytestmark = pytest.mark.fault


def lose(kind):
    """Delete a message behind the services' back: one that is on its way, or else the latest."""
    with in_network():
        on_its_way = Message.objects.filter(kind=kind, state=MessageState.NEW).first()
        message = on_its_way or Message.objects.filter(kind=kind).latest("posted_at")
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


@pytest.mark.begins(REPORTED)
def test_a_review_that_vanished_from_the_desk_comes_back(way, township, county):
    file = way.reported(township)
    with in_station(county):
        Review.objects.all().delete()

    assert reconcile_station(county, now=NOON).found == 1
    heal_the_only_break(county)
    way.relay()

    assert way.review_at(county, file).state == ReviewState.OFFERED
    assert reconcile_station(county, now=NOON).gone == 1


def losing(way, kind, act):
    """Take a step whose message vanishes before anybody delivers it."""
    delivered, way.relay = way.relay, lambda: 0
    act()
    way.relay = delivered
    lose(kind)


@pytest.mark.begins(NOTICED)
def test_a_decision_that_vanished_is_told_again(way, township, county):
    file = way.noticed(township, county)
    way.pass_days(8)
    with in_station(county):
        services.end_finished_notices(now=way.now)
    way.relay()
    losing(
        way,
        "dossier.decided",
        lambda: way.review("approve", county, file, role=Role.HEAD),
    )
    way.relay()
    assert way.state(township, file) == FileState.APPROVAL

    assert reconcile_station(county, now=NOON).found == 1
    heal_the_only_break(county)
    way.relay()

    assert way.state(township, file) == FileState.ON_FILE
    assert reconcile_station(county, now=NOON).found == 0
    assert reconcile_station(township, now=NOON).found == 0


@pytest.mark.begins(REPORTED)
def test_a_decision_that_came_before_the_lost_one_was_missed_is_applied_in_order(
    way, township, county
):
    file = way.reported(township)
    way.review("accept", county, file)
    losing(
        way,
        "dossier.decided",
        lambda: way.review("confirm_means", county, file, fits=True, checked_on=way.today),
    )
    way.review("publish_notice", county, file)
    assert way.state(township, file) == FileState.CENTRE_REVIEW

    reconcile_station(county, now=NOON)
    heal_the_only_break(county)
    way.relay()

    assert way.state(township, file) == FileState.NOTICE
    with in_station(township):
        assert HouseholdFile.objects.get(pk=file.pk).means_checked_on == way.today


def test_a_decision_lost_below_a_station_between_is_told_again_by_that_station(
    way, enterprise, township, county
):
    file = way.reported(enterprise)
    way.review("forward", township, file)
    review = way.review_at(county, file)
    with in_station(county):
        services.return_down(
            review.pk, reason="补低保证明", actor=way.person(county, Role.REVIEWER), now=way.now
        )
    with in_network():
        relay.deliver(township.id)
    lose("dossier.decided")
    way.relay()
    assert way.review_at(township, file).state == ReviewState.RETURNED
    assert way.state(enterprise, file) == FileState.CENTRE_REVIEW

    assert reconcile_station(township, now=NOON).found == 1
    heal_the_only_break(township)
    way.relay()

    assert way.state(enterprise, file) == FileState.RETURNED
    assert reconcile_station(township, now=NOON).found == 0


def test_a_dossier_lost_above_a_station_between_is_sent_on_again(way, enterprise, township, county):
    file = way.reported(enterprise)
    losing(way, "dossier.offered", lambda: way.review("forward", township, file))
    way.relay()
    assert way.review_at(county, file) is None

    assert reconcile_station(township, now=NOON).found == 1
    heal_the_only_break(township)
    way.relay()

    review = way.review_at(county, file)
    assert review.state == ReviewState.OFFERED
    assert [one["stamp"] for one in review.opinions] == ["community", "street"]


@pytest.mark.begins(NOTICED)
def test_a_decision_that_was_applied_and_left_no_trace_is_applied_again(way, township, county):
    file = way.noticed(township, county)
    with in_station(township):
        HouseholdFile.objects.filter(pk=file.pk).update(state=FileState.MEANS_CHECK)

    assert reconcile_station(township, now=NOON).found == 1
    heal_the_only_break(township)
    way.relay()

    assert way.state(township, file) == FileState.NOTICE
    assert reconcile_station(township, now=NOON).found == 0


@pytest.mark.begins(NOTICED)
def test_what_no_record_of_the_sender_names_is_left_to_people(way, township, county):
    file = way.approved(township, county)
    with in_station(county):
        Review.objects.filter(file_id=file.pk).update(sent=[])
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
