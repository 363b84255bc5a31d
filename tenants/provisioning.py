"""Open a station: take a ready schema from the pool, or make one, and give it to the station's row."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, connections, transaction
from django.utils.translation import gettext_lazy as _
from psycopg import sql

from bangfu.kernel.errors import DomainError
from bangfu.kernel.tenancy import in_network
from bangfu.kernel.tenancy.backend.base import role_of
from bangfu.kernel.tenancy.router import OWNER
from tenants.grants import station_grants, tables_made_by
from tenants.models import Level, Station, StationKind, StationSchema, StationState
from tenants.selectors import stations_with_codes
from tenants.template import template_in_force

POOL_SIZE = 8


class CodeTaken(DomainError):
    """Another station has this code already."""

    code = "station-code-taken"
    message = _("站点编码已被使用，请换一个。")


class WrongParent(DomainError):
    """A station of this level may not stand below that parent."""

    code = "wrong-parent"
    message = _("上级站点的层级不符：每级站点须设在上一级之下；直属单位须经上级允许。")


def make_schema() -> str:
    """Make one blank schema with role, grants and recorded migrations; return its opaque name.

    One transaction: a failure, or a kill at any point, leaves neither schema nor role behind.
    """
    template = template_in_force()
    name = f"s_{secrets.token_hex(6)}"
    connection = connections[OWNER]
    statements = schema_statements(name, ddl=template.ddl, migrations=template.migrations)
    connection.ensure_connection()
    with transaction.atomic(using=OWNER):
        connection.connection.execute(statements)
        StationSchema.objects.using(OWNER).create(name=name, migrations=template.migrations)
    return name


def schema_statements(name: str, *, ddl: str, migrations: list[str]) -> str:
    """Return, as one string, everything that makes schema ``name``; the caller owns the transaction."""

    def rendered(text: str) -> str:
        return (
            sql.SQL(text)
            .format(
                schema=sql.Identifier(name),
                role=sql.Identifier(role_of(name)),
                app=sql.Identifier(settings.APP_LOGIN),
            )
            .as_string(None)
        )

    recorded = "".join(
        sql.SQL("INSERT INTO django_migrations (app, name, applied) VALUES ({}, {}, now());\n")
        .format(*(sql.Literal(part) for part in migration.split(".", 1)))
        .as_string(None)
        for migration in migrations
    )
    return "".join(
        (
            rendered("CREATE SCHEMA {schema}; SET LOCAL search_path = {schema};\n"),
            # The template's functions were checked when it was made; to check one again reads the names of
            # every station's functions.
            "SET LOCAL check_function_bodies = off;\n",
            ddl,
            recorded,
            rendered("CREATE ROLE {role} NOLOGIN IN ROLE bangfu_station;\n"),
            rendered("GRANT {role} TO {app} WITH INHERIT FALSE, SET TRUE;\n"),
            rendered("GRANT USAGE ON SCHEMA {schema} TO {role};\n"),
            station_grants(name, role_of(name), tables=tables_made_by(ddl)),
            "SET LOCAL check_function_bodies = on;\n",
            "SET LOCAL search_path = public;\n",
        )
    )


def drop_schema(name: str) -> None:
    """Remove a schema that no station holds, with its role, in one transaction."""
    with transaction.atomic(using=OWNER):
        StationSchema.objects.using(OWNER).get(name=name, station=None).delete()
        with connections[OWNER].cursor() as cursor:
            for text in (
                "DROP SCHEMA {schema} CASCADE",
                "REVOKE bangfu_station FROM {role}",
                "DROP OWNED BY {role}",
                "DROP ROLE {role}",
            ):
                cursor.execute(
                    sql.SQL(text)
                    .format(schema=sql.Identifier(name), role=sql.Identifier(role_of(name)))
                    .as_string(None)
                )


def fill_pool(size: int = POOL_SIZE) -> int:
    """Make blank schemas until ``size`` of them wait; return how many were made."""
    waiting = StationSchema.objects.using(OWNER).filter(station=None).count()
    missing = max(0, size - waiting)
    for _index in range(missing):
        make_schema()
    return missing


def open_station(
    *,
    code: str,
    name: str,
    level: int,
    parent: Station | None,
    region_code: str,
    now: datetime,
    kind: str = StationKind.COMPREHENSIVE,
    union_name: str = "",
    union_uscc: str = "",
    other_codes: Iterable[str] = (),
    trial_until: date | None = None,
    takes_direct_units: bool = False,
) -> Station:
    """Give a station its row and its schema; from here on people can sign in to it.

    Takes a few milliseconds while the pool holds a schema; without one it makes one first. Repeating
    the call for the same code raises and changes nothing.

    Raises:
        CodeTaken: the code belongs to another station.
        WrongParent: the level does not fit below ``parent``.

    Source: domain §3.1, ``provisioning → trial``.
    """
    check_parenthood(level=level, parent=parent)
    station = Station(
        code=code,
        name=name,
        level=level,
        parent=parent,
        region_code=region_code,
        kind=kind,
        union_name=union_name,
        union_uscc=union_uscc,
        other_codes=list(other_codes),
        trial_until=trial_until,
        takes_direct_units=takes_direct_units,
        state=StationState.TRIAL,
        opened_at=now,
    )
    while not _claim_from_pool(station):
        make_schema()
    return station


def check_parenthood(*, level: int, parent: Station | None) -> None:
    """Raise ``WrongParent`` unless a station of ``level`` may stand below ``parent``.

    A level is skipped only where the parent takes units directly; then only enterprises do.

    Source: domain I-A02.
    """
    if parent is None:
        fits = level == Level.CITY
    elif level == parent.level + 1:
        fits = level in Level
    else:
        fits = parent.takes_direct_units and level == Level.ENTERPRISE and parent.level < level
    if not fits:
        raise WrongParent


def _claim_from_pool(station: Station) -> bool:
    with in_network(), transaction.atomic():
        waiting = (
            StationSchema.objects.select_for_update(skip_locked=True)
            .filter(station=None)
            .order_by("made_at")
            .first()
        )
        if waiting is None:
            return False
        station.schema_name = waiting.name
        # Unique and replaced in the same transaction, once the key is known.
        station.path = waiting.name
        if stations_with_codes([station.code]):
            raise CodeTaken
        try:
            with transaction.atomic():
                station.save(force_insert=True)  # type: ignore[no-untyped-call]
        except IntegrityError as error:
            if Station.objects.filter(code=station.code).exists():
                raise CodeTaken from error
            raise
        parent_path = station.parent.path if station.parent else ""
        station.path = f"{parent_path}{station.pk}."
        station.save(update_fields=["path"])  # type: ignore[no-untyped-call]
        waiting.station = station
        waiting.save(update_fields=["station"])
        return True
