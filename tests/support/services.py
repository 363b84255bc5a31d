"""A pytest plugin that comes before Django: test servers of their own, and settings that find them."""

import os
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[2]
DURABLE = "BANGFU_TEST_DURABLE"

os.environ.setdefault("BANGFU_ENV", "test")
os.environ.setdefault("BANGFU_STATE_DIR", str(ROOT / ".bangfu" / "test"))

from bangfu.local import ensure  # noqa: E402

URLS = ensure(Path(os.environ["BANGFU_STATE_DIR"]))


def _hurry() -> None:
    # The data of tests need not outlive a power cut, nor a killed server: a commit may be answered
    # before it is written. Where servers are killed on purpose they keep their promise (DURABLE).
    if "DATABASE_URL" in os.environ or os.environ.get(DURABLE):
        return
    with psycopg.connect(URLS.database_url, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


_hurry()
