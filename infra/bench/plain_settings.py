"""The product's apps without any tenancy: Django's own backend, one schema fixed at connecting."""

import os

from bangfu.settings import *  # noqa: F403
from bangfu.settings import DATABASES as _OURS
from bangfu.settings import INSTALLED_APPS as _APPS

_owner = {key: value for key, value in _OURS["owner"].items() if key != "ROLES"}
DATABASES = {
    "default": _owner
    | {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["BENCH_DATABASE"],
        "CONN_MAX_AGE": None,
        "OPTIONS": {"options": f"-c search_path={os.environ['BENCH_SCHEMA']},public"},
    }
}
INSTALLED_APPS = [app for app in _APPS if app != "django_tenants"]
DATABASE_ROUTERS: list[str] = []
