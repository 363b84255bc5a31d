"""A household aided at two stations counts at each: the report of the station above says so, and how many there are."""

from datetime import date

import pytest

from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from shared_apps.evaluations.models import Sample
from shared_apps.rollup.indicators import Fact
from shared_apps.rollup.services import record_facts
from tests.conftest import NOON
from tests.tenant_apps.surveys.conftest import draw, satisfaction, say

pytestmark = pytest.mark.usefixtures("at_noon")


def test_a_household_aided_at_two_stations_counts_at_each_and_the_report_says_how_many(
    aided, county, enterprise, person_at
):
    dims = {"aid": "living", "tier": "none", "fund_source": "central", "aid_mode": "everyday"}
    clerk = person_at(enterprise, Role.CLERK)
    for station, subjects in ((aided.station, (1, 2)), (enterprise, (2, 3))):
        facts = [
            Fact(indicator="AID-01", period=date(2026, 6, 1), dims=dims, subject=bytes([one]) * 16)
            for one in subjects
        ]
        with in_station(station):
            record_facts(facts, now=NOON)
    say(aided, draw(aided), "satisfied")
    assert satisfaction(county).notes == ()
    with in_station(enterprise):
        Sample.objects.create(
            station_id=enterprise.id, year=2026, seed="1", frame=2, frame_digest=bytes(32), size=1,
            strata={"on_file": [2, 1]}, satisfied=1, drawn_on=NOON.date(), drawn_by="王",
            drawn_by_id=clerk.user_id, drawn_at=NOON,
        )  # fmt: skip
    (note,) = satisfaction(county).notes
    assert "各站分别抽取、分别计数" in note
    assert "1 户" in note
