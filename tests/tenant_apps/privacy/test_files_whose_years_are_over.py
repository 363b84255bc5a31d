"""Retention: after ten years two people delete a file, and nothing of the household is left."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bangfu.kernel.crypto import blind_index
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotPermitted
from bangfu.kernel.ids import uuid7
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.audit.models import AuditRow
from shared_apps.audit.services import verify
from shared_apps.exchange import relay
from shared_apps.importing.models import Row, Run
from shared_apps.register.models import IdentityEntry, SplitAlias
from shared_apps.register.services import note_split
from shared_apps.rollup.services import fold_facts
from tenant_apps.casework.models import Attachment
from tenant_apps.casework.services import attach
from tenant_apps.households.facts import facts_of_station
from tenant_apps.households.models import (
    FileState,
    HouseholdFile,
    HouseholdMember,
)
from tenant_apps.households.services.versions import record_version
from tenant_apps.privacy import services
from tenant_apps.privacy.models import Disposal
from tenant_apps.privacy.selectors import files_past_their_years
from tenant_apps.privacy.services.erasing import erase_copies
from tenant_apps.reviews.models import MeansCheck
from tests.conftest import NOON
from tests.tenant_apps.households.households import daughter
from tests.tenant_apps.privacy.dumping import everything_kept, tables_holding
from tests.tenant_apps.reviews.conftest import Way

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40 + b"IEND\xaeB`\x82"
VALUES = (
    "柳试一", "柳试甲", "130771197406150127", "130771200809020241", "19900000001", "示例路1号",
    "糖尿病", "6999990000000010008", "独自抚养在读子女", "示例高级中学",
)  # fmt: skip
# Of the head, the daughter, the card and the telephone.
HASHES = (
    *(blind_index(number, purpose="id_no") for number in VALUES[2:4]),
    blind_index(VALUES[7], purpose="card_no"),
    blind_index(VALUES[4], purpose="phone"),
)
STRANGERS = (uuid7(), uuid7())


def propose(file, actor, **changes):
    return services.propose_disposal(
        file.pk, **{"reason": "保管期满", **changes}, actor=actor, now=NOON
    )


def test_a_file_is_on_the_list_from_the_day_after_its_last(at_township, old_file):
    last = old_file.keep_until

    assert list(files_past_their_years(last)) == []
    assert list(files_past_their_years(last + timedelta(days=1))) == [old_file]


def test_the_station_is_reminded_until_it_has_decided(at_township, old_file, head, second_head):
    assert services.remind_of_old_files(now=NOON) == 1
    services.confirm_deletion(propose(old_file, head).pk, actor=second_head, now=NOON)
    assert services.remind_of_old_files(now=NOON) == 0


def test_two_people_delete_and_the_certificate_says_what(at_township, old_file, head, second_head):
    row = services.confirm_deletion(propose(old_file, head).pk, actor=second_head, now=NOON)

    assert row.number == "130705001-XH2026-0001"
    assert row.erased["households.householdmember"] == 1
    assert row.erased["households.householdfile"] == 1
    assert len(bytes(row.digest)) == 32
    noted = AuditRow.objects.get(event="privacy.deleted").data
    assert (noted["proposed_by"], noted["decided_by"]) == ("周站长", "吴站长")
    assert noted["digest"] == bytes(row.digest).hex()
    assert verify(at_township) is None


def test_one_person_alone_does_not_delete(at_township, old_file, head):
    row = propose(old_file, head)
    with pytest.raises(services.SamePerson):
        services.confirm_deletion(row.pk, actor=head, now=NOON)


@pytest.mark.parametrize(
    "changes",
    [
        {"state": FileState.SUBMITTED},
        {"keep_until": None},
        {"keep_until": NOON.date()},
        {"keep_until": (NOON + timedelta(days=1)).date()},
    ],
)
def test_an_open_file_or_one_still_to_be_kept_is_not_deleted(at_township, old_file, head, changes):
    HouseholdFile.objects.filter(pk=old_file.pk).update(**changes)
    with pytest.raises(services.StillToBeKept):
        propose(old_file, head)


def test_a_file_that_is_kept_longer_meanwhile_is_not_deleted(
    at_township, old_file, head, second_head
):
    row = propose(old_file, head)
    HouseholdFile.objects.filter(pk=old_file.pk).update(keep_until=NOON.date())
    with pytest.raises(services.StillToBeKept):
        services.confirm_deletion(row.pk, actor=second_head, now=NOON)


def test_a_file_is_kept_longer_for_a_reason_to_a_day(at_township, old_file, head):
    row = propose(old_file, head)
    until = (NOON + timedelta(days=365)).date()
    with pytest.raises(InvalidInput):
        services.keep_longer(row.pk, until=NOON.date(), reason="诉讼未结", actor=head, now=NOON)
    with pytest.raises(InvalidInput):
        services.keep_longer(row.pk, until=until, reason="", actor=head, now=NOON)

    services.keep_longer(row.pk, until=until, reason="诉讼未结", actor=head, now=NOON)

    assert list(files_past_their_years(NOON.date())) == []
    assert HouseholdFile.objects.get(pk=old_file.pk).keep_until == until


def test_a_proposal_is_made_once_needs_a_reason_and_can_be_taken_back(at_township, old_file, head):
    with pytest.raises(InvalidInput):
        propose(old_file, head, reason="")
    row = propose(old_file, head)
    with pytest.raises(IllegalMove):
        propose(old_file, head)

    services.withdraw_disposal(row.pk, actor=head, now=NOON)

    with pytest.raises(IllegalMove):
        services.confirm_deletion(row.pk, actor=head, now=NOON)
    assert propose(old_file, head).pk != row.pk


def test_clerks_and_supervisors_do_not_delete(at_township, old_file, head, clerk, supervisor):
    with pytest.raises(NotPermitted):
        propose(old_file, clerk)
    row = propose(old_file, head)
    for person in (clerk, supervisor):
        with pytest.raises(NotPermitted):
            services.confirm_deletion(row.pk, actor=person, now=NOON)


@pytest.fixture
def deleted_everywhere(person_at, township, county, tmp_path, settings):
    """A file that went its whole way, with a scan and an imported row, deleted by two people."""
    settings.MEDIA_ROOT = tmp_path
    way = Way(person_at)
    file = way.approved(township, county)
    heads = [person_at(township, "head"), person_at(township, "head")]
    with in_station(township):
        scan = attach(
            subject=("file", file.pk),
            kind="id_cards",
            upload=SimpleUploadedFile("柳试一.png", PNG),
            actor=heads[0],
            now=NOON,
        )
        run = Run.objects.create(
            station_id=township.id, filename="x", digest="x", sheet="x", created_at=NOON
        )
        Row.objects.create(
            run=run, station_id=township.id, number=1, household_no="1", file_id=file.pk,
            payload='{"name": "柳试一"}', problems=[{"message": "柳试一"}],
        )  # fmt: skip
        left = HouseholdFile.objects.get(pk=file.pk)
        left.state, left.exit_kind = FileState.OUT, "out"
        left.exit_reason, left.exit_measure = "income", "medical"
        left.save()
        record_version(file=left, event="exit", actor=heads[0], now=NOON)
        before = list(facts_of_station())
        HouseholdFile.objects.filter(pk=file.pk).update(
            state=FileState.ARCHIVED, keep_until=(NOON - timedelta(days=1)).date()
        )
        for subject, former in ((file.pk, uuid7()), (uuid7(), file.pk), STRANGERS):
            note_split(
                head_hash=HASHES[0], former_hash=HASHES[1], subject=subject,
                former_subject=former, on=NOON.date(),
            )  # fmt: skip
        services.request_correction(
            file.pk, field="mobile", wish="19900000001", asked_by="柳试一", actor=heads[0], now=NOON
        )
        row = services.propose_disposal(file.pk, reason="保管期满", actor=heads[0], now=NOON)
        services.confirm_deletion(row.pk, actor=heads[1], now=NOON)
    relay.deliver_all()
    return file, scan, before, way.now


@pytest.mark.fault
def test_after_a_deletion_no_value_of_the_household_is_left_anywhere(
    deleted_everywhere, township, tmp_path
):
    file, scan, _before, _now = deleted_everywhere

    left = [
        (label, value) for label, text in everything_kept() for value in VALUES if value in text
    ]
    assert left == []
    with in_station(township):
        assert not HouseholdMember.objects.exists()
        assert not Attachment.objects.filter(pk=scan.pk).exists()
        assert HouseholdFile.objects.get(pk=file.pk).file_no == file.file_no
        assert not IdentityEntry.objects.filter(subject=file.pk).exists()


@pytest.mark.fault
def test_no_keyed_hash_of_the_household_stays_but_where_the_certificate_says(
    deleted_everywhere, township
):
    file, _scan, _before, now = deleted_everywhere
    with in_network():
        fold_facts(now=now, wait=True)
        # Of two households that only have the hashes in common with this one.
        assert SplitAlias.objects.filter(subject=STRANGERS[0]).delete()[0] == 1
    with in_station(township):
        certificate = Disposal.objects.get(file_id=file.pk)

    assert tables_holding(HASHES) == set(certificate.kept)
    assert set(certificate.kept) == {
        "households.householdversion",
        "pairing.duty",
        "rollup.member",
    }
    assert certificate.erased["register.splitalias"] == 2


def test_what_is_left_of_a_file_that_moved_is_erased_and_the_household_stays_known(
    at_township, old_file, head, second_head
):
    note_split(
        head_hash=HASHES[0], former_hash=HASHES[1], subject=old_file.pk,
        former_subject=uuid7(), on=NOON.date(),
    )  # fmt: skip
    HouseholdFile.objects.filter(pk=old_file.pk).update(state=FileState.MOVED_OUT)

    services.confirm_deletion(propose(old_file, head).pk, actor=second_head, now=NOON)

    with in_network():
        assert SplitAlias.objects.filter(subject=old_file.pk).exists()


def test_what_was_counted_stays_counted(deleted_everywhere, township):
    _file, _scan, before, _now = deleted_everywhere
    exits = [one for one in before if one.indicator == "FIL-04"]
    assert [one.dims for one in exits] == [{"exit_reason": "income", "exit_measure": "medical"}]
    with in_station(township):
        assert sorted(map(str, facts_of_station())) == sorted(map(str, before))


@pytest.mark.fault
def test_one_household_after_the_other_is_erased_above(person_at, township, county):
    way = Way(person_at)
    other = way.reported(
        township, name="柳试二", id_no="130771197406150143", card_name="柳试二", mobile="19900000002",
        card_no="6999990000000020007", members=[daughter(name="柳试乙", id_no="130771200809020268")],
    )  # fmt: skip
    heads = [person_at(township, "head"), person_at(township, "head")]
    for file in (way.approved(township, county), way.approved(township, county, other)):
        with in_station(township):
            HouseholdFile.objects.filter(pk=file.pk).update(
                state=FileState.ARCHIVED, keep_until=(NOON - timedelta(days=1)).date()
            )
            row = propose(file, heads[0])
            services.confirm_deletion(row.pk, actor=heads[1], now=NOON)
        relay.deliver_all()

    with in_station(county):
        assert AuditRow.objects.filter(event="privacy.copies_erased").count() == 2
        assert all(check.number.startswith("HD") for check in MeansCheck.objects.all())


@pytest.mark.fault
def test_a_deletion_tells_the_stations_above_once_and_twice(deleted_everywhere, county, township):
    file, *_rest = deleted_everywhere
    body = {"file": str(file.pk), "file_no": file.file_no, "number": "x"}
    with in_station(county):
        rows = AuditRow.objects.filter(event="privacy.copies_erased").count()
        assert erase_copies(body, sender_id=township.id, now=NOON) == {}
        assert AuditRow.objects.filter(event="privacy.copies_erased").count() == rows == 1


def test_old_rows_of_imports_are_wiped_and_newer_ones_kept(at_township):
    for age in (100, 10):
        run = Run.objects.create(
            station_id=at_township.id, filename="x", digest=str(age), sheet="x", state="done",
            created_at=NOON - timedelta(days=age),
        )  # fmt: skip
        Row.objects.create(
            run=run, station_id=at_township.id, number=1, household_no="1",
            payload='{"name": "柳试一", "id_no": "130771197406150127", "mobile": "19900000001"}',
        )  # fmt: skip

    assert services.purge_imports(now=NOON) == 1
    assert services.purge_imports(now=NOON) == 0

    payloads = [row.payload.reveal() for row in Row.objects.order_by("run__created_at")]
    assert "柳试一" not in payloads[0]
    assert "柳试一" in payloads[1]
    assert AuditRow.objects.get(event="privacy.imports_purged").data == {"count": 1}


def test_orphans_on_the_disk_are_swept_after_two_days_and_papers_are_kept(
    at_township, file, clerk, tmp_path, settings
):
    settings.MEDIA_ROOT = tmp_path
    kept = attach(
        subject=("file", file.pk), kind="x", upload=SimpleUploadedFile("a.png", PNG),
        actor=clerk, now=NOON,
    )  # fmt: skip
    folder = tmp_path / at_township.schema / "ab"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "orphan").write_bytes(b"x")
    age = (tmp_path / kept.path).stat().st_mtime

    soon = datetime.fromtimestamp(age, UTC) + timedelta(days=1)
    assert services.purge_papers(now=soon) == 0
    assert services.purge_papers(now=soon + timedelta(days=2)) == 1
    assert (tmp_path / kept.path).exists()
