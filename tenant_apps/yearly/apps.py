"""Configuration of the ``yearly`` app."""

from django.apps import AppConfig


class YearlyConfig(AppConfig):
    """Books of the past, and the yearly report. Keeps its rows in ``shared_apps.paperbooks``."""

    name = "tenant_apps.yearly"
    label = "yearly"
