"""Databases of the tests: one template prepared by the product's own set-up, and cheap copies of it."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

from bangfu.kernel.tenancy.direct import direct_parameters
from bangfu.kernel.tenancy.router import OWNER
from tenants.selectors import forget_stations
from tests.support.services import ROOT

PREFIX = "bangfu_tpl_"
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
# Blank schemas for the stations that a test opens; each makes every copy dearer by four hundred files.
POOL = 2

# code, name, level, code of the parent
TREE = (
    ("1307", "张家口市总工会困难职工帮扶中心", 1, None),
    ("130705", "宣化区总工会困难职工帮扶中心", 2, "1307"),
    ("130705001", "天泰寺街道职工帮扶站", 3, "130705"),
    ("130705001E01", "(虚构)禾川纺织有限公司工会帮扶点", 4, "130705001"),
    ("130702", "桥东区总工会困难职工帮扶中心", 2, "1307"),
    ("130702001", "红旗楼街道职工帮扶站", 3, "130702"),
    ("130702001E01", "(虚构)青垣化工有限责任公司工会帮扶点", 4, "130702001"),
)


def template_name() -> str:
    """Return the name of the template for the present code: another migration, another template."""
    digest = hashlib.sha256()
    files = [
        *ROOT.glob("*_apps/*/migrations/*.py"),
        *ROOT.glob("tenants/**/*.py"),
        *ROOT.glob("shared_apps/regions/**/*"),
        *ROOT.glob("shared_apps/policies/rules/*.py"),
        ROOT / "platform/bangfu/settings/__init__.py",
        Path(__file__),
    ]
    for file in sorted(files):
        if file.is_file() and file.suffix != ".pyc":
            digest.update(file.read_bytes())
    digest.update(settings.SECRET_KEY.encode())
    return PREFIX + digest.hexdigest()[:12]


@contextmanager
def _administration() -> Iterator[psycopg.Connection]:
    parameters = direct_parameters(OWNER) | {"dbname": "postgres"}
    with psycopg.connect(**parameters, autocommit=True) as connection:
        yield connection


@contextmanager
def _lock() -> Iterator[None]:
    path = Path(os.environ["BANGFU_STATE_DIR"]) / "databases.lock"
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def point_at(name: str) -> None:
    """Let both connections of this process lead to database ``name``.

    Raises:
        RuntimeError: a transaction is open, e.g. that of a scene; closing its connection would break all that follows.
    """
    if connections["default"].in_atomic_block:
        raise RuntimeError("a transaction is open: clear the stage first")
    for alias in ("default", OWNER):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def make_copy(name: str) -> None:
    """Make database ``name`` as a copy of the template, preparing the template first if need be."""
    template = template_name()
    with _lock(), _administration() as admin:
        known = {row[0] for row in admin.execute("SELECT datname FROM pg_database")}
        if template not in known:
            for old in sorted(known):
                if old.startswith(PREFIX):
                    drop(old, admin)
            _prepare(template, admin)
        drop(name, admin)
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        # A copy does not inherit what was granted and revoked on the database itself.
        admin.execute(
            sql.SQL(
                "REVOKE ALL ON DATABASE {0} FROM PUBLIC; GRANT CONNECT ON DATABASE {0} TO {1}"
            ).format(sql.Identifier(name), sql.Identifier(settings.APP_LOGIN))
        )


def drop(name: str, admin: psycopg.Connection) -> None:
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def drop_copy(name: str) -> None:
    """Remove a copy, closing this process' connections to it."""
    for alias in ("default", OWNER):
        connections[alias].close()
    with _lock(), _administration() as admin:
        drop(name, admin)


@contextmanager
def aside(name: str, *, stage: Any) -> Iterator[None]:
    """Lead this process to a new copy ``name`` of the template until the block ends, then back to where it was.

    What is built there is committed and stays, for connections of one's own, until ``drop_copy``. ``stage`` is
    where the scenes of this process stand: it is cleared.
    """
    stage.clear()
    before = connections["default"].settings_dict["NAME"]
    make_copy(name)
    point_at(name)
    forget_stations()
    try:
        yield
    finally:
        point_at(before)
        forget_stations()


def _prepare(template: str, admin: psycopg.Connection) -> None:
    from tenants.provisioning import fill_pool, open_station
    from tenants.setup import prepare_database

    building = template + "_building"
    drop(building, admin)
    admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(building)))
    before = connections["default"].settings_dict["NAME"]
    point_at(building)
    try:
        prepare_database()
        fill_pool(len(TREE) + POOL)
        stations = {}
        for code, name, level, parent in TREE:
            stations[code] = open_station(
                code=code,
                name=name,
                level=level,
                parent=stations.get(parent),
                region_code=code[:9],
                now=NOON,
            )
    finally:
        point_at(before)
    admin.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
            sql.Identifier(building), sql.Identifier(template)
        )
    )
