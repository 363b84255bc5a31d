"""A helper and a household: proposed, agreed, begun, assessed, ended, taken up again."""

from datetime import timedelta

import pytest

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import capabilities_of
from shared_apps.exchange import relay
from shared_apps.rollup.models import Leaf
from shared_apps.rollup.services import fold_facts, recount_station
from tenant_apps.casework.models import Event, Todo
from tenant_apps.households.models import FileState
from tenant_apps.pairing import services
from tenant_apps.pairing.flow import PAIRING_FLOW
from tenant_apps.pairing.models import Helper, PairingState
from tenant_apps.pairing.selectors import coverage, files_without_helper, helpers_of
from tenant_apps.pairing.services import AlreadyPaired, HelperDetails, HelperHasHouseholds
from tests.conftest import NOON
from tests.tenant_apps.households.households import daughter
from tests.tenant_apps.pairing.conftest import Town


def number(station, indicator, dimension="", key=""):
    with in_network():
        fold_facts(now=NOON)
        rows = Leaf.objects.filter(
            station_id=station.id, indicator=indicator, dimension=dimension, key=key
        )
        return sum(rows.values_list("n", flat=True))


def test_a_household_with_two_helpers_counts_once_and_under_both_kinds(town, township):
    file = town.file()
    town.paired(file, town.helper("甲"))
    town.paired(file, town.helper("乙", kind="party_member"))
    counted = [
        number(township, "PAI-01"),
        number(township, "PAI-01", "helper_kind", "union_cadre"),
        number(township, "PAI-01", "helper_kind", "party_member"),
    ]
    assert counted == [1, 1, 1]


def test_a_proposed_pairing_does_not_count_yet(town, township):
    town.paired(town.file(), town.helper(), begins=False)
    assert number(township, "PAI-01") == 0


def test_what_was_recorded_agrees_with_the_rows_after_every_step(town, township):
    file, helper = town.file(), town.helper()
    pairing = town.paired(file, helper)
    town.pass_days(40)
    town.do("review_pairing", pairing.pk, score=90)
    town.do("end_pairing", pairing.pk, reason="工作调动")
    town.pass_days(31)
    town.do("resume_pairing", pairing.pk, reason="误结束")
    number(township, "PAI-01")
    assert not recount_station(township)


def test_an_end_taken_back_leaves_the_household_counted_throughout(town, township):
    pairing = town.paired(town.file(), town.helper())
    town.pass_days(40)
    town.do("end_pairing", pairing.pk, reason="误点")
    town.do("resume_pairing", pairing.pk, reason="误点")
    assert number(township, "PAI-01") == 1


@pytest.mark.parametrize("action", list(PAIRING_FLOW.steps))
def test_each_step_of_a_pairing_leads_from_its_states_only(action):
    step = PAIRING_FLOW.steps[action]
    for state in set(PairingState) - step.sources:
        with pytest.raises(IllegalMove):
            PAIRING_FLOW.advance(action, state=state, actor=Actor.system("test"))


@pytest.mark.parametrize("action", list(PAIRING_FLOW.steps))
def test_a_clerk_does_not_manage_pairings(action):
    clerk = Actor(user_id=1, name="王经办", capabilities=capabilities_of(["clerk"]))
    with pytest.raises(NotPermitted):
        PAIRING_FLOW.advance(action, state="active", actor=clerk)


def test_a_pairing_goes_its_way_step_by_step(town):
    pairing = town.paired(town.file(), town.helper(), begins=False)
    states = [pairing.state]
    for step, said in (
        ("agree_pairing", {}),
        ("start_pairing", {}),
        ("review_pairing", {"score": 88, "note": "尽责"}),
        ("go_on_with_pairing", {}),
        ("end_pairing", {"reason": "三年期满"}),
    ):
        states.append(town.do(step, pairing.pk, **said).state)
    assert states == ["proposed", "agreed", "active", "reviewed", "active", "ended"]


def test_the_same_two_are_paired_once(town):
    file, helper = town.file(), town.helper()
    town.paired(file, helper)
    with pytest.raises(AlreadyPaired):
        town.paired(file, helper)


def test_a_household_that_is_not_on_file_is_not_paired(town):
    file = town.file()
    with in_station(town.station):
        file.state = FileState.DRAFT
        file.save()
    with pytest.raises(IllegalMove):
        town.paired(file, town.helper())


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"form": "friendship"}, "P103"),
        ({"help_kinds": ("love",)}, "P103"),
        ({"plan": "长" * 501}, "P102"),
        ({"student_hash": b"x" * 16}, "P106"),
    ],
)
def test_what_is_wrong_with_a_pairing_is_named(town, said, code):
    with pytest.raises(InvalidInput) as refusal:
        town.paired(town.file(), town.helper(), **said)
    assert [problem.code for problem in refusal.value.problems] == [code]


def test_a_day_that_is_past_is_no_end_of_a_plan(town):
    with pytest.raises(InvalidInput) as refusal:
        town.paired(town.file(), town.helper(), planned_until=town.today - timedelta(days=1))
    assert refusal.value.problems[0].field == "planned_until"


def test_a_donor_is_paired_with_a_student_of_the_household(town):
    file = town.file(members=[daughter()])
    donor = town.helper("陈爱心", kind="donor")
    with in_station(town.station):
        student = bytes(file.members.get().id_no_hash)
    pairing = town.paired(file, donor, student_hash=student, help_kinds=("money",))
    assert (bytes(pairing.student_hash), pairing.helper_kind) == (student, "donor")


@pytest.mark.parametrize("score", [-1, 101])
def test_a_score_is_of_a_hundred(town, score):
    pairing = town.paired(town.file(), town.helper())
    with pytest.raises(InvalidInput):
        town.do("review_pairing", pairing.pk, score=score)


def test_an_end_needs_a_reason(town):
    pairing = town.paired(town.file(), town.helper())
    with pytest.raises(InvalidInput):
        town.do("end_pairing", pairing.pk, reason="  ")


def test_a_pairing_of_another_station_is_absent(town, outsider, person_at):
    pairing = town.paired(town.file(), town.helper())
    stranger = person_at(outsider, "reviewer")
    with in_station(outsider), pytest.raises(NotFound):
        services.agree_pairing(pairing.pk, actor=stranger, now=NOON)


def test_every_household_without_a_helper_gets_one_in_one_act(town):
    held = town.file()
    town.paired(held, town.helper("甲"))
    others = [town.file(), town.file()]
    owner = town.helper("站长", is_default=True)
    number_ = town.do("assign_many", [file.pk for file in (held, *others)], helper_id=owner.pk)
    with in_station(town.station):
        assert (number_, files_without_helper().count()) == (2, 0)
        assert coverage(on=town.today).percent == 100


def test_assigning_again_changes_nothing(town):
    file, helper = town.file(), town.helper()
    for _again in range(2):
        town.do("assign_many", [file.pk], helper_id=helper.pk)
    assert len(town.pairings()) == 1


def test_each_household_gets_the_helper_its_file_names(town):
    named, silent = town.file(helper_name="孙联系"), town.file()
    assert town.do("assign_many", [named.pk, silent.pk], helper_id=None) == 1
    with in_station(town.station):
        assert Helper.objects.get().name == "孙联系"


def test_the_households_of_one_helper_go_to_another(town, township):
    first, second = town.helper("甲"), town.helper("乙")
    for file in (town.file(), town.file()):
        town.paired(file, first)
    moved = town.do("hand_over", from_helper=first.pk, to_helper=second.pk, reason="退休")
    assert (moved, len(town.pairings(helper=second, state="active"))) == (2, 2)
    assert number(township, "PAI-01") == 2
    assert not recount_station(township)


def test_a_helper_with_households_stays_on_the_list(town):
    helper = town.helper()
    town.paired(town.file(), helper)
    with pytest.raises(HelperHasHouseholds):
        town.do("retire_helper", helper.pk)


def test_there_is_one_default_owner(town):
    first = town.helper("甲", is_default=True)
    town.helper("乙", is_default=True)
    with in_station(town.station):
        assert [one.name for one in Helper.objects.filter(is_default=True)] == ["乙"]
        first.refresh_from_db()
    assert not first.is_default


def test_the_telephone_of_a_helper_rests_sealed_and_stays_when_nothing_is_said(town):
    helper = town.helper(phone="13900001234")
    town.do("change_helper", helper.pk, HelperDetails(name="周责任", kind="leader"))
    with in_station(town.station):
        helper.refresh_from_db()
    assert (helper.phone.reveal(), "13900001234" in str(helper.phone)) == ("13900001234", False)


@pytest.mark.parametrize(
    ("said", "field"),
    [({"name": " "}, "name"), ({"kind": "friend"}, "kind"), ({"phone": "12"}, "phone")],
)
def test_what_is_wrong_with_a_helper_is_named(town, said, field):
    with pytest.raises(InvalidInput) as refusal:
        town.do("add_helper", HelperDetails(**{"name": "周", "kind": "leader", **said}))
    assert [problem.field for problem in refusal.value.problems] == [field]


def test_the_list_of_helpers_shows_load_and_punctuality(town):
    helper = town.helper()
    file = town.file()
    town.paired(file, helper)
    town.visit(file)
    with in_station(town.station):
        row = helpers_of(town.clerk).get()
    assert (row.load, row.owed, row.in_time) == (1, 1, 1)


def test_a_file_that_is_approved_gets_the_helper_it_names_and_a_first_visit(town):
    file = town.file(helper_name="孙联系")
    town.happens("approved", file)
    first = town.duties(kind="first")
    assert [one.state for one in town.pairings()] == ["active"]
    assert [f"{one.due_on}" for one in first] == ["2026-12-04"]


def test_a_file_that_names_nobody_waits_for_a_helper(town):
    file = town.file()
    town.happens("approved", file)
    with in_station(town.station):
        todo = Todo.objects.get(kind="pairing.assign", closed_at__isnull=True)
    town.paired(file, town.helper())
    with in_station(town.station):
        todo.refresh_from_db()
    assert todo.closed_at is not None


def test_a_pairing_ends_with_the_file(town, township):
    file = town.file()
    town.paired(file, town.helper())
    town.happens("exited", file)
    assert [one.state for one in town.pairings()] == ["ended"]
    assert {one.state for one in town.duties()} == {"cancelled"}
    assert number(township, "PAI-01") == 0
    assert not recount_station(township)


def test_the_new_station_of_a_household_hears_who_looked_after_it(
    town, outsider, township, person_at
):
    file = town.file()
    town.paired(file, town.helper(unit="街道工会"))
    town.visit(file)
    there = Town(outsider, person_at)
    arrived = there.file()
    with in_station(outsider):
        arrived.file_no = file.file_no
        arrived.save()
    town.happens("moved_out", file, to=outsider.code)
    relay.deliver_all()
    with in_station(outsider):
        note = Event.objects.get(subject_id=arrived.pk, action="pairing.note")
    assert "周责任（街道工会）" in note.comment
    assert note.place == township.name
