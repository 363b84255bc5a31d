"""A file that was sent up, as the tests of reviews move it."""

from tests.tenant_apps.reviews.conftest import way

__all__ = ["way"]
