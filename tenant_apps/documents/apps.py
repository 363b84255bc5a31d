"""Configuration of the ``documents`` app."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """The papers of a file: drawn, printed, and verified by their code."""

    name = "tenant_apps.documents"
