"""The timeline, the to-dos and the deadlines of a record."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy, override

from bangfu.kernel.actors import EVERYTHING, Actor
from bangfu.kernel.errors import IllegalMove, NotFound
from bangfu.kernel.flow import Flow, Step
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.console.services import resume_station, suspend_station
from shared_apps.exchange.relay import deliver_all
from shared_apps.notifications.selectors import notifications_for
from shared_apps.policies.selectors import rule_in_force
from shared_apps.regions.models import CalendarOverride
from tenant_apps.casework.models import Clock, Event, Todo
from tenant_apps.casework.selectors import (
    clocks_of,
    deadlines_missed,
    deadlines_near,
    running_clock,
    timeline_of,
    todos_done_by,
    todos_for,
    todos_of,
)
from tenant_apps.casework.services import (
    close_by_hand,
    close_todos,
    fire_clocks,
    open_todo,
    record_event,
    recount_clocks,
    start_clock,
    stop_clock,
    stop_clocks,
)
from tests.support.databases import NOON

# Monday to Friday without a holiday: 2026-11-23 … 11-27.
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
FILE = ("file", uuid4())
FLOW = Flow(
    "file",
    {
        "submit": Step(
            sources=frozenset({"draft"}),
            target="submitted",
            capability="file.submit",
            label=gettext_lazy("提交"),
        )
    },
)


def days_later(days: int) -> datetime:
    return MONDAY + timedelta(days=days)


def waiting(**changes) -> Todo:
    return open_todo(
        **{
            "subject": FILE,
            "kind": "file.review",
            "capability": "file.review",
            "title": "档案待初审",
            "link": "/s/130705001/files/",
            "now": MONDAY,
        }
        | changes
    )


def deadline(**changes) -> Clock:
    return start_clock(
        **{"subject": FILE, "kind": "first_review", "working_days": 3, "now": MONDAY} | changes
    )


def told(actor) -> list[str]:
    with in_station(actor.station), override("zh-hans"):
        return [row.headline for row in notifications_for(actor)]


# --- timeline


def test_the_timeline_tells_who_did_what_newest_first(at_township, clerk) -> None:
    record_event(
        subject=FILE,
        action="submit",
        from_state="draft",
        to_state="submitted",
        comment=" 材料齐全 ",
        actor=clerk,
        now=MONDAY,
    )
    record_event(subject=FILE, action="print", actor=clerk, now=days_later(1), place="宣化区")
    second, first = timeline_of(FILE, flow=FLOW, label=lambda action: {"print": "打印"}[action])
    assert (first.who, str(first.what), first.comment) == ("王经办", "提交", "材料齐全")
    assert (second.who, second.what) == ("宣化区 王经办", "打印")


def test_the_timeline_says_what_the_day_of_a_warning_is(at_township, clerk) -> None:
    record_event(subject=FILE, action="clock.warning", comment="2026-11-24", actor=clerk, now=NOON)
    record_event(subject=FILE, action="submit", comment="2026-11-24", actor=clerk, now=NOON)

    assert {one.comment for one in timeline_of(FILE)} == {"期限 2026-11-24", "2026-11-24"}


def test_a_record_of_another_kind_with_the_same_key_has_its_own_timeline(
    at_township, clerk
) -> None:
    record_event(subject=FILE, action="submit", actor=clerk, now=MONDAY)
    assert timeline_of(("review", FILE[1])) == []


# --- to-dos


def test_a_todo_waits_for_whoever_holds_its_capability(at_township, reviewer, clerk) -> None:
    waiting()
    assert todos_for(reviewer).count() == 1
    assert todos_for(clerk).count() == 0


def test_the_same_todo_opened_again_is_brought_up_to_date(at_township) -> None:
    first = waiting()
    second = waiting(title="补正后待初审", now=days_later(1))
    assert (second.pk, second.headline, second.opened_at) == (first.pk, "补正后待初审", MONDAY)


def test_two_open_todos_of_one_kind_on_one_record_are_refused(at_township) -> None:
    waiting()
    with pytest.raises(IntegrityError, match="todo_open_once"), transaction.atomic():
        Todo.objects.create(
            subject_kind=FILE[0],
            subject_id=FILE[1],
            kind="file.review",
            capability="x",
            title="x",
            opened_at=MONDAY,
        )


def test_a_todo_done_and_opened_again_is_a_new_one(at_township, reviewer) -> None:
    first = waiting()
    close_todos(subject=FILE, kind="file.review", actor=reviewer, now=days_later(1))
    assert waiting(now=days_later(2)).pk != first.pk


def test_what_was_done_is_listed_for_the_one_who_did_it(at_township, reviewer, person_at) -> None:
    colleague = person_at(at_township, Role.REVIEWER)
    waiting()
    assert close_todos(subject=FILE, kind="file.review", actor=reviewer, now=MONDAY) == 1
    assert todos_done_by(reviewer).count() == 1
    assert todos_done_by(colleague).count() == 0
    assert todos_for(colleague).count() == 0


def test_whoever_acted_on_the_record_is_named_as_the_one_who_did_it(at_township, reviewer) -> None:
    waiting()
    record_event(subject=FILE, action="accept", actor=reviewer, now=days_later(1))
    close_todos(subject=FILE, kind="file.review", now=days_later(1))
    assert todos_done_by(reviewer).get().closed_by_name == "李审核"


def test_closing_one_kind_leaves_the_others_open(at_township) -> None:
    waiting()
    waiting(kind="file.visit", capability="file.visit")
    close_todos(subject=FILE, kind="file.visit", now=MONDAY)
    assert [todo.kind for todo in todos_of(FILE)] == ["file.review"]


def test_closing_without_a_kind_closes_everything(at_township) -> None:
    waiting()
    waiting(kind="file.visit", capability="file.visit")
    assert close_todos(subject=FILE, now=MONDAY) == 2


def test_what_an_act_closes_cannot_be_closed_by_hand(at_township, reviewer) -> None:
    todo = waiting()
    with pytest.raises(IllegalMove):
        close_by_hand(todo.pk, actor=reviewer, now=MONDAY)


def test_what_need_only_be_known_is_closed_by_hand_once(at_township, reviewer) -> None:
    todo = waiting(is_closed_by_hand=True)
    close_by_hand(todo.pk, actor=reviewer, now=MONDAY)
    with pytest.raises(IllegalMove):
        close_by_hand(todo.pk, actor=reviewer, now=MONDAY)


def test_what_waits_for_others_is_out_of_sight(at_township, clerk) -> None:
    todo = waiting(is_closed_by_hand=True)
    with pytest.raises(NotFound):
        close_by_hand(todo.pk, actor=clerk, now=MONDAY)


@pytest.mark.parametrize("link", ["https://example.invalid/", "//example.invalid/"])
def test_a_todo_never_leads_elsewhere(at_township, link: str) -> None:
    with pytest.raises(IntegrityError, match="todo_link_stays_here"), transaction.atomic():
        waiting(link=link)


def test_a_todo_of_one_station_is_not_seen_at_another(township, outsider, person_at) -> None:
    with in_station(township):
        waiting()
    stranger = person_at(outsider, Role.REVIEWER)
    with in_station(outsider):
        assert todos_for(stranger).count() == 0
        assert Event.objects.count() == Clock.objects.count() == 0


# --- deadlines


def test_a_deadline_keeps_the_days_that_make_it_and_its_rule(at_township) -> None:
    rule = rule_in_force("clock.first_review", station=at_township, on=date(2026, 11, 23))
    clock = deadline(working_days=rule.value, rule=rule)
    assert clock.due_on == date(2026, 11, 26)
    assert clock.counted == ["2026-11-24", "2026-11-25", "2026-11-26"]
    assert (clock.rule_id, clock.rule_version) == (rule.id, rule.version)
    assert clock.warn_on == date(2026, 11, 24)


def test_the_day_is_counted_in_shanghai(at_township) -> None:
    late = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    assert deadline(now=late).due_on == date(2026, 11, 26)


def test_a_todo_shows_the_deadline_of_its_record_whichever_came_first(at_township) -> None:
    waiting()
    clock = deadline()
    assert todos_of(FILE).get().due_on == clock.due_on
    assert waiting(kind="file.visit").due_on == clock.due_on


def test_a_deadline_started_again_begins_anew(at_township) -> None:
    first = deadline()
    second = deadline(now=days_later(1))
    assert running_clock(FILE, kind="first_review") == second
    first.refresh_from_db()
    assert first.stopped_at == days_later(1)


def test_a_stopped_deadline_is_silent(at_township, reviewer) -> None:
    waiting()
    deadline()
    assert stop_clock(subject=FILE, kind="first_review", now=MONDAY) is not None
    fired = fire_clocks(now=days_later(30))
    assert (fired.warned, fired.overdue) == (0, 0)


def test_stopping_what_does_not_run_does_nothing(at_township) -> None:
    assert stop_clock(subject=FILE, kind="first_review", now=MONDAY) is None


def test_all_deadlines_of_a_record_stop_together(at_township) -> None:
    deadline()
    deadline(kind="visit", working_days=5)
    assert stop_clocks(subject=FILE, now=MONDAY) == 2
    assert not clocks_of(FILE).exists()


def test_nothing_is_said_before_the_day_of_the_warning(at_township, reviewer) -> None:
    waiting()
    deadline()
    assert fire_clocks(now=MONDAY).warned == 0


def test_a_warning_is_given_once_two_working_days_before(at_township, reviewer) -> None:
    waiting()
    deadline()
    assert fire_clocks(now=days_later(1)).warned == 1
    assert fire_clocks(now=days_later(1)).warned == 0
    assert told(reviewer) == ["初审受理期限将于 2026-11-26 到期"]
    assert [str(entry.what) for entry in timeline_of(FILE)] == ["到期预警"]


def test_the_last_day_is_not_overdue_and_the_next_one_is(at_township, reviewer) -> None:
    waiting()
    deadline()
    fire_clocks(now=days_later(1))
    assert fire_clocks(now=days_later(3)).overdue == 0
    assert fire_clocks(now=days_later(4)).overdue == 1
    assert fire_clocks(now=days_later(4)).overdue == 0
    assert told(reviewer)[0] == "初审受理期限已于 2026-11-26 逾期"


def test_a_deadline_long_past_is_reported_without_a_warning(at_township) -> None:
    deadline()
    fired = fire_clocks(now=days_later(40))
    assert (fired.warned, fired.overdue) == (0, 1)


def test_a_deadline_names_who_is_warned_when_nothing_waits(at_township, reviewer, clerk) -> None:
    deadline(capability="file.edit", kind="returned", working_days=10)
    fire_clocks(now=days_later(40))
    assert (len(told(clerk)), len(told(reviewer))) == (1, 0)


def test_lists_show_what_is_near_and_what_is_missed(at_township, reviewer) -> None:
    deadline()
    deadline(kind="visit", working_days=10)
    near = deadlines_near(date(2026, 11, 25), actor=reviewer)
    assert [clock.kind for clock in near] == ["first_review"]
    assert not deadlines_missed(date(2026, 11, 26), actor=reviewer).exists()
    assert deadlines_missed(date(2026, 11, 27), actor=reviewer).count() == 1


def test_deadlines_are_seen_by_whom_they_concern_and_by_whoever_supervises(
    at_township, clerk, reviewer, person_at
) -> None:
    worker = person_at(at_township, Role.WORKER)
    deadline(kind="returned", capability="file.edit")
    deadline()
    waiting()
    on = date(2026, 11, 26)
    seen = {
        actor: [clock.kind for clock in deadlines_near(on, actor=actor)]
        for actor in (clerk, reviewer, worker)
    }
    assert seen == {clerk: ["returned"], reviewer: ["returned", "first_review"], worker: []}


def test_a_todo_does_not_wait_for_whom_it_names(at_township, clerk, reviewer) -> None:
    waiting(not_for=[reviewer.user_id, None])
    waiting(kind="file.check", not_for=[clerk.user_id])

    assert [todo.kind for todo in todos_for(reviewer)] == ["file.check"]
    everything = Actor(user_id=reviewer.user_id, name="", capabilities=frozenset({EVERYTHING}))
    assert [todo.kind for todo in todos_for(everything)] == ["file.check"]


@pytest.mark.fault
def test_more_deadlines_than_one_round_takes_are_all_fired(at_township) -> None:
    for _ in range(205):
        start_clock(subject=("file", uuid4()), kind="visit", working_days=1, now=MONDAY)
    assert fire_clocks(now=days_later(10)).overdue == 205


def test_the_parent_hears_of_a_missed_deadline_without_any_name(
    county, township, county_reviewer
) -> None:
    with in_station(township):
        waiting(title="柳试一的档案待初审")
        deadline(reference="130705001-2026-00001")
        fire_clocks(now=days_later(4))
    deliver_all()
    with in_station(county), override("zh-hans"):
        [todo] = todos_for(county_reviewer)
        assert todo.headline == (
            "督办：天泰寺街道职工帮扶站 初审受理期限已于 2026-11-26 逾期 130705001-2026-00001"
        )
        assert todo.is_closed_by_hand
    assert len(told(county_reviewer)) == 1


def test_the_reminder_at_the_parent_goes_when_the_station_is_done(
    county, township, county_reviewer
) -> None:
    with in_station(township):
        deadline()
        fire_clocks(now=days_later(4))
        stop_clock(subject=FILE, kind="first_review", now=days_later(5))
    deliver_all()
    with in_station(county):
        assert not todos_for(county_reviewer).exists()


def test_a_reminder_that_was_dealt_with_does_not_come_back(
    county, township, county_reviewer
) -> None:
    with in_station(township):
        deadline()
        fire_clocks(now=days_later(4))
    deliver_all()
    with in_station(county):
        todo = todos_for(county_reviewer).get()
        close_by_hand(todo.pk, actor=county_reviewer, now=days_later(4))
    deliver_all()
    with in_station(county):
        assert not todos_for(county_reviewer).exists()


def test_the_city_has_nobody_above_to_tell(city) -> None:
    with in_station(city):
        deadline()
        assert fire_clocks(now=days_later(40)).overdue == 1


def suspended(township, head, *, now=MONDAY):
    with in_station(head.station):
        suspend_station(code=township.code, reason="整顿", actor=head, now=now)
    for _round in range(2):
        with in_station(township):
            fire_clocks(now=now)
    deliver_all()


def test_the_station_above_watches_the_deadlines_of_a_suspended_station(
    county, township, county_reviewer, person_at
) -> None:
    head = person_at(county, Role.HEAD)
    with in_station(township):
        deadline(reference="130705001-2026-00001")
    suspended(township, head)
    with in_station(county), override("zh-hans"):
        [todo] = todos_for(county_reviewer)
        assert todo.headline == (
            "代管：天泰寺街道职工帮扶站已暂停，初审受理期限应于 2026-11-26 前办结 130705001-2026-00001"
        )
        resume_station(code=township.code, actor=head, now=days_later(1))
    deliver_all()
    with in_station(county):
        assert not todos_for(county_reviewer).exists()


def test_a_station_suspended_twice_hands_its_deadlines_up_twice(
    county, township, county_reviewer, person_at
) -> None:
    head = person_at(county, Role.HEAD)
    with in_station(township):
        deadline()
    for day in (0, 1):
        suspended(township, head, now=days_later(day))
        with in_station(county):
            assert todos_for(county_reviewer).count() == 1
            resume_station(code=township.code, actor=head, now=days_later(day))
        deliver_all()
        with in_station(county):
            assert not todos_for(county_reviewer).exists()


def overrule(day: date, *, works: bool) -> None:
    with in_network():
        CalendarOverride.objects.create(
            day=day, is_working_day=works, source="通知", entered_by="", entered_at=NOON
        )


def test_a_day_off_announced_later_moves_running_deadlines(township, reviewer) -> None:
    with in_station(township):
        waiting()
        deadline()
    overrule(date(2026, 11, 25), works=False)
    with in_station(township):
        assert recount_clocks(now=MONDAY) == 1
        assert running_clock(FILE, kind="first_review").due_on == date(2026, 11, 27)
        assert todos_of(FILE).get().due_on == date(2026, 11, 27)
        assert timeline_of(FILE)[0].comment == "2026-11-26 → 2026-11-27"
        assert recount_clocks(now=MONDAY) == 0


def test_what_was_reported_overdue_stays_so(township) -> None:
    with in_station(township):
        clock = deadline()
        fire_clocks(now=days_later(4))
    overrule(date(2026, 11, 25), works=False)
    with in_station(township):
        recount_clocks(now=days_later(4))
        clock.refresh_from_db()
        assert clock.due_on == date(2026, 11, 26)


def test_a_deadline_into_a_year_without_its_notice_is_marked(at_township) -> None:
    assert deadline(now=datetime(2026, 12, 28, 2, 0, tzinfo=UTC), working_days=5).is_provisional


def test_the_system_sees_everything_that_waits(at_township) -> None:
    waiting()
    assert todos_for(Actor.system("clock", station=at_township)).count() == 1
