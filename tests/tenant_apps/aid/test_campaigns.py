"""Campaigns: whom they are for, the list with its reasons, and bulk review."""

from datetime import date

import pytest

from bangfu.kernel.errors import NotFound, NotPermitted
from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from shared_apps.programmes.selectors import campaigns_seen
from shared_apps.programmes.services import call_campaign, close_campaign
from tenant_apps.aid import services
from tenant_apps.aid.models import AidState, Application
from tenant_apps.aid.rules.choosing import Child, child_fits
from tenant_apps.aid.selectors import progress_of_campaign
from tenant_apps.aid.services.listing import CampaignNotOpen, change_amount
from tenant_apps.households.models import HouseholdFile
from tests.tenant_apps.aid.walking import Walk


@pytest.fixture
def walk(desk):
    return Walk(desk)


@pytest.fixture
def call(aid_desk, county, person_at):
    """Let the county call a campaign that its townships join."""
    head = person_at(county, Role.HEAD, name="县负责人")

    def at_county(**changes):
        given = {
            "kind": "two_festivals", "name": "2027 年两节送温暖", "programme": "festival",
            "opens_on": date(2026, 11, 1), "closes_on": date(2027, 3, 1), "amount_fen": 80_000,
            "groups": ["front_line"],
        } | changes  # fmt: skip
        with in_station(county):
            return call_campaign(**given, station=county, actor=head, now=aid_desk.now)

    return at_county


def listed(campaign):
    return list(Application.objects.filter(campaign_id=campaign.pk).order_by("pk"))


def test_a_campaign_of_the_county_is_seen_below_and_not_beside(
    call, township, other_county
) -> None:
    campaign = call()
    with in_station(township):
        assert campaign in campaigns_seen(station=township)
    with in_station(other_county):
        assert campaign not in campaigns_seen(station=other_county)


def test_the_list_names_every_household_the_rule_is_for_with_its_reason(call, desk, walk) -> None:
    campaign = call(rule={"tiers": ["1"]})
    inside, outside = desk.household(), desk.household()
    HouseholdFile.objects.filter(pk=inside.pk).update(tier="1")
    HouseholdFile.objects.filter(pk=outside.pk).update(tier="2")
    assert services.propose_list(campaign.pk, **walk.by("clerk")) == 1
    row = listed(campaign)[0]
    assert (row.file_id, row.need, row.amount_fen) == (inside.pk, "深度困难", 80_000)


def test_listing_again_adds_only_who_is_new(call, desk, walk) -> None:
    campaign = call()
    desk.household()
    services.propose_list(campaign.pk, **walk.by("clerk"))
    desk.household()
    assert services.propose_list(campaign.pk, **walk.by("clerk")) == 1
    assert len(listed(campaign)) == 2


def test_an_amount_is_changed_within_the_cap(call, desk, walk) -> None:
    campaign = call()
    desk.household()
    services.propose_list(campaign.pk, **walk.by("clerk"))
    row = listed(campaign)[0]
    assert change_amount(row.pk, amount_fen=300_000, **walk.by("clerk")).amount_fen == 300_000
    bulk = services.change_amounts({row.pk: 300_001}, **walk.by("clerk"))
    assert (bulk.done, bulk.refused[0][0]) == (0, row.number)


def test_who_is_left_out_stays_on_record_with_the_reason(call, desk, walk) -> None:
    campaign = call()
    desk.household()
    services.propose_list(campaign.pk, **walk.by("clerk"))
    row = listed(campaign)[0]
    services.leave_out_many([row.pk], reason="本人婉拒", **walk.by("clerk"))
    services.propose_list(campaign.pk, **walk.by("clerk"))
    assert [(one.state, one.reason) for one in listed(campaign)] == [
        (AidState.LEFT_OUT, "本人婉拒")
    ]
    assert services.put_back(row.pk, **walk.by("clerk")).state == AidState.PROPOSED


def test_a_whole_list_goes_to_its_notices_in_four_acts(call, desk, walk) -> None:
    campaign = call()
    for _ in range(3):
        desk.household()
    services.propose_list(campaign.pk, **walk.by("clerk"))
    keys = [row.pk for row in listed(campaign)]
    assert services.hand_in_many(keys, **walk.by("clerk")).done == 3
    assert services.review_many(keys, fund_id=desk.fiscal.pk, **walk.by("reviewer")).done == 3
    assert services.decide_many(keys, walk.minutes(), **walk.by("head")).done == 3
    assert services.ratify_many(keys, walk.minutes("党组会5号"), **walk.by("head")).done == 3
    assert [(one.state, one.n, one.fen) for one in progress_of_campaign(campaign.pk)] == [
        (AidState.NOTICE, 3, 240_000)
    ]


def test_one_that_does_not_fit_holds_up_no_other(call, desk, walk) -> None:
    campaign = call()
    first, second = desk.household(), desk.household()
    services.propose_list(campaign.pk, **walk.by("clerk"))
    HouseholdFile.objects.filter(pk=first.pk).update(state="out")
    keys = [row.pk for row in listed(campaign)]
    bulk = services.hand_in_many(keys, **walk.by("clerk"))
    assert (bulk.done, len(bulk.refused)) == (1, 1)
    assert "先建档" in bulk.refused[0][1]
    assert Application.objects.get(file=second).state == AidState.REVIEWING


def test_a_front_line_worker_is_listed_by_name_and_group(call, desk, walk) -> None:
    campaign = call()
    asked = services.Asked(
        programme="festival", campaign_id=campaign.pk, amount_fen=80_000, group="front_line",
        name="周一线", unit="环卫所",
    )  # fmt: skip
    row = services.list_person(asked, **walk.by("clerk"))
    assert (row.state, row.group, row.file_id) == (AidState.PROPOSED, "front_line", None)


def test_nobody_is_listed_when_the_campaign_is_over(call, desk, walk) -> None:
    campaign = call(closes_on=date(2026, 11, 2))
    with pytest.raises(CampaignNotOpen):
        services.propose_list(campaign.pk, **walk.by("clerk"))


def test_only_the_station_that_called_it_closes_it(call, desk, county, person_at) -> None:
    campaign = call()
    with pytest.raises(NotFound):
        close_campaign(campaign.pk, station=desk.station, actor=desk.head, now=desk.now)


def test_a_clerk_calls_no_campaign(desk) -> None:
    with pytest.raises(NotPermitted):
        call_campaign(
            kind="other", name="活动", programme="festival", opens_on=desk.today,
            closes_on=desk.today, station=desk.station, actor=desk.clerk, now=desk.now,
        )  # fmt: skip


def test_children_of_a_family_are_listed_each_for_itself(call, desk, walk) -> None:
    campaign = call(
        kind="children_day", programme="children", amount_fen=8_400, groups=[],
        rule={"under_age": 14, "age_on": "06-01"},
    )  # fmt: skip
    file = desk.household()
    member = file.members.get()
    services.propose_list(campaign.pk, **walk.by("clerk"))
    assert listed(campaign) == []
    file.members.filter(pk=member.pk).update(birth=date(2014, 9, 2))
    services.propose_list(campaign.pk, **walk.by("clerk"))
    assert [row.person_name for row in listed(campaign)] == [member.name]


@pytest.mark.parametrize(
    ("birth", "fits"),
    [
        (date(2012, 6, 1), False),
        (date(2012, 6, 2), True),
        (date(2026, 5, 31), True),
        (None, False),
    ],
)
def test_under_fourteen_on_the_first_of_june(birth, fits) -> None:
    child = Child(birth=birth, identity="student", education="80")
    rule = {"under_age": 14, "age_on": "06-01"}
    assert child_fits(rule, child, on=date(2026, 5, 20)) is fits


def test_golden_autumn_lists_students_with_the_standard_of_their_level(call, desk, walk) -> None:
    file = desk.household()
    desk.now = desk.now.replace(month=9)
    campaign = call(
        kind="golden_autumn", programme="schooling", amount_fen=None, groups=[],
        opens_on=date(2026, 8, 1), rule={"stages": ["secondary"]},
    )  # fmt: skip
    HouseholdFile.objects.filter(pk=file.pk).update(file_level="2")
    services.propose_list(campaign.pk, **walk.by("clerk"))
    assert [row.amount_fen for row in listed(campaign)] == [630_000]
