"""What a program does with the people of a station."""

import pytest

from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.models import Membership, User
from shared_apps.accounts.roles import Role
from shared_apps.accounts.services.tokens import create_token
from tests.conftest import NOON

PEOPLE = "/s/130705001/api/v1/people/"


@pytest.fixture
def call(client):
    """Ask as a person: ``call(administrator, "post", "invitations/", name=…)``."""
    headers = {}

    def ask(person, method, path="", **said):
        if person not in headers:
            with in_network():
                user = User.objects.get(pk=person.user_id)
            with in_station(person.station):
                _row, secret = create_token(
                    user=user, actor=person, name="t", lifetime=None, now=NOON
                )
            headers[person] = {"Authorization": f"Token {secret}"}
        return getattr(client, method)(
            f"{PEOPLE}{path}",
            said or None,
            content_type="application/json",
            headers=headers[person],
        )

    return ask


@pytest.fixture
def administrator(township, person_at):
    return person_at(township, Role.ADMINISTRATOR, name="张管理")


def member_of(person) -> Membership:
    with in_network():
        return Membership.objects.get(user_id=person.user_id, ended_at=None)


def test_a_program_asks_whose_token_it_has(call, township, person_at):
    said = call(person_at(township, Role.CLERK, name="王经办"), "get", "me/").json()
    assert (said["name"], said["station_code"], said["roles"]) == (
        "王经办",
        township.code,
        ["clerk"],
    )
    assert "file.edit" in said["capabilities"]
    assert "review.approve" not in said["capabilities"]


def test_nobody_is_told_whose_token_none_is(client, township):
    assert client.get("/api/v1/people/me/").status_code == 401


def test_people_are_listed_with_their_roles(call, administrator, township, person_at):
    person_at(township, Role.CLERK, name="王经办")
    rows = {row["name"]: row["roles"] for row in call(administrator, "get").json()}
    assert rows == {"张管理": ["administrator"], "王经办": ["clerk"]}


def test_somebody_is_invited_renewed_and_taken_back(call, administrator, client, mailoutbox):
    made = call(
        administrator, "post", "invitations/",
        name="新同志", roles=["clerk"], email="new@example.org", mobile="139 0000 0000",
    )  # fmt: skip
    assert made.status_code == 201
    first = made.json()
    assert first["link"] in mailoutbox[0].body
    assert [row["id"] for row in call(administrator, "get", "invitations/").json()] == [first["id"]]
    again = call(administrator, "post", f"invitations/{first['id']}/renew/").json()
    assert again["link"] != first["link"]
    assert client.get(first["link"]).status_code == 404
    assert call(administrator, "post", f"invitations/{first['id']}/revoke/").status_code == 204
    assert client.get(again["link"]).status_code == 404
    assert call(administrator, "get", "invitations/").json() == []


@pytest.mark.parametrize(
    "wrong", [{"roles": []}, {"roles": ["worker"]}, {"mobile": "123"}, {"name": ""}]
)
def test_a_wrong_invitation_is_refused_with_its_field(call, administrator, wrong):
    said = {"name": "新同志", "roles": ["clerk"]} | wrong
    answer = call(administrator, "post", "invitations/", **said)
    assert answer.status_code == 400
    assert next(iter(wrong)) in str(answer.json())


def test_roles_are_changed_and_work_is_ended(call, administrator, township, person_at):
    clerk = person_at(township, Role.CLERK, name="王经办")
    place = f"{member_of(clerk).pk}/"
    changed = call(administrator, "patch", place, roles=["clerk", "reviewer"])
    assert changed.json()["roles"] == ["clerk", "reviewer"]
    assert call(administrator, "post", f"{place}end/").status_code == 204
    assert call(administrator, "get", place).status_code == 404


def test_the_last_administrator_stays(call, administrator, township, person_at):
    other = person_at(township, Role.ADMINISTRATOR, Role.CLERK)
    place = f"{member_of(other).pk}/"
    assert call(administrator, "patch", place, roles=["clerk"]).status_code == 200
    own = f"{member_of(administrator).pk}/"
    assert call(administrator, "patch", own, roles=["clerk"]).status_code == 409
    assert call(administrator, "post", f"{own}end/").status_code in {403, 409}


def test_people_of_another_station_look_absent(call, administrator, county, person_at):
    stranger = member_of(person_at(county, Role.CLERK))
    assert call(administrator, "get", f"{stranger.pk}/").status_code == 404
    assert call(administrator, "post", f"{stranger.pk}/end/").status_code == 404
