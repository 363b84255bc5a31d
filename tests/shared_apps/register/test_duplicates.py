"""Files of several stations that share a person: one case, decided once, remembered."""

from datetime import date
from random import Random

import pytest

from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted
from bangfu.kernel.identity import fictitious_id
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.exchange import relay
from shared_apps.exchange.models import Message
from shared_apps.register import services
from shared_apps.register.models import Alias, CasePart, CaseState, DuplicateCase, IdentityEntry
from shared_apps.register.presenting import sides_of
from shared_apps.register.selectors import cases_in_sight, get_case, open_cases_of_station
from shared_apps.register.services import Finding, NotTheOverseer
from tenant_apps.casework.models import Todo
from tenant_apps.households import services as files
from tests.conftest import NOON
from tests.support.scenes import scene
from tests.tenant_apps.households.households import complete, daughter

BIRTH = date(1979, 12, 1)
MOTHER = complete().id_no
OTHER = fictitious_id(Random(4), birth=BIRTH, sex=2)


def other_household(**changes):
    said = {"id_no": OTHER, "birth": BIRTH, "name": "赵试二", "card_name": "赵试二", "mobile": ""}
    return {"card_no": "6999990000000020007", "members": [], **said, **changes}


class Network:
    """Opens files at stations, lets the search run and messages arrive."""

    def __init__(self, person_at):
        self.person_at = person_at
        self.people = {}

    def person(self, station, role=Role.REVIEWER):
        key = (station.code, role)
        if key not in self.people:
            self.people[key] = self.person_at(station, role)
        return self.people[key]

    def file(self, station, **changes):
        with in_station(station):
            draft = complete(**changes)
            return files.open_draft(draft, actor=self.person(station, Role.CLERK), now=NOON).file

    def search(self):
        with in_network():
            found = services.find_new_duplicates(now=NOON)
        relay.deliver_all()
        return found

    def search_all(self):
        with in_network():
            found = services.find_all_duplicates(now=NOON)
        relay.deliver_all()
        return found

    def cases(self, station):
        with in_station(station):
            return list(cases_in_sight())

    def case(self):
        with in_network():
            return DuplicateCase.objects.exclude(state=CaseState.MERGED).get()

    def act(self, step, station, *args, role=Role.REVIEWER, **said):
        with in_station(station):
            done = getattr(services, step)(
                self.case().pk, *args, actor=self.person(station, role), now=NOON, **said
            )
        relay.deliver_all()
        return done

    def waiting(self, station):
        with in_station(station):
            rows = Todo.objects.filter(subject_kind="duplicate", closed_at__isnull=True)
            return sorted(rows.values_list("kind", flat=True))


@scene
def found_twice(cast):
    """The daughter is a member here and the head of a file elsewhere; both were saved at one moment."""
    network = Network(cast.person_at)
    township, outsider = cast.station("130705001"), cast.station("130702001")
    daughter_alone = other_household(id_no=daughter().id_no, birth=date(2008, 9, 2), name="柳试甲")
    there = network.file(outsider, **daughter_alone)
    with in_station(outsider):
        services.unregister_household(there.pk)
    here = network.file(township)
    with in_station(outsider):
        head = bytes(there.id_no_hash)
        services.register_households([services.Household(subject=there.pk, head=head)])
    network.search()
    return network, (here, there)


@pytest.fixture
def network(found_twice):
    return found_twice[0]


@pytest.fixture
def pair(found_twice):
    return found_twice[1]


@pytest.fixture
def empty(person_at):
    """A network in which nobody has a file."""
    return Network(person_at)


def settle(network, city, kept, verdict="same_household"):
    return network.act(
        "decide_case", city, Finding(verdict=verdict, reason="入户核实", kept_subject=kept.pk)
    )


def test_a_member_who_heads_another_file_makes_one_case(network, pair):
    case = network.case()
    assert (case.state, case.signals) == ("open", ["head", "member"])


def test_the_common_station_decides_the_case(network, pair, city):
    assert network.case().overseer_id == city.id


@pytest.mark.parametrize("again", ["search", "search_all"])
def test_looking_again_makes_no_second_case(network, pair, again):
    getattr(network, again)()
    with in_network():
        assert DuplicateCase.objects.count() == 1


def test_a_file_saved_again_makes_no_second_case_and_no_second_message(network, pair, township):
    with in_network():
        before = Message.objects.count()
        IdentityEntry.objects.update(is_new=True)
    network.search()
    with in_network():
        assert (DuplicateCase.objects.count(), Message.objects.count()) == (1, before)


def test_three_files_at_two_stations_are_one_case(empty, township, outsider, city):
    empty.file(township)
    empty.file(township, **other_household(members=[]))
    empty.file(
        outsider,
        **other_household(
            id_no=fictitious_id(Random(9), birth=BIRTH, sex=2),
            members=[daughter()],
            card_no="6999990000000020007",
        ),
    )
    empty.search()
    with in_network():
        parts = CasePart.objects.values_list("station_id", flat=True)
        assert sorted(parts) == sorted([township.id, township.id, outsider.id])
        assert DuplicateCase.objects.count() == 1


def test_a_third_file_joins_the_open_case(network, pair, enterprise):
    network.file(
        enterprise,
        **other_household(card_no=complete().card_no),
    )
    found = network.search()
    with in_network():
        assert (found.opened, found.grown, CasePart.objects.count()) == (0, 1, 3)


def test_a_stranger_sees_no_case(network, pair, other_county, enterprise):
    assert network.cases(other_county) == []
    assert network.cases(enterprise) == []


def test_row_security_hides_a_case_from_a_stranger_whatever_is_asked(network, pair, enterprise):
    with in_station(enterprise):
        assert (DuplicateCase.objects.count(), CasePart.objects.count()) == (0, 0)


def test_a_stranger_finds_nothing_under_the_key_of_a_case(network, pair, enterprise):
    with in_station(enterprise), pytest.raises(NotFound):
        get_case(network.case().pk, actor=network.person(enterprise))


@pytest.mark.parametrize("role", [Role.CLERK, Role.FINANCE])
def test_who_may_not_look_at_duplicates_is_refused(network, pair, township, role):
    with in_station(township), pytest.raises(NotPermitted):
        get_case(network.case().pk, actor=network.person(township, role))


def test_each_station_sees_its_own_file_masked_and_of_the_other_only_the_station(
    network, pair, township
):
    with in_station(township):
        case = get_case(network.case().pk, actor=network.person(township))
        own, other = sides_of(case)
    shown = " ".join(value for _label, value in own.face.lines)
    assert (other.face, MOTHER in shown, "柳试一" in shown) == (None, False, False)
    assert other.part.station.code == "130702001"


def test_no_hash_and_no_name_is_in_what_the_stations_are_told(network, pair):
    with in_network():
        bodies = " ".join(str(body) for body in Message.objects.values_list("body", flat=True))
    assert "柳" not in bodies
    assert "130771" not in bodies


def test_both_stations_and_the_common_one_are_asked_to_act(network, pair, township, outsider, city):
    assert network.waiting(township) == ["duplicate.answer"]
    assert network.waiting(outsider) == ["duplicate.answer"]
    assert network.waiting(city) == ["duplicate.decide"]


def test_an_answer_is_seen_by_the_other_station(network, pair, township, outsider):
    network.act("answer_case", township, subject=pair[0].pk, answer="keep", text="女儿仍在读")
    answers = [part.answer for case in network.cases(outsider) for part in case.parts.all()]
    assert sorted(answers) == ["", "keep"]
    assert network.waiting(township) == []


def test_nobody_answers_for_the_file_of_another_station(network, pair, township):
    with pytest.raises(NotFound):
        network.act("answer_case", township, subject=pair[1].pk, answer="leave")


def test_an_answer_says_one_of_the_known_things(network, pair, township):
    with pytest.raises(InvalidInput) as refusal:
        network.act("answer_case", township, subject=pair[0].pk, answer="perhaps")
    assert [problem.code for problem in refusal.value.problems] == ["D101"]


def test_a_question_reaches_the_other_station_by_message(network, pair, township, outsider):
    network.act("answer_case", outsider, subject=pair[1].pk, answer="keep")
    network.act("ask_station", township, subject=pair[1].pk, question="户口是否已迁出？")
    with in_station(outsider):
        todo = Todo.objects.get(subject_kind="duplicate", closed_at__isnull=True)
    assert "户口是否已迁出" in todo.headline


def test_an_involved_station_does_not_decide(network, pair, township):
    with pytest.raises(NotTheOverseer):
        settle(network, township, pair[0])


@pytest.mark.parametrize(
    ("finding", "code"),
    [
        (Finding(verdict="", reason="核实"), "D110"),
        (Finding(verdict="different", reason=" "), "D111"),
        (Finding(verdict="same_person", reason="核实"), "D112"),
    ],
)
def test_half_a_verdict_is_refused_and_says_what_is_missing(network, pair, city, finding, code):
    with pytest.raises(InvalidInput) as refusal:
        network.act("decide_case", city, finding)
    assert [problem.code for problem in refusal.value.problems] == [code]


def test_the_other_file_is_to_be_closed_at_its_own_station(network, pair, city, township, outsider):
    settle(network, city, pair[0])
    assert network.waiting(outsider) == ["duplicate.leave"]
    assert network.waiting(township) == network.waiting(city) == []


def test_a_household_found_twice_counts_once_at_once(network, pair, city):
    settle(network, city, pair[0])
    with in_network():
        alias = Alias.objects.get()
    assert bytes(alias.old_hash) == bytes(pair[1].id_no_hash)
    assert bytes(alias.new_hash) == bytes(pair[0].id_no_hash)


@pytest.mark.parametrize("verdict", ["same_household", "different"])
def test_a_verdict_is_remembered_when_the_same_files_are_seen_again(network, pair, city, verdict):
    settle(network, city, pair[0], verdict)
    with in_network():
        IdentityEntry.objects.update(is_new=True)
    network.search()
    network.search_all()
    with in_network():
        assert [case.state for case in DuplicateCase.objects.all()] == ["settled"]


def test_a_new_file_with_the_same_person_opens_a_case_of_its_own(network, pair, city, enterprise):
    settle(network, city, pair[0], "different")
    network.file(
        enterprise,
        **other_household(card_no=complete().card_no),
    )
    network.search()
    with in_network():
        states = DuplicateCase.objects.order_by("opened_at").values_list("state", flat=True)
        assert sorted(states) == ["open", "settled"]


def test_a_case_is_decided_once(network, pair, city):
    settle(network, city, pair[0])
    with pytest.raises(IllegalMove):
        settle(network, city, pair[1])


def test_a_verdict_taken_back_leaves_no_alias_and_no_exit_to_do(network, pair, city, outsider):
    settle(network, city, pair[0])
    network.act("undo_verdict", city, reason="号码录入有误")
    services.recount_removed_aliases()
    assert network.case().state == "open"
    assert network.waiting(outsider) == ["duplicate.answer"]
    with in_network():
        assert not Alias.objects.exists()


def test_a_verdict_is_taken_back_with_a_reason_only(network, pair, city):
    settle(network, city, pair[0])
    with pytest.raises(InvalidInput):
        network.act("undo_verdict", city, reason="")


def test_a_file_that_was_closed_is_noted_with_the_case(network, pair, city, outsider):
    settle(network, city, pair[0])
    with in_station(outsider):
        services.unregister_household(pair[1].pk)
    with in_network():
        services.note_what_left(now=NOON)
    relay.deliver_all()
    with in_network():
        state = CasePart.objects.get(subject=pair[1].pk).state
    assert (state, network.waiting(outsider)) == ("gone", [])


def test_a_case_vanishes_when_the_number_was_put_right(network, pair, outsider, city, township):
    with in_station(outsider):
        services.unregister_household(pair[1].pk)
    found = network.search_all()
    assert (found.vanished, network.case().state) == (1, "vanished")
    assert network.waiting(township) == network.waiting(city) == []


def test_a_shared_telephone_alone_makes_no_case(empty, township, outsider):
    empty.file(township)
    empty.file(outsider, **other_household(mobile="19900000001"))
    assert empty.search().opened == 0


def test_a_shared_bank_card_makes_a_case(empty, township, outsider):
    empty.file(township)
    empty.file(outsider, **other_household(card_no="6999990000000010008"))
    empty.search()
    assert empty.case().signals == ["card"]


def test_an_open_case_counts_once_at_the_station_that_decides(network, pair, city, township):
    counted = []
    for station in (city, township):
        with in_station(station):
            counted.append(sum(fact.n for fact in open_cases_of_station(on=NOON.date())))
    assert counted == [1, 0]


def test_the_page_of_a_case_shows_no_number_and_lets_an_own_file_be_answered(
    network, pair, township, signed_in
):
    page = signed_in(network.person(township))
    shown = page.get(f"/s/{township.code}/duplicates/{network.case().pk}/").content.decode()
    assert (MOTHER in shown, "柳试一" in shown) == (False, False)
    assert f"/files/{pair[0].pk}/answer/" in shown
    assert "由“" in shown


def test_the_list_counts_answers_and_can_be_narrowed(network, pair, township, signed_in):
    page = signed_in(network.person(township))
    base = f"/s/{township.code}/duplicates/"
    assert "0 / 2" in page.get(base).content.decode()
    assert "没有符合条件的记录" in page.get(base + "?state=settled").content.decode()


def test_a_case_is_settled_and_taken_back_through_the_pages(network, pair, city, signed_in):
    page = signed_in(network.person(city))
    base = f"/s/{city.code}/duplicates/{network.case().pk}/"
    page.post(base + "decide/", {"verdict": "same_household", "kept_subject": str(pair[0].pk)})
    assert network.case().state == "open"
    said = {"verdict": "same_household", "kept_subject": str(pair[0].pk), "reason": "核实"}
    page.post(base + "decide/", said)
    assert network.case().state == "settled"
    page.post(base + "undo/", {"reason": "有误"})
    assert network.case().state == "open"


def test_the_endpoints_answer_and_decide_as_the_pages_do(network, pair, city, township, signed_in):
    page = signed_in(network.person(township))
    key = network.case().pk
    base = f"/s/{township.code}/api/v1/duplicates/{key}/"
    answered = page.post(
        f"{base}files/{pair[0].pk}/answer/", {"answer": "keep"}, content_type="application/json"
    )
    refused = page.post(
        f"{base}decide/",
        {"verdict": "different", "reason": "核实"},
        content_type="application/json",
    )
    assert (answered.status_code, refused.status_code) == (200, 403)
    assert "not-the-overseer" in refused.content.decode()
