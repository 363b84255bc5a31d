"""Configuration of the ``regions`` app."""

from django.apps import AppConfig


class RegionsConfig(AppConfig):
    """Administrative divisions with dates, and the calendar of working days."""

    name = "shared_apps.regions"
