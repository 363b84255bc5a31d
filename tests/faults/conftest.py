"""What the tests of the exchange use too."""

from tests.shared_apps.exchange.conftest import ear, say

__all__ = ["ear", "say"]
