import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
import redis

from bangfu import local
from bangfu.local import postgres, valkey
from bangfu.local.processes import ProcessId
from bangfu.local.state import Account, State, read_note, write_note
from tests.support.crowd import at_once

pytestmark = pytest.mark.fault
PATIENCE_SECONDS = 120


def one(url, statement, *parameters):
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(statement, parameters).fetchone()[0]


def run(url, statement):
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def kill(process):
    os.kill(process.pid, signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while process.alive():
        assert time.monotonic() < deadline, "it survived"
        time.sleep(0.01)


def valkey_process(state):
    return ProcessId.from_dict(read_note(state.run / "valkey.json")["process"])


def test_both_servers_answer_and_keep_what_they_hold_over_a_stop(state_dir):
    urls = local.ensure(state_dir)
    run(urls.database_url, "CREATE TABLE kept AS SELECT '帮扶' AS word")
    redis.Redis.from_url(urls.redis_url).set("kept", "yes")

    local.stop(state_dir)
    assert local.running_urls(state_dir) is None

    again = local.ensure(state_dir)
    assert one(again.database_url, "SELECT word FROM kept") == "帮扶"
    assert redis.Redis.from_url(again.redis_url).get("kept") == b"yes"


def test_a_second_start_attaches_to_the_servers_that_run(served):
    state_dir, first = served
    postmaster = postgres.server(State.at(state_dir))

    assert local.ensure(state_dir, environ={}) == first
    assert local.running_urls(state_dir, environ={}) == first
    assert postgres.server(State.at(state_dir)) == postmaster


def test_many_starters_at_once_get_the_same_servers(state_dir):
    urls = at_once(*[lambda: local.ensure(state_dir)] * 4)

    assert len(set(urls)) == 1


def test_killed_servers_start_again_with_what_was_committed(state_dir):
    urls = local.ensure(state_dir)
    run(urls.database_url, "CREATE TABLE kept AS SELECT 1 AS n")
    state = State.at(state_dir)
    kill(postgres.server(state))
    kill(valkey_process(state))

    again = local.ensure(state_dir)

    assert one(again.database_url, "SELECT n FROM kept") == 1
    assert redis.Redis.from_url(again.redis_url).ping()


def test_a_pid_file_whose_number_a_stranger_bears_does_not_hinder_the_start(state_dir):
    local.ensure(state_dir)
    state = State.at(state_dir)
    kill(postgres.server(state))
    pid_file = postgres.data_folder(state) / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getppid()), *lines[1:]]) + "\n")

    urls = local.ensure(state_dir)

    assert one(urls.database_url, "SELECT 1") == 1


def test_a_note_whose_number_a_stranger_bears_is_not_believed(state_dir):
    local.ensure(state_dir)
    state = State.at(state_dir)
    kill(valkey_process(state))
    note = state.run / "valkey.json"
    write_note(
        note,
        read_note(note)
        | {"process": {"pid": os.getppid(), "started": 1, "boot": "of another day"}},
    )

    assert valkey.running_url(state) is None
    assert redis.Redis.from_url(local.ensure(state_dir).redis_url).ping()


def test_a_server_whose_socket_was_cleaned_away_is_started_again(state_dir):
    urls = local.ensure(state_dir)
    run(urls.database_url, "CREATE TABLE kept AS SELECT 1 AS n")
    for file in State.at(state_dir).socket_folder().iterdir():
        file.unlink()

    again = local.ensure(state_dir)

    assert one(again.database_url, "SELECT n FROM kept") == 1


def test_an_initialisation_cut_off_is_begun_anew(state_dir):
    state = State.at(state_dir)
    state.create()
    unfinished = postgres.data_folder(state).with_name("postgresql.new")
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")

    assert one(local.ensure(state_dir).database_url, "SELECT 1") == 1


def test_two_state_folders_do_not_meet(state_dir, tmp_path):
    other_dir = tmp_path / "other"
    try:
        urls, other = local.ensure(state_dir), local.ensure(other_dir)

        run(urls.database_url, "CREATE TABLE mine AS SELECT 1 AS n")

        assert (
            one(other.database_url, "SELECT count(*) FROM pg_tables WHERE tablename = 'mine'") == 0
        )
        assert urls.redis_url != other.redis_url
        local.stop(state_dir)
        assert local.running_urls(other_dir) == other
    finally:
        local.delete(other_dir)


def test_servers_given_by_the_environment_are_not_touched(tmp_path):
    given = {"DATABASE_URL": "postgresql://elsewhere/bangfu", "REDIS_URL": "redis://elsewhere/0"}
    state_dir = tmp_path / "untouched"

    urls = local.ensure(state_dir, environ=given)

    assert (urls.database_url, urls.redis_url) == (given["DATABASE_URL"], given["REDIS_URL"])
    assert local.running_urls(state_dir, environ=given) == urls
    assert not state_dir.exists()


def test_only_the_missing_server_is_started(state_dir):
    urls = local.ensure(state_dir, environ={"DATABASE_URL": "postgresql://elsewhere/bangfu"})

    assert urls.database_url == "postgresql://elsewhere/bangfu"
    assert redis.Redis.from_url(urls.redis_url).ping()
    assert not postgres.data_folder(State.at(state_dir)).exists()


def test_the_settings_of_a_fleet_are_in_force(served):
    url = served[1].database_url

    settings = {name: one(url, "SELECT current_setting(%s)", name) for name in postgres.SETTINGS}

    assert settings["max_locks_per_transaction"] == "1024"
    assert settings["recovery_init_sync_method"] == "syncfs"
    assert settings["listen_addresses"] == ""


def test_nobody_else_gets_to_the_sockets_or_the_data(served):
    state = State.at(served[0])

    for private in (
        state.socket_folder(),
        postgres.data_folder(state),
        state.servers / "valkey",
        state.run,
    ):
        assert private.stat().st_mode & 0o077 == 0
    assert len(str(state.socket_folder())) < 60


def test_a_state_folder_of_somebody_else_is_refused(state_dir):
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    state_dir.mkdir()
    os.chown(state_dir, 12345, 12345)

    with pytest.raises(local.LocalError, match="belongs to user 12345"):
        local.ensure(state_dir)
    os.chown(state_dir, 0, 0)


def test_a_user_whom_the_machine_does_not_know_by_name_is_told_what_to_do(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 54321)

    with pytest.raises(local.LocalError, match="54321 is not in /etc/passwd"):
        Account.for_servers()


def python_of_the_ordinary_user(account, environ):
    """A Python that nobody may run and that has our libraries: ours, or the system's beside it."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        with contextlib.suppress(OSError):
            reached = subprocess.run(
                [python, "-c", "import psycopg, redis"],
                check=False, cwd="/", env=environ, capture_output=True, timeout=PATIENCE_SECONDS,
                **account.credentials,
            )  # fmt: skip
            if reached.returncode == 0:
                return python
    pytest.skip("nobody cannot reach a Python with our libraries")


def test_an_ordinary_user_starts_and_stops_the_servers():
    if os.geteuid() != 0:
        pytest.skip("the other tests ran as an ordinary user already")
    account = Account.for_servers()
    home = account.own(Path(tempfile.mkdtemp(prefix="bangfu-user-", dir="/tmp")))
    environ = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": os.pathsep.join(
            str(Path(folder).absolute()) for folder in sys.path if folder
        ),
        "BANGFU_STATE_DIR": str(home / "state"),
        "HOME": str(home),
    }
    python = python_of_the_ordinary_user(account, environ)

    def command(action):
        return subprocess.run(
            [python, "-m", "bangfu.local", action],
            check=False, cwd="/", env=environ, capture_output=True, text=True, timeout=PATIENCE_SECONDS,
            **account.credentials,
        )  # fmt: skip

    try:
        started = command("start")
        assert started.returncode == 0, started.stderr
        assert "DATABASE_URL=" in started.stdout
        assert command("urls").stdout == started.stdout
    finally:
        stopped = command("stop")
        shutil.rmtree(home)
    assert stopped.returncode == 0, stopped.stderr
