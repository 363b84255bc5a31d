"""Cache keys that carry the realm they were made in, so no entry of one station serves another."""

from django.db import connection


def station_key(key: str, key_prefix: str, version: int) -> str:
    """Return the key as stored: prefix, version, schema in force (or ``-``), key.

    Source: ``KEY_FUNCTION`` of Django's cache framework.
    """
    schema = getattr(connection, "schema_name", None) or "-"
    return f"{key_prefix}:{version}:{schema}:{key}"
