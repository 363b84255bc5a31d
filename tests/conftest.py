"""Named stations and people, on a real PostgreSQL.

``db`` runs a test in one transaction that is rolled back. ``committed`` gives it a database of its own in
which everything is really committed, for what is about commits, processes or browsers.
"""

import itertools
import math
import os
from collections.abc import Iterator
from functools import cache
from typing import Any

import hypothesis
import pytest
import time_machine
from django.conf import settings
from django.db import connections
from xdist.scheduler import LoadScopeScheduling

from bangfu.kernel import clock, doorbell
from bangfu.kernel.actors import Actor
from bangfu.kernel.memory import spare_what_stays
from bangfu.kernel.tenancy import StationRef, in_network, in_station
from bangfu.kernel.tenancy.router import OWNER
from shared_apps.accounts.models import Membership, User
from shared_apps.accounts.roles import Role, capabilities_of
from tenants.models import Station
from tenants.selectors import forget_stations
from tests.support import databases, scenes
from tests.support.conform import CheckedClient
from tests.support.one_chain import load_middleware_once

NOON = databases.NOON
_NUMBERS = itertools.count()
# What the script of a page sends when it asks for a part of the page.
FOR_A_PART = {"HX-Request": "true"}


def pytest_configure() -> None:
    """Give each process of the run a cache of its own: a test that empties it means only its own."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) + 1
    cache = settings.CACHES["default"]
    cache["LOCATION"] = f"{cache['LOCATION'].rpartition('/')[0]}/{number}"
    # A good hash is slow on purpose. What was hashed well is still read.
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]
    # A busy machine is no fault of an example: what is slow is measured elsewhere.
    hypothesis.settings.register_profile(
        "bangfu", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
    )
    hypothesis.settings.load_profile("bangfu")


def pytest_collection_finish() -> None:
    """Spare the collector what stays until the end: the product, and thousands of collected tests."""
    spare_what_stays()


# What runs in one process after another, by where it stands: the browsers share one network,
# ``bangfu up`` a machine, others a scene.
# They begin in this order, the longest first. The marks of xdist for this have no effect with this pytest.
TOGETHER = {
    "tests/e2e/": "network",
    "tests/cli/test_up.py": "up",
    "tests/tenant_apps/yearly/test_printed_reports.py": "printed",
    "tests/ui/test_browser.py": "kit",
    "tests/tenant_apps/reviews/": "reviews",
    "tests/tenant_apps/reports/": "reports",
    "tests/tenant_apps/aid/": "aid",
    "tests/tenant_apps/funds/": "funds",
    "tests/shared_apps/register/test_duplicates.py": "duplicates",
    "tests/tenant_apps/households/test_tier_changes.py": "tiers",
}


# Crowds of thirty-two come one after the other: two of them at once are more than the servers let in.
CROWDS = "test_many_at_once.py"

# Sentry wraps every statement and request of a process for good: what begins with it comes last.
LAST = "tests/observability/test_errors.py"


def _group_of(nodeid: str) -> str:
    for apart in (CROWDS, LAST):
        if apart in nodeid:
            return apart
    return next((name for start, name in TOGETHER.items() if nodeid.startswith(start)), "")


class Together(LoadScopeScheduling):
    """Gives each test to whichever process is free, but keeps together what shares a machine or a scene."""

    def _split_scope(self, nodeid: str) -> str:
        return _group_of(nodeid) or nodeid


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what runs together; bring the tests of a scene to the first of them; keep the order otherwise."""
    groups = [*TOGETHER.values(), CROWDS, "", LAST]
    first: dict[scenes.Scene | pytest.Item, int] = {}
    places = {
        item: (
            groups.index(_group_of(item.nodeid)),
            first.setdefault(scenes.scene_of(item) or item, number),
        )
        for number, item in enumerate(items)
    }
    items.sort(key=places.__getitem__)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """Let ``Together`` deal the tests out, in the order of the collection."""
    config.option.loadscopereorder = False
    return Together(config, log)


@pytest.fixture(scope="session", autouse=True)
def _in_real_time() -> None:
    """Nobody asks the database how far a demonstration runs ahead, unless a test is about that."""
    clock.set_offset_provider(None)


@pytest.fixture(scope="session", autouse=True)
def _out_of_earshot() -> None:
    """No worker listens to the tests: nobody rings for one, unless a test is about the bell."""
    doorbell._bell.quiet_until = math.inf


@pytest.fixture(scope="session", autouse=True)
def _one_chain_of_middleware() -> Iterator[None]:
    """Test clients are many, and what stands before the views is the same for all of them."""
    with pytest.MonkeyPatch.context() as patch:
        load_middleware_once(patch)
        yield


@pytest.fixture(scope="session")
def session_database(django_db_blocker) -> Iterator[str]:
    """A copy of the template for this process of the run."""
    name = f"bangfu_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    with django_db_blocker.unblock():
        databases.make_copy(name)
        databases.point_at(name)
        yield name
        databases.drop_copy(name)


@pytest.fixture(scope="session")
def stage(session_database, django_db_blocker) -> Iterator[scenes.Stage]:
    """Where the scenes of this process stand, one at a time."""
    stage = scenes.Stage()
    yield stage
    with django_db_blocker.unblock():
        stage.clear()


@pytest.fixture
def db(request, stage, person_at, django_db_blocker) -> Iterator[None]:
    """Everything the test writes, in one transaction that is rolled back; below it the scene, if it has one."""
    forget_stations()
    with django_db_blocker.unblock():
        scene = scenes.scene_of(request.node)
        if scene is None:
            stage.clear()
        else:
            stage.set(scene, scenes.Cast(person_at))
        atomic = scenes.begin()
        try:
            yield
        finally:
            scenes.undo(atomic)
            if connections["default"].connection is None:
                stage.clear()  # the test lost the connection, and the scene with it
            connections[OWNER].close()
            if not stage.stands and scenes.close_what_was_left_open():
                pytest.fail("the test left a transaction open")


@pytest.fixture
def committed(session_database, stage, django_db_blocker) -> Iterator[str]:
    """A database of the test's own, its name; what is committed stays until the test ends."""
    name = f"{session_database}_own"
    forget_stations()
    with django_db_blocker.unblock():
        stage.clear()
        databases.make_copy(name)
        databases.point_at(name)
        try:
            yield name
        finally:
            was_open = scenes.close_what_was_left_open()
            connections["default"].enter(None)
            databases.drop_copy(name)
            databases.point_at(session_database)
            forget_stations()
            if was_open:
                pytest.fail("the test left a transaction open")


def _station(request: pytest.FixtureRequest, code: str) -> StationRef:
    if "committed" not in request.fixturenames:
        request.getfixturevalue("db")
    return _station_of_the_tree(code)


@cache
def _station_of_the_tree(code: str) -> StationRef:
    # The same in every database of the tests: all of them are copies of one.
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
def at_noon() -> Iterator[None]:
    """The clock of pages and workers goes from where services are told it stands: noon on the day of the tests."""
    with time_machine.travel(NOON):
        yield


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
        number = next(_NUMBERS)
        with in_network():
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
def client() -> CheckedClient:
    """A browser, or a program; what the API answers it is compared with the description."""
    return CheckedClient()


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
