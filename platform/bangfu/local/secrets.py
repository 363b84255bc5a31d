"""The secrets of a single machine, made once; production gives its own by the environment."""

import base64
import fcntl
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

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
