"""Visits that are owed, as they are made, missed, made up for and taken back."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.exchange import relay
from shared_apps.rollup.models import Leaf
from shared_apps.rollup.services import fold_facts, recount_station
from tenant_apps.casework.models import Clock, Todo
from tenant_apps.casework.services import fire_clocks
from tenant_apps.households.models import HouseholdFile
from tenant_apps.pairing.models import Contact
from tenant_apps.pairing.people import files_in_groups, grade_of, groups_counted, students
from tenant_apps.pairing.selectors import (
    DutySearch,
    coverage,
    duties_matching,
    facts_of_station,
)
from tenant_apps.pairing.services import ContactDetails, MustGo, RoundDetails
from tenant_apps.privacy.services.erasing import erase_file
from tenant_apps.privacy.services.scrubbing import GONE
from tests.conftest import NOON
from tests.support.held import taken_along
from tests.tenant_apps.households.households import daughter

PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa7\x9a\xa0\xa0"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)


def number(station, indicator):
    with in_network():
        fold_facts(now=NOON)
        rows = Leaf.objects.filter(station_id=station.id, indicator=indicator, dimension="")
        return sum(rows.values_list("n", flat=True))


@pytest.fixture
def file(town):
    return town.file()


@pytest.fixture
def helper(town):
    return town.helper()


@pytest.fixture
def paired(town, file, helper):
    return town.paired(file, helper)


def test_a_pairing_owes_a_contact_this_quarter_once(town, paired):
    town.keep_up()
    town.keep_up()
    assert [f"{one.due_on}" for one in town.duties(kind="regular")] == ["2026-12-31"]


def test_the_next_quarter_asks_again(town, paired):
    town.go_to(date(2027, 1, 4))
    town.keep_up()
    assert [f"{one.due_on}" for one in town.duties(kind="regular")] == ["2026-12-31", "2027-03-31"]


def test_a_pairing_that_begins_at_the_end_of_a_quarter_owes_in_the_next(town, file, helper):
    town.go_to(date(2026, 12, 28))
    town.paired(file, helper)
    town.keep_up()
    assert town.duties(kind="regular") == []
    town.go_to(date(2027, 1, 4))
    town.keep_up()
    assert len(town.duties(kind="regular")) == 1


def test_any_contact_fulfils_what_is_owed_this_quarter(town, paired, file):
    town.visit(file, way="phone")
    assert [one.state for one in town.duties(kind="regular")] == ["done"]


def test_the_contact_of_one_helper_does_not_fulfil_that_of_another(town, paired, file, helper):
    other = town.helper("乙")
    town.paired(file, other)
    town.visit(file, helper_id=other.pk)
    states = {one.helper_id: one.state for one in town.duties(kind="regular")}
    assert states == {helper.pk: "due", other.pk: "done"}


def test_a_quarter_without_contact_is_missed_and_can_be_made_up_for(town, paired, file, township):
    town.go_to(date(2027, 1, 4))
    assert town.keep_up().missed == 1
    missed = town.duties(kind="regular", state="missed")[0]
    town.visit(file, duty=missed)
    states = [one.state for one in town.duties(kind="regular")]
    assert states == ["done", "done"]
    assert (number(township, "PAI-04.D"), number(township, "PAI-04.N")) == (2, 1)
    assert not recount_station(township)


def test_a_round_that_is_over_reaches_the_parent(town, paired, county):
    town.go_to(date(2027, 1, 4))
    with in_station(town.station):
        fire_clocks(now=town.now)
    relay.deliver_all()
    with in_station(county):
        todo = Todo.objects.get(kind="clock.overdue")
    assert "2026Q4 季度联系" in todo.headline
    assert "走访联系" in todo.headline


def test_a_round_waits_once_for_all_its_households(town, helper):
    for _one in range(3):
        town.paired(town.file(), helper)
    with in_station(town.station):
        waiting = Todo.objects.filter(subject_kind="visit_round", closed_at__isnull=True).count()
        clocks = Clock.objects.filter(subject_kind="visit_round", stopped_at__isnull=True).count()
    assert (waiting, clocks) == (1, 1)


def test_when_the_last_household_was_seen_nothing_waits_any_more(town, paired, file):
    town.visit(file)
    with in_station(town.station):
        assert not Todo.objects.filter(closed_at__isnull=True, kind="pairing.round").exists()
        assert not Clock.objects.filter(stopped_at__isnull=True).exists()


@pytest.mark.parametrize(
    ("kind", "due"),
    [
        ("illness", "2026-11-25"),
        ("injury", "2026-11-25"),
        ("death", "2026-11-23"),
        ("disaster", "2026-11-23"),
        ("absence", "2026-11-23"),
        ("production", "2026-12-04"),
        ("special", "2026-11-27"),
    ],
)
def test_an_event_in_a_household_makes_its_must_visit(town, file, kind, due):
    town.happens("event_reported", file, kind=kind, person="柳试一")
    duty = town.duties()[0]
    with in_station(town.station):
        todo = Todo.objects.get(kind="pairing.visit")
        clock = Clock.objects.get(subject_id=duty.pk)
    assert (duty.kind, f"{duty.due_on}", duty.about) == (kind, due, "柳试一")
    assert (todo.due_on, clock.due_on) == (duty.due_on, duty.due_on)


@pytest.mark.parametrize("kind", ["job", "income", "member"])
def test_a_change_that_is_no_must_visit_owes_nothing(town, file, kind):
    town.happens("event_reported", file, kind=kind)
    assert town.duties() == []


def test_the_same_event_told_twice_owes_one_visit(town, file):
    for _again in range(2):
        town.happens("event_reported", file, kind="illness")
    assert len(town.duties()) == 1


def test_a_must_visit_goes_to_the_helper_of_the_household(town, paired, file, helper):
    town.happens("event_reported", file, kind="illness")
    assert town.duties(kind="illness")[0].helper_id == helper.pk


def test_a_must_visit_is_not_done_by_telephone(town, file):
    town.happens("event_reported", file, kind="illness")
    with pytest.raises(MustGo):
        town.visit(file, duty=town.duties()[0], way="phone")


def test_a_must_visit_in_time_counts_for_the_quarter_as_well(town, paired, file, township):
    town.happens("event_reported", file, kind="illness")
    town.pass_days(1)
    town.visit(file, duty=town.duties(kind="illness")[0])
    assert {one.state for one in town.duties()} == {"done"}
    assert (number(township, "PAI-03"), number(township, "PAI-04.N")) == (1, 2)
    assert not recount_station(township)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"by_names": " "}, "P101"),
        ({"findings": ""}, "P101"),
        ({"findings": "长" * 2001}, "P102"),
        ({"way": "pigeon"}, "P103"),
        ({"needs": ("gold",)}, "P103"),
        ({"visited_on": date(2026, 12, 31)}, "P110"),
        ({"follow_up": "联系学校"}, "P112"),
        ({"follow_up": "联系学校", "follow_up_due_on": date(2026, 11, 1)}, "P112"),
    ],
)
def test_what_is_wrong_with_a_contact_is_named(town, file, said, code):
    with pytest.raises(InvalidInput) as refusal:
        town.visit(file, **said)
    assert [problem.code for problem in refusal.value.problems] == [code]


def test_a_visit_from_before_it_was_owed_does_not_count_for_it(town, file):
    town.happens("event_reported", file, kind="illness")
    with pytest.raises(InvalidInput) as refusal:
        town.visit(file, duty=town.duties()[0], visited_on=town.today - timedelta(days=3))
    assert refusal.value.problems[0].code == "P111"


def test_who_does_not_visit_records_nothing(town, file, person_at):
    finance = person_at(town.station, "finance")
    details = ContactDetails(visited_on=town.today, way="visit", by_names="甲", findings="好")
    with pytest.raises(NotPermitted):
        town.do("record_contact", file.pk, details, actor=finance)


def test_a_visit_owed_to_one_household_is_not_fulfilled_at_another(town, file):
    town.happens("event_reported", file, kind="illness")
    with pytest.raises(NotFound):
        town.visit(town.file(), duty=town.duties()[0])


def test_two_people_cannot_both_note_the_same_visit(town, file):
    town.happens("event_reported", file, kind="illness")
    duty = town.duties()[0]
    town.visit(file, duty=duty)
    with pytest.raises(IllegalMove):
        town.visit(file, duty=duty)


def test_pictures_of_a_visit_are_kept_with_it(town, file):
    details = ContactDetails(visited_on=town.today, way="visit", by_names="甲", findings="好")
    photo = SimpleUploadedFile("家.png", PICTURE, content_type="image/png")
    contact = town.do("record_contact", file.pk, details, photos=[photo], actor=town.clerk)
    assert len(contact.photo_ids) == 1


def test_what_a_visit_promised_waits_until_it_is_done(town, paired, file):
    contact = town.visit(
        file, needs=("schooling",), follow_up="联系学校", follow_up_due_on=date(2026, 11, 30)
    )
    with in_station(town.station):
        todo = Todo.objects.get(kind="pairing.follow_up")
    town.do("follow_up", contact.pk, result="学校已减免")
    with in_station(town.station):
        todo.refresh_from_db()
    assert todo.closed_at is not None
    assert [one.state for one in town.duties(kind="regular")] == ["followed_up"]
    with pytest.raises(IllegalMove):
        town.do("follow_up", contact.pk, result="又一次")


def test_a_contact_taken_back_is_owed_again_and_does_not_count(town, paired, file, township):
    contact = town.visit(file)
    town.do("withdraw_contact", contact.pk, reason="记错了户")
    assert [one.state for one in town.duties(kind="regular")] == ["due"]
    assert (number(township, "PAI-03"), number(township, "PAI-04.N")) == (0, 0)
    assert not recount_station(township)
    with in_station(town.station):
        assert Todo.objects.filter(closed_at__isnull=True, kind="pairing.round").exists()


def test_many_visits_are_arranged_at_once(town, helper):
    for _one in range(2):
        town.paired(town.file(), helper)
    duties = town.duties()
    arranged = town.do(
        "plan_visits", [one.pk for one in duties], planned_on=town.today, helper_id=None
    )
    assert (arranged, {one.state for one in town.duties()}) == (2, {"planned"})


def test_nobody_arranges_a_visit_for_yesterday(town, paired):
    with pytest.raises(InvalidInput):
        town.do(
            "plan_visits",
            [town.duties()[0].pk],
            planned_on=town.today - timedelta(days=1),
            helper_id=None,
        )


def test_a_visit_nobody_needs_does_not_count_as_owed(town, paired, township):
    town.do("cancel_duties", [town.duties()[0].pk], reason="全家外出务工")
    assert number(township, "PAI-04.D") == 0
    assert not recount_station(township)


def test_before_spring_festival_every_household_is_owed_a_visit(town):
    for _one in range(2):
        town.file()
    town.go_to(date(2027, 1, 11))
    town.keep_up()
    town.keep_up()
    festival = town.duties(kind="spring_festival")
    assert [f"{one.due_on}" for one in festival] == ["2027-02-04", "2027-02-04"]


def test_on_8_march_single_mothers_are_visited_ticked_or_not(town):
    ticked = town.file(groups=("single_mother",), single_parent=False)
    alone = town.file(single_parent=True)
    town.file(single_parent=False)
    town.do(
        "open_campaign",
        RoundDetails(
            kind="women_day",
            name="2027 年三八走访",
            opens_on=date(2027, 3, 1),
            due_on=date(2027, 3, 8),
            groups=("single_mother",),
        ),
    )
    assert {one.file_id for one in town.duties(kind="women_day")} == {ticked.pk, alone.pk}


def a_campaign(**said):
    return RoundDetails(
        **{
            "kind": "july_first",
            "name": "七一走访",
            "opens_on": date(2027, 6, 15),
            "due_on": date(2027, 7, 1),
            "groups": ("member_elder",),
            **said,
        }
    )


def test_on_1_june_households_with_children_are_visited(town):
    child = daughter(birth=date(2015, 5, 1), id_no="", stage="80", enrolled_year=2022)
    with_child = town.file(members=[child], persons=2)
    town.file()
    town.do(
        "open_campaign",
        a_campaign(kind="children_day", name="六一", groups=("disabled_child",)),
    )
    assert [one.file_id for one in town.duties()] == [with_child.pk]


def test_a_campaign_takes_up_who_fits_later(town):
    town.file(groups=("member_elder",))
    campaign = town.do("open_campaign", a_campaign())
    town.file(groups=("member_elder",))
    assert town.do("extend_campaign", campaign.pk) == 1
    assert town.do("extend_campaign", campaign.pk) == 0


def test_a_campaign_is_closed_with_a_word_and_the_rest_is_missed(town):
    town.file(groups=("member_elder",))
    campaign = town.do("open_campaign", a_campaign())
    town.do("close_round", campaign.pk, reason="其余改为电话慰问")
    assert [one.state for one in town.duties()] == ["missed"]
    with pytest.raises(IllegalMove):
        town.do("extend_campaign", campaign.pk)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"name": ""}, "P101"),
        ({"kind": "birthday"}, "P103"),
        ({"groups": ("giants",)}, "P103"),
        ({"due_on": date(2027, 6, 1)}, "P120"),
        ({"opens_on": date(2026, 1, 1), "due_on": date(2026, 2, 1)}, "P121"),
        ({}, "P122"),
    ],
)
def test_what_is_wrong_with_a_campaign_is_named(town, said, code):
    with pytest.raises(InvalidInput) as refusal:
        town.do("open_campaign", a_campaign(**said))
    assert [problem.code for problem in refusal.value.problems] == [code]


def test_the_board_counts_what_is_owed_and_overdue(town, paired, file):
    town.happens("event_reported", file, kind="death")
    town.pass_days(10)
    with in_station(town.station):
        found = coverage(on=town.today)
    assert (found.on_file, found.paired, found.owed, found.in_time, found.overdue) == (
        1,
        1,
        1,
        0,
        1,
    )


def test_each_helper_finds_the_own_visits(town, file, helper):
    mine = town.helper("王经办", user_id=town.clerk.user_id)
    town.paired(file, helper)
    town.paired(town.file(), mine)
    with in_station(town.station):
        search = DutySearch(user_id=town.clerk.user_id)
        found = duties_matching(search, actor=town.clerk, on=town.today)
        assert [one.helper_id for one in found] == [mine.pk]


def test_groups_are_counted_over_the_files(town):
    town.file(groups=("veteran", "retired"), single_parent=False)
    town.file(groups=("veteran",), single_parent=False)
    with in_station(town.station):
        counts = {one.value: one.households for one in groups_counted(town.clerk)}
        assert (counts["veteran"], counts["retired"], counts["migrant"]) == (2, 1, 0)
        assert files_in_groups(["retired"]).count() == 1


def test_students_are_listed_under_the_file_of_the_parent(town):
    file = town.file(members=[daughter()])
    with in_station(town.station):
        found = students(town.clerk, stage="60")
        assert [one.file_id for one in found] == [file.pk]
        assert grade_of(found[0], on=town.today) == "3 年级"
        assert not students(town.clerk, year="1999").exists()


def test_a_household_takes_along_who_was_there_and_what_was_found(town, paired, file):
    town.visit(file, findings="孩子开学")

    (contact,) = taken_along(town.station, file, "contacts")

    assert contact["findings"] == "孩子开学"
    assert contact["by"]


def test_what_was_counted_of_a_household_stays_when_its_years_are_over(town, township):
    file = town.file()
    town.paired(file, town.helper())
    town.happens("event_reported", file, kind="illness")
    town.visit(file, duty=town.duties(kind="illness")[0])
    with in_network():
        fold_facts(now=town.now, wait=True)
    with in_station(township):
        before = sorted(str(one) for one in facts_of_station())
        erase_file(HouseholdFile.objects.get(pk=file.pk), now=town.now)
        assert Contact.objects.exclude(findings=GONE).count() == 0
        assert sorted(str(one) for one in facts_of_station()) == before
    assert [one for one in before if "PAI-03" in one]
    assert not recount_station(township)
