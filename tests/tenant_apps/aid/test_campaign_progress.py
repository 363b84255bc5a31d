"""What a parent sees of a campaign below it: numbers that agree with the lists, and nobody's name."""

from datetime import date

import pytest
from django.db import ProgrammingError, connection, transaction

from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from shared_apps.programmes.models import Progress
from shared_apps.programmes.selectors import StationProgress, progress_below
from shared_apps.programmes.services import call_campaign
from tenant_apps.aid import services
from tenant_apps.aid.models import PAID_STATES, AidState, Application
from tenant_apps.aid.presenting import standing_rows, standing_total
from tenant_apps.aid.selectors import progress_of_campaign
from tenant_apps.aid.services import progressing
from tests.tenant_apps.aid.conftest import desk_of
from tests.tenant_apps.aid.walking import Walk

STATES = (
    AidState.PROPOSED, AidState.LEFT_OUT, AidState.REVIEWING, AidState.REFUSED, AidState.APPROVED,
    AidState.BATCHED, AidState.PAID, AidState.CLOSED,
)  # fmt: skip


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


def fill(desk, campaign, states):
    """Put somebody in each of these states on the list of a station, each with another sum."""
    for at, state in enumerate(states):
        desk.approved(
            desk.household(), state=state, campaign_id=campaign.pk, programme="festival",
            cycle=campaign.key, amount_fen=80_000 + at, fund=desk.fiscal,
            paid_on=desk.today if state in PAID_STATES else None,
            counted={} if state in PAID_STATES else None,
        )  # fmt: skip


def counted(desk, campaign):
    progressing.count_campaign(campaign.pk, now=desk.now)
    return {one.state: (one.n, one.fen) for one in progress_of_campaign(campaign.pk)}


@pytest.fixture
def rung(monkeypatch):
    bells = []
    monkeypatch.setattr(progressing.doorbell, "ring", lambda *given: bells.append(given))
    return bells


def committed_now():
    """Run what waits for the commit of the test's own transaction."""
    waiting, connection.run_on_commit = connection.run_on_commit, []
    for _sids, act, _robust in waiting:
        act()


def test_the_county_sees_the_very_numbers_of_the_list(desk, campaign, county) -> None:
    fill(desk, campaign, STATES)
    own = counted(desk, campaign)

    with in_station(county):
        below = progress_below(campaign.pk, station=county)

    (township,) = [one for one in below if one.code == desk.station.code]
    assert dict(township.counts) == own
    assert sum(n for n, _fen in own.values()) == len(STATES)


def test_columns_add_up_to_everybody_on_the_lists(desk, campaign, county) -> None:
    fill(desk, campaign, AidState.values)
    own = counted(desk, campaign)
    with in_station(county):
        total = standing_total(progress_below(campaign.pk, station=county))

    shares = (total.listed, total.open, total.off, total.approved, total.batched, total.paid)
    assert sum(share.n for share in shares) == sum(n for n, _fen in own.values())
    assert sum(share.fen for share in shares) == sum(fen for _n, fen in own.values())


def test_as_long_as_nobody_is_listed_there_is_no_total_but_a_sentence(
    desk, campaign, county, person_at, signed_in
) -> None:
    with in_station(county):
        assert standing_total(progress_below(campaign.pk, station=county)) is None
    browser, page = (
        signed_in(person_at(county, Role.HEAD)),
        f"/s/{county.code}/aid/campaigns/{campaign.pk}/",
    )

    assert "下级站点还没有列入任何对象" in browser.get(page).content.decode()
    fill(desk, campaign, [AidState.PROPOSED])
    counted(desk, campaign)
    listed = browser.get(page).content.decode()
    assert "<tfoot>" in listed
    assert "下级站点还没有列入任何对象" not in listed


def test_who_has_not_begun_stands_first_and_who_is_through_last() -> None:
    counts = {
        "1": {"paid": (2, 160_000)}, "2": {"paid": (1, 80_000), "batched": (1, 80_000)}, "3": {},
        "4": {"proposed": (3, 240_000)}, "5": {"notice": (1, 80_000)},
    }  # fmt: skip
    rows = standing_rows(
        StationProgress(station_id=int(code), code=code, name=code, counts=known, counted_at=None)
        for code, known in counts.items()
    )

    assert [(row.code, str(row.word)) for row in rows] == [
        ("3", "未拟定名单"), ("4", "名单未报齐"), ("5", "办理中"), ("2", "待发放"), ("1", "已办完"),
    ]  # fmt: skip


def test_the_city_sees_a_county_with_all_below_it(
    desk, campaign, city, county, enterprise, person_at
) -> None:
    fill(desk, campaign, [AidState.PAID, AidState.APPROVED])
    counted(desk, campaign)
    with in_station(enterprise):
        other = desk_of(enterprise, person_at)
        other.seeds = [50]
        fill(other, campaign, [AidState.PAID])
        counted(other, campaign)

    with in_station(city):
        (row,) = [
            one for one in progress_below(campaign.pk, station=city) if one.code == county.code
        ]

    assert row.counts["paid"] == (2, 160_000)
    assert row.counts["approved"] == (1, 80_001)


def test_nobody_beside_or_below_sees_it_and_nobody_writes_it_for_another(
    desk, campaign, other_county, enterprise
) -> None:
    fill(desk, campaign, [AidState.PAID])
    counted(desk, campaign)

    for stranger in (other_county, enterprise):
        with in_station(stranger):
            assert not Progress.objects.exists()
            with pytest.raises(ProgrammingError), transaction.atomic():
                Progress.objects.create(
                    campaign_id=campaign.pk, station_id=desk.station.id, counted_at=desk.now
                )


def test_the_county_cannot_change_what_a_township_counted(desk, campaign, county) -> None:
    fill(desk, campaign, [AidState.PAID])
    own = counted(desk, campaign)
    with in_station(county), pytest.raises(ProgrammingError), transaction.atomic():
        Progress.objects.update(counts={})

    assert {key: tuple(pair) for key, pair in Progress.objects.get().counts.items()} == own


def test_every_step_has_the_list_counted_again(desk, campaign, rung) -> None:
    walk = Walk(desk)
    desk.household()
    services.propose_list(campaign.pk, **walk.by("clerk"))
    committed_now()
    assert (progressing.COUNT, desk.station.id, str(campaign.pk)) in rung

    rung.clear()
    row = Application.objects.get(campaign_id=campaign.pk)
    services.leave_out_many([row.pk], reason="本人婉拒", **walk.by("clerk"))
    committed_now()
    assert (progressing.COUNT, desk.station.id, str(campaign.pk)) in rung


def test_what_no_bell_was_heard_of_is_counted_at_night(desk, campaign) -> None:
    fill(desk, campaign, [AidState.APPROVED])

    assert progressing.count_all(now=desk.now) == 1

    assert Progress.objects.get().counts == {"approved": [1, 80_000]}


def test_the_page_of_the_county_shows_it(desk, campaign, county, signed_in, person_at) -> None:
    fill(desk, campaign, STATES)
    counted(desk, campaign)
    head = person_at(county, Role.HEAD, name="县负责人二")

    page = signed_in(head).get(f"/s/{county.code}/aid/campaigns/{campaign.pk}/").content.decode()
    answer = signed_in(head).get(f"/s/{county.code}/api/v1/aid/campaigns/{campaign.pk}/progress/")

    assert "各下级站点进度" in page
    assert desk.station.name in page
    (row,) = [one for one in answer.json() if one["code"] == desk.station.code]
    assert row["paid"] == {"n": 2, "fen": 80_006 + 80_007}
