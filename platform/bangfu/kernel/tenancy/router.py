"""Which migrations run where: only over the owner's connection, shared apps in public, the rest in a station."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections

OWNER = "owner"


class StationRouter:
    """Reads and writes go to ``default``; schema work goes to ``owner``."""

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool:
        if db != OWNER:
            return False
        name = apps.get_app_config(app_label).name
        shared = connections[db].schema_name == "public"  # type: ignore[attr-defined]
        return name in (settings.SHARED_APPS if shared else settings.TENANT_APPS)
