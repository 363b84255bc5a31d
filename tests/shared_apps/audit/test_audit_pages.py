"""The page of the audit chain and its endpoints."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.models import User
from shared_apps.accounts.roles import Role
from shared_apps.audit.services import record
from tests.conftest import NOON


def note(actor, event="file.approved"):
    with in_station(actor.station):
        record(event=event, actor=actor, subject=("file", "f-1"), data={"why": "x"}, now=NOON)


def test_the_page_shows_who_did_what_and_narrows_it(township, person_at, signed_in):
    supervisor = person_at(township, Role.SUPERVISOR, name="孙经审")
    note(supervisor)
    note(supervisor, event="session.began")
    client = signed_in(supervisor)

    everything = client.get(f"/s/{township.code}/audit/").content.decode()
    narrowed = client.get(f"/s/{township.code}/audit/?event=file.").content.decode()

    assert "session.began" in everything
    assert "file.approved" in narrowed
    assert ">session.began<" not in narrowed


def test_the_chain_is_proved_on_the_page(township, person_at, signed_in):
    supervisor = person_at(township, Role.SUPERVISOR)
    note(supervisor)

    answer = signed_in(supervisor).post(f"/s/{township.code}/audit/prove/", follow=True)

    assert "审计链完整" in answer.content.decode()


def test_a_clerk_does_not_see_the_chain(township, clerk, signed_in):
    assert signed_in(clerk).get(f"/s/{township.code}/audit/").status_code == 403


def test_a_wrong_date_narrows_nothing(township, person_at, signed_in):
    supervisor = person_at(township, Role.SUPERVISOR)
    note(supervisor)

    answer = signed_in(supervisor).get(f"/s/{township.code}/audit/?since=yesterday")

    assert "file.approved" in answer.content.decode()


def test_the_endpoint_says_that_the_chain_holds_how_long_it_is_and_how_it_ends(
    township, person_at, signed_in
):
    supervisor = person_at(township, Role.SUPERVISOR)
    note(supervisor)

    told = signed_in(supervisor).get(f"/s/{township.code}/api/v1/audit/verify/").json()

    assert (told["chain"], told["holds"], told["first_broken"]) == (township.code, True, None)
    assert told["rows"] >= 1
    assert len(told["last_hash"]) == 64


def test_a_clerk_does_not_ask_for_the_proof(township, clerk, signed_in):
    assert signed_in(clerk).get(f"/s/{township.code}/api/v1/audit/verify/").status_code == 403


@pytest.fixture
def administrator(db, client):
    with in_network():
        user = User.objects.create(username="net", name="网", is_network_administrator=True)
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def test_the_network_proves_its_own_chain_and_any_other(administrator, township, clerk):
    note(clerk)

    own = administrator.get("/api/v1/audit/verify/").json()
    other = administrator.get(f"/api/v1/audit/verify/?station={township.code}").json()

    assert (own["chain"], own["holds"]) == ("network", True)
    assert (other["chain"], other["holds"], other["rows"]) == (township.code, True, 1)
    assert administrator.get("/api/v1/audit/verify/?station=999").status_code == 404


def test_the_network_page_says_how_far_the_sealing_anew_has_come(administrator):
    page = administrator.get("/network/audit/keys/").content.decode()

    assert "重新加密进度" in page
    assert "0 / 8 处已使用现行密钥" in page


def test_nobody_of_a_station_sees_the_keys_of_the_network(signed_in, person_at, township):
    supervisor = person_at(township, Role.SUPERVISOR)
    assert signed_in(supervisor).get("/network/audit/keys/").status_code in {302, 403, 404}


def test_a_far_page_of_the_chain_steps_over_keys(township, person_at, signed_in):
    supervisor = person_at(township, Role.SUPERVISOR)
    for _number in range(21):
        note(supervisor)
    client = signed_in(supervisor)

    with CaptureQueriesContext(connection) as asked_for:
        client.get(f"/s/{township.code}/audit/?page=2")

    (rows,) = [one["sql"] for one in asked_for if "OFFSET 20" in one["sql"]]
    assert rows.index("IN (SELECT") < rows.index("OFFSET 20")
