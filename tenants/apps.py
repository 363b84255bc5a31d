"""Configuration of the ``tenants`` app."""

from django.apps import AppConfig
from django.db.models.signals import post_delete


class TenantsConfig(AppConfig):
    """Stations and their schemas."""

    name = "tenants"
    verbose_name = "stations"

    def ready(self) -> None:
        """Let nobody listen to each deletion of any row: it would be read before it is deleted."""
        from django_tenants.signals import tenant_delete_callback

        # It drops the schema of a tenant that asks for that; a station never does (``auto_drop_schema``).
        post_delete.disconnect(tenant_delete_callback)
