"""A process that changes every schema of a database: ``python -m tests.faults.change_schemas NAME``."""

import sys

import django
from django.conf import settings

import tests.support.services  # noqa: F401  (the servers and the settings' environment come first)

settings.MIGRATION_MODULES = {"households": "tests.faults.households_changed"}
django.setup()


def main(database: str) -> None:
    from tenants import migrator
    from tests.support.databases import point_at

    point_at(database)
    migrator.change_all(progress=lambda _label, done, _total: print(done, flush=True))


if __name__ == "__main__":
    main(sys.argv[1])
