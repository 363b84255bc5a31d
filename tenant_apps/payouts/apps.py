"""Configuration of the ``payouts`` app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PayoutsConfig(AppConfig):
    """Batches that pay what was approved, the files of the bank, and the receipts."""

    name = "tenant_apps.payouts"

    def ready(self) -> None:
        """Let casework serve batches and lines, and say what the bank is waited for."""
        from tenant_apps.casework.subjects import SubjectKind, declare_subject
        from tenant_apps.funds.expectations import expects
        from tenant_apps.payouts.selectors import batch_door, line_door
        from tenant_apps.payouts.services.settling import (
            COMES_BACK,
            PAYOUT,
            ComingBack,
            Leaving,
        )

        declare_subject(SubjectKind(kind="payout", label=_("发放批次"), door=batch_door))
        declare_subject(SubjectKind(kind="payout_line", label=_("发放明细"), door=line_door))
        expects(PAYOUT, Leaving())
        expects(COMES_BACK, ComingBack())
