"""Save one station and put it back: its schema by COPY, its sealed papers as they lie on the disk.

Its rows of the shared tables that ``tenants.grants`` calls saved belong to it. What a station shares with
others - messages, audit rows, facts - does not: that is history of the network, and a restored station is
brought in line with it by a recount and a reconciliation.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

import psycopg
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from psycopg import sql

from bangfu.kernel.errors import DomainError
from bangfu.kernel.tenancy.direct import direct_parameters
from bangfu.kernel.tenancy.router import OWNER
from tenants.grants import GRANTS
from tenants.models import Station, StationSchema

FORMAT = 1
MANIFEST = "manifest.json"
LOCK_TIMEOUT = "60s"
PUBLIC = "public"
# Shared tables with rows that are the station's own, and the column that says whose a row is.
_OWNED: Mapping[str, str] = {grant.table: grant.saved for grant in GRANTS if grant.saved}
Progress = Callable[[str, int, int], None]


class NotABackup(DomainError):
    """The file is no backup of a station, or was damaged."""

    code = "not-a-backup"
    message = _("“%(file)s”不是站点备份文件，或已损坏：%(why)s")


class BackupOfOtherVersion(DomainError):
    """The schema has changed since: the backup does not fit it."""

    code = "backup-of-other-version"
    message = _("备份来自另一版本的表结构。请先用备份时的版本恢复，再升级。")


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedTable:
    """One table of a backup: ``sha256`` is over its rows in COPY's text form, in order of the key.

    Of a table that is ``shared`` these are the station's rows, without the column that says so.
    """

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    rows: int
    sha256: str
    shared: bool = False


@dataclass(frozen=True, slots=True)
class _Shape:
    """A table as the catalogue has it."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    shared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds. ``taken_at`` is the moment whose state it is."""

    station: str
    name: str
    schema: str
    taken_at: str
    migrations: tuple[str, ...]
    tables: tuple[SavedTable, ...]
    papers: tuple[str, ...]

    @property
    def rows(self) -> int:
        """All rows of all tables."""
        return sum(table.rows for table in self.tables)


def _silent(_label: str, _done: int, _total: int) -> None:
    """Report to nobody."""


def save_station(
    station: Station, target: Path, *, now: datetime, progress: Progress = _silent
) -> Manifest:
    """Write the state of one moment to ``target``, a zip file; others work on meanwhile.

    Identity numbers and the like stay encrypted in it: without the network's keys it cannot be read.
    The file appears whole or not at all.
    """
    fresh = target.with_name(f".{target.name}.unfinished")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    with ZipFile(fresh, "w", ZIP_DEFLATED) as archive, _owner() as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        shapes = _shapes(connection, station.schema_name)
        tables = []
        for done, shape in enumerate(shapes, start=1):
            with archive.open(f"tables/{shape.name}.copy", "w", force_zip64=True) as file:
                rows, digest = _copy_out(connection, _rows_of(station, shape), shape, file)
            tables.append(SavedTable(**asdict(shape), rows=rows, sha256=digest))
            progress(shape.name, done, len(shapes))
        papers = _save_papers(archive, station.schema_name)
        manifest = Manifest(
            station=station.code,
            name=station.name,
            schema=station.schema_name,
            taken_at=now.isoformat(),
            migrations=tuple(_schema_row(station).migrations),
            tables=tuple(tables),
            papers=papers,
        )
        archive.writestr(
            MANIFEST,
            json.dumps({"format": FORMAT, **asdict(manifest)}, ensure_ascii=False, indent=1),
        )
    fresh.replace(target)
    return manifest


def read_manifest(source: Path) -> Manifest:
    """Tell what a backup holds.

    Raises:
        NotABackup: it is none, or of a later format.
    """
    try:
        with ZipFile(source) as archive:
            said: dict[str, Any] = json.loads(archive.read(MANIFEST))
        if said.pop("format") != FORMAT:
            raise NotABackup(file=source.name, why="format")
        tables = tuple(
            SavedTable(**{**table, "columns": tuple(table["columns"]), "key": tuple(table["key"])})
            for table in said.pop("tables")
        )
        return Manifest(
            tables=tables,
            migrations=tuple(said.pop("migrations")),
            papers=tuple(said.pop("papers")),
            **said,
        )
    except (OSError, BadZipFile, KeyError, ValueError, TypeError) as error:
        raise NotABackup(file=source.name, why=str(error)) from error


def restore_station(station: Station, source: Path, *, progress: Progress = _silent) -> Manifest:
    """Put the schema of ``station`` back to what ``source`` holds, in one transaction.

    Locks every table of the station until it commits; other stations notice nothing. Each table is read
    back and compared before the commit. Papers that are missing on the disk are written; none is deleted.

    Raises:
        NotABackup: the file is damaged; nothing was changed.
        BackupOfOtherVersion: the schema has changed since; nothing was changed.
    """
    manifest = read_manifest(source)
    if list(manifest.migrations) != list(_schema_row(station).migrations):
        raise BackupOfOtherVersion
    schema = station.schema_name
    with ZipFile(source) as archive, _owner() as connection:
        connection.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(LOCK_TIMEOUT))
        present = {(shape.name, shape.columns): shape for shape in _shapes(connection, schema)}
        if set(present) != {(table.name, table.columns) for table in manifest.tables}:
            raise BackupOfOtherVersion
        guarded = _guarded(connection, schema)
        _alter(connection, schema, guarded, "DISABLE TRIGGER USER")
        connection.execute(
            sql.SQL("TRUNCATE {}").format(
                sql.SQL(", ").join(
                    sql.Identifier(schema, one.name) for one in present.values() if not one.shared
                )
            )
        )
        for done, table in enumerate(manifest.tables, start=1):
            shape = present[table.name, table.columns]
            put_back = _put_back_shared if shape.shared else _put_back
            with archive.open(f"tables/{table.name}.copy") as file:
                if put_back(connection, station, shape, file) != (table.rows, table.sha256):
                    raise NotABackup(file=source.name, why=table.name)
            progress(table.name, done, len(manifest.tables))
        # Foreign keys are looked at now: a table that waits for it cannot be altered.
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _alter(connection, schema, guarded, "ENABLE TRIGGER USER")
        _restore_papers(archive, manifest)
    return manifest


class _Nowhere:
    """Takes what is written for its digest only."""

    def write(self, _data: bytes) -> int:
        return 0


@contextmanager
def _owner() -> Iterator[psycopg.Connection]:
    """Give a connection of the owner's own, committed at the end."""
    with psycopg.connect(**direct_parameters(OWNER)) as connection:
        yield connection


def _schema_row(station: Station) -> StationSchema:
    return StationSchema.objects.using(OWNER).get(name=station.schema_name)


def _shapes(connection: psycopg.Connection, schema: str) -> list[_Shape]:
    """Return every table with rows of the station; the record of migrations is in the manifest."""
    rows = connection.execute(
        "SELECT c.relname, "
        " (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a "
        "  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''), "
        " (SELECT array_agg(a.attname::text ORDER BY k.ord) FROM pg_index i "
        "  CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, ord) "
        "  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum "
        "  WHERE i.indrelid = c.oid AND i.indisprimary), "
        " c.relnamespace = 'public'::regnamespace AS shared "
        "FROM pg_class c WHERE c.relkind = 'r' "
        "AND (c.relnamespace = %s::regnamespace AND c.relname <> 'django_migrations' "
        " OR c.relnamespace = 'public'::regnamespace AND c.relname = ANY (%s)) "
        "ORDER BY shared, c.relname",
        [schema, list(_OWNED)],
    )
    return [
        _Shape(
            name=name,
            columns=tuple(one for one in columns if not (shared and one == _OWNED[name])),
            key=tuple(key),
            shared=shared,
        )
        for name, columns, key, shared in rows
    ]


def _rows_of(station: Station, shape: _Shape) -> sql.Composed:
    """Return what stands behind FROM: a table of the station, or its rows of a shared one."""
    if not shape.shared:
        return sql.Composed([sql.Identifier(station.schema_name, shape.name)])
    return sql.SQL("{} WHERE {} = {}").format(
        sql.Identifier(PUBLIC, shape.name), sql.Identifier(_OWNED[shape.name]), station.pk
    )


def _guarded(connection: psycopg.Connection, schema: str) -> list[str]:
    """Return the tables with triggers of their own: they refuse what a restore does, and would do it twice."""
    rows = connection.execute(
        "SELECT DISTINCT relname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid "
        "WHERE relnamespace = %s::regnamespace AND NOT tgisinternal ORDER BY relname",
        [schema],
    )
    return [name for (name,) in rows]


def _alter(connection: psycopg.Connection, schema: str, tables: list[str], act: str) -> None:
    for table in tables:
        connection.execute(sql.SQL("ALTER TABLE {} " + act).format(sql.Identifier(schema, table)))


def _copy_out(
    connection: psycopg.Connection,
    rows_of: sql.Composable,
    shape: _Shape,
    file: "BinaryIO | _Nowhere | Any",
) -> tuple[int, str]:
    statement = sql.SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT").format(
        _names(shape.columns), rows_of, _names(shape.key)
    )
    digest, rows = hashlib.sha256(), 0
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for piece in copy:
                data = bytes(piece)
                digest.update(data)
                file.write(data)
        rows = cursor.rowcount
    return rows, digest.hexdigest()


def _put_back(
    connection: psycopg.Connection, station: Station, shape: _Shape, file: Any
) -> tuple[int, str]:
    """Fill an emptied table of the station; return what it holds then."""
    table = sql.Identifier(station.schema_name, shape.name)
    _copy_in(connection, table, shape, file)
    return _copy_out(connection, table, shape, _Nowhere())


def _put_back_shared(
    connection: psycopg.Connection, station: Station, shape: _Shape, file: Any
) -> tuple[int, str]:
    """Exchange the station's rows of a shared table; return what was put there.

    By way of a table of the session: COPY goes into no table with row security, and nobody's rows but the
    station's are written, whatever the file says.
    """
    waiting, shared = sql.Identifier("pg_temp", shape.name), sql.Identifier(PUBLIC, shape.name)
    names, owner = _names(shape.columns), sql.Identifier(_OWNED[shape.name])
    connection.execute(
        sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
            sql.Identifier(shape.name), names, shared
        )
    )
    _copy_in(connection, waiting, shape, file)
    _rows, digest = _copy_out(connection, waiting, shape, _Nowhere())
    connection.execute(sql.SQL("DELETE FROM {}").format(_rows_of(station, shape)))
    put = connection.execute(
        sql.SQL("INSERT INTO {} ({}, {}) SELECT {}, {} FROM {}").format(
            shared, owner, names, station.pk, names, waiting
        )
    )
    return put.rowcount, digest


def _copy_in(
    connection: psycopg.Connection, table: sql.Composable, shape: _Shape, file: Any
) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(table, _names(shape.columns))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        while piece := file.read(1 << 16):
            copy.write(piece)


def _names(columns: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(column) for column in columns)


def _save_papers(archive: ZipFile, schema: str) -> tuple[str, ...]:
    root = Path(settings.MEDIA_ROOT)
    papers = []
    for path in sorted((root / schema).rglob("*")):
        if path.is_file():
            papers.append(str(path.relative_to(root)))
            archive.write(path, f"papers/{papers[-1]}")
    return tuple(papers)


def _restore_papers(archive: ZipFile, manifest: Manifest) -> None:
    root = Path(settings.MEDIA_ROOT)
    for paper in manifest.papers:
        target = root / paper
        if not target.resolve().is_relative_to((root / manifest.schema).resolve()):
            raise NotABackup(file=archive.filename, why=paper)
        if target.exists():
            continue
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.touch(mode=0o600)
        with archive.open(f"papers/{paper}") as saved, target.open("wb") as file:
            shutil.copyfileobj(saved, file)
