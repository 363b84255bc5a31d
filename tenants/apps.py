"""Configuration of the ``tenants`` app."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    """Stations and their schemas."""

    name = "tenants"
    verbose_name = "stations"
