"""The product as it is, on the benchmarks' database."""

import os

from bangfu.settings import *  # noqa: F403
from bangfu.settings import DATABASES

for _database in DATABASES.values():
    _database["NAME"] = os.environ["BENCH_DATABASE"]
DATABASES["default"]["CONN_MAX_AGE"] = None
