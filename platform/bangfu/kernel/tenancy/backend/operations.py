"""Operations that compile queries with the station check."""

from django.db.backends.postgresql.operations import DatabaseOperations


class StampedOperations(DatabaseOperations):
    """Points Django at the compilers of ``bangfu.kernel.tenancy.backend.compiler``."""

    compiler_module = "bangfu.kernel.tenancy.backend.compiler"
