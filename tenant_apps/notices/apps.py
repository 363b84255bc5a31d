"""Configuration of the ``notices`` app."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Public notices and what was objected."""

    name = "tenant_apps.notices"
