"""A PostgreSQL backend that runs every statement under the role of one realm, or not at all.

The library below swallows an error of ``SET search_path`` and then runs the statement where the
connection happened to be. Here role and path are set together in one round trip, a failure raises and
drops the connection, and a connection that has entered no realm refuses to open a cursor.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.transaction import TransactionManagementError
from django.utils.functional import cached_property
from django_tenants.postgresql_backend import base as library
from psycopg import sql
from psycopg.pq import TransactionStatus

from bangfu.kernel.tenancy.backend.introspection import OneSchemaIntrospection
from bangfu.kernel.tenancy.backend.operations import StampedOperations
from bangfu.kernel.tenancy.context import NETWORK, Network, NoStation, Realm, StationRef

NETWORK_ROLE = "bangfu_network"


def role_of(schema: str) -> str:
    """Return the name of the database role that owns nothing but may use ``schema``."""
    return f"t_{schema}"


# The other way round, in SQL: the schema of the station whose role asks.
SCHEMA_OF_ROLE = "substr(current_user::text, 3)"


class DatabaseWrapper(library.DatabaseWrapper):
    """One connection and the realm it has entered.

    With ``"ROLES": False`` in its settings (the owner's connection, used for schema work alone) only
    the path is set, to ``schema_name``.
    """

    ops_class = StampedOperations
    realm: Realm
    _applied: str | None
    _wanted: str | None
    _riding: list[tuple[str, Sequence[object]]]
    schema_name: str | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.realm = None
        self._applied = None
        self._riding = []
        super().__init__(*args, **kwargs)  # type: ignore[no-untyped-call]
        self.introspection = OneSchemaIntrospection(self)  # type: ignore[assignment]
        self.switches_roles: bool = self.settings_dict.get("ROLES", True)
        if self.switches_roles:
            self.enter(None)

    @cached_property
    def pg_version(self) -> int:
        """Read the server's version off the connection: Django's way needs a cursor, hence a realm."""
        self.ensure_connection()
        return int(self.connection.info.server_version)

    def enter(self, realm: Realm) -> None:
        """Choose where the next statements run. Nothing is sent until one does."""
        self.realm = realm
        if isinstance(realm, StationRef):
            self.schema_name = realm.schema
            self._wanted = _set_statement(role_of(realm.schema), [realm.schema, "public"])
        elif isinstance(realm, Network):
            self.schema_name = "public"
            self._wanted = _set_statement(NETWORK_ROLE, ["public"])
        else:
            self.schema_name = None
            self._wanted = None

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        """Serve the library's own calls on the owner's connection; refuse them elsewhere."""
        if self.settings_dict.get("ROLES", True):
            if tenant.schema_name == "public":
                self.enter(NETWORK)
                return
            raise NoStation("enter a station by in_station(), not by the library's calls")
        self.tenant = tenant
        self.schema_name = tenant.schema_name
        path = [self.schema_name] if not include_public else [self.schema_name, "public"]
        self._wanted = _set_path_statement(dict.fromkeys(path))

    def on_commit(self, func: Callable[[], object], robust: bool = False) -> None:
        """Run ``func`` after the commit, in the realm in which it was registered."""
        realm = self.realm

        def in_its_realm() -> None:
            before = self.realm
            self.enter(realm)
            try:
                func()
            finally:
                self.enter(before)

        bound = in_its_realm if self.switches_roles else func
        super().on_commit(bound, robust=robust)

    def send_with_next(self, statement: str, parameters: Sequence[object]) -> None:
        """Send a statement whose answer nobody waits for together with the next one, as a rule the commit.

        It keeps its place: whatever is sent afterwards finds it done, in the realm in force now. If it fails,
        the next statement or the commit raises, and the transaction is rolled back.
        """
        if not self.in_atomic_block:
            raise TransactionManagementError("a statement can only ride along inside a transaction")
        if not self._riding or self._applied != self._wanted:
            self._enter_realm()
        self._riding.append((statement, parameters))

    def close(self) -> None:
        self._applied = None
        self._riding.clear()
        super().close()  # type: ignore[no-untyped-call]

    def _commit(self) -> None:
        if not self._riding:
            super()._commit()
            return
        # One message for all: the driver's pipeline mode takes longer than the round trip that it saves.
        with self.wrap_database_errors:
            self._send_riding(and_then="COMMIT")

    def rollback(self) -> None:
        # A SET is transactional: whatever this transaction set is gone.
        self._applied = None
        self._riding.clear()
        super().rollback()  # type: ignore[no-untyped-call]

    def savepoint_rollback(self, sid: str) -> None:
        try:
            super().savepoint_rollback(sid)  # type: ignore[no-untyped-call]
        finally:
            self._applied = None

    def _cursor(self, name: str | None = None) -> Any:
        self._enter_realm()
        with self.wrap_database_errors:
            return self._prepare_cursor(self.create_cursor(name))

    def _enter_realm(self) -> None:
        """Make sure of a connection on which the next statement runs in the realm in force."""
        if self._wanted is None:
            raise NoStation("a statement was about to run outside every station")
        self.ensure_connection()
        with self.wrap_database_errors:
            # In the realm in which they were given, hence before another is entered.
            self._send_riding()
            self._apply()

    def _send_riding(self, *, and_then: str = "") -> None:
        if not self._riding:
            return
        riding, self._riding = self._riding, []
        if self._status() == TransactionStatus.INERROR:
            riding.clear()  # whatever comes now, the transaction takes it back
        statements = [statement for statement, _parameters in riding]
        if and_then:
            statements.append(and_then)
        if statements:
            self.connection.execute(
                "; ".join(statements), [one for _statement, some in riding for one in some]
            )

    def _status(self) -> TransactionStatus:
        return TransactionStatus(self.connection.info.transaction_status)

    def _apply(self) -> None:
        if self._applied == self._wanted:
            return
        if self._status() == TransactionStatus.INERROR:
            return  # only ROLLBACK can succeed now, whoever the role is
        try:
            self.connection.execute(self._wanted)
        except BaseException:
            self._applied = None
            self._drop()
            raise
        self._applied = self._wanted

    def _drop(self) -> None:
        # Inside an atomic block Django's close() only marks the connection; the socket must go now.
        self.connection.close()
        if not self.in_atomic_block:
            self.close()


def _set_statement(role: str, path: list[str]) -> str:
    return f"SET ROLE {_quoted(role)}; {_set_path_statement(path)}"


def _set_path_statement(path: Any) -> str:
    return "SET search_path = " + ", ".join(_quoted(schema) for schema in path)


def _quoted(name: str) -> str:
    return sql.Identifier(name).as_string(None)
