"""Working days against the vectors of the official calendar."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.kernel.workdays import (
    WorkCalendar,
    add_working_days,
    count_working_days,
    working_day_before,
    working_days_left,
)

CALENDAR = WorkCalendar()
STEPS = (2, 3, 5, 7, 10, 15)
VECTORS = {
    "2024-02-06": "2024-02-08 2024-02-09 2024-02-19 2024-02-21 2024-02-26 2024-03-04",
    "2025-12-30": "2026-01-04 2026-01-05 2026-01-07 2026-01-09 2026-01-14 2026-01-21",
    "2026-02-12": "2026-02-14 2026-02-24 2026-02-26 2026-02-28 2026-03-04 2026-03-11",
    "2026-04-30": "2026-05-07 2026-05-08 2026-05-11 2026-05-13 2026-05-18 2026-05-25",
    "2026-09-28": "2026-09-30 2026-10-08 2026-10-10 2026-10-13 2026-10-16 2026-10-23",
    "2026-12-28": "2026-12-30 2026-12-31 2027-01-05 2027-01-07 2027-01-12 2027-01-19",
}
CASES = [
    (date.fromisoformat(start), n, date.fromisoformat(due))
    for start, row in VECTORS.items()
    for n, due in zip(STEPS, row.split(), strict=True)
]

days = st.dates(min_value=date(2010, 1, 1), max_value=date(2035, 1, 1))


@pytest.mark.parametrize(("start", "n", "due"), CASES)
def test_a_deadline_falls_where_the_official_calendar_puts_it(
    start: date, n: int, due: date
) -> None:
    assert add_working_days(start, n, CALENDAR) == due


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2024-02-09", True),
        ("2024-02-18", True),
        ("2024-02-10", False),
        ("2026-02-14", True),
        ("2026-10-10", True),
        ("2026-10-01", False),
        ("2026-11-21", False),
        ("2026-11-23", True),
        ("2027-02-06", False),
    ],
)
def test_a_day_is_worked_as_the_state_council_said(day: str, works: bool) -> None:
    assert CALENDAR.is_working_day(date.fromisoformat(day)) is works


def test_a_make_up_saturday_is_known_before_any_other_day_of_its_year_was_asked_for() -> None:
    assert WorkCalendar().is_working_day(date(2020, 1, 19))


def test_the_count_names_every_day_it_counted() -> None:
    count = count_working_days(date(2026, 9, 28), 3, CALENDAR)
    assert count.counted == (date(2026, 9, 29), date(2026, 9, 30), date(2026, 10, 8))
    assert count.due_on == date(2026, 10, 8)


def test_a_count_into_a_year_without_its_notice_is_provisional() -> None:
    assert not count_working_days(date(2026, 12, 28), 3, CALENDAR).is_provisional
    assert count_working_days(date(2026, 12, 28), 5, CALENDAR).is_provisional


def test_an_announced_make_up_day_settles_its_year() -> None:
    announced = WorkCalendar({date(2027, 1, 3): True})
    assert not count_working_days(date(2026, 12, 28), 5, announced).is_provisional


def test_an_override_wins_over_the_official_calendar() -> None:
    stormy = WorkCalendar({date(2026, 11, 23): False, date(2026, 11, 22): True})
    assert add_working_days(date(2026, 11, 20), 2, stormy) == date(2026, 11, 24)


def test_no_days_at_all_are_due_at_once() -> None:
    assert add_working_days(date(2026, 11, 21), 0, CALENDAR) == date(2026, 11, 21)


def test_a_deadline_in_the_past_is_refused() -> None:
    with pytest.raises(ValueError, match="ahead"):
        add_working_days(date(2026, 11, 21), -1, CALENDAR)


def test_a_warning_comes_two_working_days_before() -> None:
    assert working_day_before(date(2026, 10, 9), 2, CALENDAR) == date(2026, 9, 30)


def test_days_left_turn_negative_when_overdue() -> None:
    assert working_days_left(date(2026, 9, 28), date(2026, 10, 9), CALENDAR) == 4
    assert working_days_left(date(2026, 10, 9), date(2026, 9, 28), CALENDAR) == -4
    assert working_days_left(date(2026, 10, 9), date(2026, 10, 9), CALENDAR) == 0


@given(start=days, n=st.integers(1, 60))
def test_a_deadline_is_a_working_day_and_leaves_exactly_its_days(start: date, n: int) -> None:
    due = add_working_days(start, n, CALENDAR)
    assert CALENDAR.is_working_day(due)
    assert working_days_left(start, due, CALENDAR) == n


@given(start=days, n=st.integers(1, 30))
def test_going_back_undoes_going_forth_from_a_working_day(start: date, n: int) -> None:
    first = add_working_days(start, 1, CALENDAR)
    assert working_day_before(add_working_days(first, n, CALENDAR), n, CALENDAR) == first
