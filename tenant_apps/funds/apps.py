"""Configuration of the ``funds`` app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FundsConfig(AppConfig):
    """The ledger of a station: funds, two books of double entry, vouchers, periods."""

    name = "tenant_apps.funds"

    def ready(self) -> None:
        """Let casework serve vouchers."""
        from tenant_apps.casework.subjects import SubjectKind, declare_subject
        from tenant_apps.funds.selectors import voucher_door

        declare_subject(SubjectKind(kind="voucher", label=_("记账凭证"), door=voucher_door))
