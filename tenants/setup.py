"""Bring a database to the state this version of the code needs: roles, shared tables, grants, template.

Every step is safe to repeat; ``bangfu up`` and ``bangfu migrate`` both call ``prepare_database``.
"""

from collections.abc import Callable

from django.apps import apps
from django.conf import settings
from django.db import connections
from psycopg import sql

from bangfu.kernel.tenancy.backend.base import NETWORK_ROLE, SCHEMA_OF_ROLE, role_of
from bangfu.kernel.tenancy.router import OWNER
from tenants import migrator, template
from tenants.grants import GRANTS, Grant
from tenants.migrating import NearExecutor

STATION_ROLE = "bangfu_station"
Progress = Callable[[str, int, int], None]
# In plpgsql, whose plans a session keeps: a function in SQL is planned anew for each row that is checked, which
# took a tenth of a millisecond of every row written to a table that many stations share. The collation is said
# because current_user brings its own, which the index of the column does not serve: every check read all stations.
CURRENT_STATION = f"""
CREATE OR REPLACE FUNCTION public.current_station() RETURNS bigint LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$ BEGIN
    RETURN (
        SELECT id FROM public.tenants_station
        WHERE schema_name = {SCHEMA_OF_ROLE} COLLATE "default"
    );
END $$
"""


def _silent(_label: str, _done: int, _total: int) -> None:
    """Report to nobody."""


class LoginCannotMakeRoles(Exception):
    """The login of DATABASE_URL may not create roles; the message says how to allow it."""


def prepare_database(progress: Progress = _silent) -> None:
    """Make roles, migrate the shared tables, grant, build the template and change every station.

    Raises:
        LoginCannotMakeRoles: the login lacks CREATEROLE.
    """
    make_roles()
    migrate_shared(progress)
    apply_grants()
    template.refresh()
    migrator.change_all(progress=progress)


def make_roles() -> None:
    """Make the two group roles and the login of the web and worker processes."""
    connection = connections[OWNER]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user"
        )
        if not cursor.fetchone()[0]:
            raise LoginCannotMakeRoles(
                "the login of DATABASE_URL needs CREATEROLE: ALTER ROLE … CREATEROLE"
            )
        for role in (STATION_ROLE, NETWORK_ROLE):
            _make_role(cursor, role, "NOLOGIN")
        _make_role(cursor, settings.APP_LOGIN, "LOGIN NOINHERIT")
        cursor.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}")
            .format(sql.Identifier(settings.APP_LOGIN), sql.Literal(settings.APP_PASSWORD))
            .as_string(None)
        )
        name = sql.Identifier(connection.settings_dict["NAME"])
        app = sql.Identifier(settings.APP_LOGIN)
        for statement in (
            "REVOKE ALL ON DATABASE {db} FROM PUBLIC",
            "GRANT CONNECT ON DATABASE {db} TO {app}",
            "REVOKE ALL ON SCHEMA public FROM PUBLIC",
            "GRANT USAGE ON SCHEMA public TO {station}, {network}",
            "GRANT {network} TO {app} WITH INHERIT FALSE, SET TRUE",
        ):
            cursor.execute(
                sql.SQL(statement)
                .format(
                    db=name,
                    app=app,
                    station=sql.Identifier(STATION_ROLE),
                    network=sql.Identifier(NETWORK_ROLE),
                )
                .as_string(None)
            )


def _make_role(cursor: object, role: str, options: str) -> None:
    # Two databases of one server may be prepared at the same time; roles belong to the server.
    statement = (
        sql.SQL(
            "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {name}) THEN "
            "CREATE ROLE {role} " + options + "; END IF; "
            "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )
        .format(name=sql.Literal(role), role=sql.Identifier(role))
        .as_string(None)
    )
    cursor.execute(statement)  # type: ignore[attr-defined]


def migrate_shared(progress: Progress = _silent) -> None:
    """Apply the migrations of the shared apps to the public schema."""
    connection = connections[OWNER]
    executor = NearExecutor(connection)
    labels = {
        config.label for config in apps.get_app_configs() if config.name in settings.SHARED_APPS
    }
    targets = [node for node in executor.loader.graph.leaf_nodes() if node[0] in labels]
    plan = executor.migration_plan(targets)
    total = len(plan)
    done = 0

    def report(action: str, *_details: object) -> None:
        nonlocal done
        if action == "apply_success":
            done += 1
            progress("shared tables", done, total)

    executor.progress_callback = report
    executor.migrate(targets, plan=plan)


def apply_grants() -> None:
    """Take every privilege on the shared tables away, then give those of the list."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute("BEGIN")
        try:
            for statement in grant_statements(shared_tables(cursor)):
                cursor.execute(statement)
            cursor.execute("COMMIT")
        except BaseException:
            cursor.execute("ROLLBACK")
            raise


def shared_tables(cursor: object) -> frozenset[str]:
    """Return the names of the tables in public."""
    cursor.execute(  # type: ignore[attr-defined]
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND relkind IN ('r', 'p')"
    )
    return frozenset(row[0] for row in cursor.fetchall())  # type: ignore[attr-defined]


def grant_statements(existing: frozenset[str]) -> list[str]:
    """Return the statements that bring the privileges of public to the list, in order."""
    statements = [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {STATION_ROLE}, {NETWORK_ROLE}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {STATION_ROLE}, {NETWORK_ROLE}",
        "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC",
        # Which station asks is derived from its role: t_<schema>.
        CURRENT_STATION,
        f"GRANT EXECUTE ON FUNCTION public.current_station() TO {STATION_ROLE}, {NETWORK_ROLE}",
    ]
    for grant in GRANTS:
        if grant.table in existing:
            statements += _statements_of(grant)
    return statements


def _statements_of(grant: Grant) -> list[str]:
    table = f'public."{grant.table}"'
    statements = []
    if grant.station:
        statements.append(f"GRANT {grant.station} ON {table} TO {STATION_ROLE}")
    if grant.network:
        statements.append(f"GRANT {grant.network} ON {table} TO {NETWORK_ROLE}")
    if not grant.rows_of:
        return statements
    reads = _condition(grant.rows_of)
    writes = _condition(grant.writes_of or grant.rows_of)
    if grant.saved:
        # Schema changes, backups and restores; without it forced row security hides the rows from the owner.
        statements += [
            f"DROP POLICY IF EXISTS of_the_owner ON {table}",
            f"CREATE POLICY of_the_owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)",
        ]
    return [
        *statements,
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS of_the_station ON {table}",
        f"DROP POLICY IF EXISTS of_the_network ON {table}",
        f"CREATE POLICY of_the_station ON {table} TO {STATION_ROLE} USING ({reads}) WITH CHECK ({writes})",
        f"CREATE POLICY of_the_network ON {table} TO {NETWORK_ROLE} USING (true) WITH CHECK (true)",
    ]


def _condition(column_or_condition: str) -> str:
    if column_or_condition.isidentifier():
        return f"{column_or_condition} = public.current_station()"
    return column_or_condition


__all__ = ["apply_grants", "make_roles", "migrate_shared", "prepare_database", "role_of"]
