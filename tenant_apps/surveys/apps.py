"""Configuration of the ``surveys`` app."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """The sample of a third party's evaluation. Keeps its rows in ``shared_apps.evaluations``."""

    name = "tenant_apps.surveys"
    label = "surveys"

    def ready(self) -> None:
        """Tell a household what it answered."""
        from tenant_apps.households.holdings import declare_holding
        from tenant_apps.surveys.holdings import HOLDING

        declare_holding(HOLDING)
