"""Configuration of the ``accounts`` app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, memberships and tokens."""

    name = "shared_apps.accounts"
    label = "accounts"
