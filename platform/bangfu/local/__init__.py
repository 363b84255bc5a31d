"""The servers of a single machine: PostgreSQL and Valkey that come as wheels.

Nothing here is used for a server whose address the environment gives (``DATABASE_URL``,
``REDIS_URL``). This package knows nothing of Django: it also serves before settings can be read.
"""

from bangfu.local.errors import LocalError
from bangfu.local.services import ServiceUrls, delete, ensure, running_urls, stop
from bangfu.local.state import default_state_dir

__all__ = [
    "LocalError",
    "ServiceUrls",
    "default_state_dir",
    "delete",
    "ensure",
    "running_urls",
    "stop",
]
