"""Configuration of the ``privacy`` app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    """Consents, requests to look into a file, what a worker may ask for, retention and deletion."""

    name = "tenant_apps.privacy"

    def ready(self) -> None:
        """Let casework serve looks and decisions; consents are asked for at visits, withdrawn ones stop payout."""
        from tenant_apps.casework.subjects import SubjectKind, declare_subject
        from tenant_apps.households.asking import ask_at_visits
        from tenant_apps.households.work import block_payouts_by
        from tenant_apps.privacy.selectors import disposal_door, look_door, payout_blocker
        from tenant_apps.privacy.services.at_the_door import ConsentAsker

        declare_subject(SubjectKind(kind="look", label=_("调阅申请"), door=look_door))
        declare_subject(SubjectKind(kind="disposal", label=_("到期档案处置"), door=disposal_door))
        block_payouts_by(payout_blocker)
        ask_at_visits(ConsentAsker())
