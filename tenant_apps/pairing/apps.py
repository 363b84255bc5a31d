"""Configuration of the ``pairing`` app."""

from django.apps import AppConfig


class PairingConfig(AppConfig):
    """Helpers and households, the contacts and visits that fall due, and those that were made."""

    name = "tenant_apps.pairing"
