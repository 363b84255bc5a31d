"""The page of the audit chain and its endpoints."""

from bangfu.kernel.tenancy import in_station
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
