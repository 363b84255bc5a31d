"""Configuration of the ``surveys`` app."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """The sample of a third party's evaluation. Keeps its rows in ``shared_apps.evaluations``."""

    name = "tenant_apps.surveys"
    label = "surveys"
