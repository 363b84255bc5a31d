from datetime import timedelta

import pytest

from bangfu.kernel.errors import NotFound, NotPermitted
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.audit.models import AuditRow
from shared_apps.exchange.models import Message, MessageState
from shared_apps.notifications.models import Notification
from shared_apps.reconciliation.errors import (
    BreakSettled,
    CannotHeal,
    NotADemo,
    RunGoesOn,
    WordsNeeded,
)
from shared_apps.reconciliation.models import Break, BreakKind, BreakState, Run, RunState
from shared_apps.reconciliation.planting import plant_faults
from shared_apps.reconciliation.selectors import breaks_in_sight, events_of, get_break
from shared_apps.reconciliation.services import (
    alert_parents,
    begin_run,
    close,
    explain,
    heal,
    reconcile_station,
    work_on,
)
from shared_apps.rollup.models import Tree
from shared_apps.rollup.services import fold_facts
from tests.conftest import NOON
from tests.shared_apps.rollup.on_file import put_on_file
from tests.shared_apps.rollup.test_recount import spoil, value


@pytest.fixture
def wrong_number(township):
    """A file on file, and one number of its station that says two."""
    put_on_file(township)
    fold_facts(now=NOON)
    spoil(township)
    reconcile_station(township, now=NOON)
    return only_break()


def only_break():
    with in_network():
        return Break.objects.select_related("station").get()


def act(service, case, actor, **words):
    with in_station(actor.station):
        return service(case.pk, actor=actor, now=NOON, **words)


def test_a_station_in_order_has_no_break(township):
    put_on_file(township)
    fold_facts(now=NOON)

    outcome = reconcile_station(township, now=NOON)

    assert (outcome.found, outcome.gone) == (0, 0)


def test_a_wrong_number_becomes_a_break_that_says_where(wrong_number, township):
    assert wrong_number.kind == BreakKind.FACTS_VS_FILES
    assert wrong_number.owner_id == township.id
    assert (wrong_number.expected, wrong_number.actual) == ("1", "2")
    assert wrong_number.detail["indicator"] == "FIL-01"
    assert wrong_number.detail["month"] == "2026-11"


def test_finding_it_again_is_the_same_break(wrong_number, township):
    outcome = reconcile_station(township, now=NOON + timedelta(hours=1))

    assert outcome.found == 0
    assert only_break().seen_at == NOON + timedelta(hours=1)
    assert only_break().found_at == NOON


def test_healing_brings_the_number_right_at_every_level(wrong_number, administrator, city):
    act(heal, wrong_number, administrator)

    assert only_break().state == BreakState.HEALED
    assert value("FIL-01", city) == 1
    assert [event.action for event in events_of(wrong_number)] == ["found", "healed"]


def test_healing_is_written_into_the_audit_chain(wrong_number, administrator, township):
    act(heal, wrong_number, administrator)

    with in_station(township):
        row = AuditRow.objects.filter(event="break.healed").get()
    assert row.actor_name == "周管理"
    assert row.data["expected"] == "1"


def test_a_difference_that_went_away_is_settled_by_the_next_comparison(wrong_number, township):
    spoil(township, by=-1)

    outcome = reconcile_station(township, now=NOON)

    assert outcome.gone == 1
    assert only_break().state == BreakState.HEALED


def test_a_break_is_explained_and_stays_open_for_work(wrong_number, administrator):
    act(explain, wrong_number, administrator, comment="县里正在查原因")

    assert only_break().state == BreakState.EXPLAINED
    assert not only_break().is_settled


def test_a_break_is_closed_in_words_only(wrong_number, administrator):
    with pytest.raises(WordsNeeded):
        act(close, wrong_number, administrator, comment="  ")

    act(close, wrong_number, administrator, comment="测试数据")
    with pytest.raises(BreakSettled):
        act(heal, wrong_number, administrator)


def test_a_clerk_does_not_work_on_breaks(wrong_number, clerk):
    with pytest.raises(NotPermitted):
        act(heal, wrong_number, clerk)


def test_the_county_above_sees_and_heals_it_too(wrong_number, county_administrator, county):
    with in_station(county):
        assert get_break(wrong_number.pk).pk == wrong_number.pk

    act(heal, wrong_number, county_administrator)

    assert only_break().state == BreakState.HEALED


def test_another_branch_sees_nothing_of_it(wrong_number, at_outsider):
    with pytest.raises(NotFound):
        get_break(wrong_number.pk)
    root = breaks_in_sight()
    with in_network():
        assert list(root) == []


def test_its_people_are_told(administrator, township):
    put_on_file(township)
    fold_facts(now=NOON)
    spoil(township)
    reconcile_station(township, now=NOON)

    with in_station(township):
        told = Notification.objects.get(kind="break")
    assert told.user_id == administrator.user_id
    assert told.link.startswith("/s/130705001/breaks/")


def test_the_parent_is_told_once_after_three_days(wrong_number, county_administrator, county):
    assert alert_parents(now=NOON + timedelta(days=2)) == 0
    assert alert_parents(now=NOON + timedelta(days=4)) == 1
    assert alert_parents(now=NOON + timedelta(days=5)) == 0

    with in_station(county):
        assert Notification.objects.filter(kind="break").count() == 1


def test_a_total_that_is_not_the_sum_below_is_found_and_healed(
    township, county, county_administrator
):
    put_on_file(township)
    fold_facts(now=NOON)
    with in_network():
        Tree.objects.filter(ancestor_id=county.id, indicator="FIL-01", dimension="").update(n=7)

    reconcile_station(county, now=NOON)
    case = only_break()
    assert (case.kind, case.expected, case.actual) == (BreakKind.CHILDREN_VS_PARENT, "1", "7")

    act(heal, case, county_administrator)
    assert value("FIL-01", county) == 1


def test_a_message_that_vanished_is_found_by_its_place_and_sent_again(
    talk, township, county, administrator
):
    talk.say(township, county, "一")
    lost = talk.say(township, county, "二")
    with in_network():
        Message.objects.filter(pk=lost.pk).delete()

    reconcile_station(township, now=NOON)
    case = only_break()
    assert case.kind == BreakKind.MESSAGE_UNAPPLIED
    assert case.detail["seq"] == 2

    act(heal, case, administrator)
    with in_network():
        again = Message.objects.get(pk=lost.pk)
    assert (again.seq, again.state) == (2, MessageState.NEW)
    assert only_break().state == BreakState.HEALED


def test_a_message_applied_without_effect_is_found_and_applied_again(
    talk, township, county, county_administrator
):
    message = talk.say(township, county, "一")
    with in_network():
        Message.objects.filter(pk=message.pk).update(state=MessageState.DONE, done_at=NOON)

    reconcile_station(county, now=NOON)
    case = only_break()
    assert case.detail["message"] == str(message.pk)

    act(heal, case, county_administrator)
    with in_network():
        assert Message.objects.get(pk=message.pk).state == MessageState.NEW


def test_a_broken_audit_chain_is_found_and_left_to_people(
    wrong_number, administrator, township, county, county_administrator, monkeypatch
):
    from shared_apps.reconciliation import checks

    monkeypatch.setattr(checks, "verify", lambda _station: 3)
    reconcile_station(township, now=NOON, kinds=[BreakKind.AUDIT_CHAIN])
    with in_network():
        case = Break.objects.select_related("station").get(kind=BreakKind.AUDIT_CHAIN)
    assert case.owner_id == county.id

    with pytest.raises(CannotHeal):
        act(heal, case, county_administrator)


def test_one_reconciliation_of_a_subtree_runs_at_a_time(county, county_administrator):
    begin_run(county, actor=county_administrator, now=NOON)

    with pytest.raises(RunGoesOn):
        begin_run(county, actor=county_administrator, now=NOON + timedelta(minutes=1))


def test_a_run_compares_every_station_of_the_subtree(
    county, county_administrator, township, enterprise, outsider
):
    put_on_file(township)
    fold_facts(now=NOON)
    spoil(township)
    steps = []

    run = work_on(
        begin_run(county, actor=county_administrator, now=NOON),
        now=NOON,
        progress=lambda name, done, total: steps.append((done, total)),
    )

    assert (run.state, run.found, run.done) == (RunState.DONE, 1, 3)
    assert steps == [(1, 3), (2, 3), (3, 3)]
    with in_network():
        assert Run.objects.count() == 1


def test_planted_faults_are_found_and_healed(talk, township, county, administrator, settings, city):
    settings.BANGFU_DEMO = True
    put_on_file(township)
    talk.say(township, county, "一")

    planted = plant_faults(7, now=NOON)
    assert planted.station_code == "130705001"
    assert planted.message

    assert value("FIL-01", city) == 2
    assert reconcile_station(township, now=NOON).found == 2
    with in_network():
        cases = list(Break.objects.all())
    for case in cases:
        act(heal, case, administrator)
    assert reconcile_station(township, now=NOON).found == 0
    assert value("FIL-01", city) == 1


def test_nothing_is_planted_outside_a_demo(db, settings):
    settings.BANGFU_DEMO = False

    with pytest.raises(NotADemo):
        plant_faults(7, now=NOON)
