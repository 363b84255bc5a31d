"""Every fault of the list is seen by the test that stands beside it."""

import inspect

import psycopg
import pytest

from bangfu.kernel.tenancy import in_station
from bangfu.kernel.tenancy.direct import direct_parameters
from bangfu.kernel.tenancy.router import OWNER
from tests.tenant_apps.payouts.conftest import office_of
from tests.tenant_apps.payouts.mutants import MUTANTS, standing
from tests.tenant_apps.payouts.test_paying import (
    test_the_database_itself_refuses_a_second_line_for_what_may_have_been_paid as second_line,
)

# What would end a trial without its having looked.
_ACCIDENTS = (NameError, ImportError, AttributeError, LookupError, TypeError)


@pytest.mark.parametrize("name", MUTANTS)
def test_an_office_with_this_fault_is_caught(office, person_at, name):
    mutant = MUTANTS[name]
    asks = inspect.signature(mutant.trial).parameters
    people = {"person_at": person_at} if "person_at" in asks else {}
    with standing(mutant), pytest.raises((Exception, pytest.fail.Exception)) as caught:
        mutant.trial(office, **people)
    assert not isinstance(caught.value, _ACCIDENTS)


@pytest.mark.fault
def test_an_office_without_the_constraint_is_caught(committed, township, person_at):
    office = office_of(township, person_at)
    with psycopg.connect(**direct_parameters(OWNER), autocommit=True) as owner:
        owner.execute(f'DROP INDEX "{township.schema}".payouts_paid_once')
    with in_station(township), pytest.raises(pytest.fail.Exception):
        second_line(office)
