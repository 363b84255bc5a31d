"""Configuration of the ``targets`` app."""

from django.apps import AppConfig


class TargetsConfig(AppConfig):
    """Targets of a year: rows of the shared schema, because the stations above read how far they are."""

    name = "shared_apps.targets"
    label = "targets"
