"""Configuration of the ``bankfiles`` app."""

from django.apps import AppConfig


class BankfilesConfig(AppConfig):
    """Bank statements and their lines, kept out of the stations' schemas because they come from outside."""

    name = "shared_apps.bankfiles"
    label = "bankfiles"
