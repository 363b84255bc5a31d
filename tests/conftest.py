"""Named stations and people, on a real PostgreSQL.

``db`` runs a test in one transaction that is rolled back. ``committed`` gives it a database of its own in
which everything is really committed, for what is about commits, processes or browsers.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connections, transaction
from xdist.scheduler import LoadScopeScheduling

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import StationRef, in_network, in_station
from bangfu.kernel.tenancy.router import OWNER
from shared_apps.accounts.models import Membership, User
from shared_apps.accounts.roles import Role, capabilities_of
from tenants.models import Station
from tenants.selectors import forget_stations
from tests.support import databases

NOON = databases.NOON


def pytest_configure() -> None:
    """Give each process of the run a cache of its own: a test that empties it means only its own."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) + 1
    cache = settings.CACHES["default"]
    cache["LOCATION"] = f"{cache['LOCATION'].rpartition('/')[0]}/{number}"


# What runs in one process after another, by where it stands: the browsers share one network, and
# ``bangfu up`` a machine. The marks of xdist for this have no effect with this pytest.
TOGETHER = {
    "tests/e2e/": "network",
    "tests/cli/test_up.py": "up",
    "tests/ui/test_browser.py": "kit",
}


class Together(LoadScopeScheduling):
    """Gives each test to whichever process is free, but keeps together what shares a machine."""

    def _split_scope(self, nodeid: str) -> str:
        return next((name for start, name in TOGETHER.items() if nodeid.startswith(start)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """Let ``Together`` deal the tests out."""
    return Together(config, log)


@pytest.fixture(scope="session", autouse=True)
def _in_real_time() -> None:
    """Nobody asks the database how far a demonstration runs ahead, unless a test is about that."""
    clock.set_offset_provider(None)


@pytest.fixture(scope="session")
def session_database(django_db_blocker) -> Iterator[str]:
    """A copy of the template for this process of the run."""
    name = f"bangfu_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    with django_db_blocker.unblock():
        databases.make_copy(name)
        databases.point_at(name)
        yield name
        databases.drop_copy(name)


@pytest.fixture
def db(session_database, django_db_blocker) -> Iterator[None]:
    """Everything the test writes, in one transaction that is rolled back."""
    forget_stations()
    with django_db_blocker.unblock():
        connection = connections["default"]
        atomic = transaction.atomic()
        atomic._from_testcase = True
        atomic.__enter__()
        try:
            yield
        finally:
            connection.enter(None)
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)
            connection.run_on_commit = []
            connections[OWNER].close()


@pytest.fixture
def committed(session_database, django_db_blocker) -> Iterator[str]:
    """A database of the test's own, its name; what is committed stays until the test ends."""
    name = f"{session_database}_own"
    forget_stations()
    with django_db_blocker.unblock():
        databases.make_copy(name)
        databases.point_at(name)
        try:
            yield name
        finally:
            connections["default"].enter(None)
            databases.drop_copy(name)
            databases.point_at(session_database)
            forget_stations()


def _station(request: pytest.FixtureRequest, code: str) -> StationRef:
    if "committed" not in request.fixturenames:
        request.getfixturevalue("db")
    with in_network():
        return Station.objects.get(code=code).ref


@pytest.fixture
def city(request) -> StationRef:
    return _station(request, "1307")


@pytest.fixture
def county(request) -> StationRef:
    return _station(request, "130705")


@pytest.fixture
def township(request) -> StationRef:
    return _station(request, "130705001")


@pytest.fixture
def enterprise(request) -> StationRef:
    return _station(request, "130705001E01")


@pytest.fixture
def other_county(request) -> StationRef:
    return _station(request, "130702")


@pytest.fixture
def outsider(request) -> StationRef:
    """A township of another county: whatever it sees of the others is a leak."""
    return _station(request, "130702001")


@pytest.fixture
def at_township(township) -> Iterator[StationRef]:
    with in_station(township):
        yield township


@pytest.fixture
def at_outsider(outsider) -> Iterator[StationRef]:
    with in_station(outsider):
        yield outsider


@pytest.fixture
def on_network(db) -> Iterator[None]:
    with in_network():
        yield


@pytest.fixture
def person_at():
    """Make a person with roles at a station: ``person_at(township, "clerk")`` → ``Actor``."""

    def make(
        station: StationRef, *roles: str, name: str = "", password: str | None = None
    ) -> Actor:
        roles = roles or (Role.CLERK,)
        with in_network():
            number = User.objects.count()
            user = User(username=f"person{number}", name=name or f"测试{number}")
            if password is None:
                user.set_unusable_password()
            else:
                user.set_password(password)
            user.save()
            Membership.objects.create(
                user=user, station_id=station.id, roles=list(roles), began_at=NOON
            )
        return Actor(
            user_id=user.pk,
            name=user.name,
            station=station,
            roles=frozenset(roles),
            capabilities=capabilities_of(roles),
        )

    return make


@pytest.fixture
def clerk(township, person_at) -> Actor:
    return person_at(township, Role.CLERK, name="王经办")


@pytest.fixture
def reviewer(township, person_at) -> Actor:
    return person_at(township, Role.REVIEWER, name="李审核")


@pytest.fixture
def county_reviewer(county, person_at) -> Actor:
    return person_at(county, Role.REVIEWER, name="赵审核")


@pytest.fixture
def county_head(county, person_at) -> Actor:
    return person_at(county, Role.HEAD, name="陈站长")


@pytest.fixture
def signed_in(client):
    """A browser session of a person: ``signed_in(clerk)`` → Django's test client."""

    def sign_in(actor: Actor):
        with in_network():
            client.force_login(
                User.objects.get(pk=actor.user_id),
                backend="django.contrib.auth.backends.ModelBackend",
            )
        return client

    return sign_in
