"""Both servers together: what ``bangfu up``, the tests and the settings ask for."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bangfu.local import postgres, valkey
from bangfu.local.state import State, read_note, write_note


@dataclass(frozen=True, slots=True)
class ServiceUrls:
    """Where the database (as its owner) and the broker are."""

    database_url: str
    redis_url: str


def ensure(state_dir: Path, *, environ: Mapping[str, str] = os.environ) -> ServiceUrls:
    """Start what does not run yet and tell where it is. Safe to call by many at once.

    A server whose address the environment gives is neither started nor touched.

    Raises:
        LocalError: a server does not start; the message says why and what to do.
    """
    given = _given(environ)
    if given.database_url and given.redis_url:
        return given
    state = State.at(state_dir)
    with state.locked():
        urls = ServiceUrls(
            database_url=given.database_url or postgres.start(state),
            redis_url=given.redis_url or valkey.start(state),
        )
        if not given.database_url:
            write_note(_note(state), {"database_url": urls.database_url})
    return urls


def running_urls(state_dir: Path, *, environ: Mapping[str, str] = os.environ) -> ServiceUrls | None:
    """Where the running servers are, starting none; None unless both can be had."""
    given = _given(environ)
    state = State.at(state_dir)
    database_url = given.database_url
    if not database_url and postgres.server(state):
        database_url = read_note(_note(state)).get("database_url", "")
    redis_url = given.redis_url or valkey.running_url(state)
    return ServiceUrls(database_url, redis_url) if database_url and redis_url else None


def stop(state_dir: Path) -> None:
    """Stop the servers of this state folder, Valkey before PostgreSQL; nothing if none runs.

    Raises:
        LocalError: PostgreSQL does not stop.
    """
    state = State.at(state_dir)
    if not state.root.exists():
        return
    with state.locked():
        valkey.stop(state)
        postgres.stop(state)
        state.forget_socket_folder()


def delete(state_dir: Path) -> None:
    """Stop the servers and delete the state folder with all data in it.

    Raises:
        LocalError: PostgreSQL does not stop; nothing was deleted then.
    """
    stop(state_dir)
    state = State.at(state_dir)
    if state.root.exists() and state.servers != state.root:
        shutil.rmtree(state.servers)
    shutil.rmtree(state.root, ignore_errors=True)


def _given(environ: Mapping[str, str]) -> ServiceUrls:
    return ServiceUrls(environ.get("DATABASE_URL", ""), environ.get("REDIS_URL", ""))


def _note(state: State) -> Path:
    return state.run / "postgresql.json"
