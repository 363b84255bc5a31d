"""A file that was sent up, as the tests of reviews move it; three files to print, and a folder for what is made."""

import random
from datetime import date

import pytest

from bangfu.kernel.identity.fictitious import fictitious_id
from tenant_apps.households import services as files
from tests.conftest import NOON
from tests.tenant_apps.households.households import complete
from tests.tenant_apps.reviews.conftest import way

__all__ = ["way"]


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def three(at_township, clerk):
    chance = random.Random(3)
    return [
        files.open_draft(_household(name, chance), actor=clerk, now=NOON).file.pk
        for name in ("柳试甲", "柳试乙", "柳试丙")
    ]


def _household(name, chance):
    birth = date(1974, 6, 15)
    number = fictitious_id(chance, birth=birth, sex=2)
    return complete(name=name, card_name=name, id_no=number, members=[])
