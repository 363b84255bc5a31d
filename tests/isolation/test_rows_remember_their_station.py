"""R4: what was built in one station cannot be used in another."""

import pytest
from django.db import connection, transaction

from bangfu.kernel.tenancy import NoStation, WrongStation, in_station
from tenant_apps.households.models import HouseholdFile, HouseholdMember
from tests.conftest import NOON
from tests.support.crowd import crowd


def file_at(station, **fields):
    with in_station(station):
        return HouseholdFile.objects.create(
            name="柳试一", opened_level=3, created_at=NOON, changed_at=NOON, **fields
        )


@pytest.fixture
def here(township):
    return township


@pytest.fixture
def there(outsider):
    return outsider


@pytest.mark.parametrize(
    "use",
    [
        list,
        lambda rows: rows.count(),
        lambda rows: rows.exists(),
        lambda rows: rows.first(),
        lambda rows: rows.update(name="x"),
        lambda rows: rows.delete(),
        lambda rows: list(rows.values_list("name")),
        lambda rows: list(rows.iterator()),
        lambda rows: rows.filter(name="x").order_by("id").last(),
        lambda rows: rows.aggregate(n=__import__("django").db.models.Count("id")),
    ],
)
def test_a_queryset_built_here_does_not_run_there(here, there, use):
    with in_station(here):
        rows = HouseholdFile.objects.filter(name="柳试一")
    with in_station(there), pytest.raises(WrongStation):
        use(rows)


@pytest.mark.parametrize(
    "use",
    [
        lambda row: row.save(),
        lambda row: row.delete(),
        lambda row: row.refresh_from_db(),
        lambda row: list(row.members.all()),
        lambda row: HouseholdFile.objects.bulk_update([row], ["name"]),
        lambda row: HouseholdFile.objects.bulk_create([row]),
        lambda row: HouseholdMember(file=row, name="x").save(),
    ],
)
def test_a_row_loaded_here_is_not_used_there(here, there, use):
    file_at(here)
    with in_station(here):
        row = HouseholdFile.objects.get()
    with in_station(there), pytest.raises(WrongStation):
        use(row)


def test_a_row_made_here_is_not_saved_again_there(here, there):
    row = file_at(here)
    with in_station(there), pytest.raises(WrongStation):
        row.save()


def test_a_station_does_not_see_the_files_of_another(here, there):
    file_at(here)
    with in_station(there):
        assert not HouseholdFile.objects.exists()


def test_a_rolled_back_savepoint_does_not_leave_the_connection_in_another_station(here, there):
    file_at(here)
    with in_station(here), transaction.atomic():
        try:
            with transaction.atomic(), in_station(there):
                HouseholdFile.objects.count()
                raise ValueError
        except ValueError:
            pass
        assert HouseholdFile.objects.get().name == "柳试一"


def test_a_new_thread_starts_outside_every_station(here):
    with in_station(here):
        refused = crowd(lambda _number: HouseholdFile.objects.count(), size=1)
    assert [type(one) for one in refused] == [NoStation]


def test_work_after_a_commit_runs_where_it_was_registered(committed, here, there):
    seen = []
    with in_station(here), transaction.atomic():
        transaction.on_commit(lambda: seen.append(connection.schema_name))
        connection.enter(there)
    assert seen == [here.schema]
