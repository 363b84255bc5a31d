"""Every fact of the station in force, derived anew from the records of all apps."""

from collections.abc import Iterator

from django.utils.module_loading import import_string

from shared_apps.rollup import fold
from shared_apps.rollup.indicators import Fact
from shared_apps.rollup.registry import sources


def recounted_facts() -> Iterator[Fact]:
    """Derive every fact of the station in force anew, from the sources that have any record.

    Most stations use a few of the apps: one question to all tables that facts begin in is cheaper
    than a question to each.
    """
    filled = fold.filled({label for source in sources() for label in source.begins_in})
    for source in sources():
        if not source.begins_in or not filled.isdisjoint(source.begins_in):
            yield from import_string(source.recount)()
