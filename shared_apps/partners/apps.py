"""Configuration of the ``partners`` app."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """Partners and agreements: rows of the shared schema, because an agreement goes down to the stations below."""

    name = "shared_apps.partners"
    label = "partners"
