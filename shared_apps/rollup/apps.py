"""Configuration of the ``rollup`` app."""

from django.apps import AppConfig


class RollupConfig(AppConfig):
    """Facts, their folding and the answers drawn from them."""

    name = "shared_apps.rollup"
