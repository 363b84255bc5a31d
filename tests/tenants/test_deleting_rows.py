"""Rows are deleted by one statement, and not read before."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.kernel.tenancy import in_station
from shared_apps.register.models import IdentityEntry
from tests.shared_apps.rollup.on_file import put_on_file


def test_the_rows_of_a_deletion_are_not_read_first(db, township):
    file = put_on_file(township)

    with in_station(township), CaptureQueriesContext(connection) as seen:
        deleted, _of_each = IdentityEntry.objects.filter(subject=file.pk).delete()

    assert deleted > 1
    said = [one["sql"] for one in seen if "register_identityentry" in one["sql"]]
    assert [sql.partition(" ")[0] for sql in said] == ["DELETE"]
