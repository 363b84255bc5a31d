"""Locks that have a name and no row."""

from django.db import connection
from django.db.transaction import TransactionManagementError


def try_lock(name: str) -> bool:
    """Hold the lock of this name until the transaction ends; give False when somebody else holds it.

    Waits for nobody. Whoever gets it after another sees what that one committed.

    Raises:
        NoStation: no realm is in force.
        TransactionManagementError: there is no transaction that could hold it.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("a lock is held by a transaction")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        (held,) = cursor.fetchone()
    return bool(held)
