"""Two people at the same moment, with real commits."""

import pytest

from bangfu.kernel.errors import IllegalMove
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.errors import LinkNotGood
from shared_apps.accounts.models import Membership, User
from shared_apps.accounts.roles import Role
from shared_apps.accounts.services import invitations
from shared_apps.onboarding.models import Application
from shared_apps.onboarding.services import applying, deciding, opening
from tenants.models import Station
from tests.conftest import NOON
from tests.support.crowd import at_once


@pytest.fixture
def head(committed, township, person_at):
    return person_at(township, Role.HEAD)


def an_application(township, name) -> Application:
    with in_network():
        return applying.apply_at_once(
            parent=Station.objects.get(pk=township.id),
            level=None,
            said={"name": name, "contact_name": "厂主席", "contact_phone": "13900000001"},
            now=NOON,
        )


def approving(application, head):
    def act():
        with in_station(head.station):
            return deciding.approve_application(
                application_id=application.pk, actor=head, now=NOON
            ).assigned_code

    return act


def test_two_units_approved_at_once_get_two_codes(head, township):
    first, second = an_application(township, "第一厂"), an_application(township, "第二厂")
    codes = at_once(approving(first, head), approving(second, head))
    assert sorted(codes) == ["130705001E02", "130705001E03"]


def test_one_unit_approved_twice_at_once_is_approved_once(head, township):
    application = an_application(township, "第一厂")
    said = at_once(approving(application, head), approving(application, head))
    assert sum(isinstance(each, IllegalMove) for each in said) == 1


def test_two_workers_open_one_station(head, township):
    application = an_application(township, "第一厂")
    approving(application, head)()

    def open_it():
        return opening.open_approved(application.pk, now=NOON)

    opened = at_once(open_it, open_it)
    assert sum(station is not None for station in opened) == 1


def test_an_invitation_accepted_twice_at_once_makes_one_member(committed, township, person_at):
    administrator = person_at(township, Role.ADMINISTRATOR)
    with in_station(township):
        invitation = invitations.invite(
            station=township, name="新同志", roles=[Role.CLERK], actor=administrator, now=NOON
        )

    def accepting(username):
        def act():
            with in_network():
                return invitations.accept_invitation(
                    invitation=invitation,
                    user=None,
                    username=username,
                    password="mine alone 2026",
                    now=NOON,
                )

        return act

    said = at_once(accepting("first.one"), accepting("second.one"))
    assert sum(isinstance(each, LinkNotGood) for each in said) == 1
    with in_network():
        assert User.objects.filter(username__in=["first.one", "second.one"]).count() == 1
        assert Membership.objects.filter(station_id=township.id).count() == 2
