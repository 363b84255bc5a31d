"""Configuration of the ``applications`` app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApplicationsConfig(AppConfig):
    """The worker's side: applying, following the progress, seeing the own file."""

    name = "tenant_apps.applications"

    def ready(self) -> None:
        """Let casework serve applications: their timeline, to-dos, deadlines and papers."""
        from tenant_apps.applications.selectors import SUBJECT, application_door
        from tenant_apps.casework.subjects import SubjectKind, declare_subject

        declare_subject(SubjectKind(kind=SUBJECT, label=_("困难职工申请"), door=application_door))
