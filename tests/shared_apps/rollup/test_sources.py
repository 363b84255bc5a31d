"""A recount asks only the apps that a station has records of; that none is passed over is shown here."""

import re

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.module_loading import import_string

from bangfu.kernel.tenancy import in_station
from shared_apps.rollup.recounting import recounted_facts
from shared_apps.rollup.registry import sources
from tests.shared_apps.rollup.on_file import put_on_file

SKIPPED_WHEN_EMPTY = [source for source in sources() if source.begins_in]


def tables_read(queries):
    return {table for query in queries for table in re.findall(r'FROM "(\w+)"', query["sql"])}


def tables_of(source):
    return {apps.get_model(label)._meta.db_table for label in source.begins_in}


@pytest.mark.parametrize("source", SKIPPED_WHEN_EMPTY, ids=lambda source: source.recount)
def test_whatever_a_recount_reads_first_is_named_by_its_source(source, township):
    with in_station(township), CaptureQueriesContext(connection) as captured:
        facts = list(import_string(source.recount)())
    assert facts == []
    assert tables_read(captured) == tables_of(source)


def test_a_station_without_records_of_an_app_is_not_asked_for_them(township):
    put_on_file(township)
    with in_station(township), CaptureQueriesContext(connection) as captured:
        facts = list(recounted_facts())
    assert {fact.indicator for fact in facts} >= {"FIL-01", "FIL-02", "FIL-03"}
    asked = {table for query in captured for table in re.findall(r'FROM "(\w+)"', query["sql"])[:1]}
    passed_over = set().union(*map(tables_of, SKIPPED_WHEN_EMPTY))
    per_app = [query for query in captured if "EXISTS (SELECT FROM" not in query["sql"]]
    assert "households_version" in asked
    assert tables_read(per_app).isdisjoint(passed_over)
