"""Configuration of the ``yearly`` app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class YearlyConfig(AppConfig):
    """Books of the past, targets of a year, the yearly report.

    Keeps its rows in ``shared_apps.paperbooks`` and ``shared_apps.targets``.
    """

    name = "tenant_apps.yearly"
    label = "yearly"

    def ready(self) -> None:
        """Let casework serve targets."""
        from tenant_apps.casework.subjects import SubjectKind, declare_subject
        from tenant_apps.yearly.aims import SUBJECT, target_door

        declare_subject(SubjectKind(kind=SUBJECT, label=_("年度目标"), door=target_door))
