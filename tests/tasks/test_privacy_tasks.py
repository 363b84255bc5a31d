"""The upkeep of personal data: once an hour, once a day, and only where there is something to do."""

import json

import pytest

from bangfu.kernel.tenancy import in_network
from bangfu.local import secrets
from shared_apps.audit.models import KeyRound
from tasks import privacy

# A round belongs to a slot of the clock: at another time the next slot may begin between two calls.
pytestmark = pytest.mark.usefixtures("at_noon")


def test_each_round_is_done_once_in_its_slot(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    assert [privacy.expire(), privacy.expire()] == [1, 0]
    assert [privacy.sweep(), privacy.sweep()] == [1, 0]


def test_every_place_is_brought_under_the_current_key_and_then_left_alone(db, settings, tmp_path):
    file = tmp_path / "secrets.json"
    file.write_text(json.dumps({"keys": {"k1": secrets.new_key()}, "index": secrets.new_key()}))
    settings.BANGFU_KEYS = secrets.LiveRing(file)
    settings.MEDIA_ROOT = tmp_path

    assert privacy.reseal() == 1

    with in_network():
        assert KeyRound.objects.exclude(key="").count() == 8
        assert set(KeyRound.objects.values_list("left", flat=True)) == {0}
    assert privacy.reseal() == 0
