"""Connections beside Django's: for schema work in threads, backups, measurements and storms of tests."""

from typing import Any

from django.db import connections

# What Django adds for itself and psycopg.connect() would not understand, or would do otherwise.
_DJANGO_ONLY = ("cursor_factory", "prepare_threshold", "context")


def direct_parameters(alias: str) -> dict[str, Any]:
    """Return how ``psycopg.connect`` reaches the database of ``alias``, as the same login."""
    parameters = dict(connections[alias].get_connection_params())
    for name in _DJANGO_ONLY:
        parameters.pop(name, None)
    return parameters
