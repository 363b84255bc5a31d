"""Configuration of the ``importing`` app."""

from django.apps import AppConfig


class ImportingConfig(AppConfig):
    """Runs and rows of imports, kept out of the stations' schemas because they are many and short-lived."""

    name = "shared_apps.importing"
    label = "importing"
