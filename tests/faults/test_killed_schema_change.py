"""R14: a schema change that is killed over and over still reaches every station."""

import os
import subprocess
import sys

import pytest
from django.db import connections

from bangfu.kernel.tenancy.router import OWNER
from tenants.models import StationSchema
from tenants.provisioning import fill_pool
from tests.support.services import ROOT

pytestmark = pytest.mark.fault

SCHEMAS = 300 if os.environ.get("BANGFU_CHAOS") == "full" else 100
CHANGE = "households.a9999_change_of_the_test"


def change(database, *, kill_after=None):
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.change_schemas", database],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": "platform:."},
    )
    with process.stdout as lines:
        for line in lines:
            if kill_after is not None and int(line) >= kill_after:
                process.kill()
                break
    return process.wait()


def changed():
    return StationSchema.objects.using(OWNER).filter(migrations__contains=[CHANGE]).count()


def really_changed():
    with connections[OWNER].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid "
            "WHERE relname = 'households_file' AND attname = 'change_of_the_test'"
        )
        return cursor.fetchone()[0]


def test_a_change_killed_three_times_over_many_stations_reaches_them_all(committed):
    fill_pool(SCHEMAS)
    total = StationSchema.objects.using(OWNER).count()
    connections[OWNER].close()

    reached = []
    for share in (0.1, 0.2, 0.3):
        assert change(committed, kill_after=max(1, int(total * share))) != 0
        reached.append(changed())
        assert changed() == really_changed()
        connections[OWNER].close()
    assert change(committed) == 0

    print(f"schemas {total}: after each kill {reached}, at the end {changed()}")
    assert reached == sorted(reached)
    assert reached[0] > 0
    assert changed() == really_changed() == total
