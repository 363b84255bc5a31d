"""Every fact of the station in force, derived anew from the records of all apps."""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection
from django.utils.module_loading import import_string
from psycopg import sql

from shared_apps.rollup.indicators import Fact
from shared_apps.rollup.registry import sources


def recounted_facts() -> Iterator[Fact]:
    """Derive every fact of the station in force anew, from the sources that have any record.

    Most stations use a few of the apps: one question to all tables that facts begin in is cheaper
    than a question to each.
    """
    filled = _filled({label for source in sources() for label in source.begins_in})
    for source in sources():
        if not source.begins_in or not filled.isdisjoint(source.begins_in):
            yield from import_string(source.recount)()


def _filled(labels: set[str]) -> set[str]:
    """Return those of the models of which the station in force has any row."""
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
