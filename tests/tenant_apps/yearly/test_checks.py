"""What two numbers say about each other: the figures of the printed reports as a table."""

from decimal import Decimal

import pytest

from tenant_apps.benefits.rules import shares
from tenant_apps.sources.rules import DonorRule
from tenant_apps.yearly.rules.checks import (
    Left,
    Place,
    Said,
    copied,
    each,
    left_of,
    missing,
    percent,
)


@pytest.mark.parametrize(
    ("whole", "parts", "lack"),
    [
        (6_330, [2_728, 736, 2_236, 630], None),  # TC-01
        (56_430_000, [48_000_000, 4_120_000, 4_310_000], None),  # TC-03
        (1_646, [470, 52, 76], 1_048),  # TC-06
        (850, [700, 100, 50], None),  # TC-21
        (40_000, [20_000, 20_000], None),  # TC-22
        (100, [60, 50], -10),
    ],
)
def test_parts_add_up_to_the_whole_or_what_is_missing_is_named(whole, parts, lack):
    assert missing(Said(whole), [Said(part) for part in parts]) == lack


@pytest.mark.parametrize(
    ("whole", "parts", "lack"),
    [
        (Said(100, "over"), [Said(60), Said(40)], None),
        (Said(100, "over"), [Said(60), Said(30)], 10),
        (Said(100), [Said(60, "more"), Said(30)], None),
        (Said(100), [Said(80, "more"), Said(30)], -10),
        (Said(100, "about"), [Said(60), Said(30)], None),
        (Said(100), [Said(60, "about"), Said(30)], None),
        (Said(100, "more"), [Said(60, "more"), Said(30)], None),
    ],
)
def test_a_number_that_is_not_exact_never_shows_more_than_its_bound(whole, parts, lack):
    assert missing(whole, parts) == lack


@pytest.mark.parametrize(
    ("amount", "count", "average"),
    [
        (1_005_500, 2_148, "468.11"),  # TC-02
        (41_200, 52, "792.31"),  # TC-04
        (43_100, 76, "567.11"),  # TC-04
        (2_410_000, 13_200, "182.58"),
        (520_000, 1_200, "433.33"),
        (2_360_000, 3_500, "674.29"),  # TC-07, as printed
        (236_000, 3_500, "67.43"),  # TC-07, a tenth
        (10_630_000, 2_755, "3858.44"),  # TC-08
        (1_063_000, 2_755, "385.84"),  # TC-08, a tenth
        (39_396, 469, "84.00"),  # TC-15
        (39_396, 30, "1313.20"),  # TC-15
        (60_100, 81, "741.98"),  # TC-16
        (170_900, 1_272, "134.36"),  # TC-16
        (1_317_000, 6_188, "212.83"),  # TC-16
        (93_100, 126, "738.89"),  # TC-16
        (460_000, 51, "9019.61"),  # TC-19
    ],
)
def test_averages_of_the_printed_reports(amount, count, average):
    assert each(amount, count) == Decimal(average)


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [
        (1_550_000, 2_210_000, "70.1"),  # TC-05
        (11_200, 12_000, "93.3"),  # TC-11
        (492, 2_547, "19.3"),  # TC-14
    ],
)
def test_shares_of_the_printed_reports(part, whole, share):
    assert percent(part, whole) == Decimal(share)


def test_a_named_fund_that_promises_too_much_lasts_two_and_a_half_years():  # TC-16
    rule = DonorRule(students=5, each_fen=400_000)
    assert rule.tenths_of_years(5_000_000) == 25


@pytest.mark.parametrize(
    ("union", "shared"),
    [(8_800, (88_000, 12_000)), (8_500, (85_000, 15_000)), (8_000, (80_000, 20_000))],
)
def test_what_union_and_partner_pay_adds_up_to_the_price(union, shared):  # TC-17
    assert shares(100_000, union) == shared


@pytest.mark.parametrize(
    ("came", "went", "left"),
    [
        (Said(20_000, "over"), Said(14_821), Left(5_179, "least")),  # TC-18
        (Said(4_940), Said(900, "over"), Left(4_040, "most")),  # TC-18
        (Said(10), Said(4), Left(6, "exact")),
        (Said(10, "about"), Said(4), Left(6, "unknown")),
        (Said(10, "over"), Said(4, "over"), Left(6, "unknown")),
    ],
)
def test_what_is_left_in_stock_keeps_the_bounds(came, went, left):
    assert left_of(came, went) == left


def _place(station, value=3_939_600, about="campaign", **more):
    return Place(station, about, value, 30, "fen", **more)


def test_the_same_sum_at_two_stations_is_perhaps_a_copy():  # TC-15
    found = copied([_place("漯河"), _place("邵东"), _place("合肥", 3_939_700)])
    assert [[place.station for place in group] for group in found] == [["漯河", "邵东"]]


def test_the_same_count_at_two_stations_is_perhaps_a_copy():  # TC-14
    places = [Place(name, "提供岗位数", 2_547, None, "EMP-09") for name in ("漯河", "邵东", "漯河")]
    assert [len(group) for group in copied(places)] == [2]


@pytest.mark.parametrize(
    "places",
    [
        [_place("漯河"), _place("漯河", about="aid")],
        [_place("漯河", 500_000), _place("邵东", 500_000)],
        [_place("漯河", is_exact=False), _place("邵东")],
        [_place("漯河", 9_900), _place("邵东", 9_900)],
        [Place(name, "再就业基地数", 8, None, "EMP-03") for name in ("漯河", "邵东")],
    ],
)
def test_round_small_inexact_or_own_numbers_are_no_copies(places):
    assert copied(places) == []
