"""Drafts are opened, changed and submitted; what is personal stays sealed; two people are told apart."""

from uuid import uuid4

import pytest
from django.db import connection

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted
from bangfu.kernel.tenancy import StationRef, in_station
from shared_apps.audit.models import AuditRow
from shared_apps.register.models import IdentityEntry
from tenant_apps.households import services
from tenant_apps.households.models import FileState, HouseholdFile
from tenant_apps.households.selectors import FileSearch, files_matching, get_file, sightings_of
from tests.conftest import NOON
from tests.tenant_apps.households.households import PAPERS, complete, daughter, liu

pytestmark = pytest.mark.usefixtures("at_township")


def opened(clerk: Actor, **changes: object) -> HouseholdFile:
    return services.open_draft(complete(**changes), actor=clerk, now=NOON).file


def with_papers(clerk: Actor) -> HouseholdFile:
    file = opened(clerk)
    for kind in PAPERS:
        services.mark_paper(file.pk, kind=kind, actor=clerk, now=NOON)
    return file


def codes(refusal: pytest.ExceptionInfo[InvalidInput]) -> list[str]:
    return [one.code for one in refusal.value.problems if one.severity == "error"]


def test_a_draft_keeps_its_household_and_computes_the_tier(clerk: Actor) -> None:
    file = opened(clerk)
    file.refresh_from_db()
    assert (file.state, file.tier, file.initials) == (FileState.DRAFT, "1", "LSY")
    assert file.computation["net_month_fen"] == 59167
    assert file.members.get().name == "柳试甲"


def test_numbers_telephones_address_and_illness_rest_sealed(clerk: Actor) -> None:
    opened(clerk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT households_file::text FROM households_file")
        row = cursor.fetchone()[0]
    for secret in ("130771197406150127", "19900000001", "6999990000000010008", "糖尿病", "示例路"):
        assert secret not in row
        assert secret.encode().hex() not in row


def test_birthday_sex_level_and_kind_are_proposed(clerk: Actor) -> None:
    file = opened(clerk, birth=None, sex="", file_level="", file_kind="")
    assert (str(file.birth), file.sex) == ("1974-06-15", "2")
    assert (file.file_level, file.file_kind) == ("5", "urban")


def test_a_half_filled_draft_is_kept(clerk: Actor) -> None:
    from tenant_apps.households.drafts import HouseholdDraft

    file = services.open_draft(HouseholdDraft(name="柳试一"), actor=clerk, now=NOON).file
    assert file.tier == ""


def test_a_second_file_of_one_head_is_refused_in_the_own_station(clerk: Actor) -> None:
    opened(clerk)
    with pytest.raises(InvalidInput) as refusal:
        opened(clerk)
    assert codes(refusal) == ["E201"]


def test_a_head_on_file_elsewhere_is_refused_naming_only_the_station(
    clerk: Actor, outsider: StationRef, person_at
) -> None:
    stranger = person_at(outsider, "clerk")
    with in_station(outsider):
        opened(stranger, name="孟试乙", members=[], card_name="孟试乙")
    with pytest.raises(InvalidInput) as refusal:
        opened(clerk, members=[])
    message = str(refusal.value.problems[0].message)
    assert "红旗楼街道职工帮扶站" in message
    assert "孟试乙" not in message


def test_a_member_of_another_open_file_cannot_head_one(clerk: Actor) -> None:
    opened(clerk)
    with pytest.raises(InvalidInput) as refusal:
        opened(
            clerk,
            name="柳试甲",
            id_no=daughter().id_no,
            birth=None,
            sex="",
            members=[],
            card_name="柳试甲",
        )
    assert codes(refusal) == ["E202"]


def test_a_closed_file_lets_the_household_come_back(clerk: Actor) -> None:
    file = opened(clerk)
    HouseholdFile.objects.filter(pk=file.pk).update(state=FileState.CANCELLED)
    IdentityEntry.objects.filter(subject=file.pk).delete()
    assert opened(clerk).pk != file.pk


def test_a_change_says_what_it_changed_but_not_to_what(clerk: Actor) -> None:
    file = opened(clerk)
    services.change_draft(
        file.pk,
        changes={"mobile": "19900000009", "skills": "电工"},
        expected_version=1,
        actor=clerk,
        now=NOON,
    )
    row = AuditRow.objects.get(event="file.changed")
    assert row.data == {"fields": ["mobile", "skills"], "version": 2}


def test_a_wrong_change_lists_every_problem_and_changes_nothing(clerk: Actor) -> None:
    file = opened(clerk)
    with pytest.raises(InvalidInput) as refusal:
        services.change_draft(
            file.pk,
            changes={"mobile": "123", "uscc": "X", "name": "柳1"},
            expected_version=1,
            actor=clerk,
            now=NOON,
        )
    assert set(codes(refusal)) == {"V20", "V19", "name"}
    file.refresh_from_db()
    assert file.lock_version == 1


def test_of_two_people_who_edit_at_once_the_second_is_told_who_changed_what(
    clerk: Actor, reviewer: Actor
) -> None:
    file = opened(clerk)
    services.change_draft(
        file.pk, changes={"skills": "电工"}, expected_version=1, actor=clerk, now=NOON
    )
    with pytest.raises(services.FileChanged) as refusal:
        services.change_draft(
            file.pk, changes={"skills": "焊工"}, expected_version=1, actor=clerk, now=NOON
        )
    assert [(one["who"], one["fields"]) for one in refusal.value.changes] == [
        ("王经办", ["skills"])
    ]


def test_the_same_values_again_change_nothing(clerk: Actor) -> None:
    file = opened(clerk)
    saved = services.change_draft(
        file.pk, changes={"skills": "缝纫"}, expected_version=1, actor=clerk, now=NOON
    )
    assert saved.file.lock_version == 1


def test_members_are_added_changed_and_removed_under_the_same_version(clerk: Actor) -> None:
    file = opened(clerk)
    mother = daughter(name="柳试乙", relation="52", id_no="", identity="other", birth=None, sex="")
    services.add_member(file.pk, member=mother, expected_version=1, actor=clerk, now=NOON)
    services.change_member(
        file.pk,
        position=1,
        changes={"income_fen": 15000},
        expected_version=2,
        actor=clerk,
        now=NOON,
    )
    services.remove_member(file.pk, position=0, expected_version=3, actor=clerk, now=NOON)
    assert [(one.name, one.income_fen) for one in file.members.all()] == [("柳试乙", 15000)]
    people = IdentityEntry.objects.filter(subject=file.pk, role__in=["head", "member"])
    assert people.count() == 1


def test_a_deleted_draft_leaves_only_its_audit_row(clerk: Actor) -> None:
    file = opened(clerk)
    services.delete_draft(file.pk, actor=clerk, now=NOON)
    assert not HouseholdFile.objects.exists()
    assert not IdentityEntry.objects.exists()
    assert AuditRow.objects.filter(event="file.deleted", subject_id=str(file.pk)).exists()


def test_a_file_without_its_papers_is_not_submitted(clerk: Actor) -> None:
    file = opened(clerk)
    with pytest.raises(InvalidInput) as refusal:
        services.submit_file(file.pk, actor=clerk, now=NOON)
    assert set(codes(refusal)) == {"V07"}
    assert len(refusal.value.problems) == len(PAPERS)


def test_a_submitted_file_has_a_number_a_version_and_no_more_changes(clerk: Actor) -> None:
    file = services.submit_file(with_papers(clerk).pk, actor=clerk, now=NOON)
    assert (file.state, file.file_no) == (FileState.SUBMITTED, "13070500120260001")
    version = file.versions.get()
    assert (version.event, version.counted) == ("submit", None)
    assert "130771197406150127" not in str(version.snapshot)
    with pytest.raises(services.NotEditable):
        services.change_draft(
            file.pk, changes={"skills": "无"}, expected_version=2, actor=clerk, now=NOON
        )
    with pytest.raises(IllegalMove):
        services.submit_file(file.pk, actor=clerk, now=NOON)


def test_a_submitted_file_is_not_deleted(clerk: Actor) -> None:
    file = services.submit_file(with_papers(clerk).pk, actor=clerk, now=NOON)
    with pytest.raises(services.NotEditable):
        services.delete_draft(file.pk, actor=clerk, now=NOON)


def test_in_a_batch_one_refusal_does_not_stop_the_others(clerk: Actor) -> None:
    ready = with_papers(clerk)
    bare = opened(
        clerk,
        name="阮试三",
        card_name="阮试三",
        id_no="13077319850321007X",
        birth=None,
        sex="",
        members=[],
    )
    outcome = services.submit_files([bare.pk, ready.pk], actor=clerk, now=NOON)
    assert [one.refusal is None for one in outcome] == [False, True]


def test_many_checked_drafts_open_in_a_few_statements(
    clerk: Actor, django_assert_max_num_queries
) -> None:
    from bangfu.kernel.identity import id_check_digit

    def number(serial: int) -> str:
        body = f"130771197406{15:02d}{serial:03d}"
        return body + id_check_digit(body)

    drafts = [
        liu(name="柳试一", id_no=number(one), birth=None, sex="", members=[])
        for one in range(100, 300)
    ]
    with django_assert_max_num_queries(20):
        files = services.open_drafts(drafts, actor=clerk, now=NOON)
    assert len(files) == 200
    assert files_matching(FileSearch(words="柳试")).count() == 200


def test_a_head_who_got_a_file_meanwhile_refuses_the_batch_in_words(clerk: Actor) -> None:
    opened(clerk)
    with pytest.raises(InvalidInput) as refusal:
        services.open_drafts([liu(members=[])], actor=clerk, now=NOON)
    assert codes(refusal) == ["E201"]


def test_a_masked_value_is_shown_with_a_reason_and_a_trace(clerk: Actor) -> None:
    file = opened(clerk)
    shown = services.reveal_field(
        file.pk, field="id_no", reason="核对身份证原件", actor=clerk, now=NOON
    )
    assert shown == "130771197406150127"
    row = AuditRow.objects.get(event="file.revealed")
    assert row.data == {"field": "id_no", "member": None, "reason": "核对身份证原件"}


def test_without_a_reason_nothing_is_shown(clerk: Actor) -> None:
    file = opened(clerk)
    with pytest.raises(InvalidInput):
        services.reveal_field(file.pk, field="id_no", reason=" ", actor=clerk, now=NOON)
    assert not AuditRow.objects.filter(event="file.revealed").exists()


def test_a_field_that_is_not_masked_cannot_be_revealed(clerk: Actor) -> None:
    file = opened(clerk)
    with pytest.raises(NotFound):
        services.reveal_field(file.pk, field="id_no_hash", reason="核对身份", actor=clerk, now=NOON)


def test_who_may_not_look_at_masked_values_is_refused(clerk: Actor, person_at, township) -> None:
    finance = person_at(township, "finance")
    file = opened(clerk)
    with pytest.raises(NotPermitted):
        services.reveal_field(file.pk, field="id_no", reason="核对身份", actor=finance, now=NOON)


def test_out_of_sight_looks_absent(clerk: Actor, outsider: StationRef, person_at) -> None:
    file = opened(clerk)
    stranger = person_at(outsider, "clerk")
    with in_station(outsider):
        for missing in (file.pk, uuid4()):
            with pytest.raises(NotFound) as refusal:
                get_file(missing, actor=stranger)
            assert str(refusal.value) == str(NotFound())


def test_a_stranger_finds_nothing_of_the_other_station(
    clerk: Actor, outsider: StationRef, person_at
) -> None:
    file = opened(clerk)
    stranger = person_at(outsider, "clerk")
    with in_station(outsider):
        assert not files_matching(FileSearch(words="柳试")).exists()
        assert not IdentityEntry.objects.exists()
        for act in (
            lambda: services.submit_file(file.pk, actor=stranger, now=NOON),
            lambda: services.delete_draft(file.pk, actor=stranger, now=NOON),
            lambda: services.mark_paper(file.pk, kind="income", actor=stranger, now=NOON),
            lambda: services.reveal_field(
                file.pk, field="id_no", reason="核对身份", actor=stranger, now=NOON
            ),
        ):
            with pytest.raises(NotFound):
                act()


@pytest.mark.parametrize(
    "words", ["柳", "柳试一", "lsy", "LS", "130771197406150127", " 130771 19740615 0127"]
)
def test_a_file_is_found_by_name_initials_or_whole_number(clerk: Actor, words: str) -> None:
    file = opened(clerk)
    assert files_matching(FileSearch(words=words)).get() == file


def test_a_part_of_a_number_finds_nothing(clerk: Actor) -> None:
    opened(clerk)
    assert not files_matching(FileSearch(words="13077119740615")).exists()


def test_sightings_name_the_own_file(clerk: Actor) -> None:
    file = services.submit_file(with_papers(clerk).pk, actor=clerk, now=NOON)
    sighting = sightings_of(["130771197406150127"])["130771197406150127"]
    assert sighting.role == "head"
    assert file.file_no in str(sighting.where)
