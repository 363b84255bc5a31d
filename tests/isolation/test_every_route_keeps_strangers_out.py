"""R7: all routes × all roles × own, sibling, parent, child, stranger: no unexpected answer.

``NEEDS`` is the matrix: the capability that each route of a station asks of those who belong there.
A route that is not in it fails the test, so a new page cannot be forgotten.
"""

import pytest
from django.test import Client

from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.models import User
from shared_apps.accounts.roles import CAPABILITIES, Role
from tenant_apps.households.models import HouseholdFile
from tests.conftest import NOON
from tests.isolation.needs import ANY_MEMBER, NEEDS, PUBLIC
from tests.isolation.routes import routes

pytestmark = pytest.mark.fault
ROUTES = routes("bangfu.urls.station")
CODE = "130705001"
REFUSED_PAGE = {302, 404, 405}
REFUSED_API = {401}
WITHOUT_CAPABILITY = {403, 404, 405}
STATION_ROLES = [role for role in Role if role != Role.NETWORK_ADMINISTRATOR]


def session_of(actor):
    client = Client(raise_request_exception=True)
    with in_network():
        client.force_login(
            User.objects.get(pk=actor.user_id), "django.contrib.auth.backends.ModelBackend"
        )
    return client


def answers(client, route, *, methods=("get", "post"), **known):
    path = f"/s/{CODE}/{route.path(**known)}"
    return {
        method: getattr(client, method)(path, headers={"hx-request": "true"}).status_code
        for method in methods
    }


def needs_of(route):
    return NEEDS.get(route.name, ("not in the matrix", "not in the matrix"))


def test_every_route_is_in_the_matrix():
    assert {route.name for route in ROUTES} - set(NEEDS) == set()
    assert set(NEEDS) - {route.name for route in ROUTES} == set()


def leaks(client, *, known=None, allowed=frozenset()):
    found = []
    for route in ROUTES:
        if PUBLIC in needs_of(route):
            continue
        refused = REFUSED_API if route.is_api else REFUSED_PAGE
        for method, status in answers(client, route, **(known or {})).items():
            if status not in refused | allowed:
                found.append((route.name, method, status))
    return found


def test_nobody_in_particular_gets_nothing(township):
    assert leaks(Client()) == []


@pytest.mark.parametrize("where", ["city", "county", "enterprise", "other_county", "outsider"])
def test_people_of_other_stations_get_nothing_whatever_their_role(
    request, township, person_at, where
):
    person = person_at(request.getfixturevalue(where), *STATION_ROLES)

    assert leaks(session_of(person)) == []


def test_a_network_administrator_is_a_stranger_inside_a_station(township, db):
    with in_network():
        user = User.objects.create(username="net", name="网", is_network_administrator=True)
    client = Client()
    with in_network():
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")

    assert leaks(client) == []


@pytest.mark.parametrize("role", STATION_ROLES)
def test_a_member_gets_only_what_the_role_allows(township, person_at, role):
    client = session_of(person_at(township, role))
    capabilities = CAPABILITIES[role]
    with in_station(township):
        file = HouseholdFile.objects.create(
            name="柳试一", opened_level=3, created_at=NOON, changed_at=NOON
        )

    found = []
    for route in ROUTES:
        needs = dict(zip(("get", "post"), needs_of(route), strict=True))
        denied = [
            method
            for method, need in needs.items()
            if need not in (PUBLIC, ANY_MEMBER) and need not in capabilities
        ]
        for method, status in answers(client, route, methods=denied, file_id=file.pk).items():
            if status not in WITHOUT_CAPABILITY:
                found.append((route.name, method, status))
    assert found == [], found


def test_a_member_of_every_role_is_answered_everywhere_without_a_fault(township, person_at):
    client = session_of(person_at(township, *STATION_ROLES))
    with in_station(township):
        file = HouseholdFile.objects.create(
            name="柳试一", opened_level=3, created_at=NOON, changed_at=NOON
        )

    found = [
        (route.name, method, status)
        for route in ROUTES
        for method, status in answers(client, route, file_id=file.pk).items()
        if status in REFUSED_API or status >= 500
    ]
    assert found == [], found


def test_a_file_of_another_station_looks_absent_under_ones_own_address(
    township, outsider, person_at
):
    client = session_of(person_at(township, *STATION_ROLES))
    with in_station(outsider):
        foreign = HouseholdFile.objects.create(
            name="邱试二", opened_level=3, created_at=NOON, changed_at=NOON
        )

    found = [
        (route.name, method, status)
        for route in ROUTES
        if "file_id" in route.pattern
        for method, status in answers(client, route, file_id=foreign.pk).items()
        if status not in WITHOUT_CAPABILITY
    ]
    assert found == [], found
