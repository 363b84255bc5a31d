"""What a station reads of others it cannot make its own: such a row never changes its station."""

import pytest
from django.db import ProgrammingError, connection, transaction

from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.programmes.models import Campaign, Progress
from tenants.grants import GRANTS, OWN, WRITE
from tests.conftest import NOON

READ_BY_OTHERS = sorted(
    grant.table for grant in GRANTS if grant.writes_of == OWN and grant.station == WRITE
)


@pytest.mark.parametrize("table", READ_BY_OTHERS)
def test_a_row_that_others_read_is_held_by_the_one_function(on_network, table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.proname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE t.tgrelid = %s::regclass AND NOT t.tgisinternal",
            [f"public.{table}"],
        )
        assert ("stay_with_station",) in cursor.fetchall()


def test_there_is_only_one_function_that_says_so(on_network):
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname FROM pg_proc WHERE prosrc LIKE '%%stays with its station%%'")
        assert cursor.fetchall() == [("stay_with_station",)]


def test_a_county_cannot_take_over_how_far_a_township_is(township, county):
    with in_network():
        campaign = Campaign.objects.create(
            key="2026-1", kind="two_festivals", name="两节", programme="warmth", caller_id=county.id,
            scope_path=county.path, opens_on=NOON.date(), closes_on=NOON.date(), called_by="县",
            called_at=NOON,
        )  # fmt: skip
    with in_station(township):
        Progress.objects.create(campaign=campaign, station_id=township.id, counted_at=NOON)
    with in_station(county):
        assert Progress.objects.exists()
        with pytest.raises(ProgrammingError), transaction.atomic():
            Progress.objects.update(station_id=county.id)
