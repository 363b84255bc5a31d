"""The compact DDL of a station: made by real migrations once, then a constant text for every station."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, transaction
from django_tenants.postgresql_backend.base import FakeTenant

from bangfu.kernel.tenancy.router import OWNER
from tenants.migrating import NearExecutor
from tenants.models import StationTemplate

TEMPLATE_SCHEMA = "station_template"


def tenant_labels() -> frozenset[str]:
    """Return the labels of the apps that live in a station's schema."""
    return frozenset(
        config.label for config in apps.get_app_configs() if config.name in settings.TENANT_APPS
    )


def refresh() -> StationTemplate:
    """Migrate the template schema and store its DDL if the fingerprint is new."""
    connection = connections[OWNER]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {TEMPLATE_SCHEMA}")
    migrate_schema_by_django(TEMPLATE_SCHEMA)
    with connection.cursor() as cursor:
        ddl = compact_ddl(cursor, TEMPLATE_SCHEMA)
        cursor.execute(
            f"SELECT app || '.' || name FROM {TEMPLATE_SCHEMA}.django_migrations ORDER BY id"
        )
        migrations = [row[0] for row in cursor.fetchall()]
    fingerprint = hashlib.sha256("\n".join([ddl, *migrations]).encode()).hexdigest()
    with transaction.atomic(using=OWNER):
        StationTemplate.objects.using(OWNER).exclude(pk=fingerprint).delete()
        template, _ = StationTemplate.objects.using(OWNER).get_or_create(
            fingerprint=fingerprint, defaults={"ddl": ddl, "migrations": migrations}
        )
    return template


def template_in_force() -> StationTemplate:
    """Return the DDL by which stations are made now."""
    return StationTemplate.objects.using(OWNER).get()


def migrate_schema_by_django(schema: str) -> None:
    """Run the stock migrations of the station apps in ``schema`` over the owner's connection."""
    connection = connections[OWNER]
    connection.set_tenant(FakeTenant(schema), include_public=False)  # type: ignore[attr-defined]
    try:
        executor = NearExecutor(connection)
        labels = tenant_labels()
        targets = [node for node in executor.loader.graph.leaf_nodes() if node[0] in labels]
        executor.migrate(targets)
    finally:
        connection.set_tenant(FakeTenant("public"))  # type: ignore[attr-defined]


def compact_ddl(cursor: Any, schema: str) -> str:
    """Return the DDL of ``schema`` with unqualified names and constraints inside CREATE TABLE.

    The same text makes every station: the search path decides where. Functions come first, tables in the
    order of their foreign keys, triggers last, and then the functions get their names: where a trigger names one,
    PostgreSQL lists all of that name, one for every station there is, before it picks that of the schema.
    Read from the catalogue; costs seven queries whatever the number of stations.
    """
    cursor.execute(f'SET search_path = "{schema}"')
    try:
        tables = _tables(cursor, schema)
        columns = _columns(cursor, list(tables))
        constraints = _constraints(cursor, schema)
        indexes = _indexes(cursor, schema, list(tables))
        functions = _functions(cursor, schema)
        triggers = _triggers(cursor, list(tables), of=functions)
    finally:
        cursor.execute("SET search_path = public")
    statements: list[str] = list(functions.values())
    made: set[int] = set()
    waiting = sorted(tables, key=lambda oid: tables[oid])
    while waiting:
        ready = [
            oid
            for oid in waiting
            if all(target in made or target == oid for *_, target in constraints[oid] if target)
        ]
        if not ready:
            raise RuntimeError("tables of a station refer to each other in a circle")
        for oid in ready:
            parts = columns[oid] + [
                f'CONSTRAINT "{name}" {text}' for name, text, _ in constraints[oid]
            ]
            statements.append(f'CREATE TABLE "{tables[oid]}" ({", ".join(parts)})')
            statements += indexes[oid]
            made.add(oid)
            waiting.remove(oid)
    statements += triggers
    statements += [f'ALTER FUNCTION "{_NEW}{name}"() RENAME TO "{name}"' for name in functions]
    return ";\n".join(statements) + ";\n"


# PostgreSQL prints ``state IN ('a', 'b')`` on a varchar as a comparison with a cast array, and reading that
# text back gives the cast of each element instead: the same meaning, another dump.
_IN_LIST = re.compile(
    r"\((?P<column>\w+)\)::text = ANY \(\(ARRAY\[(?P<values>[^\]]*)\]\)::text\[\]\)"
)


def _as_written(text: str) -> str:
    """Return a condition of the catalogue in the words that, read back, print the same again."""
    return _IN_LIST.sub(
        lambda found: (
            f'"{found["column"]}" IN ({found["values"].replace("::character varying", "")})'
        ),
        text,
    )


def _tables(cursor: Any, schema: str) -> dict[int, str]:
    cursor.execute(
        "SELECT oid, relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'r'",
        [schema],
    )
    return dict(cursor.fetchall())


def _columns(cursor: Any, oids: list[int]) -> dict[int, list[str]]:
    cursor.execute(
        """
        SELECT attrelid, attname, format_type(atttypid, atttypmod), attnotnull,
               attidentity::text, pg_get_expr(adbin, adrelid)
        FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attrelid = ANY(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attrelid, attnum
        """,
        [oids],
    )
    columns: dict[int, list[str]] = defaultdict(list)
    for oid, name, kind, not_null, identity, default in cursor.fetchall():
        text = f'"{name}" {kind}'
        if identity:
            text += (
                " GENERATED BY DEFAULT AS IDENTITY"
                if identity == "d"
                else " GENERATED ALWAYS AS IDENTITY"
            )
        elif default:
            text += f" DEFAULT {default}"
        columns[oid].append(text + (" NOT NULL" if not_null else ""))
    return columns


def _constraints(cursor: Any, schema: str) -> dict[int, list[tuple[str, str, int]]]:
    # PostgreSQL 18 lists NOT NULL as constraints too; those stand in the columns already.
    cursor.execute(
        """
        SELECT conrelid, conname, pg_get_constraintdef(oid), confrelid FROM pg_constraint
        WHERE connamespace = %s::regnamespace AND conrelid <> 0 AND contype IN ('c', 'f', 'p', 'u', 'x')
        ORDER BY contype = 'f', conname
        """,
        [schema],
    )
    constraints: dict[int, list[tuple[str, str, int]]] = defaultdict(list)
    for oid, name, text, target in cursor.fetchall():
        constraints[oid].append((name, _as_written(text), target))
    return constraints


def _indexes(cursor: Any, schema: str, oids: list[int]) -> dict[int, list[str]]:
    cursor.execute(
        """
        SELECT indrelid, pg_get_indexdef(indexrelid) FROM pg_index
        WHERE indrelid = ANY(%s)
          AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid
                          AND contype IN ('p', 'u', 'x'))
        ORDER BY indexrelid
        """,
        [oids],
    )
    indexes: dict[int, list[str]] = defaultdict(list)
    for oid, text in cursor.fetchall():
        indexes[oid].append(_as_written(text.replace(f" ON {schema}.", " ON ")))
    return indexes


_NEW = "new__"
"""Before its name while a function of a schema in the making is made; nothing of that name is ever committed."""


def _functions(cursor: Any, schema: str) -> dict[str, str]:
    """Return the functions of triggers by name, each made under a new one. A station has no others."""
    cursor.execute(
        "SELECT proname, pg_get_functiondef(oid) FROM pg_proc "
        "WHERE pronamespace = %s::regnamespace AND prorettype = 'trigger'::regtype ORDER BY proname",
        [schema],
    )
    # PostgreSQL qualifies the name of the function itself, whatever the search path is.
    return {
        name: text.strip().replace(f" FUNCTION {schema}.{name}(", f" FUNCTION {_NEW}{name}(", 1)
        for name, text in cursor.fetchall()
    }


def _triggers(cursor: Any, oids: list[int], *, of: Iterable[str]) -> list[str]:
    # Printed "prettily", what lies on the search path is not qualified.
    cursor.execute(
        "SELECT pg_get_triggerdef(oid, true) FROM pg_trigger "
        "WHERE tgrelid = ANY(%s) AND NOT tgisinternal ORDER BY tgname",
        [oids],
    )
    own = "|".join(re.escape(name) for name in of)
    return [
        re.sub(rf"EXECUTE FUNCTION ({own})\(\)$", rf"EXECUTE FUNCTION {_NEW}\1()", text)
        for (text,) in cursor.fetchall()
    ]
