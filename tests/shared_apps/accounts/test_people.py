"""Who belongs to a station: invitations, roles, the end of a membership, tokens, replays."""

from datetime import timedelta

import pytest

from bangfu.kernel.errors import InvalidInput, NotFound, NotPermitted
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts import selectors
from shared_apps.accounts.errors import (
    AlreadyMember,
    LastAdministrator,
    LinkNotGood,
    OwnAccount,
    StationIsFull,
)
from shared_apps.accounts.models import Invitation, Membership, User
from shared_apps.accounts.roles import Role
from shared_apps.accounts.rules import QUOTA
from shared_apps.accounts.services import administrators, invitations, members, tokens
from tests.conftest import NOON


@pytest.fixture
def administrator(township, person_at):
    return person_at(township, Role.ADMINISTRATOR, name="张管理")


def membership_of(person) -> Membership:
    with in_network():
        return Membership.objects.get(user_id=person.user_id, ended_at=None)


def invite(administrator, **said) -> Invitation:
    said = {"name": "新同志", "roles": [Role.CLERK]} | said
    with in_station(administrator.station):
        return invitations.invite(
            station=administrator.station, actor=administrator, now=NOON, **said
        )


@pytest.fixture
def signed_in_administrator(administrator, signed_in):
    return signed_in(administrator)


@pytest.mark.parametrize("address", ["", "invite/"])
def test_every_page_about_people_opens(address, signed_in_administrator, township, administrator):
    invite(administrator)
    assert signed_in_administrator.get(f"/s/{township.code}/people/{address}").status_code == 200


def test_an_invitation_is_made_printed_and_taken_back(
    signed_in_administrator, township, mailoutbox
):
    answer = signed_in_administrator.post(
        f"/s/{township.code}/people/invite/",
        {"name": "新同志", "email": "new@example.org", "roles": [Role.CLERK, Role.REVIEWER]},
    )
    assert signed_in_administrator.get(answer["Location"]).status_code == 200
    assert len(mailoutbox) == 1
    with in_network():
        invitation = Invitation.objects.get()
        link = invitations.path_of(invitation)
    signed_in_administrator.post(f"/s/{township.code}/people/invitations/{invitation.pk}/revoke/")
    assert signed_in_administrator.get(link).status_code == 404


def test_an_invitation_of_one_station_does_not_open_another(administrator, outsider, person_at):
    mine = invite(administrator)
    theirs = invite(person_at(outsider, Role.ADMINISTRATOR))
    secret = invitations.path_of(mine).split("/")[-2]
    with in_network(), pytest.raises(LinkNotGood):
        invitations.invitation_behind(theirs.pk, secret, now=NOON)


def test_an_invitation_ends_after_fourteen_days(administrator):
    invitation = invite(administrator)
    secret = invitations.path_of(invitation).split("/")[-2]
    with in_network(), pytest.raises(LinkNotGood):
        invitations.invitation_behind(
            invitation.pk, secret, now=NOON + timedelta(days=14, seconds=1)
        )


def test_a_renewed_invitation_makes_the_first_link_worthless(administrator):
    invitation = invite(administrator)
    old = invitations.path_of(invitation).split("/")[-2]
    with in_station(administrator.station):
        invitations.renew_invitation(invitation=invitation, actor=administrator, now=NOON)
    with in_network(), pytest.raises(LinkNotGood):
        invitations.invitation_behind(invitation.pk, old, now=NOON)


def test_an_invitation_is_accepted_once(administrator):
    invitation = invite(administrator)
    said = {"invitation": invitation, "user": None, "password": "mine alone 2026", "now": NOON}
    with in_network():
        invitations.accept_invitation(username="first.one", **said)
        with pytest.raises(LinkNotGood):
            invitations.accept_invitation(username="second.one", **said)


def test_a_weak_password_is_refused(administrator):
    invitation = invite(administrator)
    with in_network(), pytest.raises(InvalidInput):
        invitations.accept_invitation(
            invitation=invitation, user=None, username="new.one", password="12345678", now=NOON
        )


def test_a_station_takes_no_more_people_than_its_quota(enterprise, person_at):
    administrator = person_at(enterprise, Role.ADMINISTRATOR)
    for _number in range(QUOTA[4] - 1):
        invite(administrator)
    with pytest.raises(StationIsFull):
        invite(administrator)


def test_a_clerk_may_not_invite(clerk):
    with pytest.raises(NotPermitted):
        invite(clerk)


def test_a_person_is_not_added_twice(administrator, clerk):
    with in_network():
        user = User.objects.get(pk=clerk.user_id)
    with pytest.raises(AlreadyMember), in_station(administrator.station):
        members.add_member(
            station=administrator.station,
            user=user,
            roles=[Role.CLERK],
            now=NOON,
            actor=administrator,
        )


def test_nobody_gives_a_station_the_network(administrator, clerk):
    with pytest.raises(InvalidInput), in_station(administrator.station):
        members.change_roles(
            membership=membership_of(clerk),
            roles=[Role.NETWORK_ADMINISTRATOR],
            actor=administrator,
            now=NOON,
        )


def test_the_last_administrator_stays(administrator, township):
    with in_station(township), pytest.raises(LastAdministrator):
        members.change_roles(
            membership=membership_of(administrator),
            roles=[Role.CLERK],
            actor=administrator,
            now=NOON,
        )


def test_nobody_ends_their_own_membership(administrator, person_at, township):
    person_at(township, Role.ADMINISTRATOR)
    with in_station(township), pytest.raises(OwnAccount):
        members.end_membership(
            membership=membership_of(administrator), actor=administrator, now=NOON
        )


def test_the_end_of_a_membership_ends_session_and_tokens(
    administrator, township, person_at, client
):
    clerk = person_at(township, Role.CLERK, password="correct horse 7")
    with in_network():
        user = User.objects.get(pk=clerk.user_id)
    client.post("/accounts/login/", {"username": user.username, "password": "correct horse 7"})
    with in_station(township):
        _token, secret = tokens.create_token(
            user=user, actor=clerk, name="程序", lifetime=None, now=NOON
        )
    address = f"/s/{township.code}/api/v1/files/"
    header = {"Authorization": f"Token {secret}"}
    assert client.get(address, headers=header).status_code == 200
    with in_station(township):
        members.end_membership(membership=membership_of(clerk), actor=administrator, now=NOON)
    assert client.get("/")["Location"].startswith("/accounts/login/")
    assert client.get(address, headers=header).status_code == 401


def test_a_session_of_one_station_sees_nothing_of_another(clerk, outsider, signed_in):
    client = signed_in(clerk)
    for page in ("", "people/", "files/", "settings/", "api/v1/files/"):
        assert client.get(f"/s/{outsider.code}/{page}").status_code in {401, 404}


def test_a_member_of_another_station_looks_absent(administrator, outsider, person_at, township):
    stranger = person_at(outsider, Role.CLERK)
    with in_station(township), pytest.raises(NotFound):
        selectors.get_member(township, membership_of(stranger).pk)


def test_a_token_is_revoked_by_its_holder_and_by_nobody_below(clerk, township, person_at):
    with in_network():
        user = User.objects.get(pk=clerk.user_id)
    with in_station(township):
        token, secret = tokens.create_token(
            user=user, actor=clerk, name="程序", lifetime=timedelta(days=1), now=NOON
        )
        with pytest.raises(NotFound):
            tokens.revoke_token(token_id=token.pk, actor=person_at(township, Role.CLERK), now=NOON)
        with in_network():
            assert selectors.token_in_force(secret, now=NOON) is not None
            assert selectors.token_in_force(secret, now=NOON + timedelta(days=2)) is None
        tokens.revoke_token(token_id=token.pk, actor=clerk, now=NOON)
        with in_network():
            assert selectors.token_in_force(secret, now=NOON) is None


def test_a_network_administrator_cannot_remove_themselves(on_network, administrator):
    from bangfu.kernel.actors import Actor

    User.objects.filter(pk=administrator.user_id).update(is_network_administrator=True)
    actor = Actor(
        user_id=administrator.user_id, name="网管", capabilities=frozenset({"network.manage"})
    )
    with pytest.raises(OwnAccount):
        administrators.remove_administrator(user_id=administrator.user_id, actor=actor, now=NOON)
