"""Configuration of the ``reconciliation`` app."""

from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    """Whether what is told agrees with what it is told from, and the work on what does not."""

    name = "shared_apps.reconciliation"
