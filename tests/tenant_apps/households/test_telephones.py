"""A telephone is kept as its digits, however it was typed, and compared by them."""

import pytest

from bangfu.kernel.tenancy import in_station
from shared_apps.register.models import IdentityEntry, IdentityRole
from tenant_apps.households import services
from tenant_apps.households.drafts import HouseholdDraft, MemberDraft
from tenant_apps.households.mapping import draft_of, phone_hash
from tenant_apps.households.models import HouseholdFile
from tenant_apps.households.parsing import read_values
from tenant_apps.households.selectors import members_of
from tests.conftest import NOON
from tests.tenant_apps.households.households import complete, daughter

TYPED = ["199-0000-0001", "+86 199 0000 0001", "１９９００００００01", "0086-199 0000 0001"]


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("person", [HouseholdDraft, MemberDraft])
def test_what_a_form_a_workbook_or_a_program_gives_is_read_as_its_digits(person, typed):
    assert read_values(person, {"mobile": typed}).values == {"mobile": "19900000001"}


def test_another_number_keeps_its_dash():
    assert read_values(HouseholdDraft, {"other_phone": "0313-2000000"}).values == {
        "other_phone": "0313-2000000"
    }


def test_a_draft_of_any_origin_is_kept_and_registered_by_the_digits(at_township, clerk):
    draft = complete(mobile="+86 199-0000-0001", members=[daughter(mobile="199 0000 0002")])

    saved = services.open_draft(draft, actor=clerk, now=NOON)

    kept = draft_of(saved.file, members_of(saved.file))
    assert (kept.mobile, kept.members[0].mobile) == ("19900000001", "19900000002")
    phones = IdentityEntry.objects.filter(role=IdentityRole.PHONE)
    assert [bytes(one.id_hash) for one in phones] == [phone_hash("19900000001")]


def test_what_was_kept_as_typed_is_put_right_when_the_file_is_next_saved(township, clerk):
    with in_station(township):
        file = services.open_draft(complete(), actor=clerk, now=NOON).file
        HouseholdFile.objects.filter(pk=file.pk).update(mobile="199-0000-0001")
        services.change_draft(
            file.pk, changes={"skills": "电工"}, expected_version=1, actor=clerk, now=NOON
        )

        assert HouseholdFile.objects.get(pk=file.pk).mobile.reveal() == "19900000001"
