"""Configuration of the ``banking`` app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BankingConfig(AppConfig):
    """What the bank says, set against what the books say."""

    name = "tenant_apps.banking"
    label = "banking"

    def ready(self) -> None:
        """Let vouchers by hand and refunds wait for their line of the bank, and casework serve lines."""
        from tenant_apps.banking import refunds
        from tenant_apps.banking.selectors import STATEMENT, SUBJECT, line_door, statement_door
        from tenant_apps.banking.vouchers import KIND, WaitingVouchers
        from tenant_apps.casework.subjects import SubjectKind, declare_subject
        from tenant_apps.funds.expectations import expects, waiting

        declare_subject(SubjectKind(kind=SUBJECT, label=_("银行流水"), door=line_door))
        declare_subject(SubjectKind(kind=STATEMENT, label=_("银行对账单"), door=statement_door))

        if KIND not in waiting():
            expects(KIND, WaitingVouchers())
            expects(refunds.KIND, refunds.Refunds())
