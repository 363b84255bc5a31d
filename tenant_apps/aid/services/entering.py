"""The national system knows of aid when somebody entered it there: the day is kept with the application."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from tenant_apps.aid.models import PAID_STATES, Application


def note_national_entry(application_ids: Sequence[UUID], *, entered_on: date | None) -> int:
    """Keep on which day paid applications were entered there; return how many. The caller asks who may, and audits."""
    return Application.objects.filter(pk__in=list(application_ids), state__in=PAID_STATES).update(
        nat_entry_on=entered_on
    )
