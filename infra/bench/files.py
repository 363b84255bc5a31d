"""Households for the benchmarks: invented ones at one station, copies of them at many."""

from typing import Any

from infra.bench import ground

REGION = "130702001"


def fill(station: Any, *, households: int) -> None:
    """Put invented households on file at a station by the services of the demo, unless it has some."""
    from bangfu.demo.filling import put_on_file
    from bangfu.kernel import clock
    from bangfu.kernel.tenancy import in_station
    from tenant_apps.households.models import HouseholdFile

    with in_station(station.ref):
        if HouseholdFile.objects.exists():
            return
    put_on_file(
        station.ref,
        households=households,
        region_code=REGION,
        employer="(虚构)基准有限公司",
        seed=station.code,
        now=clock.now(),
    )


def copy_everywhere(stations: list[Any], *, each: int) -> None:
    """Give every station so many copies of one file, each another household, by plain SQL."""
    pattern = stations[-1]
    fill(pattern, households=20)
    with ground.owner() as connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS bench_pattern AS "
            f'SELECT * FROM "{pattern.schema_name}".households_file '
            "WHERE state = 'on_file' LIMIT 20"
        )
        for station in stations:
            held = connection.execute(
                f'SELECT count(*) FROM "{station.schema_name}".households_file'
            ).fetchone()[0]
            if held >= each:
                continue
            connection.execute(
                f"""
                INSERT INTO "{station.schema_name}".households_file
                SELECT r.* FROM generate_series(1, %s) AS g
                CROSS JOIN LATERAL (
                    SELECT * FROM bench_pattern OFFSET g %% 20 LIMIT 1
                ) AS p
                CROSS JOIN LATERAL jsonb_populate_record(p::bench_pattern, jsonb_build_object(
                    'id', gen_random_uuid(),
                    'file_no', 'B' || %s || '-' || g,
                    'id_no_hash', '\\x' || substr(md5(g || %s), 1, 32),
                    'tier', (ARRAY['1', '2', '3'])[1 + g %% 3]
                )) AS r
                """,
                [each - held, station.pk, station.schema_name],
            )
        connection.execute("ANALYZE")


def one_shared_table(stations: list[Any]) -> None:
    """Copy the files of all stations into one table, as a system without schemas would have them."""
    with ground.owner() as connection:
        connection.execute("DROP TABLE IF EXISTS bench_all_files")
        connection.execute(
            "CREATE TABLE bench_all_files AS SELECT 0::bigint AS station_id, * FROM bench_pattern LIMIT 0"
        )
        for station in stations:
            connection.execute(
                "INSERT INTO bench_all_files SELECT %s, * "
                f'FROM "{station.schema_name}".households_file',
                [station.pk],
            )
        connection.execute("CREATE INDEX ON bench_all_files (station_id, state)")
        connection.execute("VACUUM ANALYZE bench_all_files")


def shared_versions(stations: list[Any]) -> None:
    """Copy what the files of all stations counted as, version by version, into one table."""
    with ground.owner() as connection:
        connection.execute("DROP TABLE IF EXISTS bench_all_versions")
        columns = (
            "file_id, number, effective_on, state, event, counted, "
            "snapshot->>'exit_reason' AS exit_reason, snapshot->>'exit_measure' AS exit_measure"
        )
        connection.execute(
            f"CREATE TABLE bench_all_versions AS SELECT 0::bigint AS station_id, {columns} "
            f'FROM "{stations[0].schema_name}".households_version LIMIT 0'
        )
        for station in stations:
            connection.execute(
                f"INSERT INTO bench_all_versions SELECT %s, {columns} "
                f'FROM "{station.schema_name}".households_version',
                [station.pk],
            )
        connection.execute("CREATE INDEX ON bench_all_versions (file_id, number)")
        connection.execute("VACUUM ANALYZE bench_all_versions")


def record_all(stations: list[Any]) -> int:
    """Append the facts of every file on file as its station would have, one write a file; return the writes."""
    from bangfu.kernel.tenancy.backend.base import role_of

    with ground.owner() as connection:
        connection.execute("TRUNCATE rollup_delta, rollup_leaf, rollup_tree, rollup_member")
        for station in stations:
            connection.execute(
                f"""
                INSERT INTO rollup_delta (role, at, facts)
                SELECT %s, now(), jsonb_build_array(
                    jsonb_build_object('i', 'FIL-01', 'p', month, 'd', dims, 'n', 1, 'v', 0, 's', s),
                    jsonb_build_object('i', 'FIL-02', 'p', month, 'd', dims, 'n', 1, 'v', persons, 's', s),
                    jsonb_build_object('i', 'FIL-03', 'p', month, 'n', 1, 'v', 0, 's', s,
                        'd', jsonb_build_object('tier', tier, 'cause', main_cause)))
                FROM (
                    SELECT *, date_trunc('month', on_file_on)::date AS month,
                           encode(id_no_hash, 'hex') AS s,
                           jsonb_build_object('tier', tier, 'cause', main_cause, 'sex', sex,
                               'file_level', file_level, 'file_kind', file_kind) AS dims
                    FROM "{station.schema_name}".households_file WHERE state = 'on_file'
                ) AS files
                """,
                [role_of(station.schema_name)],
            )
        row = connection.execute("SELECT count(*) FROM rollup_delta").fetchone()
        return int(row[0])
