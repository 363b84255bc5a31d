"""Configuration of the ``onboarding`` app."""

from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    """How a station comes to be: application, review, opening."""

    name = "shared_apps.onboarding"
