"""Configuration of the ``imports`` app."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """Household files from Excel and back."""

    name = "tenant_apps.imports"
    label = "imports"
