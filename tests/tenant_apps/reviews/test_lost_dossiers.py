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
from tenant_apps.casework.selectors import timeline_of
from tenant_apps.households import second_look, transitions
from tenant_apps.households.flow import FILE_FLOW
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


def recalled(way, home, file, reason):
    """Ask for a file back; nothing is delivered."""
    with in_station(home):
        transitions.recall(
            file.pk, reason=reason, actor=way.person(home, Role.REVIEWER), now=way.now
        )


def healed(way, station):
    """Let the one break of a station be found and brought right, and what follows be delivered."""
    assert reconcile_station(station, now=NOON).found == 1
    heal_the_only_break(station)
    way.relay()
    assert reconcile_station(station, now=NOON).found == 0


@pytest.mark.begins(REPORTED)
def test_the_wish_to_have_a_file_back_is_told_again(way, township, county):
    file = way.reported(township)
    recalled(way, township, file, "少了一份材料")
    lose("dossier.recalled")
    way.relay()
    assert way.review_at(county, file).state == ReviewState.OFFERED

    healed(way, township)

    review = way.review_at(county, file)
    assert (review.state, review.last_text) == (ReviewState.WITHDRAWN, "少了一份材料")
    assert way.state(township, file) == FileState.VISITING


@pytest.mark.begins(REPORTED)
def test_of_two_wishes_to_have_a_file_back_the_lost_one_is_told_again(way, township, county):
    file = way.reported(township)
    way.review("accept", county, file)
    recalled(way, township, file, "少了一份材料")
    way.relay()
    recalled(way, township, file, "仍请退回")
    lose("dossier.recalled")

    healed(way, township)

    with in_station(county):
        told = [body["action"] for body in Review.objects.get(file_id=file.pk).sent]
    assert told == ["centre_accepted", "recall_refused", "recall_refused"]


@pytest.mark.begins(REPORTED)
def test_the_answer_that_a_file_cannot_be_had_back_is_told_again(way, township, county):
    file = way.reported(township)
    way.review("accept", county, file)
    recalled(way, township, file, "少了一份材料")
    with in_network():
        relay.deliver(county.id)
    lose("dossier.decided")
    way.relay()

    healed(way, county)

    with in_station(township):
        heard = timeline_of(("file", file.pk), flow=FILE_FLOW)
    assert "上级已受理，不能撤回。" in [row.comment for row in heard]


def refused(way, home, *above):
    file = way.reported(home)
    for station in above[:-1]:
        way.review("forward", station, file)
    way.review("accept", above[-1], file)
    way.review("refuse", above[-1], file, reason="收入超过标准")
    return file


def ask_second_look(way, home, file):
    with in_station(home):
        second_look.ask_second_look(
            file.pk, reason="收入核算有误", actor=way.person(home, Role.CLERK), now=way.now
        )


@pytest.mark.begins(REPORTED)
def test_the_question_for_a_second_look_is_asked_again(way, township, county):
    file = refused(way, township, county)
    ask_second_look(way, township, file)
    lose("dossier.second_look_asked")
    way.relay()
    assert way.state(township, file) == FileState.REFUSED

    healed(way, township)

    assert way.state(township, file) == FileState.CENTRE_REVIEW
    with in_station(county):
        assert Review.objects.get(file_id=file.pk, round=2).last_text == "收入核算有误"


def test_the_question_for_a_second_look_lost_above_a_station_between_is_passed_on_again(
    way, enterprise, township, county
):
    file = refused(way, enterprise, township, county)
    ask_second_look(way, enterprise, file)
    with in_network():
        relay.deliver(township.id)
    lose("dossier.second_look_asked")
    way.relay()
    assert way.state(enterprise, file) == FileState.REFUSED

    healed(way, township)

    assert way.state(enterprise, file) == FileState.CENTRE_REVIEW
    assert reconcile_station(enterprise, now=NOON).found == 0


def test_a_dossier_that_is_sent_again_carries_the_opinion_it_was_sent_with(way, township, county):
    file = way.visited(township)
    way.home("report_upward", township, file, opinion="走访两次，情况属实。")
    lose("dossier.offered")
    healed(way, township)
    assert [one["text"] for one in way.review_at(county, file).opinions] == ["走访两次，情况属实。"]


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
