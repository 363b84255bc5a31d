"""Workbooks of strangers: read by a process of its own, whoever asks for it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from shared_apps.importing import untrusted

READ_SECONDS = 30


def read_package(data: bytes) -> dict[str, Any]:
    """Have a workbook read by a process that can do no harm and is stopped when it takes long.

    The answer holds ``sheets``: each with its name, its filled rows as pairs of number and cells, what is
    merged, and which of the filled rows are hidden; or, where the file is not read, ``refused`` with a word
    that says why and ``details``. A cell is its text, or a pair of what it is and its value: number, bool,
    date, formula, other.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own script, the upload goes to its standard input
            [sys.executable, "-I", str(Path(untrusted.__file__))],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=READ_SECONDS,
            env={},
            cwd="/",
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"refused": "slow"}
    if done.returncode != 0:
        return {"refused": "bomb" if done.returncode < 0 else "truncated"}
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
