"""The doors to the background work of bank statements."""

import pytest

from bangfu.kernel.tenancy import NoStation, in_station
from shared_apps.bankfiles.models import Statement
from tasks import banking
from tenant_apps.banking import selectors, services
from tests.conftest import NOON
from tests.tenant_apps.banking.banks import Booked, csv_of
from tests.tenant_apps.banking.conftest import DAY
from tests.tenant_apps.funds.conftest import books_of


@pytest.fixture
def books(township, person_at):
    return books_of(township, person_at)


@pytest.fixture
def statement(books):
    """A statement too long to be read at once."""
    lines = [Booked(f"S{number:05d}", DAY, 100, "好心人" * 20) for number in range(1500)]
    with in_station(books.station):
        return services.upload_statement(
            csv_of(lines), filename="大.csv", fund_id=books.fiscal.pk, only_this_fund=False,
            actor=books.finance, now=NOON,
        )  # fmt: skip


def state_of(statement, books):
    with in_station(books.station):
        return Statement.objects.get(pk=statement.pk).state


@pytest.mark.fault
def test_a_long_statement_is_read_by_a_worker_and_found_by_the_sweeper(statement, books):
    assert statement.state == "reading"
    assert selectors.statements_at_work() == [(books.station.id, statement.pk)]

    banking.work_on(books.station.id, str(statement.pk))

    assert state_of(statement, books) == "waiting"
    assert banking.sweep() == 0


def test_reading_again_what_was_read_changes_nothing(statement, books):
    banking.work_on(books.station.id, str(statement.pk))
    banking.work_on(books.station.id, str(statement.pk))

    with in_station(books.station):
        assert Statement.objects.get().lines.count() == 1500


def test_without_a_station_nothing_is_done(statement):
    with pytest.raises(NoStation):
        banking.work_on(None, str(statement.pk))
