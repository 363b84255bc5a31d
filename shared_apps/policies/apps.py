"""Configuration of the ``policies`` app."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """Rules as data with dates and scopes."""

    name = "shared_apps.policies"
