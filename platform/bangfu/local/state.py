"""The one folder that holds everything a single machine keeps."""

import fcntl
import hashlib
import json
import os
import pwd
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from bangfu.local.errors import AlreadyRunning, LocalError

CHECKOUT = Path(__file__).resolve().parents[3]


def default_state_dir() -> Path:
    """``BANGFU_STATE_DIR``, else ``.bangfu`` in the checkout, else in the current folder."""
    given = os.environ.get("BANGFU_STATE_DIR")
    if given:
        return Path(given).absolute()
    return (CHECKOUT if (CHECKOUT / "pyproject.toml").exists() else Path.cwd()) / ".bangfu"


class Credentials(TypedDict):
    """Keywords of ``subprocess`` that hand a server to an account; empty for one's own."""

    user: NotRequired[int]
    group: NotRequired[int]
    extra_groups: NotRequired[list[int]]


@dataclass(frozen=True)
class Account:
    """Who the servers run as: oneself, or ``nobody`` when oneself is root, whom PostgreSQL refuses."""

    uid: int
    gid: int
    other: bool

    @classmethod
    def for_servers(cls) -> "Account":
        """Choose the account.

        Raises:
            LocalError: the machine knows no account that PostgreSQL would run as.
        """
        if os.geteuid() != 0:
            if not _has_name(os.geteuid()):
                raise LocalError(
                    f"PostgreSQL wants its user to have a name, and user {os.geteuid()} is not in /etc/passwd. "
                    "Add it there, start Bangfu as root, or set DATABASE_URL and REDIS_URL."
                )
            return cls(uid=os.geteuid(), gid=os.getegid(), other=False)
        try:
            nobody = pwd.getpwnam("nobody")
        except KeyError:
            raise LocalError(
                "PostgreSQL does not run as root, and this machine has no user 'nobody' to run it as. "
                "Start Bangfu as an ordinary user, or set DATABASE_URL and REDIS_URL."
            ) from None
        return cls(uid=nobody.pw_uid, gid=nobody.pw_gid, other=True)

    @property
    def credentials(self) -> Credentials:
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.other else {}

    def own(self, folder: Path, *, mode: int = 0o700) -> Path:
        """Make the folder, for this account's eyes only."""
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(mode)
        if self.other:
            os.chown(folder, self.uid, self.gid)
        return folder

    def can_run(self, *command: str | Path) -> bool:
        """Whether the command ends well under this account: the files can be reached and read."""
        try:
            done = subprocess.run(
                command,
                cwd="/",
                env=server_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
                **self.credentials,
            )
        except OSError:
            return False
        return done.returncode == 0


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def server_environment() -> dict[str, str]:
    """The environment for a server: one's own without what would lead its tools astray."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PG", "LC_"))
        and name not in {"LD_LIBRARY_PATH", "LANG", "LANGUAGE"}
    }
    return kept | {"LC_ALL": "C"}


@dataclass(frozen=True)
class State:
    """The folders and files below one state folder."""

    root: Path

    @classmethod
    def at(cls, root: Path) -> "State":
        return cls(root=root.absolute())

    @cached_property
    def account(self) -> Account:
        return Account.for_servers()

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def run(self) -> Path:
        """Who runs: one small file per process."""
        return self.root / "run"

    @property
    def up_note(self) -> Path:
        """What the running ``bangfu up`` says of itself: its process, its address, its children."""
        return self.run / "up.json"

    @property
    def secrets_file(self) -> Path:
        return self.root / "secrets.json"

    @property
    def sign_ins_file(self) -> Path:
        return self.root / "demo-sign-ins.txt"

    def create(self) -> None:
        """Make the state folder. Root's may be passed through, as its servers are another account's.

        Raises:
            LocalError: the folder cannot be written, or is somebody else's.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            owner = self.root.stat().st_uid
            if owner != os.geteuid():
                raise LocalError(
                    f"The state folder {self.root} belongs to user {owner}. Run Bangfu as that user, "
                    "or set BANGFU_STATE_DIR to a folder of your own."
                )
            self.root.chmod(0o711 if self.account.other else 0o700)
            for folder in (self.logs, self.run):
                folder.mkdir(exist_ok=True)
                folder.chmod(0o700)
        except OSError as error:
            raise LocalError(
                f"The state folder {self.root} cannot be written ({error.strerror}). "
                "Set BANGFU_STATE_DIR to a folder of your own."
            ) from error

    @cached_property
    def servers(self) -> Path:
        """Where the servers keep their data: in the state folder if their account can get there."""
        if not self.account.other or self.account.can_run(
            "/bin/sh", "-c", 'test -x "$0"', self.root
        ):
            return self.root
        name = "bangfu-" + hashlib.sha256(str(self.root).encode()).hexdigest()[:12]
        for parent in (Path("/var/lib"), Path("/var/tmp"), Path("/tmp")):  # noqa: S108 - last resorts
            folder = parent / name
            try:
                folder.mkdir(mode=0o711, exist_ok=True)
            except OSError:
                continue
            if folder.stat().st_uid == os.geteuid() and not folder.is_symlink():
                folder.chmod(0o711)
                return folder
        raise LocalError(
            f"The account 'nobody', under which PostgreSQL runs here, cannot reach {self.root}, "
            "and no other place is writable. Set BANGFU_STATE_DIR to a folder below /var or /srv."
        )

    def socket_folder(self) -> Path:
        """A private folder with a short path: a socket's whole path may have 107 bytes only."""
        note = self.run / "socket-folder"
        if note.exists():
            folder = Path(note.read_text().strip())
            if (
                not folder.is_symlink()
                and folder.is_dir()
                and folder.stat().st_uid == self.account.uid
            ):
                folder.chmod(0o700)
                return folder
        folder = self.account.own(Path(tempfile.mkdtemp(prefix="bangfu-", dir="/tmp")))
        note.write_text(f"{folder}\n")
        return folder

    def forget_socket_folder(self) -> None:
        """Remove the folder of the sockets, once no server listens there."""
        note = self.run / "socket-folder"
        if note.exists():
            with suppress(OSError):
                Path(note.read_text().strip()).rmdir()
            note.unlink()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the state folder for as long as the product runs from it.

        Raises:
            AlreadyRunning: another process holds it; the message says which, and where it serves.
        """
        self.create()
        with (self.run / "up.lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                noted = read_note(self.up_note)
                where = f" at {noted['url']}" if "url" in noted else ""
                raise AlreadyRunning(
                    f"Bangfu runs from {self.root} already{where}. Stop it with: ./bangfu down"
                ) from None
            try:
                yield
            finally:
                self.up_note.unlink(missing_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the state folder: starting and stopping are done by one at a time."""
        self.create()
        with (self.run / "services.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def read_note(path: Path) -> dict[str, Any]:
    """What a process noted about itself; empty when it left nothing, or was cut off in writing."""
    try:
        noted = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


def write_note(path: Path, noted: dict[str, Any]) -> None:
    """Write a private note whole or not at all."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(noted))
    fresh.replace(path)
