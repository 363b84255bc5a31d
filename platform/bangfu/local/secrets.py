"""The secrets of a single machine, made once; production gives its own by the environment."""

import base64
import fcntl
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

from bangfu.local.errors import LocalError
from bangfu.local.state import State, read_note, write_note

KEY_BYTES = 32


class KeyRing(TypedDict):
    """What ``bangfu.kernel.crypto`` reads from the settings; every key is 32 bytes in base64.

    ``current`` is the id of the key that seals new values, ``keys`` holds every key still needed to
    open old ones, ``index`` is the key of the keyed hashes and outlives them all.
    """

    current: str
    keys: dict[str, str]
    index: str


@dataclass(frozen=True, slots=True)
class LocalSecrets:
    """What signs sessions, and the key ring."""

    secret_key: str
    keys: KeyRing


class LiveRing(Mapping[str, Any]):
    """The key ring of a file, as it is now: a key that is added to the file is used at once.

    The file is looked at on every use and read again when it was exchanged, so that all processes begin
    with a new key together and none meets a value it cannot open.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] = (0, 0)
        self._ring: KeyRing = {"current": "", "keys": {}, "index": ""}
        self._fresh()

    def __getitem__(self, name: str) -> Any:
        return self._fresh()[name]  # type: ignore[literal-required]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fresh())

    def __len__(self) -> int:
        return len(self._fresh())

    def _fresh(self) -> KeyRing:
        stat = self._path.stat()
        seen = (stat.st_mtime_ns, stat.st_ino)
        if seen != self._seen:
            stored = read_note(self._path)
            try:
                self._ring = _ring(stored["keys"], stored["index"])
            except (KeyError, ValueError, TypeError, AttributeError):
                raise LocalError(
                    f"{self._path} is damaged: no key ring can be read from it"
                ) from None
            self._seen = seen
        return self._ring


def load(state_dir: Path) -> LocalSecrets:
    """The secrets of this state folder, made at the first call. Losing them loses what they encrypted.

    Raises:
        LocalError: the file is there but cannot be understood.
    """
    state = State.at(state_dir)
    if not state.secrets_file.exists():
        _make(state)
    stored = read_note(state.secrets_file)
    try:
        return LocalSecrets(
            secret_key=stored["secret_key"],
            keys=_ring(stored["keys"], stored["index"]),
        )
    except (KeyError, ValueError, TypeError, AttributeError):
        raise LocalError(
            f"{state.secrets_file} is damaged. Restore it from a backup: what it encrypted cannot be read without it. "
            "To begin anew, move the state folder away."
        ) from None


def keys_from_environment(environ: Mapping[str, str]) -> KeyRing:
    """The keys of production, each 32 bytes in base64.

    ``BANGFU_ENCRYPTION_KEYS`` is ``id:key,id:key``, the first one encrypting from now on;
    ``BANGFU_BLIND_INDEX_KEY`` is one key.

    Raises:
        LocalError: one is missing or not 32 bytes of base64.
    """
    try:
        encryption = dict(
            pair.split(":", 1) for pair in environ["BANGFU_ENCRYPTION_KEYS"].split(",")
        )
        return _ring(encryption, environ["BANGFU_BLIND_INDEX_KEY"])
    except KeyError as error:
        raise LocalError(f"production needs the environment variable {error.args[0]}") from None
    except ValueError as error:
        raise LocalError(
            "BANGFU_ENCRYPTION_KEYS is written id:key,id:key and BANGFU_BLIND_INDEX_KEY key, "
            f"each key 32 bytes in base64 (./bangfu secrets makes them): {error}"
        ) from None


def add_key(path: Path) -> str:
    """Put a fresh key at the head of the ring in a file; return its id. It seals from now on."""
    with _changed(path) as stored:
        known = {*stored["keys"], *stored.get("retired", {})}
        key_id = f"k{1 + max(_number(one) for one in known)}"
        stored["keys"] = {key_id: new_key(), **stored["keys"]}
    return key_id


def retire_key(path: Path, key_id: str) -> None:
    """Take a key off the ring; it stays in the file, among the retired, for backups made before.

    Raises:
        LocalError: it is not on the ring, or seals now.
    """
    with _changed(path) as stored:
        if key_id not in stored["keys"]:
            raise LocalError(f"there is no key {key_id} on the ring")
        if key_id == next(iter(stored["keys"])):
            raise LocalError(f"{key_id} seals what is written now: rotate first")
        stored.setdefault("retired", {})[key_id] = stored["keys"].pop(key_id)


def recall_key(path: Path, key_id: str) -> None:
    """Put a retired key back on the ring, to read what a backup brought back.

    Raises:
        LocalError: it was not retired.
    """
    with _changed(path) as stored:
        if key_id not in stored.get("retired", {}):
            raise LocalError(f"there is no retired key {key_id}")
        stored["keys"][key_id] = stored["retired"].pop(key_id)


@contextmanager
def _changed(path: Path) -> Iterator[dict[str, Any]]:
    with path.with_name(f".{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stored = read_note(path)
        if "keys" not in stored or "index" not in stored:
            raise LocalError(f"{path} is damaged or missing: there is no key ring to change")
        yield stored
        write_note(path, stored)


def _number(key_id: str) -> int:
    digits = key_id.removeprefix("k")
    return int(digits) if digits.isdecimal() else 0


def new_key() -> str:
    """A fresh key in base64."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _make(state: State) -> None:
    state.create()
    with (state.run / "secrets.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not state.secrets_file.exists():
            write_note(
                state.secrets_file,
                {
                    "secret_key": secrets.token_urlsafe(48),
                    "keys": {"k1": new_key()},
                    "index": new_key(),
                },
            )


def _ring(keys: Mapping[str, str], index: str) -> KeyRing:
    for key in (*keys.values(), index):
        length = len(base64.b64decode(key, validate=True))
        if length != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes, this one {length}")
    return {"current": next(iter(keys)), "keys": dict(keys), "index": index}
