"""Take a report away as a workbook."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from bangfu.kernel.actors import Actor
from shared_apps.audit.services import record
from tenant_apps.reports.models import Report
from tenant_apps.reports.selectors import get_report
from tenant_apps.reports.services.noting import subject_of


@transaction.atomic
def take_away(report_id: UUID, *, actor: Actor, now: datetime) -> Report:
    """Note in the audit chain that somebody takes a report away, and return it.

    Raises:
        NotPermitted, NotFound: as their names say.
    """
    report = get_report(report_id, actor=actor)
    record(
        event="report.exported",
        actor=actor,
        subject=subject_of(report),
        data={"form": report.form, "period": report.period},
        now=now,
    )
    return report
