"""Rules in force, and the clock of a demonstration."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, NotPermitted
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.policies.models import DemoClock, PolicyRule
from shared_apps.policies.rules import RULES
from shared_apps.policies.selectors import (
    NoRuleInForce,
    demo_clock_offset,
    rule_in_force,
    rules_in_force,
    rules_laid_down,
    versions_of,
)
from shared_apps.policies.services import (
    NotADemonstration,
    advance_clock,
    lay_down_rule,
    seed_rules,
)
from tests.support.databases import NOON

TODAY = date(2026, 11, 21)
KEY = "notice.working_days"
WEEK = timedelta(days=7)


@pytest.fixture
def administrator() -> Actor:
    return Actor(
        user_id=1,
        name="网络管理员",
        capabilities=frozenset({"network.manage", "policy.manage", "clock.advance"}),
    )


@pytest.fixture
def lay_down(administrator):
    def lay(
        value=7,
        *,
        key=KEY,
        station=None,
        valid_from=TODAY,
        valid_to=None,
        source="公示办法",
        document_no="张工发〔2026〕1号",
    ):
        with in_network():
            return lay_down_rule(
                key=key,
                value=value,
                valid_from=valid_from,
                valid_to=valid_to,
                source=source,
                document_no=document_no,
                station=station,
                actor=administrator,
                now=NOON,
            )

    return lay


@pytest.fixture
def running_ahead() -> Iterator[None]:
    apps.get_app_config("policies").ready()
    yield
    clock.set_offset_provider(None)


def test_the_network_begins_with_every_declared_rule(on_network, township) -> None:
    found = rules_in_force(RULES, station=township, on=TODAY)
    assert {key: rule.value for key, rule in found.items()} == {
        key: declared.starts_as for key, declared in RULES.items()
    }


def test_every_starting_value_is_of_its_own_kind() -> None:
    assert all(declared.kind.accepts(declared.starts_as) for declared in RULES.values())


def test_seeding_twice_adds_nothing(on_network) -> None:
    assert seed_rules() == 0


def test_seeding_again_leaves_a_changed_rule_alone(lay_down, on_network, township) -> None:
    lay_down(9)
    seed_rules()
    assert rule_in_force(KEY, station=township, on=TODAY).value == 9


def test_a_station_reads_the_rule_of_the_network(at_township) -> None:
    rule = rule_in_force(KEY, station=at_township, on=TODAY)
    assert (rule.value, rule.version) == (5, 1)


def test_a_rule_of_the_county_holds_in_its_townships_only(
    lay_down, county, township, outsider
) -> None:
    lay_down(7, station=county)
    with in_network():
        assert rule_in_force(KEY, station=township, on=TODAY).value == 7
        assert rule_in_force(KEY, station=outsider, on=TODAY).value == 5


def test_the_rule_nearest_to_the_station_wins(lay_down, city, county, township) -> None:
    lay_down(6, station=city)
    lay_down(8, station=county)
    lay_down(10, station=township)
    with in_network():
        assert rule_in_force(KEY, station=township, on=TODAY).value == 10
        assert rule_in_force(KEY, station=county, on=TODAY).value == 8


def test_a_rule_of_tomorrow_does_not_hold_today(lay_down, on_network, township) -> None:
    lay_down(7, valid_from=TODAY + timedelta(days=1))
    assert rule_in_force(KEY, station=township, on=TODAY).value == 5
    assert rule_in_force(KEY, station=township, on=TODAY + timedelta(days=1)).value == 7


def test_a_decision_of_the_past_still_finds_the_version_it_used(
    lay_down, on_network, township
) -> None:
    lay_down(7)
    before = rule_in_force(KEY, station=township, on=TODAY - timedelta(days=1))
    assert (before.value, before.version) == (5, 1)
    assert [row.version for row in versions_of(KEY)] == [2, 1]


def test_two_changes_on_one_day_leave_the_later_one(lay_down, on_network, township) -> None:
    lay_down(7)
    lay_down(8)
    assert rule_in_force(KEY, station=township, on=TODAY).value == 8


def test_a_change_before_the_version_in_force_is_refused(lay_down, on_network) -> None:
    lay_down(7)
    with pytest.raises(InvalidInput) as refused:
        lay_down(8, valid_from=TODAY - timedelta(days=1))
    assert [problem.field for problem in refused.value.problems] == ["valid_from"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (KEY, 0),
        (KEY, "5"),
        (KEY, True),
        (KEY, 251),
        ("income.line", -1),
        ("income.multiplier", 2),
        ("income.multiplier", "NaN"),
        ("income.multiplier", "0"),
        ("sudden.threshold", "1.1"),
        ("income.operator", ">"),
        ("papers.required", {"06": "diagnosis"}),
        ("papers.required", {"06": ["no_such_paper"]}),
        ("completeness.groups", {"no_such_clear": []}),
        ("income.multiplier", "0.9"),
        ("approval.route", ["4", "3"]),
        ("approval.route", {"1": ["3", "4"]}),
        ("exclusions.items", ["E401", "E401"]),
        ("exclusions.items", ["E999"]),
        ("aid.living_months", {"1": {"1": 12}}),
        ("no.such.rule", 1),
    ],
)
def test_a_value_of_another_kind_is_refused(lay_down, db, key: str, value: object) -> None:
    with pytest.raises(InvalidInput):
        lay_down(value, key=key)


def test_a_rule_without_its_document_is_refused_field_by_field(lay_down, db) -> None:
    with pytest.raises(InvalidInput) as refused:
        lay_down(7, source=" ", document_no="")
    assert [problem.field for problem in refused.value.problems] == ["source", "document_no"]


def test_a_rule_that_ends_before_it_begins_is_refused(lay_down, db) -> None:
    with pytest.raises(InvalidInput) as refused:
        lay_down(7, valid_to=TODAY)
    assert [problem.field for problem in refused.value.problems] == ["valid_to"]


def test_several_rules_are_found_with_one_query(
    on_network, township, django_assert_num_queries
) -> None:
    with django_assert_num_queries(1):
        rules_in_force(["income.line", "income.operator"], station=township, on=TODAY)


def test_a_rule_that_nobody_laid_down_is_a_fault(on_network, township) -> None:
    with pytest.raises(NoRuleInForce, match=r"no\.such\.rule"):
        rule_in_force("no.such.rule", station=township, on=TODAY)


def test_a_scope_lists_what_it_lays_down_itself(lay_down, on_network, county) -> None:
    lay_down(7, station=county)
    assert [row.value for row in rules_laid_down(scope_path=county.path, on=TODAY)] == [7]


def test_a_clerk_cannot_lay_down_a_rule(clerk, on_network) -> None:
    with pytest.raises(NotPermitted):
        lay_down_rule(
            key=KEY,
            value=6,
            valid_from=TODAY,
            source="公示办法",
            document_no="无文号",
            actor=clerk,
            now=NOON,
        )


def test_a_demonstration_moves_its_clock_and_everybody_follows(
    settings, administrator, on_network, running_ahead
) -> None:
    settings.BANGFU_DEMO = True
    before = clock.now()
    assert advance_clock(by=WEEK, actor=administrator, now=NOON) == WEEK
    clock.forget_offset()
    assert clock.now() - before >= WEEK


def test_a_clock_moved_twice_runs_ahead_by_both(settings, administrator, on_network) -> None:
    settings.BANGFU_DEMO = True
    advance_clock(by=WEEK, actor=administrator, now=NOON)
    advance_clock(by=WEEK, actor=administrator, now=NOON)
    assert demo_clock_offset() == 2 * WEEK


def test_a_station_follows_the_clock_of_the_network(
    settings, administrator, township, running_ahead
) -> None:
    settings.BANGFU_DEMO = True
    with in_network():
        advance_clock(by=WEEK, actor=administrator, now=NOON)
    clock.forget_offset()
    with in_station(township):
        assert clock.offset() == WEEK


def test_production_cannot_move_its_clock(settings, administrator, on_network) -> None:
    settings.BANGFU_DEMO = False
    with pytest.raises(NotADemonstration):
        advance_clock(by=WEEK, actor=administrator, now=NOON)


@pytest.mark.parametrize("by", [timedelta(), timedelta(days=-1), timedelta(days=367)])
def test_a_clock_moves_forward_and_a_year_at_most(
    settings, administrator, on_network, by: timedelta
) -> None:
    settings.BANGFU_DEMO = True
    with pytest.raises(InvalidInput):
        advance_clock(by=by, actor=administrator, now=NOON)


def test_a_clerk_cannot_move_the_clock(settings, clerk, on_network) -> None:
    settings.BANGFU_DEMO = True
    with pytest.raises(NotPermitted):
        advance_clock(by=WEEK, actor=clerk, now=NOON)


def test_there_is_one_clock_only(on_network) -> None:
    with pytest.raises(IntegrityError, match="demo_clock_is_one_row"):
        DemoClock.objects.create(id=2, ahead_by=WEEK, advanced_by="", advanced_at=NOON)


def test_a_version_exists_once(on_network) -> None:
    with pytest.raises(IntegrityError, match="rule_version_once"):
        PolicyRule.objects.create(key=KEY, value=1, valid_from=TODAY, version=1, source="")
