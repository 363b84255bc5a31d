"""Configuration of the shared ``evaluations`` app."""

from django.apps import AppConfig


class EvaluationsConfig(AppConfig):
    """Samples and their answers: rows of the shared schema, of which the stations above read numbers alone."""

    name = "shared_apps.evaluations"
    label = "evaluations"
