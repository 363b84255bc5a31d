"""Vendored browser assets: verify what is committed, or extract it again from the npm tarballs.

    python infra/assets/vendor.py verify              every committed file is the one the lock names
    python infra/assets/vendor.py extract             fetch the tarballs with `npm pack`, check them, extract
    python infra/assets/vendor.py extract --from DIR  the same from tarballs already fetched

The lock names each package, its version, licence, the sha512 of its tarball and of every file taken
from it. Source maps are not taken, so the comment that points to one is removed.
"""

import argparse
import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
LOCK = HERE / "vendor.lock.json"
TARGET = HERE.parents[1] / "platform/bangfu/ui/static/vendor"
LICENCES = "LICENCES.txt"
SOURCE_MAP = re.compile(rb"\n?(/\*#|//#) sourceMappingURL=[^\n]*\s*$")
SVG_INSIDE = re.compile(r"<svg\b[^>]*>(.*)</svg>", re.DOTALL)
SYMBOL = (
    '<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75"'
    ' stroke-linecap="round" stroke-linejoin="round">{paths}</symbol>'
)


class AssetMismatch(Exception):
    """A tarball or a committed file is not the one the lock names."""


def sha512(data: bytes) -> str:
    """Write a digest the way npm does, so that it can be compared with the registry's."""
    return "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()


def tarball_name(package: Mapping[str, Any]) -> str:
    """Name the file `npm pack` writes for a package: `@tabler/icons` becomes `tabler-icons-….tgz`."""
    return f"{package['name'].lstrip('@').replace('/', '-')}-{package['version']}.tgz"


def fetch(packages: list[dict[str, Any]], folder: Path) -> None:
    """Download the tarballs of the lock with npm."""
    names = [f"{package['name']}@{package['version']}" for package in packages]
    subprocess.run(["npm", "pack", "--silent", *names], cwd=folder, check=True)


def sprite(icons: list[str], tarball: tarfile.TarFile) -> bytes:
    """Draw the chosen icons as symbols of one SVG file."""
    symbols = []
    for name in sorted(icons):
        drawing = _read(tarball, f"package/icons/outline/{name}.svg").decode()
        found = SVG_INSIDE.search(drawing)
        if found is None:
            raise AssetMismatch(f"the icon {name} is not a drawing")
        paths = re.sub(r"\s*\n\s*", "", found[1]).strip()
        symbols.append(SYMBOL.format(name=name, paths=paths))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
    ).encode()


def contents(packages: list[dict[str, Any]], folder: Path) -> dict[str, bytes]:
    """Take every file of the lock out of the tarballs in `folder`, by its path below the target.

    Raises:
        AssetMismatch: a tarball is not the one the lock names.
    """
    files: dict[str, bytes] = {}
    licences = []
    for package in packages:
        data = (folder / tarball_name(package)).read_bytes()
        if sha512(data) != package["integrity"]:
            raise AssetMismatch(f"{tarball_name(package)} is not the tarball the lock names")
        with tarfile.open(folder / tarball_name(package)) as tarball:
            for target, source in package["sources"].items():
                files[target] = SOURCE_MAP.sub(b"\n", _read(tarball, source))
            if "icons" in package:
                files["icons/sprite.svg"] = sprite(package["icons"], tarball)
            texts = [_read(tarball, path).decode() for path in package["licence_files"]]
        licences.append(
            f"{package['name']} {package['version']} ({package['licence']})\n\n"
            + "\n\n".join(texts)
        )
    files[LICENCES] = ("\n\n" + "=" * 80 + "\n\n").join(licences).encode()
    return files


def extract(folder: Path) -> None:
    """Write the files of the lock into the static folder and their digests into the lock."""
    lock = json.loads(LOCK.read_text())
    files = contents(lock["packages"], folder)
    for path, data in files.items():
        (TARGET / path).parent.mkdir(parents=True, exist_ok=True)
        (TARGET / path).write_bytes(data)
    lock["files"] = {path: sha512(data) for path, data in sorted(files.items())}
    LOCK.write_text(json.dumps(lock, indent=2) + "\n")


def verify() -> None:
    """Compare the committed files with the lock: none changed, none missing, none besides.

    Raises:
        AssetMismatch: naming every file that differs.
    """
    locked = json.loads(LOCK.read_text())["files"]
    found = {
        path.relative_to(TARGET).as_posix(): sha512(path.read_bytes())
        for path in TARGET.rglob("*")
        if path.is_file()
    }
    wrong = sorted(
        path for path in locked.keys() | found.keys() if locked.get(path) != found.get(path)
    )
    if wrong:
        raise AssetMismatch("not as locked: " + ", ".join(wrong))


def main(arguments: list[str]) -> int:
    """Run one of the two commands and say what is wrong in one line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=["verify", "extract"])
    parser.add_argument("--from", dest="folder", type=Path)
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == "verify":
            verify()
        elif chosen.folder:
            extract(chosen.folder)
        else:
            with tempfile.TemporaryDirectory() as folder:
                fetch(json.loads(LOCK.read_text())["packages"], Path(folder))
                extract(Path(folder))
    except AssetMismatch as mismatch:
        sys.stderr.write(f"{mismatch}\n")
        return 1
    return 0


def _read(tarball: tarfile.TarFile, path: str) -> bytes:
    member = tarball.extractfile(path)
    if member is None:
        raise AssetMismatch(f"{path} is not a file of the tarball")
    return member.read()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
