"""Addresses of pages of the samples, also where no request is being answered."""

from __future__ import annotations

from django.urls import get_script_prefix, reverse

from bangfu.kernel.tenancy import current_station

STATION_ADDRESSES = "bangfu.urls.station"


def page_link(name: str, *args: object) -> str:
    """Give the address of a page of this app in the station in force, from the root of the site."""
    page = reverse(f"surveys:{name}", urlconf=STATION_ADDRESSES, args=args)
    return f"/s/{current_station().code}/{page.removeprefix(get_script_prefix())}"
