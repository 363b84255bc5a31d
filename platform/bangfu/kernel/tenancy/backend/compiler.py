"""SQL compilers that refuse a query built in one station and run in another.

Every statement of the ORM, read or write, passes through ``execute_sql`` of one of these classes, so
this is the one place where a lazy queryset cannot slip by.
"""

from typing import Any

from django.db.backends.postgresql import compiler

from bangfu.kernel.tenancy.context import WrongStation

STAMP = "_station_stamp"


class _Stamped:
    def execute_sql(self, *args: Any, **kwargs: Any) -> Any:
        stamp = getattr(self.query, STAMP, None)  # type: ignore[attr-defined]
        here = self.connection.schema_name  # type: ignore[attr-defined]
        if stamp is not None and stamp != here:
            raise WrongStation(f"a query built in {stamp} was about to run in {here}")
        return super().execute_sql(*args, **kwargs)  # type: ignore[misc]


class SQLCompiler(_Stamped, compiler.SQLCompiler):
    """SELECT."""


class SQLInsertCompiler(_Stamped, compiler.SQLInsertCompiler):
    """INSERT."""


class SQLUpdateCompiler(_Stamped, compiler.SQLUpdateCompiler):
    """UPDATE."""


class SQLDeleteCompiler(_Stamped, compiler.SQLDeleteCompiler):
    """DELETE."""


class SQLAggregateCompiler(_Stamped, compiler.SQLAggregateCompiler):
    """Aggregates over a sub-query."""
