"""Programmes as rules with dates: the nearest in force holds, and nothing is looser than above."""

import re
from dataclasses import replace
from datetime import date

import pytest

from bangfu.kernel.errors import InvalidInput, NotPermitted
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.programmes.forms import ProgrammeForm, initial_of
from shared_apps.programmes.models import Programme
from shared_apps.programmes.selectors import programmes_in_force, terms_of
from shared_apps.programmes.services import (
    ProgrammeInForce,
    lay_down_programme,
    seed_programmes,
    withdraw_programme,
)
from shared_apps.programmes.shipped import SHIPPED
from shared_apps.programmes.terms import (
    Terms,
    looser_problems,
    read_terms,
    stored_terms,
    terms_problems,
)
from shared_apps.programmes.wording import terms_in_words
from tests.conftest import NOON

TODAY, LATER = date(2026, 11, 20), date(2027, 1, 1)


@pytest.fixture
def lay_down(db, county, person_at):
    head = person_at(county, Role.HEAD, name="县负责人")

    def at_county(**changes):
        given = {
            "key": "sudden", "name": "意外致困救助", "aid": "sudden", "valid_from": TODAY,
            "source": "本县办法",
            "terms": {
                "cycle": "case", "tiers": ["3"], "per_time_fen": 800_000, "papers": ["accident"],
                "loss_caps_fen": {"injury": 800_000, "fire": 500_000},
                "urgent_limit_fen": 200_000, "own_limits_fen": {"4": 0, "3": 0, "2": 100_000},
            },
        } | changes  # fmt: skip
        with in_station(county):
            return lay_down_programme(**given, station=county, actor=head, now=NOON)

    at_county.head = head
    return at_county


def held(station, on=TODAY):
    with in_station(station):
        return programmes_in_force(station=station, on=on)


def test_what_is_shipped_is_sound_and_says_where_it_comes_from() -> None:
    assert [one.key for one in SHIPPED if terms_problems(one.terms) or not one.source] == []
    assert all(terms_in_words(read_terms(one.terms)) for one in SHIPPED)


def test_terms_are_kept_as_they_are_read() -> None:
    for one in SHIPPED:
        terms = read_terms(one.terms)
        assert read_terms(stored_terms(terms)) == terms


def test_seeding_twice_adds_nothing(on_network) -> None:
    assert seed_programmes() == 0


def test_the_nearest_version_holds_and_goes_down(lay_down, county, township, other_county) -> None:
    lay_down()
    assert terms_of(held(township)["sudden"]).per_time_fen == 800_000
    assert terms_of(held(other_county)["sudden"]).per_time_fen == 1_000_000


def test_a_version_holds_from_its_day_and_the_one_before_until_then(lay_down, township) -> None:
    lay_down()
    lay_down(valid_from=LATER, terms={
        "cycle": "case", "tiers": ["3"], "per_time_fen": 500_000, "papers": ["accident"],
        "loss_caps_fen": {"injury": 500_000},
        "urgent_limit_fen": 200_000, "own_limits_fen": {"4": 0, "3": 0, "2": 0},
    })  # fmt: skip
    assert terms_of(held(township)["sudden"]).per_time_fen == 800_000
    assert terms_of(held(township, LATER)["sudden"]).per_time_fen == 500_000


def test_a_county_cannot_be_looser_than_the_network(lay_down) -> None:
    with pytest.raises(InvalidInput) as refusal:
        lay_down(terms={"cycle": "case", "per_time_fen": 1_000_001})
    fields = {problem.field for problem in refusal.value.problems}
    assert {
        "per_time_fen", "papers", "own_limits_fen", "urgent_limit_fen", "loss_caps_fen"
    } <= fields  # fmt: skip


@pytest.mark.parametrize(
    ("caps", "is_allowed"),
    [
        ({"injury": 1_000_000}, True),
        ({"injury": 1_000_001}, False),
        ({"fire": 800_000, "other": 1}, True),
        ({"fire": 800_001}, False),
        ({}, False),
    ],
)
def test_caps_by_kind_of_loss_are_no_looser_than_those_above(caps, is_allowed) -> None:
    above = read_terms(next(one.terms for one in SHIPPED if one.key == "sudden"))
    fields = {one.field for one in looser_problems(replace(above, loss_caps_fen=caps), above)}
    assert fields == (set() if is_allowed else {"loss_caps_fen"})


@pytest.mark.parametrize(
    ("shares", "is_allowed"),
    [
        ({"fire": "0.5"}, True),
        ({"fire": "0.4", "injury": "1"}, True),
        ({"fire": "0.51"}, False),
        ({"injury": "0.1"}, False),
        ({}, False),
    ],
)
def test_shares_of_what_was_lost_are_no_looser_than_those_above(shares, is_allowed) -> None:
    above = Terms(loss_caps_fen={"fire": 800_000, "injury": 800_000}, loss_shares={"fire": "0.5"})
    fields = {one.field for one in looser_problems(replace(above, loss_shares=shares), above)}
    assert fields == (set() if is_allowed else {"loss_shares"})


def test_a_kind_of_loss_that_is_not_aided_needs_no_share() -> None:
    above = Terms(loss_caps_fen={"fire": 800_000, "injury": 800_000}, loss_shares={"fire": "1"})
    assert looser_problems(Terms(loss_caps_fen={"injury": 800_000}), above) == []
    assert {one.field for one in looser_problems(replace(above, loss_shares={}), above)} == {
        "loss_shares"
    }


@pytest.mark.parametrize(
    ("typed", "caps", "shares"),
    [
        ("火灾,8000", {"fire": 800_000}, {}),
        ("火灾,8000,50", {"fire": 800_000}, {"fire": "0.5"}),
        ("火灾，8000，12.5\n意外伤害,10000", {"fire": 800_000, "injury": 1_000_000}, {"fire": "0.125"}),
        ("火灾,8000,100", {"fire": 800_000}, {"fire": "1"}),
    ],
)  # fmt: skip
def test_the_form_takes_a_share_of_what_was_lost_and_shows_it_again(typed, caps, shares) -> None:
    form = ProgrammeForm(filled(loss_caps=typed))
    assert form.is_valid(), form.errors
    terms = form.terms()
    assert (terms["loss_caps_fen"], terms.get("loss_shares", {})) == (caps, shares)

    row = Programme(key="sudden", name="意外", aid="sudden", terms=terms, source="本县办法")
    again = ProgrammeForm(filled(loss_caps=initial_of(row)["loss_caps"]))
    assert again.is_valid()
    assert again.terms() == terms


@pytest.mark.parametrize(
    "typed", ["火灾,8000,0", "火灾,8000,101", "火灾,,50", "火灾,8000,50,1", "火灾"]
)
def test_a_share_that_is_none_is_refused_in_the_form(typed) -> None:
    assert "loss_caps" in ProgrammeForm(filled(loss_caps=typed)).errors


def filled(**more):
    return {
        "key": "sudden", "name": "意外致困", "aid": "sudden", "cycle": "case", "unit": "household",
        "valid_from": "2026-12-01", "source": "本县办法",
    } | more  # fmt: skip


def test_a_share_of_what_was_lost_is_said_with_its_cap() -> None:
    terms = Terms(
        loss_caps_fen={"fire": 800_000, "injury": 1_000_000}, loss_shares={"fire": "0.125"}
    )
    said = terms_in_words(terms)
    assert "火灾每次不超过 8,000.00 元，且不超过损失的 12.5%。" in said
    assert "意外伤害每次不超过 10,000.00 元。" in said


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"nonsense": 1}, "G101"),
        ({"tiers": ["9x"]}, "G102"),
        ({"cycle": "week"}, "G102"),
        ({"per_time_fen": -1}, "G103"),
        ({"loss_caps_fen": {"flood": 1}}, "G102"),
        ({"loss_caps_fen": {"fire": -1}}, "G103"),
        ({"window": ["13-01", "02-01"]}, "G104"),
        ({"self_paid_share": ["1"]}, "G107"),
        ({"loss_shares": "50"}, "G107"),
        ({"own_limits_fen": None}, "G107"),
        ({"tiers": "1"}, "G107"),
        ({"tiers": [{}]}, "G107"),
        ({"window": 5}, "G107"),
        ({"standards": [3]}, "G107"),
        ({"standards": [{"amount_fen": 1, "colour": "red"}]}, "G107"),
        ({"living_months": "yes"}, "G107"),
        ({"times_per_year": "2"}, "G107"),
        ({"cycle": []}, "G107"),
        ({"self_paid_share": {"1": "1.5"}}, "G105"),
        ({"loss_caps_fen": {"fire": 1}, "loss_shares": {"fire": "50"}}, "G105"),
        ({"loss_shares": {"fire": "0.5"}}, "G106"),
    ],
)
def test_what_is_wrong_with_terms_is_said(terms, code) -> None:
    assert code in {problem.code for problem in terms_problems(terms)}


def test_what_is_not_yet_in_force_is_taken_back(lay_down, county, township) -> None:
    first = lay_down()
    with in_station(county):
        second = lay_down_programme(
            key="sudden", name="意外", aid="sudden", valid_from=LATER, source="新办法",
            terms=first.terms, station=county, actor=lay_down.head, now=NOON,
        )  # fmt: skip
        withdraw_programme(second.pk, station=county, actor=lay_down.head, now=NOON)
    assert held(township, LATER)["sudden"].pk == first.pk
    with in_station(county), pytest.raises(ProgrammeInForce):
        withdraw_programme(first.pk, station=county, actor=lay_down.head, now=NOON)


def test_a_station_lays_down_for_itself_only(lay_down, county, township) -> None:
    with in_station(county), pytest.raises(NotPermitted):
        lay_down_programme(
            key="x", name="x", aid="other", valid_from=TODAY, source="s", terms={},
            station=township, actor=lay_down.head, now=NOON,
        )  # fmt: skip


def test_the_catalogue_is_shown_with_its_sources(lay_down, county, signed_in) -> None:
    client = signed_in(lay_down.head)
    base = f"/s/{county.code}/programmes/"
    text = client.get(base).text
    assert "某省示例" in text
    assert "6,300.00" in client.get(f"{base}schooling/").text


def test_a_version_is_previewed_before_it_is_laid_down(lay_down, county, signed_in) -> None:
    client = signed_in(lay_down.head)
    address = f"/s/{county.code}/programmes/urgent/new/"
    page = client.get(address)
    assert page.status_code == 200
    given = {
        "key": "urgent", "name": "应急救助", "aid": "living", "cycle": "case",
        "unit": "household", "tiers": ["1", "2", "3"], "per_time": "1500", "times_per_year": "2",
        "urgent_limit": "1500", "meeting_above": "1500", "valid_from": "2026-11-20",
        "source": "本县办法",
    }  # fmt: skip
    assert "每次不超过 1,500.00 元" in client.post(address, given | {"preview": "1"}).text
    with in_network():
        assert not Programme.objects.filter(key="urgent", scope_path=county.path).exists()
    assert client.post(address, given).status_code == 302
    assert terms_of(held(county)["urgent"]).per_time_fen == 150_000


def test_the_api_lists_and_lays_down(lay_down, county, signed_in) -> None:
    client = signed_in(lay_down.head)
    base = f"/s/{county.code}/api/v1/programmes/"
    rows = client.get(base).json()
    assert {row["key"] for row in rows} >= {"living", "medical", "schooling"}
    assert client.get(f"{base}living/").json()["words"]
    answer = client.post(
        base,
        {
            "key": "coolness", "name": "夏送清凉", "aid": "warmth", "valid_from": "2026-11-20",
            "terms": {"cycle": "case", "unit": "person", "per_time_fen": 50_000},
            "source": "本县通知",
        },
        content_type="application/json",
    )  # fmt: skip
    assert answer.status_code == 201


def test_the_page_of_a_programme_speaks_of_it_in_words_alone(township, person_at, signed_in):
    browser = signed_in(person_at(township, Role.HEAD))
    page = browser.get(f"/s/{township.code}/programmes/fixed_subsidy/").content.decode()
    shown = re.sub(r"<[^>]+>", " ", page.partition("<main")[2])
    assert "fixed_subsidy" not in shown
    assert "每月一次" in shown
