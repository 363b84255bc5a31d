"""What workers do about applications by themselves."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache

from bangfu.kernel import clock
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.notifications.models import Notification
from shared_apps.onboarding.services import deciding
from tasks.onboarding import keep_time, write
from tests.conftest import NOON
from tests.shared_apps.onboarding.test_onboarding import apply


@pytest.fixture(autouse=True)
def _no_counts(db):
    cache.clear()


def test_the_letter_of_a_return_goes_out_with_the_next_round(city, person_at):
    application, head = apply(city), person_at(city, Role.HEAD)
    with in_station(city):
        deciding.return_application(
            application_id=application.pk, missing=[], comment="请补齐", actor=head, now=NOON
        )
    assert write() == 1
    assert write() == 0
    assert "请补齐" in mail.outbox[0].body


def test_what_is_late_is_told_by_itself(city, person_at, monkeypatch):
    apply(city)
    person_at(city, Role.HEAD)
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=8))
    assert keep_time() == 1
    assert keep_time() == 0
    with in_network():
        assert Notification.objects.filter(kind="onboarding.late", station_id=city.id).count() == 1
