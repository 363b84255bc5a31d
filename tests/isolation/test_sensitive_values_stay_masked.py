"""R16: no page and no endpoint shows a sensitive value in the open unless it was noted who looked.

Every route of a station is asked, by every role, about a file and a review whose values are known. Whatever
comes back - a page, JSON, a workbook, a PDF - is searched for them.
"""

import io
import os
import zipfile

import pytest
from django.test import Client

from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.models import User
from shared_apps.accounts.roles import Role
from shared_apps.audit.models import AuditRow
from tests.isolation.routes import routes
from tests.tenant_apps.households.households import daughter
from tests.tenant_apps.reviews.conftest import Way

pytestmark = pytest.mark.fault
ROUTES = routes("bangfu.urls.station")
# None of them stands in the workbook that clerks fill in as an example.
SENSITIVE = {
    "130771197406150143": "number of the head",
    "130771200809020268": "number of a member",
    "19900004321": "telephone",
    "虚构巷 27 号": "address",
    "虚构性贫血": "illness",
    "6999990000000043211": "bank card",
}
ROLES = [role for role in Role if role not in {Role.NETWORK_ADMINISTRATOR, Role.WORKER}]
# Each role by itself sees no more than somebody who holds them all: that is left to the long run.
SWEPT = [ROLES, *([role] for role in ROLES if os.environ.get("BANGFU_CHAOS") == "full")]
ABOVE = [
    route
    for route in ROUTES
    if any(word in route.pattern for word in ("review", "notice", "look", "means"))
]
PUBLIC_ROUTES = [route for route in ROUTES if route.pattern.startswith("public/")]
# What anybody may do to a record without changing it: a look, an export, a print, a reveal with a reason.
POSTED = {
    "reason": "核对证件信息",
    "in_clear": "on",
    "shape": "json",
    "field": "id_no",
}
CHANGES_NOTHING = ("reveal", "export", "print", "download", "check", "progress")


def text_of(response):
    """Everything an answer says, whatever its form."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"\n".join(book.read(name) for name in book.namelist())
    return content.decode(errors="ignore")


def session_of(actor):
    client = Client(raise_request_exception=False)
    with in_network():
        client.force_login(
            User.objects.get(pk=actor.user_id), "django.contrib.auth.backends.ModelBackend"
        )
    return client


@pytest.fixture
def known(person_at, township, county):
    """A file on its way, known at its home and, as a review, at the centre."""
    way = Way(person_at)
    file = way.reported(
        township,
        name="柳试七",
        id_no="130771197406150143",
        mobile="19900004321",
        address="虚构巷 27 号",
        disease="虚构性贫血",
        card_no="6999990000000043211",
        card_name="柳试七",
        members=[daughter(name="柳试丙", id_no="130771200809020268", disease="虚构性贫血")],
    )
    review = way.review_at(county, file)
    return {"file_id": file.pk, "review_id": review.pk, "position": 0, "field": "id_no"}


def asked(client, station, route, known):
    path = f"/s/{station.code}/{route.path(**known)}"
    yield client.get(path)
    if any(word in route.name for word in CHANGES_NOTHING):
        yield client.post(path, POSTED)


def leaks(actor, station, known, swept):
    client = session_of(actor)
    found, seen = [], 0
    for route in swept:
        if "logout" in route.name:
            continue
        with in_station(station):
            before = AuditRow.objects.count()
        for response in asked(client, station, route, known):
            if response.status_code != 200:
                continue
            text = text_of(response)
            shown = [what for value, what in SENSITIVE.items() if value in text]
            with in_station(station):
                noted = AuditRow.objects.count()
            if shown and noted == before:
                found.append((route.name, shown))
            seen += bool(shown)
            before = noted
    return found, seen


@pytest.mark.parametrize("roles", SWEPT, ids="-".join)
def test_no_route_of_the_home_station_shows_a_sensitive_value_without_a_trace(
    roles, known, township, person_at
):
    found, seen = leaks(person_at(township, *roles), township, known, ROUTES)

    assert found == []
    assert seen >= 2 * ("clerk" in roles)


def test_no_route_of_the_centre_shows_one_without_a_trace(known, county, person_at):
    found, seen = leaks(person_at(county, *ROLES), county, known, ABOVE)

    assert found == []
    assert seen >= 1


def test_nobody_in_particular_sees_one(known, township, county):
    client = Client(raise_request_exception=False)
    for station in (township, county):
        for route in PUBLIC_ROUTES:
            text = text_of(client.get(f"/s/{station.code}/{route.path(**known)}"))
            assert [what for value, what in SENSITIVE.items() if value in text] == []
