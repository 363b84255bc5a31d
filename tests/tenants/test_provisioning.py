"""Opening stations."""

import pytest
from django.db import connections

from bangfu.kernel.tenancy import in_network
from bangfu.kernel.tenancy.backend.base import role_of
from bangfu.kernel.tenancy.router import OWNER
from tenants.grants import ALL, STATION_TABLES, tables_made_by
from tenants.models import Station, StationSchema
from tenants.provisioning import CodeTaken, WrongParent, open_station
from tests.conftest import NOON


def open_township(parent, *, code="130705099", level=3, **more):
    return open_station(
        code=code, name="测试街道", level=level, parent=parent, region_code=code, now=NOON, **more
    )


def county_row(county):
    with in_network():
        return Station.objects.get(pk=county.id)


def test_a_station_gets_an_opaque_schema_from_the_pool(county):
    station = open_township(county_row(county))

    assert station.schema_name.startswith("s_")
    assert "130705" not in station.schema_name
    assert station.path == f"{county.path}{station.pk}."


def test_a_second_station_with_the_same_code_is_refused_and_takes_no_schema(county):
    open_township(county_row(county))
    with in_network():
        waiting = StationSchema.objects.filter(station=None).count()

    with pytest.raises(CodeTaken):
        open_township(county_row(county))

    with in_network():
        assert StationSchema.objects.filter(station=None).count() == waiting


def test_a_level_is_not_skipped_unless_the_parent_takes_direct_units(county):
    with pytest.raises(WrongParent):
        open_township(county_row(county), level=4)


def test_a_parent_that_takes_direct_units_may_have_enterprises_right_below(county):
    parent = county_row(county)
    parent.takes_direct_units = True

    assert open_township(parent, level=4, code="130705E01").level == 4


def test_a_station_may_do_with_each_of_its_tables_what_the_list_says(county):
    station = open_township(county_row(county))
    with connections[OWNER].cursor() as cursor:
        cursor.execute(
            """
            SELECT tablename, (
                SELECT string_agg(privilege_type, ', ' ORDER BY privilege_type)
                FROM information_schema.table_privileges
                WHERE table_schema = schemaname AND table_name = tablename AND grantee = %s
            ) FROM pg_tables WHERE schemaname = %s
            """,
            [role_of(station.schema_name), station.schema_name],
        )
        found = dict(cursor.fetchall())
    assert len(found) > 40
    for table, privileges in found.items():
        wanted = sorted(STATION_TABLES.get(table, ALL).split(", "))
        assert (privileges or "").split(", ") == wanted, table


def test_only_tables_that_stand_after_a_change_are_granted():
    change = """
        CREATE TABLE "kept" (id bigint); CREATE TABLE IF NOT EXISTS plain (id bigint);
        CREATE TABLE "old" (id bigint); ALTER TABLE "old" RENAME TO "new";
        CREATE TABLE "gone" (id bigint); DROP TABLE "gone" CASCADE;
    """
    assert tables_made_by(change) == ["kept", "plain", "new"]
