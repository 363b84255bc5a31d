"""R24: one station is put back; its rows are what they were, the others keep theirs, nothing is sent again."""

from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from bangfu.kernel.tenancy import in_network, in_station
from bangfu.kernel.tenancy.direct import direct_parameters
from shared_apps.audit.auditor import Place, Ring, audit_station
from shared_apps.audit.services import verify
from shared_apps.exchange import relay
from shared_apps.exchange.models import Message
from shared_apps.rollup.services import fold_facts, recount_station
from tenant_apps.households.models import HouseholdFile
from tenant_apps.privacy import services as privacy
from tenants.backup import restore_station, save_station
from tenants.models import Station
from tests.conftest import NOON
from tests.tenant_apps.reviews.conftest import Way

# The station that is put back, the one above it, and one that has nothing to do with it.
LOOKED_AT = ("130705001", "130705", "130702001")


@pytest.fixture
def way(committed, person_at, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    return Way(person_at)


def hashes(folder, name, *, except_for=""):
    """The digest of every table of the stations looked at, as a backup of each says."""
    with in_network():
        stations = list(Station.objects.filter(code__in=LOOKED_AT).exclude(code=except_for))
    return {
        station.code: save_station(station, folder / f"{name}-{station.code}.zip", now=NOON).tables
        for station in stations
    }


def messages():
    with in_network():
        return list(
            Message.objects.order_by("pk").values("pk", "state", "attempts", "done_at", "seq")
        )


@pytest.mark.fault
def test_a_station_is_put_back_and_the_network_goes_on_as_if_nothing_had_been(
    way, township, county, tmp_path, person_at
):
    file = way.approved(township, county)
    fold_facts(now=way.now)
    before = hashes(tmp_path, "before")
    with in_network():
        row = Station.objects.get(code=township.code)
    save_station(row, tmp_path / "saved.zip", now=way.now)

    clerk = way.person(township, "clerk")
    with in_station(township):
        privacy.give_consent(file.pk, purpose="health", channel="paper", actor=clerk, now=way.now)
        HouseholdFile.objects.filter(pk=file.pk).update(name="改坏了", story="")
    assert hashes(tmp_path, "spoilt")[township.code] != before[township.code]
    told, others = messages(), hashes(tmp_path, "others", except_for=township.code)

    restore_station(row, tmp_path / "saved.zip")

    assert hashes(tmp_path, "after")[township.code] == before[township.code]
    assert hashes(tmp_path, "again", except_for=township.code) == others
    assert relay.deliver_all() == 0
    assert messages() == told
    with in_station(township):
        assert HouseholdFile.objects.get(pk=file.pk).name == "柳试一"
        comparison = recount_station(township)
    assert not comparison.cells
    assert verify(township) is None
    assert verify(county) is None


@pytest.mark.fault
def test_a_decision_that_came_after_the_backup_is_missing_and_the_auditor_says_so(
    way, township, county, tmp_path
):
    file = way.noticed(township, county)
    with in_network():
        row = Station.objects.get(code=township.code)
    save_station(row, tmp_path / "saved.zip", now=way.now)
    way.pass_days(8)
    way.review("approve", county, file, role="head")
    assert way.state(township, file) == "on_file"

    restore_station(row, tmp_path / "saved.zip")

    assert relay.deliver_all() == 0
    assert way.state(township, file) == "notice"
    assert "approval-not-followed" in found_at(township, way.now)


def found_at(station, now):
    place = Place(
        station=station.id,
        code=station.code,
        schema=station.schema,
        now=now,
        media=Path(settings.MEDIA_ROOT),
    )
    ring = Ring(dict(settings.BANGFU_KEYS["keys"]), settings.BANGFU_KEYS["index"])
    with psycopg.connect(**direct_parameters("default")) as connection:
        return {finding.check for finding in audit_station(connection, place, ring)}
