"""Addresses of pages from anywhere: from another station's page, from a mail, from a background job."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.urls import get_script_prefix, reverse, set_script_prefix

NETWORK_URLCONF = "bangfu.urls"
STATION_URLCONF = "bangfu.urls.station"


def network_address(name: str, **kwargs: Any) -> str:
    """Return the path of a page outside the stations."""
    with _prefix("/"):
        return reverse(name, urlconf=NETWORK_URLCONF, kwargs=kwargs)


def station_address(code: str, name: str, **kwargs: Any) -> str:
    """Return the path of a page of the station with ``code``."""
    with _prefix(f"/s/{code}/"):
        return reverse(name, urlconf=STATION_URLCONF, kwargs=kwargs)


@contextmanager
def _prefix(prefix: str) -> Iterator[None]:
    before = get_script_prefix()
    set_script_prefix(prefix)
    try:
        yield
    finally:
        set_script_prefix(before)
