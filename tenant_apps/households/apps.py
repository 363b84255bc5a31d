"""Configuration of the ``households`` app."""

from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    """The files of households in hardship."""

    name = "tenant_apps.households"
