"""What the services of this app share: who may, which file, where its page is."""

from __future__ import annotations

from uuid import UUID

from django.urls import get_script_prefix, reverse

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound, NotPermitted
from bangfu.kernel.tenancy import current_station
from tenant_apps.households.models import HouseholdFile


def locked_file(file_id: UUID) -> HouseholdFile:
    """Return a file of the station in force, locked.

    Raises:
        NotFound: there is none.
    """
    file: HouseholdFile | None = (
        HouseholdFile.objects.select_for_update().filter(pk=file_id).first()
    )
    if file is None:
        raise NotFound
    return file


def require_any(actor: Actor, *capabilities: str) -> None:
    """Let pass whoever holds one of these.

    Raises:
        NotPermitted: the actor holds none.
    """
    if not any(actor.may(one) for one in capabilities):
        raise NotPermitted


def link_to(name: str, *args: object) -> str:
    """Give the address of a page of this app in the station in force, from the root of the site."""
    page = reverse(name, urlconf="bangfu.urls.station", args=args)
    return f"/s/{current_station().code}/{page.removeprefix(get_script_prefix())}"
