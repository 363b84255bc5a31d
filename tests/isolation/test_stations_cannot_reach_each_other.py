"""What the database itself denies, whatever the code does."""

import psycopg
import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, connections, transaction

from bangfu.kernel.tenancy import NoStation, in_network, in_station, nowhere
from bangfu.kernel.tenancy.direct import direct_parameters
from bangfu.kernel.tenancy.router import OWNER
from shared_apps.accounts.models import Membership, User
from tenants.grants import GRANTS
from tenants.models import Station


def statements(schema):
    return (
        f'SELECT * FROM "{schema}".django_migrations',
        f'INSERT INTO "{schema}".django_migrations (app, name, applied) VALUES (1, 1, now())',
        f'UPDATE "{schema}".django_migrations SET app = 1',
        f'DELETE FROM "{schema}".django_migrations',
        f'CREATE TABLE "{schema}".x (a int)',
    )


def test_no_role_reads_or_writes_the_schema_of_another(db):
    with in_network():
        stations = [station.ref for station in Station.objects.all()]
    tried = denied = 0
    for here in stations:
        for there in stations:
            for statement in statements(there.schema) if here != there else ():
                tried += 1
                with in_station(here), pytest.raises(ProgrammingError, match="permission denied"):
                    with transaction.atomic(), connection.cursor() as cursor:
                        cursor.execute(statement)
                denied += 1
    assert tried == denied == 5 * len(stations) * (len(stations) - 1)


def test_the_network_role_cannot_open_a_station(db, township):
    with in_network(), pytest.raises(ProgrammingError, match="permission denied"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{township.schema}".django_migrations')


def test_the_login_without_a_role_reads_nothing(session_database):
    with psycopg.connect(**direct_parameters("default"), autocommit=True) as bare:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            bare.execute("SELECT * FROM public.tenants_station")


def test_a_statement_outside_every_station_never_reaches_the_database(db):
    with nowhere(), pytest.raises(NoStation):
        Station.objects.count()


def test_a_station_sees_only_its_own_memberships(township, outsider, person_at):
    person_at(township)
    person_at(outsider)

    with in_station(township):
        assert {row.station_id for row in Membership.objects.all()} == {township.id}


def test_a_station_cannot_read_the_people_of_the_network(township):
    with in_station(township), pytest.raises(ProgrammingError, match="permission denied"):
        with transaction.atomic():
            User.objects.count()


def catalogue(query):
    with connections[OWNER].cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def test_every_shared_table_is_on_the_reviewed_list(db):
    there = {
        row[0]
        for row in catalogue(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
            "AND relkind IN ('r', 'p', 'v', 'm')"
        )
    }
    assert there == {grant.table for grant in GRANTS}


def test_only_what_is_listed_is_granted(db):
    granted = catalogue(
        "SELECT table_name, grantee FROM ("
        "SELECT table_schema, table_name, grantee FROM information_schema.role_table_grants "
        "UNION SELECT table_schema, table_name, grantee FROM information_schema.role_column_grants"
        ") AS of_tables_or_columns "
        "WHERE table_schema = 'public' AND grantee IN ('PUBLIC', 'bangfu_station', 'bangfu_network')"
    )
    listed = {(grant.table, "bangfu_station") for grant in GRANTS if grant.station}
    listed |= {(grant.table, "bangfu_network") for grant in GRANTS if grant.network}
    assert set(granted) == listed


def test_rows_of_stations_are_guarded_even_against_the_owner(db):
    unguarded = catalogue(
        "SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid "
        "WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attname = 'station_id' "
        "AND NOT (relrowsecurity AND relforcerowsecurity)"
    )
    network_only = {grant.table for grant in GRANTS if not grant.station}
    assert {row[0] for row in unguarded} <= network_only


def test_only_rows_that_are_saved_with_a_station_are_shown_to_the_owner(db):
    shown = catalogue("SELECT tablename FROM pg_policies WHERE policyname = 'of_the_owner'")
    assert {row[0] for row in shown} == {grant.table for grant in GRANTS if grant.saved}


def test_rows_that_are_saved_with_a_station_are_found_by_it(db):
    found = catalogue(
        "SELECT indrelid::regclass::text, attname FROM pg_index "
        "JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]"
    )
    assert {(grant.table, grant.saved) for grant in GRANTS if grant.saved} <= set(found)


@pytest.mark.parametrize(
    "grant",
    [grant for grant in GRANTS if grant.station and grant.rows_of.isidentifier()],
    ids=lambda grant: grant.table,
)
def test_a_station_enters_no_row_for_another(grant, township, outsider):
    with in_station(outsider), pytest.raises(ProgrammingError, match=r"row-level|denied"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO public.{grant.table} ({grant.rows_of}) VALUES ({township.id})"
            )


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO rollup_delta (role, at, facts) VALUES (current_user, now(), '[]')",
        "INSERT INTO rollup_delta (at, facts) VALUES (now(), '[]') RETURNING facts",
        "SELECT at FROM rollup_delta",
        "UPDATE rollup_delta SET facts = '[]'",
        "DELETE FROM rollup_delta",
    ],
)
def test_a_station_gives_facts_and_has_no_other_say_of_them(statement, township):
    with in_station(township), pytest.raises(ProgrammingError, match="denied"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_nobody_but_a_station_records_facts(db):
    with in_network(), pytest.raises(ProgrammingError, match="denied"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO rollup_delta (at, facts) VALUES (now(), '[]')")


def test_names_of_station_tables_are_not_used_in_public(db, township):
    shared, own = (
        {
            row[0]
            for row in catalogue(
                f"SELECT relname FROM pg_class WHERE relnamespace = '{schema}'::regnamespace "
                "AND relkind = 'r'"
            )
        }
        for schema in ("public", f'"{township.schema}"')
    )
    assert shared & own == {"django_migrations"}


def test_a_station_has_at_most_fifty_tables(db, township):
    [(tables, relations)] = catalogue(
        f"SELECT count(*) FILTER (WHERE relkind = 'r'), count(*) FROM pg_class "
        f"WHERE relnamespace = '\"{township.schema}\"'::regnamespace"
    )
    assert tables <= 50
    assert relations <= 260


def test_the_app_logs_in_without_inheriting_anything(db):
    [(inherits, superuser, makes_roles)] = catalogue(
        "SELECT rolinherit, rolsuper, rolcreaterole FROM pg_roles "
        f"WHERE rolname = '{settings.APP_LOGIN}'"
    )
    assert not (inherits or superuser or makes_roles)
