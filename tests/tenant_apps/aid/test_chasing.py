"""A station whose list is not in is urged on from above: once a day, told at home, and left alone once it is in."""

from datetime import date, timedelta

import pytest

from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted
from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from shared_apps.audit.models import AuditRow
from shared_apps.exchange import relay
from shared_apps.exchange.models import Message
from shared_apps.notifications.models import Notification
from shared_apps.programmes.services import call_campaign, close_campaign
from tenant_apps.aid import services
from tenant_apps.aid.messages import chase_again, chased_but_not_told
from tenant_apps.aid.models import AidState, Application
from tenant_apps.aid.selectors import chased_units
from tenant_apps.aid.services import chasing, progressing
from tenant_apps.aid.services.chasing import ChasedToday
from tenant_apps.casework.models import Todo


@pytest.fixture
def head(county, person_at):
    return person_at(county, Role.HEAD, name="县负责人")


@pytest.fixture
def campaign(aid_desk, county, head):
    """A campaign that the county called."""
    with in_station(county):
        return call_campaign(
            kind="two_festivals", name="2027 年两节送温暖", programme="festival",
            opens_on=date(2026, 11, 1), closes_on=date(2027, 3, 1), amount_fen=80_000,
            groups=["front_line"], station=county, actor=head, now=aid_desk.now,
        )  # fmt: skip


@pytest.fixture
def chase(aid_desk, county, head, campaign):
    """Urge the township on from the county, and let what is sent arrive."""

    def ask(*, now=aid_desk.now, actor=head, text="请尽快提交名单。"):
        with in_station(county):
            services.chase(campaign.pk, aid_desk.station.code, text=text, actor=actor, now=now)
        relay.deliver_all()

    return ask


def listed(desk, campaign, *states):
    for state in states:
        desk.approved(
            desk.household(), state=state, campaign_id=campaign.pk, programme="festival",
            cycle=campaign.key, amount_fen=80_000,
        )  # fmt: skip
    progressing.count_campaign(campaign.pk, now=desk.now)


def waits(desk):
    with in_station(desk.station):
        return Todo.objects.filter(kind=progressing.LIST_WAITED_FOR, closed_at=None).first()


def test_the_township_gets_a_notification_and_a_to_do_that_leads_to_its_list(
    aid_desk, campaign, chase
):
    chase()
    todo = waits(aid_desk)
    assert (todo.params, todo.capability) == ({"name": campaign.name}, "aid.edit")
    assert todo.link == f"/s/{aid_desk.station.code}/aid/campaigns/{campaign.pk}/"
    with in_station(aid_desk.station):
        told = Notification.objects.get(kind="campaign", user_id=aid_desk.clerk.user_id)
    assert (told.body, told.link) == ("请尽快提交名单。", todo.link)


def test_it_is_urged_on_once_a_day_and_again_the_next(aid_desk, campaign, county, chase):
    chase()
    with pytest.raises(ChasedToday, match=aid_desk.station.name):
        chase(now=aid_desk.now + timedelta(hours=2))
    chase(now=aid_desk.now + timedelta(days=1))
    with in_station(county):
        (known,) = chased_units(campaign.pk, [aid_desk.station.id]).values()
        assert AuditRow.objects.filter(event="campaign.chased").count() == 2
    assert known.times == 2
    with in_station(aid_desk.station):
        assert Todo.objects.filter(kind=progressing.LIST_WAITED_FOR).count() == 1


def test_one_click_urges_on_all_whose_lists_are_not_in_and_nobody_twice(
    aid_desk, campaign, county, head
):
    with in_station(county):
        first = services.chase_all(campaign.pk, actor=head, now=aid_desk.now)
        again = services.chase_all(campaign.pk, actor=head, now=aid_desk.now)
        kinds = Message.objects.filter(kind=chasing.CHASED).count()
    assert first >= 1
    assert (again, kinds) == (0, first)


def test_whose_list_is_in_is_left_alone(aid_desk, campaign, county, head, chase):
    with in_station(aid_desk.station):
        listed(aid_desk, campaign, AidState.REVIEWING, AidState.LEFT_OUT)
    with pytest.raises(IllegalMove):
        chase()
    with in_station(county):
        services.chase_all(campaign.pk, actor=head, now=aid_desk.now)
        assert aid_desk.station.id not in chased_units(campaign.pk, [aid_desk.station.id])


def test_the_to_do_rests_as_soon_as_the_list_is_in(aid_desk, campaign, chase):
    with in_station(aid_desk.station):
        listed(aid_desk, campaign, AidState.PROPOSED)
    chase()
    assert waits(aid_desk) is not None
    with in_station(aid_desk.station):
        Application.objects.filter(campaign_id=campaign.pk).update(state=AidState.REVIEWING)
        progressing.count_campaign(campaign.pk, now=aid_desk.now)
    assert waits(aid_desk) is None


def test_the_to_do_rests_once_the_campaign_was_ended(aid_desk, campaign, county, head, chase):
    chase()
    with in_station(county):
        close_campaign(campaign.pk, station=county, actor=head, now=aid_desk.now)
        with pytest.raises(IllegalMove):
            services.chase_all(campaign.pk, actor=head, now=aid_desk.now)
    with in_station(aid_desk.station):
        assert progressing.count_all(now=aid_desk.now) == 1
    assert waits(aid_desk) is None


def test_before_the_first_day_nobody_is_urged_on(aid_desk, campaign, chase):
    with pytest.raises(IllegalMove):
        chase(now=aid_desk.now - timedelta(days=30))


def test_only_who_calls_campaigns_urges_on_and_only_right_below(
    aid_desk, campaign, county, city, head, person_at, chase
):
    with pytest.raises(NotPermitted):
        chase(actor=person_at(county, Role.CLERK))
    with pytest.raises(InvalidInput):
        chase(text="快" * 501)
    with in_station(county), pytest.raises(NotFound):
        services.chase(campaign.pk, city.code, actor=head, now=aid_desk.now)


def test_told_twice_it_is_told_once_and_what_vanished_is_sent_again(
    aid_desk, campaign, county, chase
):
    chase()
    with in_station(aid_desk.station):
        message = Message.objects.get(kind=chasing.CHASED, recipient_id=aid_desk.station.id)
        chasing.follow_chase(message.body, now=aid_desk.now)
        assert (
            Notification.objects.filter(kind="campaign", user_id=aid_desk.clerk.user_id).count()
            == 1
        )
        assert chased_but_not_told([message]) == set()
    with in_station(county):
        stream = f"campaign:{campaign.pk}"
        assert chase_again(stream, aid_desk.station.id, now=aid_desk.now)


def test_the_page_of_the_county_urges_on_by_one_click_and_shows_it(
    aid_desk, campaign, county, head, signed_in
):
    home = f"/s/{county.code}/aid/campaigns/{campaign.pk}/"
    client = signed_in(head)
    page = client.get(home).content.decode()
    assert "催办全部未报齐站点" in page and 'name="station"' in page
    code = aid_desk.station.code
    done = client.post(f"{home}chase/", {"station": code}, follow=True).content.decode()
    assert "已办理：催办" in done and "1 次" in done
    again = client.post(f"{home}chase/", {"station": code}, follow=True).content.decode()
    assert "今天已经催办过" in again
    rest = client.post(f"{home}chase/", {"reason": "请尽快"}, follow=True).content.decode()
    assert "今天已经催过的不重复催" in rest


def test_the_api_urges_on_and_says_whom(aid_desk, campaign, county, head, signed_in):
    client = signed_in(head)
    home = f"/s/{county.code}/api/v1/aid/campaigns/{campaign.pk}/"
    given = {"station": aid_desk.station.code}
    done = client.post(
        f"{home}chase/", given, content_type="application/json", HTTP_IDEMPOTENCY_KEY="c1"
    )
    assert (done.status_code, done.json()) == (200, {"chased": 1})
    rows = client.get(f"{home}progress/").json()
    (row,) = [one for one in rows if one["code"] == aid_desk.station.code]
    assert (row["is_owing"], row["chased"]["times"]) == (True, 1)
    refused = client.post(
        f"{home}chase/", given, content_type="application/json", HTTP_IDEMPOTENCY_KEY="c2"
    )
    assert refused.status_code == 429
    assert aid_desk.station.name in refused.json()["detail"]
