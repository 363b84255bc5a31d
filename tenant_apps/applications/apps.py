"""Configuration of the ``applications`` app."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """The worker's side: applying, following the progress, seeing the own file."""

    name = "tenant_apps.applications"
