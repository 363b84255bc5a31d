"""The workbench and the lists of work, as people see them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from tenant_apps.casework.models import Todo
from tenant_apps.casework.services import (
    close_todos,
    fire_clocks,
    open_todo,
    record_event,
    start_clock,
)

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
THURSDAY = MONDAY + timedelta(days=3)
FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture
def visit(signed_in, township):
    def go(actor, path="", at=THURSDAY):
        with time_machine.travel(at, tick=False):
            browser = signed_in(actor)
            return browser.get(f"/s/{actor.station.code}/{path}")

    return go


@pytest.fixture
def matter(township):
    subject = ("file", uuid4())
    with in_station(township):
        open_todo(
            subject=subject,
            kind="file.review",
            capability="file.review",
            title="档案 %(number)s 待初审",
            params={"number": "0001"},
            link=f"/s/{township.code}/todos/",
            now=MONDAY,
        )
        start_clock(subject=subject, kind="first_review", working_days=3, now=MONDAY)
    return subject


def test_somebody_new_sees_what_will_come(visit, clerk) -> None:
    page = visit(clerk).content.decode()
    assert "没有待办事项" in page
    assert "没有临近或超过期限的事项" in page


def test_who_answers_for_money_also_begins_with_its_numbers(
    visit, township, clerk, person_at
) -> None:
    finance = person_at(township, Role.FINANCE)

    assert "期末结余" in visit(finance).content.decode()
    assert "期末结余" not in visit(clerk).content.decode()


def test_the_workbench_shows_what_waits_and_how_long(visit, reviewer, matter) -> None:
    page = visit(reviewer).content.decode()
    assert "档案 0001 待初审" in page
    assert "今天到期" in page
    assert "首页" in page


def test_the_bell_counts_what_waits(visit, reviewer, clerk, matter) -> None:
    assert visit(reviewer).context["todo_count"] == 1
    assert visit(clerk).context["todo_count"] == 0


def test_what_is_late_is_said_in_words(visit, reviewer, matter) -> None:
    page = visit(reviewer, at=FRIDAY).content.decode()
    assert "已逾期 1 个工作日" in page
    assert "其中 1 件已过期限" in page


def test_time_left_is_counted_in_working_days(visit, reviewer, matter) -> None:
    assert "剩 2 个工作日" in visit(reviewer, at=MONDAY + timedelta(days=1)).content.decode()


def test_each_tab_lists_its_own(visit, township, reviewer, matter) -> None:
    with in_station(township):
        record_event(subject=matter, action="accept", actor=reviewer, now=FRIDAY)
        close_todos(subject=matter, now=FRIDAY)
    assert "没有待办事项" in visit(reviewer, "todos/").content.decode()
    assert "档案 0001 待初审" in visit(reviewer, "todos/?tab=done").content.decode()
    assert "初审受理期限" in visit(reviewer, "todos/?tab=deadlines").content.decode()
    assert "没有临近" in visit(reviewer, "todos/?tab=overdue").content.decode()
    assert "初审受理期限" in visit(reviewer, "todos/?tab=overdue", at=FRIDAY).content.decode()


def test_a_tab_that_does_not_exist_shows_what_waits(visit, reviewer, matter) -> None:
    assert "档案 0001 待初审" in visit(reviewer, "todos/?tab=nonsense").content.decode()


def test_a_reminder_is_closed_with_a_button(signed_in, township, reviewer) -> None:
    with in_station(township):
        todo = open_todo(
            subject=("clock", uuid4()),
            kind="clock.overdue",
            capability="review.decide",
            title="督办",
            is_closed_by_hand=True,
            now=MONDAY,
        )
    browser = signed_in(reviewer)
    assert "标记办结" in browser.get(f"/s/{township.code}/todos/").content.decode()
    browser.post(f"/s/{township.code}/todos/{todo.pk}/close/")
    with in_station(township):
        assert Todo.objects.get(pk=todo.pk).closed_by_id == reviewer.user_id


def test_a_todo_of_others_cannot_be_closed(signed_in, township, clerk, matter) -> None:
    with in_station(township):
        todo = Todo.objects.get()
    answer = signed_in(clerk).post(f"/s/{township.code}/todos/{todo.pk}/close/")
    assert answer.status_code == 404


def test_the_list_needs_as_many_queries_for_two_as_for_twenty(
    signed_in, township, reviewer, matter
) -> None:
    browser, address = signed_in(reviewer), f"/s/{township.code}/todos/"
    needed = []
    for more in (1, 18):
        with in_station(township):
            for number in range(more):
                open_todo(
                    subject=("file", uuid4()),
                    kind="file.review",
                    capability="file.review",
                    title=f"档案 {number}",
                    now=MONDAY,
                )
        browser.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status_code == 200
        needed.append(len(queries))
    assert needed[0] == needed[1]


def test_a_program_lists_what_waits_and_what_is_due(signed_in, township, reviewer, matter) -> None:
    browser = signed_in(reviewer)
    todos = browser.get(f"/s/{township.code}/api/v1/todos/").json()["results"]
    assert [todo["title"] for todo in todos] == ["档案 0001 待初审"]
    assert browser.get(f"/s/{township.code}/api/v1/todos/?done=1").json()["results"] == []
    with time_machine.travel(THURSDAY, tick=False):
        browser = signed_in(reviewer)
        [deadline] = browser.get(f"/s/{township.code}/api/v1/deadlines/").json()["results"]
    assert (deadline["name"], deadline["due_on"]) == ("初审受理期限", "2026-11-26")


def test_a_program_closes_a_reminder(signed_in, township, reviewer) -> None:
    with in_station(township):
        todo = open_todo(
            subject=("clock", uuid4()),
            kind="clock.overdue",
            capability="review.decide",
            title="督办",
            is_closed_by_hand=True,
            now=MONDAY,
        )
    browser = signed_in(reviewer)
    address = f"/s/{township.code}/api/v1/todos/{todo.pk}/close/"
    assert browser.post(address).json()["closed_by_name"] == "李审核"
    assert browser.post(address).status_code == 409


def test_a_missed_deadline_is_told_on_the_workbench(visit, township, reviewer, matter) -> None:
    with in_station(township):
        fire_clocks(now=FRIDAY)
    assert "初审受理期限已于 2026-11-26 逾期" in visit(reviewer, at=FRIDAY).content.decode()
