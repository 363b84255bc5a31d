"""Configuration of the ``casework`` app."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Timeline, to-dos, clocks and papers of every record."""

    name = "tenant_apps.casework"
