"""The way of a report: every row of its flow with its guard, its refusal and its clock. Source: domain §3.16."""

from datetime import date

import pytest

from bangfu.kernel.errors import IllegalMove, InvalidInput, NotPermitted
from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from shared_apps.exchange import relay
from shared_apps.notifications.models import Notification
from tenant_apps.casework.models import Clock, Todo
from tenant_apps.casework.services import fire_clocks
from tenant_apps.reports import services
from tenant_apps.reports.models import ReceivedState, Report, ReportState
from tenant_apps.reports.services import (
    ChasedRecently,
    DiffersFromFacts,
    NumbersChanged,
    UnitsOutstanding,
)
from tests.tenant_apps.reports.conftest import FORM, QUARTER, household, left

pytestmark = pytest.mark.usefixtures("at_noon")

COMMENTED = "closing.households_all"


def clock_of(station, kind):
    with in_station(station):
        return Clock.objects.get(kind=kind, stopped_at__isnull=True)


def test_a_branch_reports_up_to_the_city_and_everything_below_is_locked(locked, city, county):
    states = [locked.report(station).state for station in locked.branch]
    assert states == [ReportState.LOCKED] * 4
    assert [locked.total(station) for station in locked.branch] == [1, 2, 3, 4]
    assert locked.unit(city, county).state == ReceivedState.LOCKED


def test_open_to_draft_draws_the_numbers_when_the_period_is_over(network, enterprise):
    network.record(enterprise, household("one"), household("two", file_kind="migrant"))
    network.opened(enterprise)
    report = network.report(enterprise)
    assert report.state == ReportState.DRAFT
    assert report.drawn["closing.households_all"][:2] == [2, 2]
    assert report.drawn["closing.households_migrant"][0] == 1
    assert report.drawn["closing.persons_all"][0] == 6
    assert report.drawn["opened.households_urban"][0] == 1


def test_the_movement_of_the_period_adds_up(network, enterprise):
    before = date(2026, 5, 1)
    network.record(
        enterprise,
        household("stays", month=before),
        household("out", month=before),
        household("cancelled", month=before),
        household("moved in")[:2],
        household("moved out", month=before),
        household("moved out", month=date(2026, 8, 1), sign=-1),
        household("new"),
        left("out"),
        left("cancelled", "FIL-06"),
    )
    network.opened(enterprise)
    drawn = {key: cell[0] for key, cell in network.report(enterprise).drawn.items()}
    movement = {
        name: drawn[f"{name}.households_all"]
        for name in ("opening", "opened", "moved_in", "out", "cancelled", "moved_out", "closing")
    }
    assert movement == {
        "opening": 4,
        "opened": 1,
        "moved_in": 1,
        "out": 1,
        "cancelled": 1,
        "moved_out": 1,
        "closing": 3,
    }
    assert drawn["out.households_urban"] == 1


@pytest.mark.parametrize(
    ("today", "period", "days"),
    [("2026-12-01", "2026-11", 3), ("2027-01-01", "2026Q4", 5), ("2027-01-01", "2026", 15)],
)
def test_the_days_of_a_report_are_counted_from_the_end_of_its_period(
    network, enterprise, today, period, days
):
    from datetime import datetime

    from bangfu.kernel import clock as wall_clock
    from shared_apps.rollup.periods import Period

    network.now = datetime.fromisoformat(f"{today}T09:00:00").replace(tzinfo=wall_clock.LOCAL)
    network.opened(enterprise, period=Period.parse(period))
    with in_station(enterprise):
        deadline = Clock.objects.get(stopped_at__isnull=True)
    assert deadline.working_days == days
    assert deadline.started_on < date.fromisoformat(today)
    assert network.report(enterprise, period=Period.parse(period)).due_on == deadline.due_on


def test_only_what_the_station_owes_is_opened_and_only_once(network, township):
    from datetime import datetime

    from bangfu.kernel import clock as wall_clock

    network.now = datetime(2027, 1, 1, 9, 0, tzinfo=wall_clock.LOCAL)
    with in_station(township):
        first = services.open_due(township, now=network.now)
        again = services.open_due(township, now=network.now)
        known = set(Report.objects.values_list("form", "period"))
    assert (first, again) == (3, 0)
    assert known == {("hardship_files", "2026Q4"), ("network", "2026"), ("pairing", "2026Q4")}


def test_a_station_owes_nothing_of_a_period_before_it_was_opened(network, township):
    with in_station(township):
        assert services.open_due(township, now=network.now) == 0


def test_a_report_that_is_late_reaches_the_parent_and_is_not_counted_as_in_time(
    branch, enterprise, township
):
    branch.pass_time(days=10)
    with in_station(enterprise):
        fire_clocks(now=branch.now)
    relay.deliver_all()
    with in_station(township):
        assert Todo.objects.filter(kind="clock.overdue").exists()
    branch.submit(enterprise)
    assert branch.report(enterprise).is_on_time is False
    assert branch.unit(township, enterprise).is_on_time is False


def test_only_the_head_sends_a_report(branch, enterprise):
    report = branch.report(enterprise)
    clerk = branch.person(enterprise, Role.CLERK)
    with in_station(enterprise), pytest.raises(NotPermitted):
        services.submit(report.pk, actor=clerk, now=branch.now)


def test_a_report_waits_until_everybody_below_is_in(branch, township):
    with pytest.raises(UnitsOutstanding, match="禾川纺织"):
        branch.submit(township)


def test_a_report_is_not_sent_while_the_facts_are_others_than_were_drawn(branch, enterprise):
    branch.record(enterprise, household("late"))
    with pytest.raises(NumbersChanged, match="期末在档合计"):
        branch.submit(enterprise)
    branch.at_report("redraw", enterprise)
    branch.submit(enterprise)
    assert branch.total(enterprise) == 2


def test_what_does_not_hold_names_the_cells_and_may_be_explained_where_the_rule_allows(
    network, township
):
    network.record(township, household("one", file_kind="temporary"))
    network.opened(township)
    network.at_unit_excused(township)
    with pytest.raises(InvalidInput) as refusal:
        network.submit(township)
    problems = {problem.code: problem for problem in refusal.value.problems}
    assert set(problems) == {"kinds_households", "kinds_persons"}
    assert "期末在档合计（户数·合计）" in str(problems["kinds_households"].message)
    for rule in problems:
        network.at_report("explain", township, rule=rule, text="一户为临时救助档。")
    network.submit(township)
    assert network.report(township).state == ReportState.SUBMITTED


def test_a_report_cannot_be_changed_after_it_was_sent(branch, enterprise):
    branch.submit(enterprise)
    for act in ("redraw", "submit"):
        with pytest.raises(IllegalMove):
            branch.at_report(act, enterprise)


def test_a_returned_report_comes_back_with_comments_and_shows_what_was_changed(
    branch, enterprise, township
):
    branch.submit(enterprise)
    comments = [{"cell": COMMENTED, "text": "请核对户数"}]
    branch.at_unit("return_down", township, enterprise, text="", comments=comments)
    report = branch.report(enterprise)
    assert (report.state, report.comments) == (ReportState.RETURNED, comments)
    assert clock_of(enterprise, "report_correct").working_days == 2

    branch.record(enterprise, household("forgotten"))
    branch.at_report("redraw", enterprise)
    branch.submit(enterprise)

    unit = branch.unit(township, enterprise)
    assert (unit.state, unit.latest.number) == (ReceivedState.SUBMITTED, 2)
    assert unit.latest.cause["cells"][COMMENTED] == [1, 2]
    assert unit.counted is None


def test_a_report_is_returned_only_with_a_reason_on_cells_of_the_form(branch, enterprise, township):
    branch.submit(enterprise)
    with pytest.raises(InvalidInput):
        branch.at_unit("return_down", township, enterprise, text=" ")
    with pytest.raises(InvalidInput):
        branch.at_unit(
            "return_down", township, enterprise, text="", comments=[{"cell": "x", "text": "y"}]
        )


def test_the_parent_has_days_to_decide_and_the_clerk_may_not(branch, enterprise, township):
    branch.submit(enterprise)
    assert clock_of(township, "report_decide").working_days == 3
    unit = branch.unit(township, enterprise)
    clerk = branch.person(township, Role.CLERK)
    with in_station(township), pytest.raises(NotPermitted):
        services.accept(unit.pk, actor=clerk, now=branch.now)


def test_a_report_that_differs_from_the_facts_is_accepted_only_with_a_reason(
    branch, enterprise, township
):
    branch.submit(enterprise)
    branch.record(enterprise, household("later"))
    branch.at_unit("return_down", township, enterprise, text="重报")
    branch.at_report("redraw", enterprise)
    report = branch.report(enterprise)
    with in_station(enterprise):
        services.submit(report.pk, actor=branch.head(enterprise), now=branch.now)
    branch.record(enterprise, household("while it was on its way"))
    relay.deliver_all()

    with pytest.raises(DiffersFromFacts, match="禾川纺织"):
        branch.at_unit("accept", township, enterprise)
    with in_station(township):
        left = services.accept_all(
            branch.report(township).pk, actor=branch.head(township), now=branch.now
        )
    assert left.accepted == 0
    branch.at_unit("accept", township, enterprise, reason="上报后新增一户，下期体现。")
    assert branch.unit(township, enterprise).state == ReceivedState.ACCEPTED


def test_a_unit_that_is_let_off_is_not_waited_for_until_it_is_asked_again(
    branch, enterprise, township
):
    with pytest.raises(InvalidInput):
        branch.at_unit("excuse", township, enterprise, reason="")
    branch.at_unit("excuse", township, enterprise, reason="停产，无在档职工。")
    branch.at_report("explain", township, rule="facts", text="下级免报。")
    branch.submit(township)
    assert branch.total(township) == 1
    branch.at_unit("demand", township, enterprise)
    assert branch.unit(township, enterprise).state == ReceivedState.AWAITED


def test_somebody_is_urged_on_at_most_once_a_day(branch, enterprise, township):
    branch.at_unit("chase", township, enterprise, text="请尽快上报。")
    with pytest.raises(ChasedRecently):
        branch.at_unit("chase", township, enterprise)
    with in_station(enterprise):
        titles = [str(one) for one in Notification.objects.values_list("title", flat=True)]
    assert any("上级催报" in title for title in titles)
    branch.pass_time(hours=21)
    branch.at_unit("chase", township, enterprise)
    branch.submit(enterprise)
    with pytest.raises(IllegalMove):
        branch.at_unit("chase", township, enterprise)


def test_everybody_who_owes_is_urged_on_at_once(branch, city):
    with in_station(city):
        report = branch.report(city)
        first = services.chase_all(report.pk, actor=branch.head(city), now=branch.now)
        again = services.chase_all(report.pk, actor=branch.head(city), now=branch.now)
    assert (first, again) == (1, 0)


def test_everything_that_agrees_is_accepted_at_once(branch, enterprise, township):
    branch.submit(enterprise)
    report = branch.report(township)
    with in_station(township):
        done = services.accept_all(report.pk, actor=branch.head(township), now=branch.now)
    assert (done.accepted, done.left) == (1, ())


def test_a_message_that_comes_twice_changes_nothing(branch, enterprise, township):
    from tenant_apps.reports.services import deciding
    from tenant_apps.reports.services.noting import sent_body

    branch.submit(enterprise)
    report = branch.report(enterprise)
    body = sent_body(report, report.version)
    with in_station(township):
        deciding.receive(body, sender_id=enterprise.id, now=branch.now)
    unit = branch.unit(township, enterprise)
    assert (unit.latest.number, unit.state) == (1, ReceivedState.SUBMITTED)


def test_a_stranger_cannot_report_to_a_station(branch, enterprise, county):
    from shared_apps.exchange.errors import PermanentFailure
    from tenant_apps.reports.services import deciding
    from tenant_apps.reports.services.noting import sent_body

    branch.submit(enterprise)
    report = branch.report(enterprise)
    with in_station(county), pytest.raises(PermanentFailure):
        deciding.receive(sent_body(report, report.version), sender_id=enterprise.id, now=branch.now)


def test_a_report_of_another_station_looks_absent(branch, enterprise, outsider):
    from bangfu.kernel.errors import NotFound

    report = branch.report(enterprise)
    stranger = branch.head(outsider)
    with in_station(outsider), pytest.raises(NotFound):
        services.submit(report.pk, actor=stranger, now=branch.now)


def test_reports_in_time_and_returned_are_indicators_that_recount_equal(
    branch, enterprise, township, city
):
    from shared_apps.rollup.periods import Period
    from shared_apps.rollup.selectors import answer
    from shared_apps.rollup.services import fold_facts, recount_station

    branch.submit(enterprise)
    branch.at_unit("return_down", township, enterprise, text="请核对。")
    branch.submit(enterprise)
    fold_facts(now=branch.now, wait=True)
    with in_station(enterprise):
        month = Period.parse("2026-11")
        in_time = answer("GOV-01", station=enterprise, period=month).value
        returned = answer("GOV-01.B", station=enterprise, period=month).value
    assert (str(in_time), str(returned)) == ("100.0", "50.0")
    found = recount_station(enterprise).cells
    assert [cell for cell in found if cell.indicator.startswith("GOV")] == []


def test_the_form_and_period_are_open_once(branch, enterprise):
    branch.opened(enterprise, FORM, QUARTER)
    with in_station(enterprise):
        assert Report.objects.filter(form=FORM.code, period=QUARTER.text).count() == 1
