"""Configuration of the ``policies`` app."""

from datetime import timedelta

from django.apps import AppConfig

from bangfu.kernel import clock
from bangfu.kernel.tenancy import in_network, station_in_force


class PoliciesConfig(AppConfig):
    """Rules as data with dates and scopes, and the clock of a demonstration."""

    name = "shared_apps.policies"

    def ready(self) -> None:
        """Let the clock ask how far a demonstration runs ahead; production never asks."""
        clock.set_offset_provider(_demo_clock_offset)


def _demo_clock_offset() -> timedelta:
    from shared_apps.policies.selectors import demo_clock_offset

    if station_in_force() is not None:
        return demo_clock_offset()
    with in_network():
        return demo_clock_offset()
