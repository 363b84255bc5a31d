"""Configuration of the ``benefits`` app."""

from django.apps import AppConfig


class BenefitsConfig(AppConfig):
    """Cards and certificates, purchases, reliefs, and the settlement with partners."""

    name = "tenant_apps.benefits"
