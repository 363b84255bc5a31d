"""Addresses of cases, also where no request is being answered."""

from __future__ import annotations

from uuid import UUID

from django.urls import get_script_prefix, reverse

from bangfu.kernel.tenancy import current_station

STATION_ADDRESSES = "bangfu.urls.station"


def case_link(case_id: UUID) -> str:
    """Give the address of a case's page in the station in force, from the root of the site."""
    page = reverse("register:case", urlconf=STATION_ADDRESSES, args=[case_id])
    return f"/s/{current_station().code}/{page.removeprefix(get_script_prefix())}"
