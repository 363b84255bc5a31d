"""What time brings about, by itself."""

import pytest

from bangfu.kernel.tenancy import in_station
from shared_apps.exchange import relay
from tasks.clocks import fire
from tenant_apps.households.models import FileState
from tenant_apps.reviews.models import Review, ReviewState
from tests.tenant_apps.reviews.conftest import way

__all__ = ["way"]


@pytest.fixture
def later(monkeypatch):
    from datetime import timedelta

    from bangfu.kernel import clock
    from tests.conftest import NOON

    monkeypatch.setattr(clock, "now", lambda: NOON.astimezone(clock.LOCAL) + timedelta(days=8))


def test_a_notice_whose_days_are_over_moves_to_approval_by_itself(way, township, county, later):
    file = way.noticed(township, county)

    fire()
    relay.deliver_all()

    with in_station(county):
        assert Review.objects.get().state == ReviewState.APPROVAL
    assert way.state(township, file) == FileState.APPROVAL
