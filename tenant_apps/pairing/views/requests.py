"""What every page of this app asks of its request."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from tenant_apps.pairing.models import Helper
from tenant_apps.pairing.selectors import active_helpers


def uuid_in(text: str | None) -> UUID | None:
    """Read a key; None where there is none.

    Raises:
        NotFound: what was sent is no key.
    """
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def uuids_in(texts: Iterable[str]) -> list[UUID]:
    """Read the ticked rows. Raises: as ``uuid_in``."""
    return [key for text in texts if (key := uuid_in(text)) is not None]


def day_in(text: str | None) -> date | None:
    """Read a day as a date field sends it; None where there is none or it is no day."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def helper_choices(actor: Actor) -> list[tuple[str, str]]:
    """Return the helpers that can be chosen, with their unit."""
    return [(str(one.pk), helper_text(one)) for one in active_helpers(actor)]


def helper_text(helper: Helper) -> str:
    """Name a helper in one line."""
    return f"{helper.name}（{helper.unit}）" if helper.unit else helper.name
