"""Configuration of the ``console`` app."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Pages over all stations; no tables of its own."""

    name = "shared_apps.console"
