"""Configuration of the ``register`` app."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """Which station holds which person, by keyed hash alone."""

    name = "shared_apps.register"
