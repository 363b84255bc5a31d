"""Every index of a station costs each insert and each drop of a schema: none stands there twice."""

from django.db import connections

from bangfu.kernel.tenancy.router import OWNER
from tenants.template import TEMPLATE_SCHEMA

# An index that another begins with, and why it is there.
WITH_A_REASON = {
    # Holds what the list of files is narrowed by, so that a page of keys comes out of it alone.
    "file_filters",
    # What is due in a quarter or before a festival is asked by how the key begins.
    "pairing_duty_key_9e2f770b_like",
    # Asked whole: it goes with the next change of that table.
    "pairing_round_key_661d5e11_like",
}
BEGINNINGS = """
    SELECT one.indexrelid::regclass::text
    FROM pg_index one
    JOIN pg_class ON pg_class.oid = one.indexrelid
    JOIN pg_namespace ON pg_namespace.oid = pg_class.relnamespace
    WHERE nspname = %s AND NOT one.indisunique AND one.indpred IS NULL AND one.indexprs IS NULL
    AND EXISTS (
        SELECT FROM pg_index other
        WHERE other.indrelid = one.indrelid AND other.indexrelid <> one.indexrelid
        AND other.indpred IS NULL
        AND one.indnkeyatts <= other.indnkeyatts
        AND (one.indkey::int2[])[0:one.indnkeyatts - 1] = (other.indkey::int2[])[0:one.indnkeyatts - 1]
    )
    ORDER BY 1
"""


def test_no_index_of_a_station_is_the_beginning_of_another(db):
    with connections[OWNER].cursor() as cursor:
        cursor.execute(BEGINNINGS, [TEMPLATE_SCHEMA])
        found = {name.rpartition(".")[2] for (name,) in cursor.fetchall()}
    assert found == WITH_A_REASON
