"""Temporary files, another head, a split."""

from datetime import timedelta

import pytest

from bangfu.kernel.errors import InvalidInput, NotFound
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.register.models import Alias, IdentityEntry, SplitAlias
from shared_apps.register.selectors import splits_of
from shared_apps.rollup.fold import distinct_subjects
from shared_apps.rollup.services import fold_facts, recount_station
from tenant_apps.casework.models import Clock
from tenant_apps.households import services as files
from tenant_apps.households.facts import facts_of_station
from tenant_apps.households.mapping import number_hash
from tenant_apps.households.models import FileState, HouseholdFile, HouseholdMember
from tenant_apps.households.services import heading, rechecking
from tenant_apps.households.services.drafting import NotEditable
from tenant_apps.households.services.temporary import open_temporary
from tenant_apps.households.services.tending import tend_files
from tests.tenant_apps.households.households import PAPERS, complete, daughter
from tests.tenant_apps.households.test_transfers import moved


def temporary(life, station, **changes):
    draft = complete(**changes)
    with in_station(station):
        clerk = life.person(station, "clerk")
        return open_temporary(draft, actor=clerk, now=life.now)


def test_a_temporary_file_is_open_at_once_and_not_counted(life, township):
    file = temporary(life, township)
    assert (file.state, bool(file.file_no)) == (FileState.TEMPORARY, True)
    with in_station(township):
        assert list(facts_of_station()) == []
        assert Clock.objects.get(stopped_at=None).kind == "temporary"


def test_a_temporary_file_needs_its_few_fields(life, township):
    with pytest.raises(InvalidInput) as refusal:
        temporary(life, township, story="", main_cause="")
    assert [one.code for one in refusal.value.problems] == ["V370", "V370"]


def test_a_temporary_file_becomes_a_regular_one_when_it_is_complete(life, township):
    file = temporary(life, township)
    clerk = life.person(township, "clerk")
    with in_station(township):
        with pytest.raises(InvalidInput):
            files.submit_file(file.pk, actor=clerk, now=life.now)
        for kind in PAPERS:
            files.mark_paper(file.pk, kind=kind, actor=clerk, now=life.now)
        submitted = files.submit_file(file.pk, actor=clerk, now=life.now)
        assert (submitted.state, submitted.file_no) == (FileState.SUBMITTED, file.file_no)
        assert Clock.objects.get(stopped_at=None).kind == "first_review"


def test_a_temporary_file_that_nobody_completes_is_let_go(life, township):
    file = temporary(life, township)
    with in_station(township):
        assert tend_files(now=life.now).expired == 0
        later = life.now + timedelta(days=120)
        assert tend_files(now=later).expired == 1
        row = HouseholdFile.objects.get(pk=file.pk)
        assert (row.state, row.exit_kind) == (FileState.CANCELLED, "cancelled")
        assert list(facts_of_station()) == []
        assert not Clock.objects.filter(stopped_at=None).exists()
    with in_network():
        assert not IdentityEntry.objects.filter(subject=file.pk).exists()


def in_recheck(life, station):
    file = life.on_file(station)
    life.at(station, rechecking.report_event, file, event="death", happened_on=life.today)
    life.at(station, rechecking.start_recheck, file)
    return life.row(station, file)


def test_another_member_becomes_the_head_and_the_household_counts_once(life, township):
    file = in_recheck(life, township)
    with in_station(township):
        heir = HouseholdMember.objects.get(file_id=file.pk)
    old, new = bytes(file.id_no_hash), bytes(heir.id_no_hash)
    changed = life.at(
        township,
        heading.change_head,
        file,
        position=0,
        expected_version=file.lock_version,
    )
    assert (changed.name, changed.file_no) == (heir.name, file.file_no)
    assert bytes(changed.id_no_hash) == new
    assert (changed.card_no is None or not changed.card_no.reveal(), changed.consent_on) == (
        True,
        None,
    )
    with in_network():
        alias = Alias.objects.get(removed_at__isnull=True)
        assert (bytes(alias.old_hash), bytes(alias.given_hash)) == (old, new)
        fold_facts(now=life.now, wait=True)
    assert not recount_station(township)


def test_the_former_head_may_stay_as_a_member(life, township):
    file = in_recheck(life, township)
    life.at(
        township,
        heading.change_head,
        file,
        position=0,
        former_head_as="51",
        expected_version=file.lock_version,
    )
    with in_station(township):
        assert HouseholdMember.objects.get(file_id=file.pk).name == "柳试一"


def test_members_leave_and_form_a_household_of_their_own(life, township):
    son = daughter(name="柳试乙", id_no="", birth=None)
    file = in_recheck(life, township)
    with in_station(township):
        clerk = life.person(township, "clerk")
        saved = files.add_member(
            file.pk,
            member=son,
            expected_version=file.lock_version,
            actor=clerk,
            now=life.now,
        ).file
    made = life.at(
        township,
        heading.split_household,
        file,
        positions=[0],
        expected_version=saved.lock_version,
    )
    assert (made.state, made.former_id, made.name) == (FileState.DRAFT, file.pk, "柳试甲")
    with in_station(township):
        assert [one.name for one in HouseholdMember.objects.filter(file_id=file.pk)] == ["柳试乙"]
    with in_network():
        subjects = IdentityEntry.objects.filter(id_hash=number_hash(made.id_no.reveal()))
        assert [one.subject for one in subjects] == [made.pk]
        alias = SplitAlias.objects.get()
    assert (alias.subject, alias.former_subject) == (made.pk, file.pk)
    assert bytes(alias.former_hash) == bytes(file.id_no_hash)
    assert bytes(alias.head_hash) == number_hash(made.id_no.reveal())


def split(life, station):
    """A household of which the daughter forms one of her own, both on file, and both files."""
    file = in_recheck(life, station)
    made = life.at(
        station, heading.split_household, file, positions=[0], expected_version=file.lock_version
    )
    with in_station(station):
        row = HouseholdFile.objects.get(pk=made.pk)
        row.state = FileState.ON_FILE
        row.save()
        files.record_version(
            file=row, event="approved", actor=life.person(station, "clerk"), now=life.now
        )
    return file, made


def test_both_households_of_a_split_count_each_for_itself(life, township, county):
    split(life, township)
    fold_facts(now=life.now, wait=True)
    first, last = life.today.replace(year=2000, month=1, day=1), life.today.replace(day=1)
    assert distinct_subjects(path=county.path, indicator="FIL-01", first=first, last=last) == 2
    assert not recount_station(township)


def test_a_split_stays_known_when_the_new_household_moves(life, township, outsider, city):
    file, made = split(life, township)
    moved(life, township, outsider, city, made)

    with in_station(outsider):
        (seen,) = splits_of(made.pk, head=bytes(made.id_no_hash))
    assert (seen.is_former, seen.subject) == (True, file.pk)
    assert (seen.split_at, seen.held_by) == (township.name, township.name)
    with in_station(township):
        (seen,) = splits_of(file.pk, head=bytes(file.id_no_hash))
    assert (seen.is_former, seen.subject, seen.held_by) == (False, made.pk, outsider.name)


def test_a_split_that_is_taken_back_before_it_is_submitted_leaves_nothing(life, township):
    file = in_recheck(life, township)
    made = life.at(
        township, heading.split_household, file, positions=[0], expected_version=file.lock_version
    )
    life.at(township, files.delete_draft, made)
    with in_network():
        assert not SplitAlias.objects.exists()


@pytest.mark.parametrize("positions", [[], [7], [0, 0]])
def test_a_split_names_its_members(life, township, positions):
    file = in_recheck(life, township)
    with pytest.raises(InvalidInput) as refusal:
        life.at(
            township,
            heading.split_household,
            file,
            positions=positions,
            expected_version=file.lock_version,
        )
    assert [one.code for one in refusal.value.problems] == ["V381"]


def test_a_head_is_changed_in_a_recheck_only_and_must_have_a_number(life, township, outsider):
    file = life.on_file(township)
    with pytest.raises(NotEditable):
        life.at(township, heading.change_head, file, position=0, expected_version=1)
    with pytest.raises(InvalidInput) as refusal:
        life.at(township, heading.change_head, file, position=5, expected_version=1)
    assert [one.code for one in refusal.value.problems] == ["V380"]
    with pytest.raises(NotFound):
        life.at(outsider, heading.change_head, file, position=0, expected_version=1)
