"""The ledger in a backup, and in a station that had none before."""

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, connections

from bangfu.kernel.tenancy import in_network, in_station
from bangfu.kernel.tenancy.direct import direct_parameters
from bangfu.kernel.tenancy.models import StationModel
from bangfu.kernel.tenancy.router import OWNER
from shared_apps.audit.auditor import audit_ledger
from tenant_apps.funds.models import Account, Journal
from tenants.backup import restore_station, save_station
from tenants.migrator import change_all
from tenants.models import Station, StationSchema
from tests.conftest import NOON
from tests.tenant_apps.funds.conftest import books_of


def findings(station):
    with connection.cursor() as cursor:
        return audit_ledger(cursor, station=station.id)


@pytest.fixture
def books(committed, township, person_at):
    made = books_of(township, person_at)
    with in_station(township):
        made.receive(1000)
        made.spend(400)
    return made


def test_a_restored_ledger_is_as_it_was_and_guarded_as_before(books, tmp_path):
    with in_network():
        row = Station.objects.get(pk=books.station.id)
    saved = save_station(row, tmp_path / "a.zip", now=NOON)
    with in_station(books.station):
        books.receive(7)

    restore_station(row, tmp_path / "a.zip")

    assert save_station(row, tmp_path / "b.zip", now=NOON).tables == saved.tables
    with in_station(books.station):
        assert Journal.objects.count() == 2
        assert Account.objects.get(code="1001").balance_fen == 600
        # What was posted after the backup is gone; the audit chain, which is not restored, still knows of it.
        assert [one.check for one in findings(books.station)] == ["audited-posting-gone"]
        with pytest.raises(DatabaseError):
            Journal.objects.update(memo="x")


# The apps that came with the ledger or stand on it: a station of before has none of their tables.
WITH_THE_LEDGER = ("funds", "sources", "aid", "payouts", "goods", "benefits")


def test_a_station_of_before_the_ledger_gets_it_whole(committed, township, person_at):
    with psycopg.connect(**direct_parameters(OWNER)) as owner:
        owner.execute(f'SET search_path = "{township.schema}"')
        tables = [
            model._meta.db_table
            for app in WITH_THE_LEDGER
            for model in apps.get_app_config(app).get_models()
            if issubclass(model, StationModel)
        ]
        owner.execute(f"DROP TABLE {', '.join(tables)}")
        owner.execute("DELETE FROM django_migrations WHERE app = ANY (%s)", [list(WITH_THE_LEDGER)])
        for (name,) in owner.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = %s::regnamespace", [township.schema]
        ).fetchall():
            owner.execute(f"DROP FUNCTION {name}()")
    known = StationSchema.objects.using(OWNER).get(name=township.schema)
    known.migrations = [
        name for name in known.migrations if name.partition(".")[0] not in WITH_THE_LEDGER
    ]
    known.save(using=OWNER)

    change_all()

    connections[OWNER].close()
    books = books_of(township, person_at)
    with in_station(township):
        books.receive(1000)
        assert findings(township) == []
        for statement in ("UPDATE funds_entry SET amount_fen = 1", "DELETE FROM funds_account"):
            with pytest.raises(DatabaseError), connection.cursor() as cursor:
                cursor.execute(statement)
