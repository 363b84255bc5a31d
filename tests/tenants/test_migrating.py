"""A database whose models were drawn anew as seldom as can be is the one that Django's own executor makes."""

import os
import subprocess

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from bangfu.kernel.tenancy.router import OWNER
from tenants import setup, template
from tests.support import databases
from tests.tenants.test_template import PG_DUMP

pytestmark = [
    pytest.mark.fault,
    pytest.mark.skipif(
        os.environ.get("BANGFU_CHAOS") != "full",
        reason="Django's own way takes most of a minute: make chaos",
    ),
]


def dumped(name):
    parameters = connections[OWNER].get_connection_params()
    done = subprocess.run(
        [
            PG_DUMP, "--schema-only", "-h", parameters["host"], "-U", parameters["user"], "-d", name,
        ],
        check=True, capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    return [line for line in done.stdout.splitlines() if "restrict" not in line]


def test_it_is_the_same_to_the_last_constraint(committed):
    name, dumps = f"{committed}_prepared", []
    try:
        for executor in (setup.NearExecutor, MigrationExecutor):
            with pytest.MonkeyPatch.context() as patch, databases._administration() as admin:
                patch.setattr(setup, "NearExecutor", executor)
                patch.setattr(template, "NearExecutor", executor)
                databases.drop(name, admin)
                admin.execute(f"CREATE DATABASE {name}")
                databases.point_at(name)
                setup.prepare_database()
                dumps.append(dumped(name))
    finally:
        databases.point_at(committed)
        with databases._administration() as admin:
            databases.drop(name, admin)

    assert len(dumps[0]) > 5000
    assert dumps[0] == dumps[1]
