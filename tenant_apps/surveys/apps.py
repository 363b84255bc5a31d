"""Configuration of the ``surveys`` app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    """The sample of a third party's evaluation. Keeps its rows in ``shared_apps.evaluations``."""

    name = "tenant_apps.surveys"
    label = "surveys"

    def ready(self) -> None:
        """Tell a household what it answered; let casework serve samples."""
        from tenant_apps.casework.subjects import SubjectKind, declare_subject
        from tenant_apps.households.holdings import declare_holding
        from tenant_apps.surveys.holdings import HOLDING
        from tenant_apps.surveys.selectors import SUBJECT, sample_door

        declare_holding(HOLDING)
        declare_subject(SubjectKind(kind=SUBJECT, label=_("满意度抽样"), door=sample_door))
