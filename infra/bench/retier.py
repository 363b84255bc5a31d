"""A change of the income line that moves 2,000 files: seen before, listed, confirmed, undone."""

import time
from typing import Any

from infra.bench import files, ground
from infra.bench.measure import goal, show, taking_turns, timed, title

FILES = 2_000
HOLDERS = 20
LINE_FEN, NEW_LINE_FEN = 80_000, 90_000


def run(*, stations: list[int], quick: bool) -> None:
    """Move 2,000 files, spread over twenty stations, at each size of the network."""
    for number in stations:
        _over(number, rounds=3 if quick else 10)


def _over(number: int, *, rounds: int) -> None:
    from bangfu.kernel import clock
    from bangfu.kernel.actors import Actor
    from bangfu.kernel.tenancy import in_network, in_station
    from shared_apps.policies import changes
    from shared_apps.policies.services import lay_down_rule
    from tenant_apps.households.services.retiering import ask_to_confirm, confirm_asked

    known = ground.open_tree(number)
    holders = known[-HOLDERS:]
    files.copy_everywhere(holders, each=FILES // len(holders))
    _put_between_the_lines(holders)
    city = known[0].ref
    today, now = clock.today(), clock.now()
    head = Actor.system("bench", station=city)
    title(f"a change of the line that moves {FILES} files, {number} stations")

    def preview() -> None:
        with in_station(city):
            seen = changes.preview_change(
                values={"income.line": NEW_LINE_FEN}, station=city, valid_from=today, actor=head
            )
        if seen.files != FILES:
            raise RuntimeError(f"{seen.files} files would move, not {FILES}")

    times = taking_turns({"preview": preview}, rounds=rounds)
    show(times, against="preview")
    goal("preview of 2,000 files, seconds", times["preview"].median, at_most=2.0)
    with in_station(city):
        lay_down_rule(
            key="income.line",
            value=NEW_LINE_FEN,
            valid_from=today,
            source="基准",
            document_no="无文号",
            station=city,
            actor=head,
            now=now,
        )
    (change,) = changes.start_due_changes(now=now)
    print(f"  listed in {timed(lambda: changes.work_on_change(change.pk, now=now)):.2f} s")
    began = time.perf_counter()
    for holder in holders:
        with in_station(holder.ref):
            ask_to_confirm(None, actor=Actor.system("bench", station=holder.ref), now=now)
            confirm_asked(now=now)
    took = time.perf_counter() - began
    print(f"  confirmed in {took:.2f} s ({FILES / took:.0f} a second, one worker)")
    with in_station(city):
        changes.undo_change(change.pk, reason="基准", station=city, actor=head, now=now)
    took = timed(lambda: changes.work_on_change(change.pk, now=now))
    print(f"  undone in {took:.2f} s ({FILES / took:.0f} a second)")
    progress, _parts = changes.parts_of(change, station=None)
    print(
        f"  {progress.files} listed, {progress.confirmed} confirmed, {progress.returned} returned"
    )
    with in_network():
        change.rules.update(valid_to=today)


def _put_between_the_lines(holders: list[Any]) -> None:
    between = (LINE_FEN + NEW_LINE_FEN) // 2 * 12
    with ground.owner() as connection:
        for station in holders:
            connection.execute(
                f"""
                UPDATE "{station.schema_name}".households_file SET
                    state = 'on_file', tier = '2', tier_sub = '', living_together = 1,
                    inc_wages_fen = %s, inc_business_fen = 0, inc_property_fen = 0,
                    inc_transfer_fen = 0, inc_other_fen = 0, cost_illness_fen = 0,
                    cost_disability_fen = 0, cost_school_fen = 0, cost_housing_fen = 0,
                    cost_work_fen = 0, cost_other_fen = 0, homes = 1, car = false,
                    private_school = false, shareholder = false, refuses_check = false,
                    hides_income = false, refuses_work = false
                """,
                [between],
            )
            connection.execute(
                f"""
                INSERT INTO "{station.schema_name}".households_version
                    (id, file_id, number, effective_on, state, event, counted, snapshot, reason,
                     made_by, made_at)
                SELECT gen_random_uuid(), f.id, 1, current_date, f.state, 'approved',
                    jsonb_build_object('subject', encode(f.id_no_hash, 'hex'), 'tier', f.tier,
                        'cause', f.main_cause, 'file_level', f.file_level,
                        'file_kind', f.file_kind, 'group', jsonb_build_array('none'),
                        'sex', f.sex, 'age_band', '40-49', 'persons', 1, 'five_clear', true,
                        'stamps', true, 'means_checked', true),
                    '{{}}', '', '', now()
                FROM "{station.schema_name}".households_file f
                WHERE NOT EXISTS (SELECT FROM "{station.schema_name}".households_version v
                    WHERE v.file_id = f.id)
                """
            )
