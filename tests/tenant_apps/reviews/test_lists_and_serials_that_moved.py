"""Request lists and the serials of file numbers went from the stations' schemas to public."""

import pytest
from django.db import connections

from bangfu.kernel.tenancy import in_station
from bangfu.kernel.tenancy.router import OWNER
from shared_apps.printing.models import MeansBatch
from shared_apps.register.models import FileSerial
from tenant_apps.reviews.models import MeansCheck
from tenant_apps.reviews.selectors import checks_of
from tenants.migrator import change_all
from tests.support.moved import put_into_the_schema
from tests.tenant_apps.households.households import daughter
from tests.tenant_apps.reviews.conftest import Way
from tests.tenant_apps.reviews.test_means_lists import Desk

MOVED = {"reviews_meansbatch": "printing_meansbatch", "households_serial": "register_fileserial"}
BEFORE = [("reviews", "0004_exit_requests"), ("households", "0005_asked")]
STEPS = ["reviews.0005_batches_into_public", "households.0006_serials_into_public"]
CHECKS_BEFORE = (
    "ALTER TABLE reviews_meanscheck DROP COLUMN batch_number",
    "DROP INDEX means_check_of_batch",
    (
        "ALTER TABLE reviews_meanscheck ADD CONSTRAINT of_batch FOREIGN KEY (batch_id) "
        "REFERENCES reviews_meansbatch (id) DEFERRABLE INITIALLY DEFERRED"
    ),
    "CREATE INDEX of_batch_before ON reviews_meanscheck (batch_id)",
)


@pytest.fixture
def desk(committed, person_at, township, county, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    return Desk(Way(person_at), township, county)


@pytest.mark.fault
def test_lists_and_serials_go_over_and_checks_keep_their_list(desk, outsider):
    batch = desk.send()
    for station in (desk.home, desk.centre):
        put_into_the_schema(station, MOVED, at=BEFORE, steps=STEPS, then=CHECKS_BEFORE)
        with in_station(station):
            assert not MeansBatch.objects.exists() and not FileSerial.objects.exists()

    change_all()

    connections[OWNER].close()
    with in_station(desk.home):
        assert FileSerial.objects.get().last == 1
    with in_station(desk.centre):
        found = MeansBatch.objects.get()
        assert (found.pk, found.number, found.checks_sent) == (batch.pk, batch.number, 1)
        assert [check.batch_number for check in checks_of(found)] == [batch.number]
        assert MeansCheck.objects.get().batch_id == batch.pk
    with in_station(outsider):
        assert not MeansBatch.objects.exists() and not FileSerial.objects.exists()
    second = desk.way.submitted(
        desk.home, name="柳试二", id_no="130771197406150143", card_name="柳试二", card_no="6999990000000020007",
        mobile="19900000002", members=[daughter(name="柳试乙", id_no="130771200809020268")],
    )  # fmt: skip
    assert second.file_no.endswith("0002")
