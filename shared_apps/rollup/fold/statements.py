"""Pieces of SQL that several statements share."""

# A list of facts as stored, as rows.
_FACT_COLUMNS = "f(i text, p date, d jsonb, n bigint, v bigint, s text)"


def facts_of(source: str) -> str:
    """Return rows (station_id, i, p, d, n, v, s) of ``source``, a relation (station_id, facts).

    A household that is known by another hash too (``register_alias``) goes by the hash it counts under.
    """
    return (
        "SELECT station_id, f.i, f.p, f.d, f.n, f.v, coalesce(a.new_hash, decode(f.s, 'hex')) AS s "
        f"FROM {source} CROSS JOIN jsonb_to_recordset({source}.facts::jsonb) AS {_FACT_COLUMNS} "
        "LEFT JOIN register_alias a ON a.old_hash = decode(f.s, 'hex') AND a.removed_at IS NULL"
    )


def cells_of(facts: str) -> str:
    """Return the cells of a relation of facts: each total, and each value of each dimension."""
    return f"""
        SELECT station_id, i, '' AS dimension, '' AS key, p, sum(n)::bigint AS n, sum(v)::bigint AS v
        FROM {facts} GROUP BY station_id, i, p
        UNION ALL
        SELECT station_id, i, dim.key, one.value, p, sum(n)::bigint, sum(v)::bigint
        FROM {facts}, jsonb_each(d) AS dim, jsonb_array_elements_text(
            CASE jsonb_typeof(dim.value) WHEN 'array' THEN dim.value
            ELSE jsonb_build_array(dim.value) END) AS one(value)
        GROUP BY station_id, i, dim.key, one.value, p
    """


def members_of(facts: str) -> str:
    """Return the members of a relation of facts: who stands behind which number."""
    return f"""
        SELECT station_id, i, s, p, d, sum(n)::bigint AS n, sum(v)::bigint AS v
        FROM {facts} WHERE s IS NOT NULL GROUP BY station_id, i, s, p, d
    """


def up_the_tree(cells: str) -> str:
    """Return the cells of ``cells`` once for each station above and for the station itself."""
    return f"""
        SELECT a.id::bigint AS ancestor_id, i, dimension, key, p,
               sum(n)::bigint AS n, sum(v)::bigint AS v
        FROM {cells} JOIN tenants_station s ON s.id = {cells}.station_id
        CROSS JOIN LATERAL unnest(string_to_array(rtrim(s.path, '.'), '.')) AS a(id)
        GROUP BY a.id, i, dimension, key, p
    """


def add_to(table: str, owner: str, rows: str) -> str:
    """Return the statement that adds ``rows`` to the cells of ``table``."""
    return f"""
        INSERT INTO {table} AS old ({owner}, indicator, dimension, key, period, n, value)
        SELECT {owner}, i, dimension, key, p, n, v FROM ({rows}) AS new
        WHERE n <> 0 OR v <> 0
        ON CONFLICT ({owner}, indicator, dimension, key, period)
        DO UPDATE SET n = old.n + excluded.n, value = old.value + excluded.value
    """


def add_members(rows: str) -> str:
    """Return the statement that adds ``rows`` to the members."""
    return f"""
        INSERT INTO rollup_member AS old (station_id, indicator, subject, period, cell, dims, n, value)
        SELECT station_id, i, s, p, d::text, d, n, v FROM ({rows}) AS new
        WHERE n <> 0 OR v <> 0
        ON CONFLICT (station_id, indicator, subject, period, cell)
        DO UPDATE SET n = old.n + excluded.n, value = old.value + excluded.value
    """
