"""Addresses of a file's pages, also where no request is being answered."""

from __future__ import annotations

from uuid import UUID

from django.urls import get_script_prefix, reverse

from bangfu.kernel.tenancy import current_station

STATION_ADDRESSES = "bangfu.urls.station"


def file_link(file_id: UUID) -> str:
    """Give the address of a file's page in the station in force, from the root of the site."""
    page = reverse("households:detail", urlconf=STATION_ADDRESSES, args=[file_id])
    return f"/s/{current_station().code}/{page.removeprefix(get_script_prefix())}"


def work_link() -> str:
    """Give the address of the work lists of files in the station in force, from the root of the site."""
    page = reverse("households:work", urlconf=STATION_ADDRESSES)
    return f"/s/{current_station().code}/{page.removeprefix(get_script_prefix())}"


def transfers_link() -> str:
    """Give the address of the list of transfers in the station in force, from the root of the site."""
    page = reverse("households:transfers", urlconf=STATION_ADDRESSES)
    return f"/s/{current_station().code}/{page.removeprefix(get_script_prefix())}"


def retiering_link() -> str:
    """Give the address of the list of files whose tier waits, from the root of the site."""
    page = reverse("households:retiering", urlconf=STATION_ADDRESSES)
    return f"/s/{current_station().code}/{page.removeprefix(get_script_prefix())}"
