"""Configuration of the ``exchange`` app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Messages between stations, job slots and effects outside."""

    name = "shared_apps.exchange"
