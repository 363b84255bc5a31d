"""The product's apps on stock django-tenants: the library's own backend, router and commands."""

import os

from bangfu.settings import *  # noqa: F403
from bangfu.settings import DATABASES as _OURS

_owner = {key: value for key, value in _OURS["owner"].items() if key != "ROLES"}
DATABASES = {
    "default": _owner
    | {
        "ENGINE": "django_tenants.postgresql_backend",
        "NAME": os.environ["BENCH_DATABASE"],
        "CONN_MAX_AGE": None,
    }
}
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
if os.environ.get("BENCH_MIGRATIONS"):
    MIGRATION_MODULES = {"households": os.environ["BENCH_MIGRATIONS"]}
