"""Configuration of the ``banking`` app."""

from django.apps import AppConfig


class BankingConfig(AppConfig):
    """What the bank says, set against what the books say."""

    name = "tenant_apps.banking"
    label = "banking"

    def ready(self) -> None:
        """Let vouchers made by hand wait for their line of the bank."""
        from tenant_apps.banking.vouchers import KIND, WaitingVouchers
        from tenant_apps.funds.expectations import expects, waiting

        if KIND not in waiting():
            expects(KIND, WaitingVouchers())
