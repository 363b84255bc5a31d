"""R28: a new key seals at once, everything old is sealed anew behind people's backs, the old key goes."""

import base64
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bangfu.kernel.crypto import Secret, Unsealable, key_id_of
from bangfu.kernel.tenancy import in_network, in_station
from bangfu.local import LocalError, secrets
from shared_apps.audit.models import KeyRound
from shared_apps.audit.selectors import key_rounds
from shared_apps.exchange.models import Message
from tenant_apps.casework.models import Attachment
from tenant_apps.casework.services import attach, show_attachment
from tenant_apps.households.dossiers import opened_dossier
from tenant_apps.households.models import HouseholdFile, HouseholdMember, HouseholdVersion
from tenant_apps.households.services import reveal_field
from tenant_apps.privacy import resealing
from tenant_apps.reviews.models import Review
from tenant_apps.reviews.selectors import dossier_of
from tests.conftest import NOON
from tests.tenant_apps.privacy.dumping import everything_kept
from tests.tenant_apps.reviews.conftest import Way

pytestmark = pytest.mark.fault

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40 + b"IEND\xaeB`\x82"
NUMBER = "130771197406150127"


@pytest.fixture
def ring(settings, tmp_path):
    """A ring in a file, as every process reads it."""
    file = tmp_path / "secrets.json"
    file.write_text(json.dumps({"keys": {"k1": secrets.new_key()}, "index": secrets.new_key()}))
    settings.BANGFU_KEYS = secrets.LiveRing(file)
    settings.MEDIA_ROOT = tmp_path / "media"
    return file


@pytest.fixture
def world(ring, person_at, township, county):
    """A file on its way: rows, versions, a scan, a review above, messages between; all under k1."""
    way = Way(person_at)
    file = way.reported(township)
    with in_station(township):
        scan = attach(
            subject=("file", file.pk), kind="id_cards", upload=SimpleUploadedFile("a.png", PNG),
            actor=way.person(township, "clerk"), now=NOON,
        )  # fmt: skip
    return way, file, scan


def reseal_everywhere(*stations):
    resealing.reseal_shared(seconds=60, now=NOON)
    for station in stations:
        resealing.reseal_station(station, seconds=60, now=NOON)


def keys_in_use(township, county, file, scan, settings):
    with in_station(township):
        row = HouseholdFile.objects.get(pk=file.pk)
        used = {key_id_of(row.id_no.stored), key_id_of(row.address.stored)}
        used |= {key_id_of(one.id_no.stored) for one in HouseholdMember.objects.all()}
        path = settings.MEDIA_ROOT / Attachment.objects.get(pk=scan.pk).path
        used.add(key_id_of(path.read_bytes()))
    with in_station(county):
        used.add(key_id_of(Review.objects.get(file_id=file.pk).dossier.stored))
    return used


def test_what_is_written_after_the_rotation_is_under_the_new_key_and_old_values_still_open(
    world, ring, township
):
    way, file, _scan = world
    assert secrets.add_key(ring) == "k2"

    with in_station(township):
        clerk = way.person(township, "clerk")
        value = reveal_field(file.pk, field="id_no", reason="核对证件", actor=clerk, now=NOON)
        fresh = way.submitted(township, id_no="130771197406150143", members=[], persons=1,
                              living_together=1, single_parent=False, other_causes=("10",),
                              name="柳试二", card_name="柳试二", cost_school_fen=None)  # fmt: skip
        assert value == NUMBER
        assert key_id_of(HouseholdFile.objects.get(pk=file.pk).id_no.stored) == "k1"
        assert key_id_of(HouseholdFile.objects.get(pk=fresh.pk).id_no.stored) == "k2"


def test_everything_is_sealed_anew_and_then_the_old_key_can_go(
    world, ring, township, county, settings
):
    way, file, scan = world
    secrets.add_key(ring)
    assert resealing.stale_in_station(township) > 0
    assert resealing.stale_in_station(county) > 0
    assert resealing.stale_in_shared() > 0

    reseal_everywhere(township, county)

    assert keys_in_use(township, county, file, scan, settings) == {"k2"}
    assert resealing.stale_in_station(township) == 0
    assert resealing.stale_in_station(county) == 0
    assert resealing.stale_in_shared() == 0
    secrets.retire_key(ring, "k1")
    with in_station(township):
        row = HouseholdFile.objects.get(pk=file.pk)
        assert row.id_no.reveal() == NUMBER
        for version in HouseholdVersion.objects.filter(file=row):
            sealed = base64.b64decode(version.snapshot["id_no"]["sealed"])
            assert key_id_of(sealed) == "k2"
        shown = show_attachment(
            Attachment.objects.get(pk=scan.pk), actor=way.person(township, "clerk"), now=NOON
        )
        assert shown == PNG
    with in_station(county):
        dossier = dossier_of(Review.objects.get(file_id=file.pk))
        assert dossier["snapshot"]["name"] == "柳试一"
    with in_network():
        for message in Message.objects.filter(kind="dossier.offered"):
            assert opened_dossier(message.body["dossier"])["snapshot"]["name"] == "柳试一"


def test_a_file_goes_on_its_way_while_the_keys_are_rotated(world, ring, township, county):
    way, file, _scan = world
    secrets.add_key(ring)
    way.review("accept", county, file)
    resealing.reseal_station(county, seconds=60, now=NOON)
    way.review("confirm_means", county, file, fits=True, checked_on=way.today)
    resealing.reseal_station(township, seconds=60, now=NOON)
    way.review("publish_notice", county, file)
    secrets.add_key(ring)
    way.pass_days(8)
    way.review("approve", county, file, role="head")
    reseal_everywhere(township, county)
    secrets.retire_key(ring, "k1")
    secrets.retire_key(ring, "k2")

    assert way.state(township, file) == "on_file"
    with in_station(township):
        assert HouseholdFile.objects.get(pk=file.pk).id_no.reveal() == NUMBER


def test_a_round_that_was_stopped_goes_on_where_it_was(world, ring, township):
    secrets.add_key(ring)
    total = resealing.stale_in_station(township)

    first = resealing.reseal_station(township, seconds=0, now=NOON)
    assert 0 < first.left < total or first.resealed >= total
    second = resealing.reseal_station(township, seconds=60, now=NOON)

    assert second.left == 0
    assert not resealing.needs_round(township.id)
    again = resealing.reseal_station(township, seconds=60, now=NOON)
    assert again.resealed == 0


def test_the_progress_says_which_places_are_done(world, ring, township):
    secrets.add_key(ring)
    resealing.reseal_station(township, seconds=60, now=NOON)

    rounds = key_rounds(resealing.ring_in_force())

    assert rounds.done == 1
    assert [one.name for one in rounds.places if one.is_done] == [
        f"{township.code} {township.name}"
    ]
    with in_network():
        assert KeyRound.objects.get(station_id=township.id).resealed > 0


def test_a_value_that_opens_with_no_key_is_counted_and_stands_in_the_way(world, ring, township):
    _way, file, _scan = world
    with in_station(township):
        row = HouseholdFile.objects.get(pk=file.pk)
        broken = bytearray(row.id_no.stored)
        broken[-1] ^= 1
        place = row.id_no.place
        HouseholdFile.objects.filter(pk=file.pk).update(
            id_no=Secret(place=place, sealed=bytes(broken))
        )
    secrets.add_key(ring)

    tally = resealing.reseal_station(township, seconds=60, now=NOON)

    assert (tally.unreadable, tally.left) == (1, 1)
    with in_station(township), pytest.raises(Unsealable):
        HouseholdFile.objects.get(pk=file.pk).id_no.reveal()


def test_the_key_that_seals_is_not_retired_and_a_retired_one_can_be_recalled(ring):
    with pytest.raises(LocalError, match="rotate first"):
        secrets.retire_key(ring, "k1")
    with pytest.raises(LocalError, match="no key k7"):
        secrets.retire_key(ring, "k7")
    secrets.add_key(ring)
    secrets.retire_key(ring, "k1")
    with pytest.raises(LocalError, match="no retired key k9"):
        secrets.recall_key(ring, "k9")

    secrets.recall_key(ring, "k1")

    live = secrets.LiveRing(ring)
    assert (live["current"], sorted(live["keys"])) == ("k2", ["k1", "k2"])
    assert secrets.add_key(ring) == "k3"


def test_a_running_process_sees_a_key_that_was_added_to_the_file(ring, settings):
    assert settings.BANGFU_KEYS["current"] == "k1"
    secrets.add_key(ring)
    assert settings.BANGFU_KEYS["current"] == "k2"


def test_a_dump_of_the_station_and_of_the_shared_tables_holds_only_ciphertext(
    world, ring, township
):
    sealed = (
        NUMBER,
        "130771200809020241",
        "19900000001",
        "6999990000000010008",
        "糖尿病",
        "示例路1号",
    )
    secrets.add_key(ring)
    resealing.reseal_station(township, seconds=60, now=NOON)

    found = [(label, one) for label, text in everything_kept() for one in sealed if one in text]
    assert found == []
