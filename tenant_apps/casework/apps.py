"""Configuration of the ``casework`` app."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Timeline, to-dos, clocks and papers of every record."""

    name = "tenant_apps.casework"

    def ready(self) -> None:
        """Say which sealed files the papers are."""
        from bangfu.kernel.crypto import declare_stored_files
        from tenant_apps.casework.services.attachments import stored_attachments

        declare_stored_files(stored_attachments)
