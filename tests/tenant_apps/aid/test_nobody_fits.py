"""A station where nobody fits a campaign says so in one click, and is not late any more."""

import pytest

from bangfu.kernel.errors import IllegalMove, NotPermitted
from bangfu.kernel.tenancy import in_station
from shared_apps.audit.models import AuditRow
from shared_apps.programmes.models import Progress
from shared_apps.programmes.selectors import progress_below
from shared_apps.programmes.services import close_campaign
from tenant_apps.aid import services
from tenant_apps.aid.models import AidState
from tenant_apps.aid.presenting import standing_rows
from tenant_apps.aid.services.nobody import ListNotEmpty, SomebodyFits
from tests.tenant_apps.aid.conftest import desk_of
from tests.tenant_apps.aid.test_chasing import campaign, chase, head, listed, waits
from tests.tenant_apps.aid.walking import Walk

__all__ = ["campaign", "chase", "head"]


@pytest.fixture
def below(aid_desk, enterprise, person_at):
    """The one station below the township."""
    with in_station(enterprise):
        return desk_of(enterprise, person_at)


def report(desk, campaign, *, by=None):
    with in_station(desk.station):
        return services.report_nobody(campaign.pk, actor=by or desk.clerk, now=desk.now)


def take_back(desk, campaign):
    with in_station(desk.station):
        return services.take_back_nobody(campaign.pk, actor=desk.clerk, now=desk.now)


def seen(desk, campaign, county):
    """How the township stands in the list of the county."""
    with in_station(county):
        rows = standing_rows(progress_below(campaign.pk, station=county))
    (row,) = [one for one in rows if one.code == desk.station.code]
    return str(row.word), row.is_owing


def test_who_reports_nobody_is_not_late(aid_desk, below, campaign, county):
    assert seen(aid_desk, campaign, county) == ("未拟定名单", True)
    report(aid_desk, campaign)
    report(below, campaign)
    assert seen(aid_desk, campaign, county) == ("无符合条件对象", False)


def test_each_station_answers_for_itself(aid_desk, below, campaign, county):
    report(aid_desk, campaign)
    assert seen(aid_desk, campaign, county) == ("未拟定名单", True)


def test_how_many_have_reported_nobody_is_seen_before_all_have(
    aid_desk, below, campaign, county, head, signed_in
):
    def partly():
        with in_station(county):
            rows = standing_rows(progress_below(campaign.pk, station=county))
        (row,) = [one for one in rows if one.code == aid_desk.station.code]
        return row.nobody, row.stations

    assert partly() == (0, 0)
    report(below, campaign)
    assert partly() == (1, 2)
    url = f"/s/{county.code}/aid/campaigns/{campaign.pk}/"
    assert "1/2 个站点报无符合条件对象" in signed_in(head).get(url).content.decode()
    report(aid_desk, campaign)
    assert partly() == (0, 2)
    assert "个站点报无符合条件对象" not in signed_in(head).get(url).content.decode()


def test_it_is_audited_once_and_taken_back_by_the_same_page(aid_desk, below, campaign, county):
    report(below, campaign)
    first = report(aid_desk, campaign)
    assert (first.nobody_by, first.nobody_at) == (aid_desk.clerk.name, aid_desk.now)
    assert report(aid_desk, campaign).nobody_at == first.nobody_at
    take_back(aid_desk, campaign)
    assert seen(aid_desk, campaign, county) == ("未拟定名单", True)
    with pytest.raises(IllegalMove):
        take_back(aid_desk, campaign)
    with in_station(aid_desk.station):
        told = AuditRow.objects.filter(event__startswith="campaign.nobody").order_by("seq")
        assert [row.event for row in told] == ["campaign.nobody_fits", "campaign.nobody_taken_back"]


def test_who_fits_on_file_is_listed_first(aid_desk, campaign):
    with in_station(aid_desk.station):
        aid_desk.household()
    with pytest.raises(SomebodyFits, match="还有 1 户（人）符合条件"):
        report(aid_desk, campaign)


def test_a_list_with_somebody_on_it_speaks_for_itself(aid_desk, campaign):
    with in_station(aid_desk.station):
        listed(aid_desk, campaign, AidState.LEFT_OUT)
    with pytest.raises(ListNotEmpty, match="名单上已有 1 户（人）"):
        report(aid_desk, campaign)


def test_it_ends_by_itself_when_somebody_is_listed(aid_desk, below, campaign, county):
    report(aid_desk, campaign)
    report(below, campaign)
    with in_station(aid_desk.station):
        listed(aid_desk, campaign, AidState.PROPOSED)
        assert Progress.objects.get(station_id=aid_desk.station.id).nobody_at is None
    assert seen(aid_desk, campaign, county) == ("名单未报齐", True)


def test_what_the_station_above_urged_rests_and_waits_again(aid_desk, below, campaign, chase):
    report(below, campaign)
    chase()
    assert waits(aid_desk) is not None
    report(aid_desk, campaign)
    assert waits(aid_desk) is None
    with pytest.raises(IllegalMove):
        chase(now=aid_desk.now.replace(day=aid_desk.now.day + 1))


def test_nobody_is_reported_to_a_campaign_that_ended(aid_desk, campaign, county, head):
    with in_station(county):
        close_campaign(campaign.pk, station=county, actor=head, now=aid_desk.now)
    with pytest.raises(IllegalMove):
        report(aid_desk, campaign)


def test_only_who_makes_lists_reports_it(aid_desk, campaign):
    with pytest.raises(NotPermitted):
        report(aid_desk, campaign, by=aid_desk.reviewer)


def test_one_click_on_the_page_and_one_back(aid_desk, campaign, signed_in):
    page = f"/s/{aid_desk.station.code}/aid/campaigns/{campaign.pk}/"
    browser = signed_in(aid_desk.clerk)
    assert "本站无符合条件对象</button>" in browser.get(page).content.decode()
    said = browser.post(f"{page}nobody/", follow=True).content.decode()
    assert "报：本站无符合条件对象" in said
    assert "本站无符合条件对象</button>" not in said
    back = browser.post(f"{page}somebody/", follow=True).content.decode()
    assert "报：本站无符合条件对象" not in back


def test_the_interface_reports_it_and_takes_it_back(aid_desk, campaign, signed_in):
    url = f"/s/{aid_desk.station.code}/api/v1/aid/campaigns/{campaign.pk}/nobody/"
    browser = signed_in(aid_desk.clerk)
    said = browser.post(url, headers={"Idempotency-Key": "n1"})
    assert (said.status_code, said.json()["nobody_by"]) == (200, aid_desk.clerk.name)
    back = browser.delete(url, headers={"Idempotency-Key": "n2"})
    assert back.json() == {"nobody_by": "", "nobody_at": None}


def test_a_list_begun_after_it_is_made_as_ever(aid_desk, campaign):
    report(aid_desk, campaign)
    with in_station(aid_desk.station):
        walk = Walk(aid_desk)
        aid_desk.household()
        assert services.propose_list(campaign.pk, **walk.by("clerk")) == 1
