"""A household leaves: out of hardship, secured, cancelled; and comes back."""

import pytest

from bangfu.kernel.errors import IllegalMove, InvalidInput, NotPermitted
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.register.models import IdentityEntry
from shared_apps.rollup.services import fold_facts, recount_station
from tenant_apps.casework.models import Clock, Todo
from tenant_apps.households.facts import facts_of_station
from tenant_apps.households.models import FileState, HouseholdFile, RecheckState
from tenant_apps.households.services import heading, rechecking
from tenant_apps.households.services.tending import tend_files
from tenant_apps.households.work import payout_blocked
from tenant_apps.notices import services as notices
from tenant_apps.notices.models import Notice, NoticeState
from tenant_apps.notices.services import NoticeStillRunning, OwnNotice
from tenant_apps.reviews.models import ReviewState
from tenant_apps.reviews.services import OwnReview

EXITS = [
    ("out", "income", FileState.OUT, "FIL-04"),
    ("secured", "state_support", FileState.SECURED, "FIL-05"),
    ("cancelled", "moved", FileState.CANCELLED, "FIL-06"),
]


def proposed(life, station, kind="out", reason="income", **changes):
    file = life.on_file(station)
    findings = life.leaving(kind, reason, **changes)
    life.at(station, rechecking.propose_exit, file, findings)
    life.relay()
    return file


def noticed(life, station, centre, **changes):
    file = proposed(life, station, **changes)
    life.decide(centre, "agree_exit", file)
    return file


def notice_at(station):
    with in_station(station):
        return Notice.objects.get()


def facts(station, code):
    with in_station(station):
        return [dict(one.dims) for one in facts_of_station() if one.indicator == code]


@pytest.mark.parametrize(("kind", "reason", "state", "indicator"), EXITS)
def test_a_household_leaves_over_a_notice_and_the_head(
    life, township, county, kind, reason, state, indicator
):
    file = noticed(life, township, county, kind=kind, reason=reason)
    assert life.state(township, file) == FileState.EXIT_NOTICE
    assert notice_at(county).purpose == "exit"
    with pytest.raises(NoticeStillRunning):
        life.decide(county, "confirm_exit", file, role=Role.HEAD)
    life.pass_days(8)
    with in_station(county):
        assert notices.end_over_notices(now=life.now) == 1
    life.relay()
    life.decide(county, "confirm_exit", file, role=Role.HEAD, opinion="同意退出")

    row = life.row(township, file)
    assert (row.state, row.closed_on) == (state, life.today)
    assert (row.exit_kind, row.exit_reason) == (kind, reason)
    assert row.keep_until == life.today.replace(year=life.today.year + 10)
    measure = {"exit_measure": "none"} if kind == "out" else {}
    assert facts(township, indicator) == [{"exit_reason": reason, **measure}]
    with in_station(township):
        assert sum(one.n for one in facts_of_station() if one.indicator == "FIL-01") == 0
        assert not Clock.objects.filter(stopped_at=None, subject_id=file.pk).exists()
        assert Todo.objects.get(closed_at=None, subject_id=file.pk).kind == "file.left"
    with in_network():
        assert not IdentityEntry.objects.filter(subject=file.pk).exists()
        fold_facts(now=life.now, wait=True)
    assert not recount_station(township)
    (recheck,) = life.rechecks(township, file)
    assert recheck.state == RecheckState.EXITED
    assert any(one.startswith("retention.years@") for one in recheck.rules)


def test_a_death_needs_no_notice(life, township, county):
    file = proposed(life, township, "cancelled", "death")
    life.decide(county, "agree_exit", file)
    with in_station(county):
        assert not Notice.objects.exists()
        assert Clock.objects.get(stopped_at=None).kind == "exit_confirm"
    life.decide(county, "confirm_exit", file, role=Role.HEAD)
    assert life.state(township, file) == FileState.CANCELLED


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"kind": "gone"}, ["V342"]),
        ({"kind": "out", "reason": "death"}, ["V342"]),
        ({"exit_measure": "luck"}, ["V342"]),
        ({"incomes_fen": (250_000,) * 5}, ["V343"]),
        ({"incomes_fen": (250_000,) * 5 + (150_000,)}, ["V344"]),
        ({"is_cause_gone": False}, ["V346"]),
        ({"incomes_fen": (), "is_cause_gone": False}, ["V343", "V346"]),
        ({"text": " "}, ["V340"]),
    ],
)
def test_an_exit_that_may_not_be_says_why(life, township, changes, codes):
    file = life.on_file(township)
    given = {"kind": "out", "reason": "income", **changes}
    with pytest.raises(InvalidInput) as refusal:
        life.at(township, rechecking.propose_exit, file, life.leaving(**given))
    assert [one.code for one in refusal.value.problems] == codes
    assert life.state(township, file) == FileState.ON_FILE


def test_an_income_at_the_line_itself_is_out_where_below_means_less(life, township):
    # The line is 800 a head, the multiple 2, and only less than 1,600 is in hardship.
    file = life.on_file(township)
    findings = life.leaving(incomes_fen=(160_000,) * 6)
    life.at(township, rechecking.propose_exit, file, findings)


def test_an_objection_stops_the_days_and_its_answer_lets_them_go_on(life, township, county):
    file = noticed(life, township, county)
    with in_station(county):
        notices.raise_objection(notice_at(county).pk, text="仍然困难", now=life.now)
    life.relay()
    assert life.review(county, file).state == ReviewState.OBJECTION
    assert life.state(township, file) == FileState.EXIT_NOTICE
    with pytest.raises(OwnNotice):
        life.decide(county, "answer_exit_objection", file, answer="已核实")
    life.decide(county, "answer_exit_objection", file, answer="已核实", role=Role.HEAD)
    assert notice_at(county).state == NoticeState.RUNNING


def test_an_objection_that_holds_keeps_the_household_on_file(life, township, county):
    file = noticed(life, township, county)
    with in_station(county):
        notices.raise_objection(notice_at(county).pk, text="仍然困难", now=life.now)
    life.relay()
    with pytest.raises(InvalidInput):
        life.decide(county, "stop_exit", file, reason="", role=Role.HEAD)
    life.decide(county, "stop_exit", file, reason="异议成立", role=Role.HEAD)
    row = life.row(township, file)
    assert (row.state, row.exit_kind, row.exit_incomes_fen) == (FileState.ON_FILE, "", [])
    assert notice_at(county).state == NoticeState.WITHDRAWN


def test_an_exit_that_is_taken_back_keeps_the_household_on_file(life, township, county):
    file = noticed(life, township, county)
    life.at(township, rechecking.withdraw_recheck, file, reason="再次患病")
    life.relay()
    assert life.state(township, file) == FileState.ON_FILE
    assert life.review(county, file).state == ReviewState.WITHDRAWN
    assert notice_at(county).state == NoticeState.WITHDRAWN
    with pytest.raises(IllegalMove):
        life.decide(county, "confirm_exit", file, role=Role.HEAD)


def test_whoever_agreed_to_an_exit_does_not_confirm_it(life, township, county):
    both = life.person_at(county, Role.REVIEWER, Role.HEAD)
    life.people[county.code, Role.REVIEWER] = life.people[county.code, Role.HEAD] = both
    file = proposed(life, township, "cancelled", "death")
    life.decide(county, "agree_exit", file)
    with pytest.raises(OwnReview):
        life.decide(county, "confirm_exit", file, role=Role.HEAD)


def test_a_reviewer_may_not_confirm_and_a_recheck_is_no_exit(life, township, county):
    file = proposed(life, township, "cancelled", "death")
    life.decide(county, "agree_exit", file)
    with pytest.raises(NotPermitted):
        life.decide(county, "confirm_exit", file)
    other = life.on_file(township)
    life.at(township, rechecking.report_event, other, event="job", happened_on=life.today)
    life.at(township, rechecking.start_recheck, other)
    life.at(township, rechecking.send_recheck, other, life.findings())
    life.relay()
    with pytest.raises(IllegalMove):
        life.decide(county, "agree_exit", other)


def test_nothing_is_paid_while_an_exit_runs_or_after_it(life, township, county):
    file = proposed(life, township, "cancelled", "death")

    def codes():
        with in_station(township):
            row = HouseholdFile.objects.get(pk=file.pk)
            return [one.code for one in payout_blocked(row, on=life.today)]

    assert codes() == ["exit-proposed"]
    life.decide(county, "agree_exit", file)
    assert codes() == ["exit-running"]
    life.decide(county, "confirm_exit", file, role=Role.HEAD)
    assert codes() == ["not-on-file"]


def test_a_return_to_hardship_is_a_new_file_linked_to_the_former(life, township, county):
    file = proposed(life, township, "cancelled", "death")
    with pytest.raises(IllegalMove):
        life.at(township, heading.file_again, file)
    life.decide(county, "agree_exit", file)
    life.decide(county, "confirm_exit", file, role=Role.HEAD)
    fresh = life.at(township, heading.file_again, file)
    row = life.row(township, fresh)
    assert (row.state, row.former_id, row.consent_on) == (FileState.DRAFT, file.pk, None)
    assert life.state(township, file) == FileState.CANCELLED
    with pytest.raises(InvalidInput):
        life.at(township, heading.file_again, file)


def test_a_closed_file_is_archived_when_its_retention_is_over(life, township, county):
    file = proposed(life, township, "cancelled", "death")
    life.decide(county, "agree_exit", file)
    life.decide(county, "confirm_exit", file, role=Role.HEAD)
    with in_station(township):
        HouseholdFile.objects.filter(pk=file.pk).update(keep_until=life.today)
        assert tend_files(now=life.now).archived == 0
        life.pass_days(1)
        assert tend_files(now=life.now).archived == 1
        assert tend_files(now=life.now).archived == 0
    assert life.state(township, file) == FileState.ARCHIVED
