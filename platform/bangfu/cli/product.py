"""The product inside a command: its servers, then Django."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import django

from bangfu.cli.console import Failure
from bangfu.local import default_state_dir, ensure, running_urls, stop


def set_up_django() -> None:
    """Load the settings and the apps; the servers must run before, as the settings ask where."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.settings")
    django.setup()
    # Services ring the doorbell: they need the Celery that knows where the broker is.
    import_module("bangfu.celery")


@contextmanager
def product() -> Iterator[None]:
    """Run the block with servers and Django; servers started for it are stopped after it.

    Raises:
        Failure: a service refused; the message is its sentence.
    """
    state_dir = default_state_dir()
    started_here = running_urls(state_dir) is None
    ensure(state_dir)
    try:
        set_up_django()
        from bangfu.kernel.errors import DomainError

        try:
            yield
        except DomainError as refusal:
            raise Failure(str(refusal)) from refusal
    finally:
        if started_here:
            stop(state_dir)
