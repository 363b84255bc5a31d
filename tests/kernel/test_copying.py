"""Many rows of a station's table go in by COPY, and are the same as if each had been saved."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Value
from django.db.models.functions import Upper
from django.test.utils import CaptureQueriesContext

from bangfu.kernel.tenancy import WrongStation, in_station
from tenant_apps.households.models import HouseholdFile, HouseholdMember
from tests.conftest import NOON

MANY = 40


def files(number=MANY, **fields):
    return [
        HouseholdFile(
            **{
                "name": f"柳试{at}\t\\N\n“引号”",
                "opened_level": 3,
                "created_at": NOON,
                "changed_at": NOON,
                "id_no_hash": at.to_bytes(16),
                "id_no": f"13077119740615{at:04d}",
                "area": Decimal("38.50"),
                "birth": date(1974, 6, 15),
                "car": None,
                "homes": 1,
                "needs": ["living", "medical"] if at % 2 else [],
                "computation": {"净": [at, None, "a\\b"]},
                **fields,
            }
        )
        for at in range(number)
    ]


def values_of(file):
    values = {
        field.attname: getattr(file, field.attname)
        for field in HouseholdFile._meta.concrete_fields
        if field.name not in ("id", "id_no", "id_no_hash")
    }
    return values | {"id_no": file.id_no.reveal(), "id_no_hash": bytes(file.id_no_hash)}


def test_many_rows_are_kept_as_one_saved_alone(at_township):
    many = files()
    HouseholdFile.objects.bulk_create(many)
    [alone] = files(1, id_no_hash=b"x" * 16)
    alone.save()

    kept = {file.pk: values_of(file) for file in HouseholdFile.objects.all()}
    assert {file.pk: values_of(file) for file in many} == {file.pk: kept[file.pk] for file in many}
    assert kept[many[0].pk] == kept[alone.pk] | {"id_no_hash": (0).to_bytes(16)}


def test_many_rows_do_not_go_through_the_parser_of_insert(at_township):
    with CaptureQueriesContext(connection) as captured:
        HouseholdFile.objects.bulk_create(files())

    assert not [query for query in captured if "INSERT" in query["sql"]]


def test_a_row_that_the_database_refuses_refuses_all_of_them(at_township):
    twice = b"z" * 16
    with pytest.raises(IntegrityError), transaction.atomic():
        HouseholdFile.objects.bulk_create(files(id_no_hash=twice))

    assert not HouseholdFile.objects.exists()


def test_text_that_cannot_be_kept_is_refused_and_the_transaction_goes_on(at_township):
    with pytest.raises(DataError), transaction.atomic():
        HouseholdFile.objects.bulk_create(files(name="长" * 500))

    HouseholdFile.objects.bulk_create(files())
    assert HouseholdFile.objects.count() == MANY


def test_what_the_database_computes_is_still_computed(at_township):
    HouseholdFile.objects.bulk_create(files(name=Upper(Value("abc"))))

    assert set(HouseholdFile.objects.values_list("name", flat=True)) == {"ABC"}


def test_rows_of_one_station_are_not_copied_into_another(township, outsider):
    with in_station(township):
        [file] = HouseholdFile.objects.bulk_create(files(1))
        members = [HouseholdMember(file=file, position=at, name="柳") for at in range(MANY)]
        HouseholdMember.objects.bulk_create(members)
    with in_station(outsider), pytest.raises(WrongStation):
        HouseholdMember.objects.bulk_create(members)


def test_rows_are_copied_into_the_station_in_force(township, outsider):
    for station in (township, outsider):
        with in_station(station):
            HouseholdFile.objects.bulk_create(files())
            assert HouseholdFile.objects.count() == MANY
