"""Configuration of the ``printing`` app."""

from django.apps import AppConfig


class PrintingConfig(AppConfig):
    """The register of papers, downloads, request lists and Word templates, each row of one station."""

    name = "shared_apps.printing"
    label = "printing"
