"""Configuration of the ``privacy`` app."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """Consents, requests to look into a file, what a worker may ask for, retention and deletion."""

    name = "tenant_apps.privacy"
