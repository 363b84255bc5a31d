"""The product inside a command: its servers, then Django."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

import django

from bangfu.cli.console import Failure, language
from bangfu.local import default_state_dir, ensure, running_urls, stop

if TYPE_CHECKING:
    from tenants.models import Station


def set_up_django() -> None:
    """Load the settings and the apps; the servers must run before, as the settings ask where."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.settings")
    django.setup()
    # Services ring the doorbell: they need the Celery that knows where the broker is.
    import_module("bangfu.celery")


@contextmanager
def product(*, prepared: bool = True) -> Iterator[None]:
    """Run the block with servers and Django; servers started for it are stopped after it.

    ``prepared`` asks for a database that a network was set up in; nothing is made where there is none.
    What services say is in the language that was asked for.

    Raises:
        Failure: there is no network, or a service refused; the message is its sentence.
    """
    state_dir = default_state_dir()
    if prepared and "DATABASE_URL" not in os.environ and not state_dir.exists():
        raise Failure(f"There is no network in {state_dir} yet. Begin one with: make run")
    started_here = running_urls(state_dir) is None
    ensure(state_dir)
    try:
        set_up_django()
        from django.utils.translation import override

        from bangfu.kernel.errors import DomainError

        if prepared:
            _find_network()
        with override(language()):
            try:
                yield
            except DomainError as refusal:
                raise Failure(str(refusal)) from refusal
    finally:
        if started_here:
            stop(state_dir)


@contextmanager
def looking_for(what: str) -> Iterator[None]:
    """Name what was looked for where a service only says that it found nothing.

    Raises:
        Failure: it was not found.
    """
    from bangfu.kernel.errors import NotFound

    try:
        yield
    except NotFound:
        raise Failure(f"There is no {what}.") from None


def station_named(code: str) -> "Station":
    """Return the usable station that goes by this code.

    Raises:
        Failure: there is none; the message names the code.
    """
    from tenants.selectors import station_with_code

    with looking_for(f"station {code!r} in use; ./bangfu stations list shows them all"):
        return station_with_code(code)


def _find_network() -> None:
    from django.db import DatabaseError

    from bangfu.kernel.tenancy import in_network
    from tenants.models import Station

    try:
        with in_network():
            Station.objects.exists()
    except DatabaseError as error:
        why = str(error).strip().splitlines()[-1]
        raise Failure(
            f"The database cannot be used: {why}\n"
            "Where no network was set up yet, begin one with: make run, or in production: ./bangfu migrate"
        ) from error
