"""Amounts in capital characters, against the examples of the rule and read back by another way."""

import random
import re

import pytest

from bangfu.kernel.money import DIGITS, rmb_capitals

# The first six are the examples of the rule itself.
TABLE = {
    140950: "壹仟肆佰零玖元伍角整",
    600714: "陆仟零柒元壹角肆分",
    168032: "壹仟陆佰捌拾元零叁角贰分",
    10700053: "壹拾万柒仟元零伍角叁分",
    1640902: "壹万陆仟肆佰零玖元零贰分",
    32504: "叁佰贰拾伍元零肆分",
    0: "零元整",
    1: "壹分",
    10: "壹角整",
    55: "伍角伍分",
    100: "壹元整",
    1000: "壹拾元整",
    1005: "壹拾元零伍分",
    100000: "壹仟元整",
    1000000: "壹万元整",
    1000100: "壹万零壹元整",
    1010000: "壹万零壹佰元整",
    10230000: "壹拾万贰仟叁佰元整",
    100200000: "壹佰万贰仟元整",
    10000000000: "壹亿元整",
    10000000100: "壹亿零壹元整",
    10001000000: "壹亿零壹万元整",
    120034005600: "壹拾贰亿零叁拾肆万零伍拾陆元整",
    100000000000000: "壹万亿元整",
    -140950: "负壹仟肆佰零玖元伍角整",
}
WORTH = {"拾": 10, "佰": 100, "仟": 1000}


@pytest.mark.parametrize("fen", TABLE)
def test_an_amount_is_written_as_the_rule_asks(fen):
    assert rmb_capitals(fen) == TABLE[fen]


def test_what_is_written_reads_back_as_the_same_amount():
    chance = random.Random(12351)
    amounts = [chance.randrange(10 ** chance.randrange(1, 17)) for _ in range(2000)]
    assert [fen for fen in amounts if read_back(rmb_capitals(fen)) != fen] == []


def test_no_zero_stands_doubled_or_at_the_end_of_a_group():
    texts = [rmb_capitals(fen) for fen in range(0, 3_000_000, 997)]
    assert [text for text in texts if re.search("零零|零万|零亿", text)] == []


def test_an_amount_beyond_all_places_is_refused():
    with pytest.raises(ValueError, match="more than can be written"):
        rmb_capitals(10**18)


def read_back(text):
    yuan, _, rest = text.rpartition("元")
    total = whole(yuan) * 100
    for digit, place in re.findall(f"([{DIGITS}])([角分])", rest):
        total += DIGITS.index(digit) * {"角": 10, "分": 1}[place]
    return total


def whole(text):
    if "亿" in text:
        high, _, low = text.partition("亿")
        return whole(high) * 10**8 + whole(low)
    if "万" in text:
        high, _, low = text.partition("万")
        return whole(high) * 10**4 + whole(low)
    pairs = re.findall(f"([{DIGITS}])([拾佰仟]?)", text)
    return sum(DIGITS.index(digit) * WORTH.get(place, 1) for digit, place in pairs)
