"""Configuration of the ``documents`` app."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """The papers of a file: drawn, printed, and verified by their code."""

    name = "tenant_apps.documents"

    def ready(self) -> None:
        """Take the large exports of files over."""
        from tenant_apps.documents.services.making import export_files_later
        from tenant_apps.households.later import export_later_by

        export_later_by(export_files_later)
