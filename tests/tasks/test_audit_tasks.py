"""The hourly anchors."""

import pytest

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import in_station
from shared_apps.audit.models import AuditRow
from shared_apps.audit.services import ANCHOR_EVENT, record
from tasks.audit import anchor
from tests.conftest import NOON

pytestmark = pytest.mark.usefixtures("at_noon")


def test_every_chain_is_anchored_at_its_parent_once_an_hour(township, county):
    with in_station(township):
        record(event="x", actor=Actor.system("test"), subject=("x", 1), now=NOON)

    assert anchor() == 1
    assert anchor() == 0

    with in_station(county):
        assert AuditRow.objects.filter(event=ANCHOR_EVENT).count() == 1
