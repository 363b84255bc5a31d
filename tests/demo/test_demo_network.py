"""The demo network: the same every time, loaded in steps, with figures that prove themselves."""

import json
from collections import Counter
from random import Random

import pytest

from bangfu.demo import load_first
from bangfu.demo.filling import put_on_file
from bangfu.demo.households import invented_household
from bangfu.demo.loading import go_on
from bangfu.demo.people import PASSWORD
from bangfu.demo.plan import FIRST, HOUSEHOLDS, SEED, everything, households_by_station, places_of
from bangfu.kernel import clock
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.onboarding.services.opening import open_waiting
from shared_apps.rollup.services import fold_facts, recount_station
from tenant_apps.households.models import FileState, HouseholdFile
from tenant_apps.households.rules import Stage, check_household
from tenant_apps.households.rules.tiers import compute_tier
from tenant_apps.households.selectors import check_context, income_rule
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
        shares = households_by_station(places_of(size), households=HOUSEHOLDS, seed=SEED)
        assert sum(shares.values()) == HOUSEHOLDS


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


def _files_at(station) -> int:
    with in_station(station):
        return HouseholdFile.objects.count()


@pytest.fixture
def empty(committed):
    """A network without stations, as at the first start."""
    from django.db import connections

    from bangfu.kernel.tenancy.router import OWNER

    with connections[OWNER].cursor() as cursor:
        cursor.execute("UPDATE tenants_stationschema SET station_id = NULL")
        cursor.execute("TRUNCATE tenants_station CASCADE")
    from tenants.selectors import forget_stations

    forget_stations()
    return committed


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
