"""Configuration of the ``aid`` app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AidConfig(AppConfig):
    """Applications for aid, campaigns, and the numbers of what was paid."""

    name = "tenant_apps.aid"

    def ready(self) -> None:
        """Let casework serve applications."""
        from tenant_apps.aid.selectors import SUBJECT, application_door
        from tenant_apps.casework.subjects import SubjectKind, declare_subject

        declare_subject(SubjectKind(kind=SUBJECT, label=_("帮扶申请"), door=application_door))
