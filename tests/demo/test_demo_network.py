"""The demo network: the same every time, loaded in steps, with figures that prove themselves."""

import json
from collections import Counter
from random import Random

import pytest

from bangfu.demo import load_first, report_next
from bangfu.demo.doubling import meet_twice
from bangfu.demo.filling import put_on_file
from bangfu.demo.households import invented_household
from bangfu.demo.loading import PLANTED, go_on
from bangfu.demo.people import PASSWORD, staff_station
from bangfu.demo.plan import FIRST, HOUSEHOLDS, SEED, everything, households_by_station, places_of
from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.audit.services import record
from shared_apps.onboarding.services.opening import open_waiting
from shared_apps.printing.models import MeansBatch
from shared_apps.register.models import DuplicateCase
from shared_apps.register.services import find_new_duplicates
from shared_apps.rollup.services import fold_facts, recount_station
from tenant_apps.households.models import FileState, HouseholdFile
from tenant_apps.households.rules import Stage, check_household
from tenant_apps.households.rules.tiers import compute_tier
from tenant_apps.households.selectors import check_context, income_rule
from tenant_apps.reports.models import Report, ReportState
from tenant_apps.reviews.models import MeansCheck, MeansState
from tenants.models import Station
from tests.conftest import NOON


def test_the_full_network_leaves_saibei_to_its_visitors():
    codes = {place.code for place in places_of("full")}
    assert (len(everything()), len(codes)) == (667, 658)
    assert not any(code.startswith("130773") for code in codes)


def test_the_small_network_is_one_branch_below_the_city():
    codes = {place.code for place in places_of("small")}
    assert {"1307", "130705", "130705001"} <= codes
    assert all(code == "1307" or code.startswith("130705") for code in codes)


def test_the_households_of_the_plan_add_up():
    for size in ("small", "full"):
        shares = households_by_station(places_of(size), households=HOUSEHOLDS[size], seed=SEED)
        assert sum(shares.values()) == HOUSEHOLDS[size]


def test_invented_households_pass_every_check(at_township):
    chance = Random(SEED)
    today = clock.local_day(NOON)
    rule = income_rule(station=at_township, on=today)
    tiers = {"1": 0, "2": 0, "3": 0}
    for _number in range(60):
        draft = invented_household(
            chance, residence="130705001", employer="(虚构)禾川纺织有限公司", on=today
        )
        ctx = check_context(draft, station=at_township, on=today, stage=Stage.SUBMIT)
        problems = [
            problem
            for problem in check_household(draft, ctx)
            if problem.severity == "error" and problem.field not in {"skills", "mood", "job_wish"}
        ]
        assert problems == []
        result = compute_tier(draft, rule=rule)
        assert result.tier == draft.tier_applied
        tiers[result.tier] += 1
    assert all(tiers.values())


def test_households_on_file_agree_with_their_facts(township):
    number = put_on_file(
        township,
        households=12,
        region_code="130705001",
        employer="(虚构)禾川纺织有限公司",
        seed="x",
        now=NOON,
    )
    fold_facts(now=NOON, wait=True)
    with in_station(township):
        assert HouseholdFile.objects.filter(state=FileState.ON_FILE).count() == 12
        assert HouseholdFile.objects.count() == number
    assert not recount_station(township)


def test_the_same_seed_gives_the_same_households():
    one, two = (
        invented_household(
            Random(7), residence="130705001", employer="甲", on=clock.local_day(NOON)
        )
        for _time in range(2)
    )
    assert one == two


def record_planted():
    with in_network():
        record(event=PLANTED, actor=Actor.system("demo"), subject=("network", "demo"), now=NOON)


def _reports():
    found = {}
    with in_network():
        stations = [station.ref for station in Station.objects.all()]
    for station in stations:
        with in_station(station):
            found[station.code] = Report.objects.get()
    return found


def _checks_at(code):
    with in_network():
        station = Station.objects.get(code=code).ref
    with in_station(station):
        assert MeansBatch.objects.get().checks_sent == 2
        return Counter(MeansCheck.objects.values_list("state", flat=True))


def _files_at(station) -> int:
    with in_station(station):
        return HouseholdFile.objects.count()


@pytest.mark.fault
def test_the_first_visitor_signs_in_and_the_workers_open_the_rest(empty, tmp_path, client):
    sign_ins = tmp_path / "demo-sign-ins.txt"
    load_first(size="small", sign_ins=sign_ins, progress=lambda *_said: None)
    assert PASSWORD in sign_ins.read_text()
    tokens = json.loads((tmp_path / "demo-tokens.json").read_text())
    assert set(tokens) == {"network", *FIRST}
    answer = client.post("/accounts/login/", {"username": "xuanhua.head", "password": PASSWORD})
    assert answer.status_code == 302
    header = {"Authorization": f"Token {tokens['130705']['clerk']}"}
    assert client.get("/s/130705/api/v1/files/", headers=header).status_code == 200
    with in_network():
        assert Station.objects.count() == 4
    assert open_waiting(now=NOON, limit=5) == 5
    assert go_on() == 5
    with in_network():
        home = Station.objects.get(code="130705001").ref
    with in_station(home):
        states = Counter(HouseholdFile.objects.values_list("state", flat=True))
    assert set(states) >= {
        "draft", "submitted", "first_review", "visiting", "centre_review", "means_check",
        "notice", "approval", "returned", "refused", "on_file",
    }  # fmt: skip
    load_first(size="small", sign_ins=sign_ins, progress=lambda *_said: None)
    with in_network():
        assert Station.objects.count() == 9
    assert go_on() == 0
    assert sum(states.values()) == _files_at(home)
    checks = _checks_at("130705")
    assert (checks[MeansState.SENT], checks[MeansState.PREPARED]) == (2, 1)
    assert report_next() is False
    record_planted()
    while report_next():
        pass
    reported = _reports()
    assert reported["130705001E01"].state == ReportState.LOCKED
    late = {code for code, report in reported.items() if report.state == ReportState.DRAFT}
    assert {"1307", "130705"} < late
    assert all(reported[code].due_on < clock.today() for code in late)
    assert all(report.is_on_time for code, report in reported.items() if code not in late)


def test_two_counties_have_a_file_of_one_household(city, township, outsider):
    with in_network():
        for station in Station.objects.filter(code__in=[township.code, outsider.code]):
            staff_station(station, now=NOON)
    put_on_file(township, households=9, region_code="130705001", employer="甲", seed="y", now=NOON)
    assert meet_twice(now=NOON)
    assert not meet_twice(now=NOON)
    with in_network():
        find_new_duplicates(now=NOON)
        case = DuplicateCase.objects.get()
        assert case.overseer_id == city.id
        assert set(case.station_ids) >= {township.id, outsider.id}


def test_files_that_left_are_kept_for_ten_years(township):
    put_on_file(township, households=40, region_code="130705001", employer="甲", seed="z", now=NOON)
    with in_station(township):
        left = list(HouseholdFile.objects.filter(state=FileState.OUT))
        assert left
        assert all(one.keep_until.year == one.closed_on.year + 10 for one in left)
