"""When which visit is owed: the table of the domain reference, §3.14, by the official calendar."""

from datetime import date

import pytest

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove
from bangfu.kernel.workdays import WorkCalendar
from shared_apps.rollup.indicators import change_of
from tenant_apps.pairing.flow import DUTY_FLOW
from tenant_apps.pairing.indicators import facts_of_contact, facts_of_duty
from tenant_apps.pairing.models import Contact, Duty, DutyState
from tenant_apps.pairing.rules import (
    campaign_window,
    event_due_on,
    festival_window,
    grade_in,
    percent,
    quarter_name,
    quarter_of,
    spring_festival,
    suggested_score,
)

CALENDAR = WorkCalendar()
FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("day", "name", "opens", "due"),
    [
        (date(2026, 1, 1), "2026Q1", date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 5, 9), "2026Q2", date(2026, 4, 1), date(2026, 6, 30)),
        (date(2026, 9, 30), "2026Q3", date(2026, 7, 1), date(2026, 9, 30)),
        (date(2027, 12, 31), "2027Q4", date(2027, 10, 1), date(2027, 12, 31)),
    ],
)
def test_a_quarter_ends_on_its_last_working_day(day, name, opens, due):
    window = quarter_of(day, CALENDAR)
    assert (quarter_name(day), window.opens_on, window.due_on) == (name, opens, due)


@pytest.mark.parametrize(
    ("year", "day"),
    [(2025, date(2025, 1, 29)), (2026, date(2026, 2, 17)), (2027, date(2027, 2, 6))],
)
def test_spring_festival_is_known(year, day):
    assert spring_festival(year) == day


@pytest.mark.parametrize(
    ("day", "is_inside"),
    [
        (date(2026, 1, 17), False),
        (date(2026, 1, 18), True),
        (date(2026, 2, 14), True),
        (date(2026, 2, 15), False),
        (date(2026, 2, 17), False),
    ],
)
def test_before_spring_festival_there_is_a_month_up_to_the_last_working_day(day, is_inside):
    assert (festival_window(day, days_before=1, calendar=CALENDAR) is not None) is is_inside


@pytest.mark.parametrize(
    ("kind", "working_days", "due"),
    [
        ("illness", 3, date(2026, 11, 25)),
        ("injury", 3, date(2026, 11, 25)),
        ("death", 1, date(2026, 11, 23)),
        ("disaster", 1, date(2026, 11, 23)),
        ("production", 10, date(2026, 12, 4)),
        ("special", 5, date(2026, 11, 27)),
        ("first", 10, date(2026, 12, 4)),
    ],
)
def test_after_an_event_so_many_working_days_are_left(kind, working_days, due):
    found = event_due_on(
        kind, event_on=FRIDAY, today=FRIDAY, working_days=working_days, calendar=CALENDAR
    )
    assert found == due


def test_an_event_heard_of_late_leaves_the_next_working_day():
    found = event_due_on(
        "death", event_on=date(2026, 11, 2), today=FRIDAY, working_days=1, calendar=CALENDAR
    )
    assert found == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("leaves_on", "due"),
    [(date(2026, 12, 7), date(2026, 12, 4)), (FRIDAY, date(2026, 11, 23))],
)
def test_who_leaves_for_long_is_visited_before(leaves_on, due):
    found = event_due_on(
        "absence", event_on=leaves_on, today=FRIDAY, working_days=0, calendar=CALENDAR
    )
    assert found == due


@pytest.mark.parametrize(
    ("kind", "due"),
    [
        ("two_festivals", date(2026, 12, 31)),
        ("women_day", date(2026, 3, 8)),
        ("children_day", date(2026, 6, 1)),
        ("july_first", date(2026, 7, 1)),
    ],
)
def test_a_campaign_is_proposed_for_its_days(kind, due):
    assert campaign_window(kind, 2026).due_on == due


@pytest.mark.parametrize(
    ("enrolled", "years", "on", "grade"),
    [
        (2024, 3, date(2026, 11, 1), "3 年级"),
        (2024, 3, date(2026, 8, 31), "2 年级"),
        (2024, 3, date(2027, 9, 1), "已毕业"),
        (2027, 4, date(2026, 11, 1), "未入学"),
        (None, None, date(2026, 11, 1), ""),
    ],
)
def test_a_student_is_in_a_year_that_begins_in_september(enrolled, years, on, grade):
    assert grade_in(enrolled, years, on) == grade


@pytest.mark.parametrize(
    ("part", "whole", "share"), [(0, 0, None), (199, 200, 99), (200, 200, 100), (1, 3, 33)]
)
def test_full_coverage_is_said_only_where_nobody_is_missing(part, whole, share):
    assert percent(part, whole) == share


@pytest.mark.parametrize(
    ("due", "in_time", "late", "score"),
    [(0, 0, 0, None), (4, 4, 0, 100), (4, 2, 2, 75), (4, 0, 0, 0)],
)
def test_a_late_visit_counts_half_for_the_helper(due, in_time, late, score):
    assert suggested_score(due=due, in_time=in_time, late=late) == score


@pytest.mark.parametrize("action", list(DUTY_FLOW.steps))
def test_each_step_of_a_visit_leads_from_its_states_only(action):
    step = DUTY_FLOW.steps[action]
    for state in set(DutyState) - step.sources:
        with pytest.raises(IllegalMove):
            DUTY_FLOW.advance(action, state=state, actor=Actor.system("test"))


@pytest.mark.parametrize(
    ("state", "done_on", "codes"),
    [
        ("due", None, ["PAI-04.D"]),
        ("missed", None, ["PAI-04.D"]),
        ("done", date(2026, 11, 20), ["PAI-04.D", "PAI-04.N"]),
        ("followed_up", date(2026, 11, 19), ["PAI-04.D", "PAI-04.N"]),
        ("done", date(2026, 11, 21), ["PAI-04.D"]),
        ("cancelled", None, []),
    ],
)
def test_a_visit_counts_as_owed_and_as_in_time(state, done_on, codes):
    duty = Duty(kind="illness", due_on=FRIDAY, state=state, done_on=done_on)
    assert [fact.indicator for fact in facts_of_duty(duty)] == codes


@pytest.mark.parametrize(("way", "number"), [("visit", 1), ("phone", 0), ("office", 0)])
def test_only_who_went_made_a_visit(way, number):
    contact = Contact(kind="ad_hoc", way=way, visited_on=FRIDAY)
    assert len(facts_of_contact(contact)) == number


def test_a_change_is_what_was_and_what_is_and_nothing_where_both_are_equal():
    due = facts_of_duty(Duty(kind="first", due_on=FRIDAY, state="due"))
    done = facts_of_duty(Duty(kind="first", due_on=FRIDAY, state="done", done_on=FRIDAY))
    assert [(one.indicator, one.n) for one in change_of(due, done)] == [("PAI-04.N", 1)]
    assert [(one.indicator, one.n) for one in change_of(done, due)] == [("PAI-04.N", -1)]
    assert change_of(done, done) == []
