"""R25: every sensitive field of every model has a purpose, a basis, a consent text and its years."""

import pytest
from django.apps import apps

from bangfu.kernel.crypto import EncryptedTextField
from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS
from tenant_apps.privacy.purposes import (
    PURPOSES,
    Unmapped,
    mapped_columns,
    mapped_fields,
    purpose_of,
    purpose_of_field,
)

SEALED = {
    field.place
    for model in apps.get_models()
    for field in model._meta.concrete_fields
    if isinstance(field, EncryptedTextField)
}


def test_every_sealed_column_of_every_app_has_a_purpose_and_none_is_named_that_is_not_there():
    assert SEALED - mapped_columns() == set()
    assert mapped_columns() - SEALED == set()


def test_every_field_of_the_file_and_of_its_members_has_a_purpose():
    assert len(list(mapped_fields())) == len(FILE_FIELDS) + len(MEMBER_FIELDS)


def test_every_sensitive_field_needs_a_consent_of_its_own():
    sensitive = [one for one in mapped_fields() if one.spec.sensitive]

    assert len(sensitive) >= 10
    assert [one.spec.name for one in sensitive if not one.purpose.needs_consent] == []


@pytest.mark.parametrize("purpose", PURPOSES.values(), ids=PURPOSES)
def test_a_purpose_says_why_on_what_basis_and_how_long(purpose):
    assert str(purpose.why)
    assert str(purpose.basis)
    assert str(purpose.retention)
    assert bool(purpose.consent) == bool(purpose.stops)


def test_a_column_nobody_mapped_is_refused_not_guessed():
    with pytest.raises(Unmapped):
        purpose_of("households.householdfile.secret")


def test_the_illness_of_a_member_serves_the_same_purpose_as_that_of_the_head():
    (of_head,) = [one for one in FILE_FIELDS if one.name == "disease"]
    (of_member,) = [one for one in MEMBER_FIELDS if one.name == "disease"]

    assert purpose_of_field(of_head).code == "health"
    assert purpose_of_field(of_member, of_member=True).code == "health"
