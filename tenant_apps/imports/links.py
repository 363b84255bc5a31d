"""Addresses of pages about imports, also where no request is being answered."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.urls import get_script_prefix, reverse

from bangfu.kernel.tenancy import current_station
from tenant_apps.households.links import STATION_ADDRESSES
from tenant_apps.households.models import FileState


def run_link(run_id: UUID) -> str:
    """The page of an import of the station in force, from the root of the site."""
    return _from_root(reverse("imports:detail", urlconf=STATION_ADDRESSES, args=[run_id]))


def drafts_link() -> str:
    """The list of drafts of the station in force, from the root of the site."""
    page = reverse("households:list", urlconf=STATION_ADDRESSES)
    return f"{_from_root(page)}?{urlencode({'state': FileState.DRAFT.value})}"


def _from_root(page: str) -> str:
    return f"/s/{current_station().code}/{page.removeprefix(get_script_prefix())}"
