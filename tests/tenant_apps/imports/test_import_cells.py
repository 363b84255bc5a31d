from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tenant_apps.imports.cells import FieldRow, field_row
from tenant_apps.imports.columns import HOUSEHOLDS, MEMBERS
from tenant_apps.imports.reading import RawRow
from tenant_apps.imports.sheets import CellValue, Formula, Unreadable


def read(**cells: CellValue) -> FieldRow:
    return field_row(RawRow(7, cells), HOUSEHOLDS)


def value(name: str, cell: CellValue) -> object:
    row = read(**{name: cell})
    assert row.problems == ()
    return row.values[HOUSEHOLDS.by_name[name].field]


def code(name: str, cell: CellValue) -> str:
    (problem,) = read(**{name: cell}).problems
    assert (problem.row, problem.column) == (7, HOUSEHOLDS.by_name[name].title)
    return problem.code


@pytest.mark.parametrize(
    "cell",
    [
        date(1974, 6, 15),
        "1974-06-15",
        "1974/6/15",
        "1974.06.15",
        "1974年6月15日",
        "19740615",
        "1974-06-15 00:00:00",
        "1974-06-15T00:00",
        "\uff11\uff19\uff17\uff14-06-15",
        Decimal(19740615),
    ],
)
def test_a_date_is_read_in_every_usual_form(cell: CellValue) -> None:
    assert value("birth", cell) == date(1974, 6, 15)


@pytest.mark.parametrize(
    "cell",
    ["74-06-15", "1974-13-01", "197461", "1974615", "1974-615", "去年", Decimal(27195), True],
)
def test_a_date_that_could_be_another_day_is_asked_about(cell: CellValue) -> None:
    assert code("birth", cell) == "date"


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        (Decimal("26400.1"), 2640010),
        ("26,400.10", 2640010),
        (Decimal(0), 0),
        ("0.29", 29),
        (Decimal("1.15"), 115),
    ],
)
def test_an_amount_in_yuan_becomes_exactly_its_fen(cell: CellValue, fen: int) -> None:
    assert value("inc_wages_fen", cell) == fen


@pytest.mark.parametrize("cell", ["2.64万", Decimal("0.005"), "约三千", True])
def test_an_amount_that_is_not_whole_fen_is_refused(cell: CellValue) -> None:
    assert code("inc_wages_fen", cell) in {"number", "money"}


@pytest.mark.parametrize("name", ["id_no", "card_no", "mobile"])
def test_digits_that_excel_rounded_are_refused_with_the_remedy(name: str) -> None:
    assert code(name, Decimal(130771197406150000)) == "E104"
    assert code(name, "1.30771E+17") == "E104"
    (problem,) = read(**{name: Decimal(130771197406150000)}).problems
    assert "文本格式" in str(problem.message)


def test_a_short_number_typed_into_a_text_column_keeps_its_digits() -> None:
    assert value("mobile", Decimal(19900000001)) == "19900000001"
    assert value("hukou_region", Decimal(130705)) == "130705"
    assert value("zip", Decimal(75000)) == "075000"


def test_full_width_digits_and_blanks_in_a_number_are_tidied() -> None:
    assert value("id_no", "130771 19740615 007x") == "13077119740615007X"


@pytest.mark.parametrize("cell", ["06 患重特大疾病", "患重特大疾病", Decimal(6)])
def test_a_code_is_understood_by_number_by_label_and_by_both(cell: CellValue) -> None:
    assert value("main_cause", cell) == "06"


def test_an_unknown_code_lists_what_may_stand_there() -> None:
    (problem,) = read(insurance="有医保").problems
    assert problem.code == "E302"
    assert "职工医保" in str(problem.message)


def test_three_columns_of_causes_fill_one_field_in_their_order() -> None:
    row = read(other_causes_1="09 子女上学", other_causes_3="10 企业停产半停产(欠薪)")
    assert row.values["other_causes"] == ("09", "10")


def test_the_column_of_a_wrong_cause_is_named() -> None:
    (problem,) = read(other_causes_1="09 子女上学", other_causes_2="其它原因").problems
    assert (problem.code, problem.column) == ("E302", "次要致困原因2")


def test_yes_and_no_may_come_as_words_or_as_excel_truth() -> None:
    assert [value("member", cell) for cell in ("是", "否", True, False)] == [1, 0, 1, 0]


def test_a_formula_is_never_taken() -> None:
    assert code("name", Formula()) == "formula"
    assert code("inc_wages_fen", Formula()) == "formula"


def test_a_time_of_day_is_not_an_amount() -> None:
    assert code("inc_wages_fen", Unreadable("08:00:00")) == "number"


def test_control_characters_and_blanks_around_a_text_are_dropped() -> None:
    assert value("name", "\u200b 柳试一\x00 ") == "柳试一"


def test_a_row_lists_every_cell_that_could_not_be_read() -> None:
    row = field_row(
        RawRow(9, {"name": "柳试甲", "relation": "闺蜜", "income_fen": "若干"}), MEMBERS
    )

    assert row.values == {"name": "柳试甲"}
    assert row.faulty == {"relation", "income_fen"}
    assert [problem.row for problem in row.problems] == [9, 9]
