"""Configuration of the ``console`` app."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Pages over all stations, and what each station says of itself to the public."""

    name = "shared_apps.console"
