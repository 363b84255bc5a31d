"""Configuration of the ``notifications`` app."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """What people are told, in the product and by mail."""

    name = "shared_apps.notifications"
