"""What is rare and happens on a list: amounts nobody can pay, the same button twice, a household deleted meanwhile."""

from datetime import date

import pytest

from bangfu.kernel.errors import IllegalMove
from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from shared_apps.programmes.services import call_campaign
from tenant_apps.aid import services
from tenant_apps.aid.errors import SameNeedTwice
from tenant_apps.aid.models import AidState, Application
from tenant_apps.aid.services import Asked
from tests.tenant_apps.aid.walking import Walk

pytestmark = pytest.mark.usefixtures("at_noon")

HOME = "/s/130705001/aid/campaigns"


@pytest.fixture
def campaign(aid_desk, county, person_at):
    """A campaign that the county called."""
    head = person_at(county, Role.HEAD, name="县负责人")
    with in_station(county):
        return call_campaign(
            kind="two_festivals", name="2027 年两节送温暖", programme="festival",
            opens_on=date(2026, 11, 1), closes_on=date(2027, 3, 1), amount_fen=80_000,
            groups=["front_line"], station=county, actor=head, now=aid_desk.now,
        )  # fmt: skip


@pytest.fixture
def listed(aid_desk, campaign):
    """One household that stands on the list of the township."""
    with in_station(aid_desk.station):
        aid_desk.household()
        services.propose_list(campaign.pk, **Walk(aid_desk).by("clerk"))
        return Application.objects.get(campaign_id=campaign.pk)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0.01", 1), ("800.5", 80_050), ("0", 80_000), ("-1", 80_000), ("800.005", 80_000),
        ("NaN", 80_000), ("Infinity", 80_000), ("1e30", 80_000), ("八百", 80_000), ("", 80_000),
    ],
)  # fmt: skip
def test_an_amount_stands_to_the_fen_or_not_at_all(
    aid_desk, campaign, listed, signed_in, text, fen
):
    form = {f"amount-{listed.pk}": text, f"was-{listed.pk}": "800.00"}
    client = signed_in(aid_desk.clerk)
    page = client.post(f"{HOME}/{campaign.pk}/amounts/", form, follow=True)
    assert page.status_code == 200
    with in_station(aid_desk.station):
        assert Application.objects.get(pk=listed.pk).amount_fen == fen
    if fen == 80_000:
        assert "金额" in page.content.decode()


def test_handing_in_twice_hands_in_once_and_says_so(aid_desk, campaign, listed, signed_in):
    client = signed_in(aid_desk.clerk)
    form = {"ids": [str(listed.pk)]}
    first = client.post(f"{HOME}/{campaign.pk}/hand_in/", form, follow=True).content.decode()
    again = client.post(f"{HOME}/{campaign.pk}/hand_in/", form, follow=True).content.decode()
    assert "已办理 1 户（人）" in first and listed.number in again
    with in_station(aid_desk.station):
        assert Application.objects.get(pk=listed.pk).state == AidState.REVIEWING


def test_nothing_ticked_does_nothing_and_says_so(aid_desk, campaign, listed, signed_in):
    client = signed_in(aid_desk.clerk)
    page = client.post(f"{HOME}/{campaign.pk}/hand_in/", {}, follow=True).content.decode()
    assert "没有选择要办理的对象" in page


def test_proposing_twice_lists_nobody_twice(aid_desk, campaign, listed):
    with in_station(aid_desk.station):
        assert services.propose_list(campaign.pk, **Walk(aid_desk).by("clerk")) == 0
        assert Application.objects.filter(campaign_id=campaign.pk).count() == 1


def test_a_person_outside_the_files_is_listed_once(aid_desk, campaign):
    walk = Walk(aid_desk)
    given = Asked(
        programme="festival", amount_fen=80_000, campaign_id=campaign.pk, group="front_line",
        name="周一线", unit="环卫所",
    )  # fmt: skip
    with in_station(aid_desk.station):
        services.list_person(given, **walk.by("clerk"))
        with pytest.raises(SameNeedTwice, match="周一线"):
            services.list_person(given, **walk.by("clerk"))
        with pytest.raises(SameNeedTwice):
            services.open_application(given, **walk.by("clerk"))


def test_whom_the_list_names_nobody_applies_for_beside_it(aid_desk, campaign, listed, signed_in):
    given = {"programme": "festival", "amount": "800", "campaign": str(campaign.pk)}
    address = f"/s/130705001/aid/new/{listed.file_id}/"
    page = signed_in(aid_desk.clerk).post(address, given)
    assert page.status_code < 500
    with in_station(aid_desk.station):
        assert Application.objects.filter(campaign_id=campaign.pk).count() == 1


def test_an_application_that_is_refused_at_once_leaves_no_draft_behind(aid_desk, signed_in):
    walk = Walk(aid_desk)
    with in_station(aid_desk.station):
        file = aid_desk.household()
        walk.submitted(file)
    given = {"programme": "living", "amount": "2800", "submit": "1"}
    address = f"/s/130705001/aid/new/{file.pk}/"
    client = signed_in(aid_desk.clerk)
    for _time in range(2):
        page = client.post(address, given).content.decode()
        assert "同一需求不重复帮扶" in page
    with in_station(aid_desk.station):
        assert Application.objects.count() == 1


def test_a_draft_that_was_handed_in_meanwhile_is_not_changed_and_the_form_says_so(
    aid_desk, signed_in
):
    walk = Walk(aid_desk)
    with in_station(aid_desk.station):
        row = walk.submitted(aid_desk.household())
    given = {"programme": "living", "amount": "1.00"}
    page = signed_in(aid_desk.clerk).post(f"/s/130705001/aid/{row.pk}/change/", given)
    assert page.status_code == 200 and str(IllegalMove()) in page.content.decode()
    with in_station(aid_desk.station):
        assert Application.objects.get(pk=row.pk).amount_fen == 280_000
