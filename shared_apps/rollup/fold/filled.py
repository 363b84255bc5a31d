"""Which tables of a station hold anything."""

from collections.abc import Set

from django.apps import apps
from django.db import connection
from psycopg import sql


def filled(labels: Set[str]) -> set[str]:
    """Return those of the models, by app label and name, of which the station in force has any row."""
    ordered = sorted(labels)
    if not ordered:
        return set()
    asked = [
        sql.SQL("EXISTS (SELECT FROM {})").format(
            sql.Identifier(apps.get_model(label)._meta.db_table)
        )
        for label in ordered
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT {}").format(sql.SQL(", ").join(asked)))
        found = cursor.fetchone()
    return {label for label, has_rows in zip(ordered, found, strict=True) if has_rows}
