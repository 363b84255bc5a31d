"""Whether this process lives, and whether it can do its work."""

from collections.abc import Callable
from functools import cache

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from bangfu.kernel.tenancy import in_network
from tenants.models import Station

OK = "ok"


def readiness() -> dict[str, str]:
    """Name every part the pages need, with ``ok`` or what is wrong with it."""
    return {
        "database": _state_of(_database),
        "broker": _state_of(_broker),
        "migrations": _state_of(_migrations),
    }


def _state_of(check: Callable[[], str]) -> str:
    try:
        return check()
    except (DatabaseError, redis.RedisError) as error:
        # The kind only: the text may name hosts and logins.
        return type(error).__name__


def _database() -> str:
    with in_network():
        Station.objects.exists()
    return OK


def _broker() -> str:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
    with client:
        client.ping()
    return OK


def _migrations() -> str:
    with in_network():
        applied = frozenset(MigrationRecorder(connection).migration_qs.values_list("app", "name"))
    missing = _shared_migrations() - applied
    return f"{len(missing)} not applied: bangfu migrate" if missing else OK


@cache
def _shared_migrations() -> frozenset[tuple[str, str]]:
    """Return the migrations of the shared tables that this version of the code brings."""
    from django.apps import apps

    labels = {
        config.label for config in apps.get_app_configs() if config.name in settings.SHARED_APPS
    }
    loader = MigrationLoader(None)
    replaced = {key for squashed in loader.replacements.values() for key in squashed.replaces}
    return frozenset(key for key in loader.graph.nodes if key[0] in labels and key not in replaced)
