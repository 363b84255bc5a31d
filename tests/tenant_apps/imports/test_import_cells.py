from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tenant_apps.imports.cells import NotTaken, field_row, taken
from tenant_apps.imports.columns import HOUSEHOLDS, MEMBERS
from tenant_apps.imports.reading import CellValue, Formula, RawRow, Unreadable


def value(field: str, cell: CellValue) -> object:
    return taken(cell, HOUSEHOLDS.by_field[field])


def refusal(field: str, cell: CellValue) -> tuple[str, str]:
    with pytest.raises(NotTaken) as caught:
        value(field, cell)
    return caught.value.code, caught.value.message


@pytest.mark.parametrize(
    "cell",
    [
        date(1974, 6, 15),
        "1974-06-15",
        "1974/6/15",
        "1974.06.15",
        "1974年6月15日",
        "19740615",
        "１９７４－０６－１５",
        Decimal(19740615),
    ],
)
def test_a_date_is_read_in_every_usual_form(cell: CellValue) -> None:
    assert value("birth", cell) == date(1974, 6, 15)


@pytest.mark.parametrize("cell", ["74-06-15", "1974-13-01", "去年", Decimal(27195), "1974-06-31"])
def test_a_date_that_could_be_another_day_is_asked_about(cell: CellValue) -> None:
    code, message = refusal("birth", cell)
    assert code == "E003"
    assert "2026-11-21" in message


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        (Decimal("26400.1"), 2640010),
        ("26,400.10", 2640010),
        ("26400.10元", 2640010),
        (Decimal(0), 0),
        ("0.29", 29),
        (Decimal("1.15"), 115),
    ],
)
def test_an_amount_in_yuan_becomes_exactly_its_fen(cell: CellValue, fen: int) -> None:
    assert value("inc_wages_fen", cell) == fen


@pytest.mark.parametrize("cell", ["2.64万", Decimal("0.005"), Decimal(-1), "约三千", True])
def test_an_amount_that_is_not_whole_fen_is_refused(cell: CellValue) -> None:
    assert refusal("inc_wages_fen", cell)[0] == "E002"


def test_digits_that_excel_rounded_are_refused_with_the_remedy() -> None:
    for field in ("id_no", "card_no"):
        code, message = refusal(field, Decimal(130771197406150000))
        assert code == "E104"
        assert "文本格式" in message
    assert refusal("id_no", "1.30771E+17")[0] == "E104"


def test_a_short_number_typed_into_a_text_column_keeps_its_digits() -> None:
    assert value("mobile", Decimal(19900000001)) == "19900000001"
    assert value("station_code", Decimal(130705001)) == "130705001"
    assert value("zip", Decimal(75000)) == "075000"


def test_full_width_digits_and_blanks_in_a_number_are_tidied() -> None:
    assert value("id_no", "130771 19740615 0127") == "130771197406150127"


@pytest.mark.parametrize(
    ("field", "cell", "code"),
    [
        ("main_cause", "06 患重特大疾病", "06"),
        ("main_cause", "患重特大疾病", "06"),
        ("main_cause", Decimal(6), "06"),
        ("tier_applied", "深度困难", "1"),
    ],
)
def test_a_code_is_understood_by_number_by_label_and_by_both(
    field: str, cell: CellValue, code: str
) -> None:
    assert value(field, cell) == code


def test_an_unknown_code_lists_what_may_stand_there() -> None:
    code, message = refusal("insurance", "有医保")
    assert code == "E302"
    assert "职工医保、居民医保" in message


def test_a_long_list_of_codes_is_cut_and_points_to_the_sheet() -> None:
    assert "见“代码表”" in refusal("ethnic", "火星族")[1]


def test_yes_and_no_may_come_as_words_or_as_excel_truth() -> None:
    assert [value("member", cell) for cell in ("是", "否", True, False)] == [
        True, False, True, False,
    ]  # fmt: skip


def test_a_formula_is_never_taken() -> None:
    assert refusal("name", Formula())[0] == "E004"


def test_a_time_of_day_is_not_a_text() -> None:
    assert refusal("name", Unreadable("08:00:00"))[0] == "E002"


def test_a_text_longer_than_its_field_says_by_how_much() -> None:
    code, message = refusal("address", "街" * 129)
    assert code == "E005"
    assert "129" in message
    assert "128" in message


def test_control_characters_and_blanks_around_a_text_are_dropped() -> None:
    assert value("name", "\u200b 柳试一\x00 ") == "柳试一"


def test_a_row_lists_every_cell_that_could_not_be_taken_and_every_missing_one() -> None:
    row = RawRow(7, {"household_no": Decimal(1), "name": "柳试甲", "relation": "闺蜜"})

    read = field_row(row, MEMBERS)

    assert read.household_no == "1"
    assert read.unread == {"relation"}
    assert {p.row for p in read.problems} == {7}
    assert {(p.code, p.column) for p in read.problems} == {
        ("E302", "与户主关系"),
        ("E001", "证件号码"),
        ("E001", "健康状况"),
        ("E001", "医保状况"),
        ("E001", "人员身份"),
        ("E001", "月收入(元)"),
        ("E001", "是否共同生活"),
    }


def test_a_required_field_whose_absence_is_a_rule_is_left_to_the_rule() -> None:
    read = field_row(RawRow(2, {}), HOUSEHOLDS, left_to_rules=frozenset({"authorised_on"}))
    assert "authorised_on" not in {p.field for p in read.problems}
