"""Configuration of the ``funds`` app."""

from django.apps import AppConfig


class FundsConfig(AppConfig):
    """The ledger of a station: funds, two books of double entry, vouchers, periods."""

    name = "tenant_apps.funds"
