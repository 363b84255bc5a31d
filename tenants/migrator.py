"""Change the schema of every station: planned once, applied per station, resumable, canary first.

The stock way asks each schema what it has, over and over. Here one shared table says which migrations
each schema has, schemas in the same state form a group, the SQL of a group is rendered once, and each
schema gets it in a transaction of its own that also records the new state. A run that is killed is
simply run again: what is done is done.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import psycopg
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.utils import timezone
from django_tenants.postgresql_backend.base import FakeTenant
from psycopg import sql

from bangfu.kernel.tenancy.backend.base import role_of
from bangfu.kernel.tenancy.direct import direct_parameters
from bangfu.kernel.tenancy.router import OWNER
from tenants import template
from tenants.grants import station_grants, tables_made_by
from tenants.models import SchemaChange, StationSchema

Progress = Callable[[str, int, int], None]
LOCK_TIMEOUT = "3s"
ATTEMPTS = 5


class SchemaChangeFailed(Exception):
    """Some schemas could not be changed; the message names them and the first error."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one group of schemas still needs: names of migrations, and the SQL where SQL is all."""

    schemas: tuple[str, ...]
    migrations: tuple[str, ...]
    statements: str | None


@dataclass(slots=True)
class _Run:
    row: SchemaChange
    progress: Progress
    lock: threading.Lock = field(default_factory=threading.Lock)
    failures: list[str] = field(default_factory=list)

    def one_done(self) -> None:
        with self.lock:
            self.row.done += 1
            self.progress("stations", self.row.done, self.row.total)


def plan_changes(only: Iterable[str] | None = None) -> list[Plan]:
    """Return the work left, one plan a group of schemas in the same state. Costs one query."""
    rows = StationSchema.objects.using(OWNER)
    if only is not None:
        rows = rows.filter(name__in=list(only))
    groups: dict[frozenset[str], list[str]] = defaultdict(list)
    for name, applied in rows.order_by("made_at", "name").values_list("name", "migrations"):
        groups[frozenset(applied)].append(name)
    if not groups:
        return []
    loader = MigrationLoader(None)
    labels = template.tenant_labels()
    targets = [node for node in loader.graph.leaf_nodes() if node[0] in labels]
    wanted: list[tuple[str, str]] = []
    for target in targets:
        wanted += [
            node
            for node in loader.graph.forwards_plan(target)
            if node[0] in labels and node not in wanted
        ]
    plans = []
    for known, names in groups.items():
        left = [node for node in wanted if ".".join(node) not in known]
        if left:
            done = [node for node in wanted if ".".join(node) in known]
            plans.append(
                Plan(
                    schemas=tuple(names),
                    migrations=tuple(".".join(node) for node in left),
                    statements=_render(loader, done=done, left=left, like=names[0]),
                )
            )
    return plans


def _render(
    loader: MigrationLoader,
    *,
    done: list[tuple[str, str]],
    left: list[tuple[str, str]],
    like: str,
) -> str | None:
    migrations: list[Migration] = [loader.get_migration(*node) for node in left]
    if not all(
        migration.atomic and all(step.reduces_to_sql for step in migration.operations)
        for migration in migrations
    ):
        return None
    state = loader.project_state(done, at_end=True)
    connection = connections[OWNER]
    connection.set_tenant(FakeTenant(like), include_public=False)  # type: ignore[attr-defined]
    lines: list[str] = []
    try:
        for node, migration in zip(left, migrations, strict=True):
            with connection.schema_editor(collect_sql=True, atomic=True) as editor:
                state = migration.apply(state, editor, collect_sql=True)
            lines += [line for line in editor.collected_sql if not line.startswith("--")]
            lines.append(
                sql.SQL(
                    "INSERT INTO django_migrations (app, name, applied) VALUES ({}, {}, now());"
                )
                .format(*(sql.Literal(part) for part in node))
                .as_string(None)
            )
    finally:
        connection.set_tenant(FakeTenant("public"))  # type: ignore[attr-defined]
    return "\n".join(lines)


def change_all(
    *,
    progress: Progress = lambda _label, _done, _total: None,
    workers: int = 2,
    only: Iterable[str] | None = None,
) -> SchemaChange | None:
    """Bring every schema, the pool included, to the migrations of the code; None if nothing is left.

    The first schema of each group goes alone, as the canary: if it fails, nothing else is touched.

    Raises:
        SchemaChangeFailed: some schemas could not be changed. Running again goes on where this ended.
    """
    plans = plan_changes(only)
    if not plans:
        return None
    run = _Run(
        SchemaChange.objects.using(OWNER).create(total=sum(len(plan.schemas) for plan in plans)),
        progress,
    )
    try:
        for plan in plans:
            _apply_to(run, plan, plan.schemas[:1])
            if run.failures:
                break
            rest = plan.schemas[1:]
            threads = [
                threading.Thread(target=_apply_to, args=(run, plan, rest[index::workers]))
                for index in range(workers)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    finally:
        run.row.failed = run.failures
        run.row.finished_at = timezone.now()
        run.row.save(using=OWNER)
    if run.failures:
        raise SchemaChangeFailed(
            f"{len(run.failures)} of {run.row.total} schemas were not changed; "
            f"run again to go on. First: {run.failures[0]}"
        )
    return run.row


def _apply_to(run: _Run, plan: Plan, schemas: Iterable[str]) -> None:
    if plan.statements is None:
        for schema in schemas:
            _apply_by_django(run, plan, schema)
        return
    with psycopg.connect(**direct_parameters(OWNER), autocommit=True) as connection:
        for schema in schemas:
            try:
                _apply_once(connection, plan, schema)
            except psycopg.Error as error:
                with run.lock:
                    run.failures.append(f"{schema}: {error}")
            else:
                run.one_done()


def _apply_once(connection: psycopg.Connection, plan: Plan, schema: str) -> None:
    text = (
        sql.SQL(
            "BEGIN; SET LOCAL search_path = {schema}; SET LOCAL lock_timeout = {timeout};\n"
            "{statements}\n"
            "{grants}"
            "UPDATE public.tenants_stationschema SET migrations = migrations || {names}::varchar[] "
            "WHERE name = {name}; COMMIT"
        )
        .format(
            schema=sql.Identifier(schema),
            timeout=sql.Literal(LOCK_TIMEOUT),
            statements=sql.SQL(plan.statements or ""),
            # New tables get the privileges of those the station was made with.
            grants=sql.SQL(
                station_grants(
                    schema, role_of(schema), tables=tables_made_by(plan.statements or "")
                )
            ),
            names=sql.Literal(list(plan.migrations)),
            name=sql.Literal(schema),
        )
        .as_string(connection)
    )
    for attempt in range(ATTEMPTS):
        try:
            connection.execute(text)
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            connection.execute("ROLLBACK")
            if attempt == ATTEMPTS - 1:
                raise
            time.sleep(0.2 * 2**attempt)
        except psycopg.Error:
            if not connection.closed:
                connection.execute("ROLLBACK")
            raise
        else:
            return


def _apply_by_django(run: _Run, plan: Plan, schema: str) -> None:
    # Data steps in Python, and steps that may not run in a transaction, go the ordinary way, one schema at
    # a time. Django's recorder skips what an earlier, killed run has done already.
    try:
        template.migrate_schema_by_django(schema)
        with connections[OWNER].cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
            tables = [name for (name,) in cursor.fetchall()]
            cursor.execute(station_grants(schema, role_of(schema), tables=tables))
        row = StationSchema.objects.using(OWNER).get(name=schema)
        row.migrations = [*row.migrations, *plan.migrations]
        row.save(using=OWNER, update_fields=["migrations"])
    except Exception as error:  # noqa: BLE001  (one station's failure must not stop the others)
        with run.lock:
            run.failures.append(f"{schema}: {error}")
    else:
        run.one_done()
