"""Introspection whose cost does not grow with the number of stations.

Django's own reads every relation that is visible, which means scanning the whole catalogue; a network
of a thousand stations has some hundred thousand rows there. Here one namespace is read.
"""

from typing import Any

from django.db.backends.postgresql.introspection import DatabaseIntrospection, TableInfo


class OneSchemaIntrospection(DatabaseIntrospection):
    """Lists the relations of the schema that the connection has set, and of no other."""

    def get_table_list(self, cursor: Any) -> list[Any]:
        cursor.execute(
            """
            SELECT relname, CASE relkind WHEN 'v' THEN 'v' WHEN 'm' THEN 'v' ELSE 't' END,
                   obj_description(oid, 'pg_class')
            FROM pg_class
            WHERE relnamespace = to_regnamespace(quote_ident(%s))
              AND relkind IN ('f', 'm', 'p', 'r', 'v')
            """,
            [self.connection.schema_name],  # type: ignore[attr-defined]
        )
        return [TableInfo(*row) for row in cursor.fetchall()]
