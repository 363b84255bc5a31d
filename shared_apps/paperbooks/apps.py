"""Configuration of the ``paperbooks`` app."""

from django.apps import AppConfig


class PaperbooksConfig(AppConfig):
    """Ledgers of the past and totals on paper, kept out of the stations' schemas: they come once, and many."""

    name = "shared_apps.paperbooks"
    label = "paperbooks"
