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
    return bool(_asked("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", name))


def wait_for_lock(name: str) -> None:
    """Hold the lock of this name until the transaction ends; wait while somebody else holds it.

    Whoever gets it after another sees what that one committed.

    Raises:
        NoStation: no realm is in force.
        TransactionManagementError: there is no transaction that could hold it.
    """
    _asked("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", name)


def _asked(statement: str, name: str) -> object:
    if not connection.in_atomic_block:
        raise TransactionManagementError("a lock is held by a transaction")
    with connection.cursor() as cursor:
        cursor.execute(statement, [name])
        (answer,) = cursor.fetchone()
    return answer
