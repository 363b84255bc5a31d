"""Questions about what was done."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet

from bangfu.kernel.clock import LOCAL
from bangfu.kernel.tenancy import station_in_force
from shared_apps.audit.models import NETWORK_CHAIN, AuditRow


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """What a person looks for; empty means anything. Days are Shanghai days, both included."""

    event: str = ""
    actor: str = ""
    subject_kind: str = ""
    subject_id: str = ""
    since: date | None = None
    until: date | None = None


def rows_here(wanted: AuditFilter) -> QuerySet[AuditRow]:
    """The rows of the chain of the realm in force that fit, newest first."""
    station = station_in_force()
    rows = AuditRow.objects.filter(chain=station.id if station else NETWORK_CHAIN)
    if wanted.event:
        rows = rows.filter(event__startswith=wanted.event)
    if wanted.actor:
        rows = rows.filter(actor_name__contains=wanted.actor)
    if wanted.subject_kind:
        rows = rows.filter(subject_kind=wanted.subject_kind)
    if wanted.subject_id:
        rows = rows.filter(subject_id=wanted.subject_id)
    if wanted.since:
        rows = rows.filter(at__gte=datetime.combine(wanted.since, time.min, LOCAL))
    if wanted.until:
        rows = rows.filter(
            at__lt=datetime.combine(wanted.until + timedelta(days=1), time.min, LOCAL)
        )
    return rows.order_by("-seq")


def rows_of_subject(kind: str, subject_id: object) -> QuerySet[AuditRow]:
    """What was done to one record of the realm in force, oldest first."""
    return rows_here(AuditFilter(subject_kind=kind, subject_id=str(subject_id))).order_by("seq")
