"""Configuration of the ``reviews`` app."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """What was sent up to a station, and its opinion of it."""

    name = "tenant_apps.reviews"
