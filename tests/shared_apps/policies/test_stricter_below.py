"""A part of the network may be stricter than what lies above it, never looser."""

from datetime import date, timedelta

import pytest

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound, NotPermitted
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.audit.models import AuditRow
from shared_apps.notifications.models import Notification
from shared_apps.policies.models import PolicyRule
from shared_apps.policies.rules import RULES, route_of
from shared_apps.policies.selectors import (
    history_of,
    looser_below,
    rule_in_force,
    rules_to_come,
    rules_used,
)
from shared_apps.policies.services import (
    InForceAlready,
    LooserThanAbove,
    lay_down_rule,
    withdraw_rule,
)
from shared_apps.policies.wording import differences, value_in_words
from tests.support.databases import NOON

TODAY = date(2026, 11, 20)
TOMORROW = TODAY + timedelta(days=1)
NETWORK = Actor(
    user_id=1, name="网络管理员", capabilities=frozenset({"network.manage", "policy.manage"})
)


def lay(key, value, *, station=None, actor=NETWORK, valid_from=TODAY):
    return lay_down_rule(
        key=key,
        value=value,
        valid_from=valid_from,
        source="公示办法",
        document_no="张工发〔2026〕2号",
        station=station,
        actor=actor,
        now=NOON,
    )


# key, looser than what the network begins with, stricter than it
DIRECTIONS = [
    ("notice.working_days", 4, 7),
    ("income.multiplier", "2.5", "1.5"),
    ("clock.approval", 6, 3),
    ("clock.visit_festival", 0, 2),
    ("retention.years", 9, 30),
    ("exit.months", 5, 12),
    ("recheck.months", 4, 1),
    ("spotcheck.share", "0.29", "0.5"),
    ("contact.per_quarter", 0, 3),
    (
        "papers.required",
        {"always": ["application"]},
        {**RULES["papers.required"].starts_as, "01": ["diagnosis"]},
    ),
    (
        "approval.route",
        {**RULES["approval.route"].starts_as, "1": ["4", "2"]},
        {**RULES["approval.route"].starts_as, "1": ["4", "3", "2", "1"]},
    ),
    (
        "aid.living_months",
        {level: {"1": 13, "2": 8, "3": 8} for level in "12345"},
        {level: {"1": 12, "2": 6, "3": 0} for level in "12345"},
    ),
]


@pytest.mark.parametrize(
    ("key", "looser", "stricter"), DIRECTIONS, ids=[row[0] for row in DIRECTIONS]
)
def test_a_county_may_tighten_a_rule_and_never_loosen_it(
    key: str, looser: object, stricter: object
) -> None:
    direction = RULES[key].strictness
    assert direction is not None
    starts_as = RULES[key].starts_as
    assert direction.is_looser(looser, starts_as)
    assert not direction.is_looser(stricter, starts_as)
    assert not direction.is_looser(starts_as, starts_as)
    assert direction.joined(looser, starts_as) is not looser


def test_a_looser_rule_is_refused_and_the_rule_above_is_named(county, county_head) -> None:
    with in_station(county), pytest.raises(LooserThanAbove) as refused:
        lay("notice.working_days", 4, station=county, actor=county_head)
    (problem,) = refused.value.problems
    assert problem.field == "value"
    assert "全网" in str(problem.message)
    assert "5 工作日" in str(problem.message)
    assert "公示不少于 5 个工作日" in str(problem.message)


def test_a_township_is_measured_against_its_county(county, township, county_head) -> None:
    with in_station(county):
        lay("notice.working_days", 8, station=county, actor=county_head)
    with in_network(), pytest.raises(LooserThanAbove) as refused:
        lay("notice.working_days", 7, station=township)
    assert county.name in str(refused.value.problems[0].message)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("income.line", 90_000),
        ("income.line", 70_000),
        ("income.operator", "<="),
        ("income.head_count", "persons"),
        ("exclusions.scope", "deep"),
        ("exclusions.items", []),
        ("sudden.threshold", "0.6"),
        ("clock.returned", 15),
    ],
)
def test_what_places_may_settle_themselves_may_differ_either_way(
    county, township, county_head, key: str, value: object
) -> None:
    with in_station(county):
        lay(key, value, station=county, actor=county_head)
        assert rule_in_force(key, station=township, on=TODAY).value == value


def test_when_the_parent_tightens_the_stricter_of_both_applies_at_once(
    city, county, township
) -> None:
    with in_network():
        own = lay("notice.working_days", 6, station=county)
        lay("notice.working_days", 10, station=city)
        rule = rule_in_force("notice.working_days", station=township, on=TODAY)
        assert (rule.value, rule.joined_from) == (10, own.pk)
        assert rule.scope_path == city.path


def test_papers_asked_above_later_are_added_to_those_asked_below(city, county) -> None:
    start = RULES["papers.required"].starts_as
    with in_network():
        lay("papers.required", {**start, "01": ["diagnosis"]}, station=county)
        lay("papers.required", {**start, "03": ["unemployment", "contract"]}, station=city)
        value = rule_in_force("papers.required", station=county, on=TODAY).value
    assert value["01"] == ["diagnosis"]
    assert value["03"] == ["unemployment", "contract"]


def test_the_parent_sees_which_stations_are_looser_now_and_they_are_told(
    city, county, other_county
) -> None:
    with in_network():
        lay("notice.working_days", 6, station=county)
        lay("notice.working_days", 12, station=other_county)
        lay("notice.working_days", 10, station=city)
        below = [(one.station.code, one.row.value) for one in looser_below(station=city, on=TODAY)]
        told = Notification.objects.filter(kind="rule.looser").values_list("station_id", flat=True)
        assert below == [(county.code, 6)]
        assert set(told) == {county.id}
        assert looser_below(station=other_county, on=TODAY) == []


def test_a_head_lays_down_rules_for_the_own_station_only(
    county, other_county, township, county_head
) -> None:
    with in_station(county):
        for elsewhere in (other_county, township, None):
            with pytest.raises(NotPermitted):
                lay("notice.working_days", 7, station=elsewhere, actor=county_head)


def test_a_reviewer_lays_down_no_rule(county, county_reviewer) -> None:
    with in_station(county), pytest.raises(NotPermitted):
        lay("notice.working_days", 7, station=county, actor=county_reviewer)


def test_what_a_head_lays_down_stands_in_the_audit_chain_of_the_station(
    county, county_head
) -> None:
    with in_station(county):
        rule = lay("notice.working_days", 7, station=county, actor=county_head)
        row = AuditRow.objects.get(event="rule.laid_down")
    assert row.chain == county.id
    assert row.subject_id == str(rule.pk)
    assert (row.data["value"], row.data["document_no"]) == (7, "张工发〔2026〕2号")


def test_a_version_to_come_is_withdrawn_and_the_one_before_goes_on(county, county_head) -> None:
    with in_station(county):
        lay("notice.working_days", 7, station=county, actor=county_head)
        coming = lay(
            "notice.working_days", 9, station=county, actor=county_head, valid_from=TOMORROW
        )
        assert [row.pk for row in rules_to_come(station=county, on=TODAY)] == [coming.pk]
        withdraw_rule(coming.pk, station=county, actor=county_head, now=NOON)
        assert rule_in_force("notice.working_days", station=county, on=TOMORROW).value == 7
        assert rules_to_come(station=county, on=TODAY) == []
        versions = [row.version for row in history_of("notice.working_days", station=county)]
    assert versions == [2, 1, 1]


def test_a_number_of_a_withdrawn_version_is_not_given_again(county, county_head) -> None:
    with in_station(county):
        lay("notice.working_days", 7, station=county, actor=county_head)
        coming = lay(
            "notice.working_days", 9, station=county, actor=county_head, valid_from=TOMORROW
        )
        withdraw_rule(coming.pk, station=county, actor=county_head, now=NOON)
        again = lay("notice.working_days", 8, station=county, actor=county_head)
    assert again.version == 3


def test_a_version_in_force_is_never_taken_back(county, county_head) -> None:
    with in_station(county):
        rule = lay("notice.working_days", 7, station=county, actor=county_head)
        with pytest.raises(InForceAlready):
            withdraw_rule(rule.pk, station=county, actor=county_head, now=NOON)


def test_a_version_is_withdrawn_by_who_laid_it_down_only(
    city, county, county_head, person_at
) -> None:
    head_of_city = person_at(city, Role.HEAD)
    with in_station(county):
        rule = lay("notice.working_days", 7, station=county, actor=county_head, valid_from=TOMORROW)
    with in_station(city), pytest.raises(NotFound):
        withdraw_rule(rule.pk, station=city, actor=head_of_city, now=NOON)


def test_a_rule_with_an_end_gives_way_to_the_one_above(county) -> None:
    with in_network():
        lay_down_rule(
            key="income.line",
            value=90_000,
            valid_from=TODAY,
            valid_to=TOMORROW,
            source="低保标准",
            document_no="宣民发〔2026〕3号",
            station=county,
            actor=NETWORK,
            now=NOON,
        )
        assert rule_in_force("income.line", station=county, on=TODAY).value == 90_000
        assert rule_in_force("income.line", station=county, on=TOMORROW).value == 80_000


def test_a_decision_keeps_key_version_and_row_of_what_it_used(at_township) -> None:
    line = PolicyRule.objects.get(key="income.line")
    assert rules_used(["income.line", "income.line"], station=at_township, on=TODAY) == [
        f"income.line@1#{line.pk}"
    ]


@pytest.mark.parametrize("key", RULES)
def test_every_rule_says_its_value_in_words(key: str) -> None:
    words = value_in_words(key, RULES[key].starts_as)
    assert words
    assert "fen" not in words


def test_the_difference_of_two_lists_is_said_row_by_row() -> None:
    before = {"03": ["unemployment"], "06": ["diagnosis"]}
    after = {"03": ["unemployment", "contract"], "06": ["diagnosis"]}
    found = differences("papers.required", before, after)
    assert [(one.before, one.after) for one in found] == [
        ("下岗失业证明", "下岗失业证明、劳动合同")
    ]


def test_a_file_passes_the_levels_from_its_station_upward() -> None:
    routes = {"1": ["4", "3", "2", "1"], "5": ["4", "3", "2"]}
    assert route_of(routes, file_level="1", station_level=3) == (3, 2, 1)
    assert route_of(routes, file_level="5", station_level=4) == (4, 3, 2)
