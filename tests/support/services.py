"""A pytest plugin that comes before Django: test servers of their own, and settings that find them."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

os.environ.setdefault("BANGFU_ENV", "test")
os.environ.setdefault("BANGFU_STATE_DIR", str(ROOT / ".bangfu" / "test"))

from bangfu.local import ensure  # noqa: E402

ensure(Path(os.environ["BANGFU_STATE_DIR"]))
