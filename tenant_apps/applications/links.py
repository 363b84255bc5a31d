"""Addresses of an application's pages, also where no request is being answered."""

from __future__ import annotations

from uuid import UUID

from django.urls import get_script_prefix, reverse

from bangfu.kernel.tenancy import current_station

STATION_ADDRESSES = "bangfu.urls.station"


def application_link(application_id: UUID) -> str:
    """Give the address of an application's page at the station in force, from the root of the site."""
    page = reverse("applications:detail", urlconf=STATION_ADDRESSES, args=[application_id])
    return f"/s/{current_station().code}/{page.removeprefix(get_script_prefix())}"


def public_address(station_code: str) -> str:
    """Give the address of a station's front page for the public, from the root of the site."""
    return f"/s/{station_code}/public/"
