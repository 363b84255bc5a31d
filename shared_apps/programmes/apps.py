"""Configuration of the ``programmes`` app."""

from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    """What aid there is, for whom, how much, until when; and the campaigns in which it is given."""

    name = "shared_apps.programmes"
    label = "programmes"
