"""Send a report once more whose message vanished."""

from __future__ import annotations

from datetime import datetime

from bangfu.kernel.tenancy import current_station
from shared_apps.exchange.services import post_lost_again
from tenant_apps.reports.models import Report
from tenant_apps.reports.services.noting import sent_body
from tenant_apps.reports.services.recounting import RECOMPUTED
from tenant_apps.reports.services.sending import SUBMITTED


def send_again(form: str, period: str, *, recipient: int, now: datetime) -> bool:
    """Post the version that stands of a report again; False where it did not go to that station."""
    report = Report.objects.select_related("version").filter(form=form, period=period).first()
    if report is None or report.version is None or report.is_top:
        return False
    if current_station().parent_id != recipient:
        return False
    version = report.version
    kind = RECOMPUTED if version.cause.get("why") == "recomputed" else SUBMITTED
    post_lost_again(
        kind=kind,
        recipient=recipient,
        stream=f"report:{form}:{period}",
        key=f"{form}:{period}:{version.number}",
        body=sent_body(report, version),
        now=now,
    )
    return True
