"""Configuration of the ``documents`` app."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """The papers of a file: drawn, printed, and verified by their code."""

    name = "tenant_apps.documents"

    def ready(self) -> None:
        """Take the large exports of files over; say which sealed files the downloads are."""
        from bangfu.kernel.crypto import declare_stored_files
        from tenant_apps.documents.services.downloads import stored_downloads
        from tenant_apps.documents.services.making import export_files_later
        from tenant_apps.households.later import export_later_by

        export_later_by(export_files_later)
        declare_stored_files(stored_downloads)
