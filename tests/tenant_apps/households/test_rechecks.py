"""A file that is on file is looked at again: rounds, events, findings, decisions."""

from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

import pytest

from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound
from bangfu.kernel.ids import uuid7
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.rollup.services import fold_facts, recount_station
from tenant_apps.casework.models import Clock, Todo
from tenant_apps.casework.services import fire_clocks
from tenant_apps.households import happenings
from tenant_apps.households import services as files
from tenant_apps.households.facts import facts_of_station
from tenant_apps.households.happenings import FileStep
from tenant_apps.households.models import (
    FileState,
    HouseholdFile,
    HouseholdRecheck,
    HouseholdRound,
    HouseholdVersion,
    RecheckState,
)
from tenant_apps.households.services import entering, rechecking, rounds
from tenant_apps.households.services.rounds import period_of, sample_of
from tenant_apps.households.transitions import OwnEntry
from tenant_apps.households.work import (
    Blocked,
    block_payouts_by,
    count_work,
    files_to_do,
    payout_blocked,
    rechecks_to_do,
)
from tenant_apps.reviews.models import ReviewState


@pytest.fixture
def heard(monkeypatch):
    """Every happening that is told, with what it says."""
    told = []
    listeners = {step: [*happenings._listeners.get(step, [])] for step in FileStep}
    monkeypatch.setattr(happenings, "_listeners", listeners)
    for step in FileStep:
        happenings.listen(step, lambda one, **_edge: told.append((one.step.value, dict(one.data))))
    return told


def due(life, station, *, days=60):
    """A file that is due in the round of the next quarter."""
    file = life.on_file(station)
    life.pass_days(days)
    life.rounds(station)
    return file


def sent(life, station, *, days=60, **findings):
    file = due(life, station, days=days)
    life.at(station, rechecking.start_recheck, file)
    life.at(station, rechecking.visit_again, file, life.visit())
    life.at(station, rechecking.send_recheck, file, life.findings(**findings))
    life.relay()
    return file


def test_a_round_opens_once_for_every_file_and_draws_its_sample(life, township):
    for _number in range(5):
        life.on_file(township)
    life.pass_days(60)
    assert (life.rounds(township), life.rounds(township)) == (1, 0)

    with in_station(township):
        row = HouseholdRound.objects.get()
        chosen = set(
            HouseholdRecheck.objects.filter(is_sampled=True).values_list("file_id", flat=True)
        )
        keys = list(HouseholdRecheck.objects.values_list("file_id", flat=True))
        assert Todo.objects.get(closed_at=None, kind="file.recheck").due_on == row.due_on
    assert (row.period, row.population, row.sampled) == ("2027Q1", 5, 2)
    assert chosen == sample_of(keys[::-1], seed=row.seed, share=Fraction(row.share))
    assert row.sampled >= 0.3 * row.population


def test_the_last_round_of_a_year_is_the_yearly_clean_up(life, township):
    life.on_file(township)
    life.pass_days(330)
    life.rounds(township)
    with in_station(township):
        assert HouseholdRound.objects.get(period="2027Q4").kind == "yearly"


@pytest.mark.parametrize(
    ("day", "months", "code", "last"),
    [
        (date(2026, 11, 21), 3, "2026Q4", date(2026, 12, 31)),
        (date(2027, 2, 1), 3, "2027Q1", date(2027, 3, 31)),
        (date(2027, 2, 1), 1, "2027.02-02", date(2027, 2, 28)),
        (date(2027, 2, 1), 6, "2027.01-06", date(2027, 6, 30)),
        (date(2027, 2, 1), 5, "2027.01-04", date(2027, 4, 30)),
        (date(2028, 12, 31), 12, "2028.01-12", date(2028, 12, 31)),
    ],
)
def test_a_year_is_cut_into_periods(day, months, code, last):
    period = period_of(day, months=months)
    assert (period.code, period.last) == (code, last)


@pytest.mark.parametrize("size", [0, 1, 3, 10, 119])
def test_a_sample_is_at_least_the_share_and_the_same_again(size):
    keys = [UUID(int=number) for number in range(size)]
    drawn = sample_of(keys, seed=5, share=Fraction(3, 10))
    assert drawn == sample_of(keys[::-1], seed=5, share=Fraction(3, 10))
    assert len(drawn) >= size * 0.3 and len(drawn) <= size * 0.3 + 1


def test_a_household_stays_on_file_with_the_tier_of_the_line_in_force(
    life, township, county, heard
):
    file = due(life, township)
    life.at(township, rechecking.start_recheck, file)
    with in_station(township):
        row = HouseholdFile.objects.get(pk=file.pk)
        changed = files.change_draft(
            file.pk,
            changes={"inc_wages_fen": 4_600_000},
            expected_version=row.lock_version,
            actor=life.person(township, Role.CLERK),
            now=life.now,
        ).file
        assert changed.tier == "1"
    life.at(township, rechecking.visit_again, file, life.visit())
    life.at(township, rechecking.send_recheck, file, life.findings())
    life.relay()
    life.decide(county, "continue_on_file", file, opinion="同意")

    row = life.row(township, file)
    assert (row.state, row.tier, row.custody) == (FileState.ON_FILE, "2", "")
    assert (row.rechecked_on, row.next_recheck_on) == (life.today, date(2027, 6, 30))
    (recheck,) = life.rechecks(township, file)
    assert (recheck.tier_before, recheck.tier_after) == ("1", "2")
    assert any(one.startswith("income.line@") for one in recheck.rules)
    with in_station(township):
        done = [one.n for one in facts_of_station() if one.indicator == "FIL-10.N"]
        assert HouseholdRound.objects.get().closed_at is not None
        assert not Clock.objects.filter(stopped_at=None).exists()
    assert done == [1]
    assert [step for step, _data in heard] == ["rechecked", "tier_changed"]
    with in_network():
        fold_facts(now=life.now, wait=True)
    assert not recount_station(township)


def test_a_household_above_the_line_for_a_month_keeps_its_tier(life, township, county):
    file = due(life, township)
    life.at(township, rechecking.start_recheck, file)
    with in_station(township):
        row = HouseholdFile.objects.get(pk=file.pk)
        files.change_draft(
            file.pk,
            changes={"inc_wages_fen": 99_000_000},
            expected_version=row.lock_version,
            actor=life.person(township, Role.CLERK),
            now=life.now,
        )
    life.at(township, rechecking.visit_again, file, life.visit())
    life.at(township, rechecking.send_recheck, file, life.findings())
    life.relay()
    life.decide(county, "continue_on_file", file)
    assert life.row(township, file).tier == "1"


@pytest.mark.fault
def test_many_rechecks_go_up_in_one_act_and_are_decided_in_one(life, township, county):
    keys = [life.on_file(township).pk for _number in range(10)]
    life.pass_days(60)
    life.rounds(township)
    clerk, reviewer = life.person(township, Role.CLERK), life.person(county, Role.REVIEWER)
    with in_station(township):
        outcome = rechecking.send_rechecks(keys, life.findings(), actor=clerk, now=life.now)
    life.relay()
    not_visited = [one for one in outcome if one.refusal is not None]
    assert len(not_visited) == 3
    assert {one.refusal.problems[0].code for one in not_visited} == {"V341"}
    with in_station(county):
        from tenant_apps.reviews.life.services import continue_many
        from tenant_apps.reviews.models import Review

        reviews = list(Review.objects.values_list("pk", flat=True))
        decided = continue_many(reviews, actor=reviewer, now=life.now)
    life.relay()
    assert [one.refusal for one in decided] == [None] * 7
    with in_station(township):
        assert HouseholdFile.objects.filter(rechecked_on=life.today).count() == 7
        # Those who were not visited stay on file, their re-check still due.
        assert HouseholdFile.objects.filter(state=FileState.ON_FILE).count() == 10


def test_what_happened_in_a_household_makes_a_recheck_due(life, township, heard):
    file = life.on_file(township)
    recheck = life.at(
        township,
        rechecking.report_event,
        file,
        event="death",
        happened_on=life.today,
        person="柳试甲",
    )
    assert heard == [("event_reported", {"kind": "death", "person": "柳试甲"})]
    with in_station(township):
        running = Clock.objects.get(stopped_at=None, kind="recheck")
        assert (running.subject_id, running.working_days) == (file.pk, 20)
        assert recheck.due_on == running.due_on
        assert [one.pk for one in rechecks_to_do("due", on=life.today)] == [recheck.pk]


def test_an_event_counts_for_no_quarter(life, township, county):
    file = life.on_file(township)
    life.at(township, rechecking.report_event, file, event="job", happened_on=life.today)
    life.at(township, rechecking.start_recheck, file)
    life.at(township, rechecking.send_recheck, file, life.findings())
    life.relay()
    life.decide(county, "continue_on_file", file)
    with in_station(township):
        assert not [one for one in facts_of_station() if one.indicator == "FIL-10.N"]


def test_a_recheck_that_was_missed_stops_payout_and_reaches_the_parent(life, township, county):
    file = due(life, township)
    life.pass_days(80)
    with in_station(township):
        row = HouseholdFile.objects.get(pk=file.pk)
        assert [one.code for one in payout_blocked(row, on=life.today)] == ["recheck-overdue"]
        assert rechecks_to_do("overdue", on=life.today).count() == 1
        fire_clocks(now=life.now)
    life.relay()
    with in_station(county):
        told = Todo.objects.get(kind="clock.overdue")
        assert "2027Q1" in told.params["reference"]


def test_a_file_declares_anew_after_the_months_of_the_rule(life, township, county):
    file = life.on_file(township)
    life.pass_days(366)
    life.rounds(township)
    with in_station(township):
        declare = HouseholdRecheck.objects.get(kind="redeclare")
        HouseholdRecheck.objects.exclude(pk=declare.pk).delete()
    life.at(township, rechecking.start_recheck, file)
    with pytest.raises(InvalidInput) as refusal:
        life.at(township, rechecking.send_recheck, file, life.findings())
    assert [one.code for one in refusal.value.problems] == ["V345"]
    with in_station(township):
        clerk = life.person(township, Role.CLERK)
        files.mark_paper(file.pk, kind="application", actor=clerk, now=life.now)
    life.at(township, rechecking.send_recheck, file, life.findings())
    life.relay()
    life.decide(county, "continue_on_file", file)
    assert life.row(township, file).declared_on == life.today
    with in_station(township):
        assert not rechecks_to_do("redeclare", on=life.today).exists()


def test_what_is_returned_is_corrected_and_sent_again(life, township, county):
    file = sent(life, township)
    life.decide(county, "return_life", file, reason="请补充就业情况")
    row = life.row(township, file)
    assert (row.state, row.custody) == (FileState.RECHECKING, "")
    life.at(township, rechecking.send_recheck, file, life.findings(text="已就业三个月。"))
    life.relay()
    life.decide(county, "continue_on_file", file)
    assert life.state(township, file) == FileState.ON_FILE


def test_what_was_sent_up_comes_back_on_request_unless_it_is_decided(life, township, county):
    file = sent(life, township)
    life.at(township, rechecking.withdraw_recheck, file, reason="填错了")
    life.relay()
    assert life.row(township, file).custody == ""
    assert life.review(county, file).state == ReviewState.WITHDRAWN

    life.at(township, rechecking.send_recheck, file, life.findings())
    life.relay()
    life.at(township, rechecking.withdraw_recheck, file, reason="又填错了")
    with in_station(county):
        from tenant_apps.reviews.life import services as centre

        review = life.review(county, file)
        centre.continue_on_file(review.pk, actor=life.person(county, Role.REVIEWER), now=life.now)
    life.relay()
    assert life.state(township, file) == FileState.ON_FILE


def test_a_decision_that_comes_twice_is_followed_once(life, township, county):
    file = sent(life, township)
    life.decide(county, "continue_on_file", file)
    with in_station(township):
        before = HouseholdVersion.objects.filter(file_id=file.pk).count()
    life.again()
    with in_station(township):
        assert HouseholdVersion.objects.filter(file_id=file.pk).count() == before


def test_nobody_decides_on_what_he_filled_in(life, county):
    both = life.person_at(county, Role.CLERK, Role.REVIEWER)
    life.people[county.code, Role.CLERK] = life.people[county.code, Role.REVIEWER] = both
    file = sent(life, county)
    with pytest.raises(OwnEntry):
        life.decide(county, "continue_on_file", file)


def test_the_work_lists_say_what_waits(life, township):
    file = life.on_file(township)
    with in_station(township):
        counts = count_work(on=life.today)
        assert (counts["nat_entry"], counts["never_helped"], counts["unchanged"]) == (1, 1, 0)
        later = life.today + timedelta(days=366)
        assert [one.pk for one in files_to_do("unchanged", on=later)] == [file.pk]


def test_the_national_entry_is_asked_for_and_noted(life, township):
    file = life.on_file(township)
    with in_station(township):
        entering.ask_for_entries(HouseholdFile.objects.get(pk=file.pk), now=life.now)
        assert Clock.objects.get(stopped_at=None).working_days == 30
    for number, day, code in (("", life.today, "V330"), ("N1", date(2030, 1, 1), "V331")):
        with pytest.raises(InvalidInput) as refusal:
            life.at(township, entering.enter_nationally, file, number=number, entered_on=day)
        assert [one.code for one in refusal.value.problems] == [code]
    life.at(township, entering.enter_nationally, file, number="N001", entered_on=life.today)
    life.at(township, entering.name_helper, file, helper="周帮扶")
    row = life.row(township, file)
    assert (row.nat_no, row.nat_entry_on, row.helper_name) == ("N001", life.today, "周帮扶")
    with in_station(township):
        assert not Clock.objects.filter(stopped_at=None).exists()
        assert not Todo.objects.filter(closed_at=None).exists()


def test_an_app_above_names_a_reason_that_stops_payout(life, township):
    def withdrawn(_file, _on):
        return Blocked(code="consent-withdrawn", label="已撤回同意")

    file = life.on_file(township)
    from tenant_apps.households import work

    block_payouts_by(withdrawn)
    try:
        with in_station(township):
            row = HouseholdFile.objects.get(pk=file.pk)
            assert [one.code for one in payout_blocked(row, on=life.today)] == ["consent-withdrawn"]
    finally:
        work._blockers.remove(withdrawn)


def test_a_recheck_of_another_station_looks_absent(life, township, outsider):
    file = due(life, township)
    for step in (rechecking.start_recheck,):
        with pytest.raises(NotFound):
            life.at(outsider, step, file)
    with pytest.raises(NotFound):
        life.at(outsider, rechecking.verify_exit, uuid7(), findings="属实", stands=True)


def test_a_verified_exit_that_does_not_hold_is_told_to_a_clerk(life, township):
    file = life.on_file(township)
    with in_station(township):
        HouseholdFile.objects.filter(pk=file.pk).update(
            state=FileState.OUT, closed_on=life.today, exit_kind="out", exit_reason="income"
        )
    life.pass_days(60)
    assert life.rounds(township) == 1
    (check,) = life.rechecks(township, file)
    assert check.kind == "exit_check"
    with pytest.raises(InvalidInput):
        life.at(township, rechecking.verify_exit, check.pk, findings=" ", stands=True)
    life.at(township, rechecking.verify_exit, check.pk, findings="再次失业", stands=False)
    with pytest.raises(IllegalMove):
        life.at(township, rechecking.verify_exit, check.pk, findings="再次", stands=True)
    with in_station(township):
        assert Todo.objects.get(kind="file.fell_back").closed_at is None
        assert HouseholdRecheck.objects.get(pk=check.pk).state == RecheckState.DONE
        assert HouseholdRound.objects.get().closed_at is not None


def test_rounds_name_no_file_twice_when_a_file_brought_its_recheck(life, township):
    file = life.on_file(township)
    life.pass_days(60)
    with in_station(township):
        HouseholdRecheck.objects.create(
            file_id=file.pk,
            kind="quarterly",
            period="2027Q1",
            due_on=life.today,
            opened_at=life.now,
        )
    life.rounds(township)
    with in_station(township):
        assert HouseholdRecheck.objects.get().round == HouseholdRound.objects.get()
        rounds.settle_round(None, now=life.now)
