"""Identity numbers, credit codes, cards and telephones."""

import csv
from contextlib import suppress
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bangfu.kernel.identity import (
    IdKind,
    NumberRefused,
    age_on,
    check_mobile,
    check_passport,
    check_phone,
    check_uscc,
    fictitious_card,
    fictitious_id,
    fictitious_mobile,
    id_check_digit,
    luhn_ok,
    make_uscc,
    parse_id_no,
    tidied_phone,
)
from tests.support.strategies import ANY_CHARACTER

TODAY = date(2026, 11, 21)
LIU = "130771197406150127"
RUAN = "13077319850321007X"

births = st.dates(min_value=date(1907, 1, 1), max_value=TODAY)
seeds = st.integers(0, 2**32)


def _with_check_digit(body: str) -> str:
    return body + id_check_digit(body)


def _code_of(text: str) -> str:
    with pytest.raises(NumberRefused) as refused:
        parse_id_no(text, on=TODAY)
    return refused.value.code


def test_a_number_tells_birthday_sex_and_region() -> None:
    parsed = parse_id_no(LIU, on=TODAY)
    assert (parsed.birth, parsed.sex, parsed.region6) == (date(1974, 6, 15), 2, "130771")
    assert parsed.kind is IdKind.CITIZEN


@pytest.mark.parametrize(
    "text",
    [
        "13077319850321007x",
        "１３０７７３１９８５０３２１００７Ｘ",
        " 130773 19850321 007X ",
        "\u3000130773198503210 07X\u00a0",
        "'13077319850321007X",
        "13077319850321007×",
        "\ufeff130773-19850321-007X",
    ],
)
def test_a_number_typed_untidily_is_put_right(text: str) -> None:
    assert parse_id_no(text, on=TODAY).number == RUAN


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("130771197406150120", "E101"),
        ("1.3077119740615E+17", "E104"),
        ("1.3077119740615e+17", "E104"),
        ("130771197406150000", "E104"),
        ("130771197406150127.0", "E104"),
        ("", "E105"),
        ("1307711974061501", "E105"),
        ("13077119740615012A", "E105"),
        ("1307711974061501277", "E105"),
        ("X30771197406150127", "E105"),
        ("130771740615012", "E106"),
        (_with_check_digit("13077119740230012"), "E107"),
        (_with_check_digit("13077119741315012"), "E107"),
        (_with_check_digit("13077130000615012"), "E108"),
        (_with_check_digit("13077119051121012"), "E108"),
        (_with_check_digit("10077119740615012"), "E109"),
        (_with_check_digit("00077119740615012"), "E109"),
    ],
)
def test_a_wrong_number_is_refused_with_its_own_code(text: str, code: str) -> None:
    assert _code_of(text) == code


def test_a_refusal_says_what_to_do_and_never_repeats_the_number() -> None:
    with pytest.raises(NumberRefused) as refused:
        parse_id_no("130771197406150120", on=TODAY)
    assert "校验码" in str(refused.value)
    assert "130771" not in str(refused.value)


def test_somebody_born_today_is_accepted() -> None:
    assert parse_id_no(_with_check_digit("13077120261121012"), on=TODAY).birth == TODAY


def test_somebody_born_tomorrow_is_refused() -> None:
    assert _code_of(_with_check_digit("13077120261122012")) == "E108"


def test_somebody_of_a_hundred_and_twenty_is_accepted() -> None:
    number = _with_check_digit("13077119051122012")
    assert age_on(parse_id_no(number, on=TODAY).birth, TODAY) == 120


@pytest.mark.parametrize("body", ["13070219650615012", "13072219700615012", "13072919900615012"])
def test_somebody_born_before_the_code_of_his_county_is_accepted(body: str) -> None:
    assert parse_id_no(_with_check_digit(body), on=TODAY).warnings == ()


def test_a_region_nobody_knows_is_a_warning_only() -> None:
    number = _with_check_digit("13999919740615012")
    assert parse_id_no(number, on=TODAY, region_exists=lambda _: False).warnings == ("W101",)


@pytest.mark.parametrize("region", ["810000", "820000", "830000"])
def test_a_residence_permit_of_hong_kong_macao_or_taiwan_is_accepted(region: str) -> None:
    number = _with_check_digit(f"{region}19740615012")
    parsed = parse_id_no(number, on=TODAY, region_exists=lambda _: False)
    assert (parsed.kind, parsed.warnings) == (IdKind.RESIDENCE_PERMIT, ())


def test_a_permit_of_a_foreign_resident_is_accepted() -> None:
    parsed = parse_id_no(_with_check_digit("91184019740615012"), on=TODAY)
    assert parsed.kind is IdKind.FOREIGN_RESIDENT
    assert not parsed.region_known_province


def test_a_parsed_number_never_prints_itself() -> None:
    assert LIU not in repr(parse_id_no(LIU, on=TODAY))


def test_a_passport_is_only_tidied() -> None:
    assert check_passport(" e 1234567 ") == "E1234567"


@pytest.mark.parametrize("text", ["", "E12", "E12345*7", "护照号码一二三"])
def test_what_is_no_document_number_is_refused(text: str) -> None:
    with pytest.raises(NumberRefused):
        check_passport(text)


@given(seed=seeds, birth=births, sex=st.sampled_from([1, 2]))
def test_a_fictitious_number_passes_every_check(seed: int, birth: date, sex: int) -> None:
    parsed = parse_id_no(fictitious_id(Random(seed), birth=birth, sex=sex), on=TODAY)
    assert (parsed.birth, parsed.sex) == (birth, sex)


def test_a_fictitious_number_is_never_made_for_a_real_region() -> None:
    with pytest.raises(ValueError, match="130702"):
        fictitious_id(Random(1), birth=TODAY, sex=1, prefix="130702")


@given(seed=seeds, birth=births, position=st.integers(0, 16), digit=st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_noticed(
    seed: int, birth: date, position: int, digit: str
) -> None:
    number = fictitious_id(Random(seed), birth=birth, sex=1)
    assume(number[position] != digit)
    with pytest.raises(NumberRefused):
        parse_id_no(number[:position] + digit + number[position + 1 :], on=TODAY)


@given(seed=seeds, birth=births, position=st.integers(0, 15))
def test_two_neighbours_exchanged_are_always_noticed(seed: int, birth: date, position: int) -> None:
    number = fictitious_id(Random(seed), birth=birth, sex=2)
    assume(number[position] != number[position + 1])
    exchanged = number[:position] + number[position + 1] + number[position] + number[position + 2 :]
    with pytest.raises(NumberRefused):
        parse_id_no(exchanged, on=TODAY)


@given(text=st.text(ANY_CHARACTER, max_size=40))
def test_no_text_at_all_breaks_the_check(text: str) -> None:
    with suppress(NumberRefused):
        parse_id_no(text, on=TODAY)


def test_every_credit_code_of_the_demo_network_passes() -> None:
    path = Path(__file__).parents[1] / "data" / "credit_codes.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        codes = [line["uscc"] for line in csv.DictReader(lines)]
    assert len(codes) == 20
    assert [check_uscc(code) for code in codes] == codes


@given(seed=seeds, kind=st.sampled_from(["81", "89", "91", "92", "93", "13"]))
def test_a_credit_code_made_up_passes(seed: int, kind: str) -> None:
    assert check_uscc(make_uscc(Random(seed), kind=kind, region6="130771")).startswith(kind)


@pytest.mark.parametrize(
    "text", ["", "81130700J4NGRCBADA", "81130700J4NGRCBAD", "8113070OJ4NGRCBADB", "一二三"]
)
def test_a_wrong_credit_code_is_refused(text: str) -> None:
    with pytest.raises(NumberRefused) as refused:
        check_uscc(text)
    assert refused.value.code == "E111"


@given(seed=seeds)
def test_a_fictitious_card_passes_and_one_step_beside_it_does_not(seed: int) -> None:
    card = fictitious_card(Random(seed))
    beside = card[:-1] + str((int(card[-1]) + 1) % 10)
    assert (len(card), luhn_ok(card), luhn_ok(beside)) == (19, True, False)


@pytest.mark.parametrize(
    ("card", "ok"),
    [
        ("6999990000000010008", True),
        ("6999 9900 0000 0010 008", True),
        ("6999990000000010009", False),
        ("", False),
        ("６９", False),
        ("abc", False),
    ],
)
def test_a_card_is_judged_by_its_last_digit(card: str, ok: bool) -> None:
    assert luhn_ok(card) is ok


@pytest.mark.parametrize(
    "text",
    [
        "19900000001", "199 0000 0001", "+8619900000001", "１９９００００００01", "199-0000-0001",
        "+86 199 0000 0001", "（+86）19900000001", "008619900000001", "8619900000001", "199–0000–0001",
    ],
)  # fmt: skip
def test_a_mobile_number_is_tidied(text: str) -> None:
    assert check_mobile(text) == tidied_phone(text) == "19900000001"


@pytest.mark.parametrize("text", ["", "0313-2000000", "199****0001", "门卫转 302", "+8612345"])
def test_another_telephone_stays_as_it_was_typed(text: str) -> None:
    assert tidied_phone(f" {text} ") == text


@pytest.mark.parametrize("text", ["", "12900000001", "1990000000", "199000000011", "0313-2000000"])
def test_what_is_no_mobile_number_is_refused(text: str) -> None:
    with pytest.raises(NumberRefused) as refused:
        check_mobile(text)
    assert refused.value.code == "E112"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("0313-2000000", "0313-2000000"),
        ("01062000000", "01062000000"),
        ("199 0000 0001", "19900000001"),
    ],
)
def test_a_telephone_is_a_mobile_number_or_one_with_its_area_code(text: str, kept: str) -> None:
    assert check_phone(text) == kept


@pytest.mark.parametrize("text", ["", "1", "0313-1", "2000000", "门卫转 302", "1990000000"])
def test_what_nobody_can_call_is_refused(text: str) -> None:
    with pytest.raises(NumberRefused) as refused:
        check_phone(text)
    assert refused.value.code == "E113"


@given(seed=seeds)
def test_a_fictitious_mobile_number_passes(seed: int) -> None:
    number = fictitious_mobile(Random(seed))
    assert check_mobile(number) == number


@pytest.mark.parametrize(
    ("birth", "age"),
    [(date(2000, 2, 29), 26), (date(2008, 11, 21), 18), (date(2008, 11, 22), 17)],
)
def test_age_counts_full_years(birth: date, age: int) -> None:
    assert age_on(birth, TODAY) == age
