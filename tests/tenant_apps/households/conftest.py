"""What the tests of files on file share."""

import pytest

from tests.tenant_apps.households.life import Life


@pytest.fixture
def life(person_at):
    return Life(person_at)
