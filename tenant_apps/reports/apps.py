"""Configuration of the ``reports`` app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Periodic reports: drawn, submitted, returned, accepted, locked, corrected."""

    name = "tenant_apps.reports"
