"""Configuration of the ``exchange`` app."""

from django.apps import AppConfig

from bangfu.kernel.answers import keep_answers_in


class ExchangeConfig(AppConfig):
    """Messages between stations, job slots, effects outside, and answers that repeat."""

    name = "shared_apps.exchange"

    def ready(self) -> None:
        """Keep the answers to writes that carry an ``Idempotency-Key``."""
        from shared_apps.exchange import answers

        keep_answers_in(answers)
