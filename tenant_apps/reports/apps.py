"""Configuration of the ``reports`` app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Periodic reports: drawn, submitted, returned, accepted, locked, corrected."""

    name = "tenant_apps.reports"

    def ready(self) -> None:
        """Let casework serve reports: their timeline, to-dos and deadlines."""
        from tenant_apps.casework.subjects import SubjectKind, declare_subject
        from tenant_apps.reports.selectors import received_door, report_door

        declare_subject(SubjectKind(kind="report", label=_("报表"), door=report_door))
        declare_subject(
            SubjectKind(kind="received_report", label=_("下级报表"), door=received_door)
        )
